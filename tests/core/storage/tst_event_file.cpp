// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/event_file.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QRegularExpression>
#include <QTest>
#include <filesystem>

using namespace trainyard;
namespace fs = std::filesystem;

namespace {

std::vector<fs::path> filesIn(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

Result<void> writeSample(IoEnv& io, const fs::path& folder, std::int64_t resumeStep)
{
    TRAINYARD_TRY(auto writer, EventFileWriter::create(io, folder, 1700000000.25, resumeStep));
    TRAINYARD_CHECK(writer->addScalar("loss", 1, 0.75, 1700000001.5));
    TRAINYARD_CHECK(writer->addScalar("loss", 2, 0.0, 1700000002.5));
    TRAINYARD_CHECK(writer->addScalar("val/accuracy", 300, 0.5, 1700000003.5));
    return writer->flush();
}

} // namespace

class TestEventFile : public QObject
{
    Q_OBJECT

private slots:
    void namesAreThoseOfTensorBoard()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writeSample(posixIo(), folder / "run", -1));
        QVERIFY(writeSample(posixIo(), folder / "run", -1));
        const std::vector<fs::path> files = filesIn(folder / "run");
        QCOMPARE(files.size(), std::size_t{2}); // a second writer makes a second file
        const QRegularExpression pattern("^events\\.out\\.tfevents\\.1700000000\\..+\\.[0-9]+\\.[01]$");
        for (const fs::path& file : files)
            QVERIFY(pattern.match(QString::fromStdString(file.filename().string())).hasMatch());
    }

    /// tests/data/storage/make_event_files.py wrote the goldens with TensorBoard's own record writer and
    /// messages.
    void bytesAreThoseOfTensorBoard_data()
    {
        QTest::addColumn<QString>("golden");
        QTest::addColumn<int>("resumeStep");
        QTest::newRow("fresh") << "scalars.tfevents" << -1;
        QTest::newRow("resumed") << "scalars_resumed.tfevents" << 200;
    }

    void bytesAreThoseOfTensorBoard()
    {
        QFETCH(QString, golden);
        QFETCH(int, resumeStep);
        const test::TemporaryFolder folder;
        QVERIFY(writeSample(posixIo(), folder / "run", resumeStep));
        const std::string written = test::readTestFile(filesIn(folder / "run").front());
        const std::string expected =
            test::readTestFile(test::sourceFolder() / "tests/data/storage" / golden.toStdString());
        QCOMPARE(QByteArray::fromStdString(written).toHex(), QByteArray::fromStdString(expected).toHex());
    }

    void faultsAreReported()
    {
        bool isGood = true;
        test::forEveryFault([&](test::FaultyIoEnv& env, const test::FaultCase& fault) {
            const test::TemporaryFolder folder;
            fs::create_directory(folder / "run");
            const auto result = writeSample(env, folder / "run", -1);
            // Only the close behind the last flush may fail unseen.
            const bool isLastClose =
                env.calls().back().rfind("close", 0) == 0 && fault.call == env.callCount();
            isGood = !env.wasReached() ? result.has_value() : !result || isLastClose;
            if (!isGood)
                QWARN(fault.text().c_str());
            return isGood;
        });
        QVERIFY(isGood);
    }
};

QTEST_APPLESS_MAIN(TestEventFile)
#include "tst_event_file.moc"
