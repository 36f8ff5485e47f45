// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/column_file.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <filesystem>
#include <map>

using namespace trainyard;
namespace fs = std::filesystem;

namespace {

ColumnTable sample()
{
    ColumnTable table;
    table.attributes = {{"format", "test"}, {"empty", ""}, {"bytes", "\xFF\x01"}};
    table.columns.push_back({"item", std::vector<std::int64_t>{1, -2, INT64_MAX}});
    table.columns.push_back({"box", std::vector<double>{0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -0.0}, 4});
    table.columns.push_back({"embedding", std::vector<float>{1, 2, 3, 4, 5, 6}, 2});
    table.columns.push_back({"split", std::vector<std::uint8_t>{0, 1, 255}});
    table.columns.push_back({"path", std::vector<std::string>{"a.jpg", "", std::string("n\0l\xFF", 4)}});
    table.columns.push_back({"none", std::vector<double>{}});
    table.columns.push_back({"no texts", std::vector<std::string>{}});
    return table;
}

fs::path golden()
{
    return test::sourceFolder() / "tests/data/compat/v1/columns.h5";
}

} // namespace

/// That other HDF5 tools read the same arrays is what tests/peers/hdf5_check.py proves.
class TestColumnFile : public QObject
{
    Q_OBJECT

private slots:
    void roundTripKeepsEverything()
    {
        const test::TemporaryFolder folder;
        const ColumnTable table = sample();
        QVERIFY(writeColumns(posixIo(), folder / "t.h5", table));
        const ColumnTable read = readColumns(folder / "t.h5").value();
        QCOMPARE(read.columns, table.columns);
        QCOMPARE(read.attributes, table.attributes);
        QCOMPARE(read.attribute("bytes"), std::string("\xFF\x01"));
        QCOMPARE(read.values<double>("box").value().size(), std::size_t{12});
        QCOMPARE(read.values<float>("box").error().code, ErrorCode::CorruptFile);
        QCOMPARE(read.values<float>("gone").error().code, ErrorCode::CorruptFile);
    }

    void anEmptyTable()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writeColumns(posixIo(), folder / "t.h5", {}));
        QVERIFY(readColumns(folder / "t.h5").value().columns.empty());
    }

    void sameTableSameBytes()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writeColumns(posixIo(), folder / "a.h5", sample()));
        QVERIFY(writeColumns(posixIo(), folder / "b.h5", sample()));
        QVERIFY(test::readTestFile(folder / "a.h5") == test::readTestFile(folder / "b.h5"));
    }

    /// Every byte of the file, flipped: always found, never a crash; a column's own bytes name the column.
    void everyFlippedByteIsFound()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writeColumns(posixIo(), folder / "t.h5", sample()));
        const std::string bytes = test::readTestFile(folder / "t.h5");
        std::map<std::string, int> named;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            std::string flipped = bytes;
            flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
            test::writeTestFile(folder / "flipped.h5", flipped);
            const auto result = readColumns(folder / "flipped.h5");
            QVERIFY2(!result, qPrintable(QString("byte %1").arg(i)));
            QCOMPARE(result.error().code, ErrorCode::CorruptFile);
            for (const Column& column : sample().columns)
                named[column.name] +=
                    result.error().message.find("'" + column.name + "'") != std::string::npos ? 1 : 0;
        }
        QCOMPARE(named["item"], 24);
        QCOMPARE(named["box"], 96);
        QCOMPARE(named["embedding"], 24);
        QCOMPARE(named["split"], 3);
        QCOMPARE(named["path"], 9 + 24);
    }

    void everyTruncationIsFound()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writeColumns(posixIo(), folder / "t.h5", sample()));
        const std::string bytes = test::readTestFile(folder / "t.h5");
        for (std::size_t size = 0; size < bytes.size(); size += 7) {
            test::writeTestFile(folder / "short.h5", bytes.substr(0, size));
            QCOMPARE(readColumns(folder / "short.h5").error().code, ErrorCode::CorruptFile);
        }
    }

    void wrongTablesAreRefused()
    {
        const test::TemporaryFolder folder;
        std::vector<ColumnTable> wrong(5, sample());
        wrong[0].columns.push_back(wrong[0].columns.front());
        wrong[1].columns[1].width = 5;
        wrong[2].columns[4].width = 3;
        wrong[3].columns[0].name.clear();
        wrong[4].columns[0].width = 0;
        for (const ColumnTable& table : wrong) {
            const auto result = writeColumns(posixIo(), folder / "t.h5", table);
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::InvalidArgument);
        }
        QVERIFY(!fs::exists(folder / "t.h5"));
        test::writeTestFile(folder / "text", "hello");
        QCOMPARE(readColumns(folder / "text").error().code, ErrorCode::CorruptFile);
        QCOMPARE(readColumns(folder / "none").error().code, ErrorCode::NotFound);
    }

    void everyFaultLeavesOldOrNew()
    {
        ColumnTable old;
        old.columns.push_back({"item", std::vector<std::int64_t>{7}});
        bool isGood = true;
        const int runs = test::forEveryFault([&](test::FaultyIoEnv& env, const test::FaultCase& fault) {
            const test::TemporaryFolder folder;
            const fs::path path = folder / "facts.h5";
            static_cast<void>(writeColumns(posixIo(), path, old));
            const auto result = writeColumns(env, path, sample());
            const ColumnTable read = readColumns(path).value();
            const bool isNew = read.columns == sample().columns;
            isGood = (result ? isNew && !env.wasReached() : isNew || read.columns == old.columns) &&
                     (result || result.error().message.find(path.string()) != std::string::npos);
            if (!isGood)
                QWARN(fault.text().c_str());
            return isGood;
        });
        QVERIFY(isGood);
        QVERIFY(runs >= 6 * 2 * 6);
    }

    /// tests/data/compat/v1/README.md says how the file was made.
    void readsVersion1()
    {
        const ColumnTable table = readColumns(golden()).value();
        QCOMPARE(table.columns, sample().columns);
        QCOMPARE(table.attributes, sample().attributes);
    }

    void aNewerVersionIsUnsupported()
    {
        QCOMPARE(readColumns(test::sourceFolder() / "tests/data/storage/columns_version_2.h5").error().code,
                 ErrorCode::Unsupported);
    }
};

QTEST_APPLESS_MAIN(TestColumnFile)
#include "tst_column_file.moc"
