// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/pack_file.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <filesystem>
#include <thread>

using namespace trainyard;
namespace fs = std::filesystem;

namespace {

constexpr PackShape kShape{7, 4, 5};

std::vector<std::uint8_t> picture(std::int64_t index, PackShape shape = kShape)
{
    std::vector<std::uint8_t> pixels(shape.pictureBytes());
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<std::uint8_t>(index * 37 + static_cast<std::int64_t>(i) * 11);
    return pixels;
}

Result<void> writePack(IoEnv& io, const fs::path& path)
{
    TRAINYARD_TRY(auto writer, PackWriter::create(io, path, kShape, {{"preprocess", "{}"}}));
    for (std::int64_t i = kShape.count - 1; i >= 0; --i)
        TRAINYARD_CHECK(writer->put(i, 100 + i, picture(i)));
    return writer->commit();
}

bool isWhole(const PackReader& reader)
{
    for (std::int64_t i = 0; i < kShape.count; ++i) {
        const auto pixels = reader.pixels(i);
        if (!reader.isIntact(i) || std::vector<std::uint8_t>(pixels.begin(), pixels.end()) != picture(i))
            return false;
    }
    return true;
}

int fileCount(const fs::path& folder)
{
    return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

/// That other HDF5 tools read the same arrays is what tests/peers/hdf5_check.py proves.
class TestPackFile : public QObject
{
    Q_OBJECT

private slots:
    void rowsComeBackWithTheirItems()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writePack(posixIo(), folder / "p.h5"));
        const auto reader = PackReader::open(folder / "p.h5").value();
        QCOMPARE(reader->shape().count, std::int64_t{7});
        QCOMPARE(reader->shape().height, 4);
        QCOMPARE(reader->shape().width, 5);
        QCOMPARE(reader->attribute("preprocess"), std::string("{}"));
        QCOMPARE(reader->itemIds()[3], std::int64_t{103});
        QVERIFY(isWhole(*reader));
        QCOMPARE(fileCount(folder.path()), 1);
    }

    void samePicturesSameBytes()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writePack(posixIo(), folder / "a.h5"));
        QVERIFY(writePack(posixIo(), folder / "b.h5"));
        QVERIFY(test::readTestFile(folder / "a.h5") == test::readTestFile(folder / "b.h5"));
    }

    void manyThreadsWrite()
    {
        const test::TemporaryFolder folder;
        const PackShape shape{200, 16, 16};
        const auto writer = PackWriter::create(posixIo(), folder / "p.h5", shape, {}).value();
        std::vector<std::thread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&, thread] {
                for (std::int64_t i = thread; i < shape.count; i += 4)
                    QVERIFY(writer->put(i, i, picture(i, shape)));
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QVERIFY(writer->commit());
        const auto reader = PackReader::open(folder / "p.h5").value();
        for (std::int64_t i = 0; i < shape.count; ++i)
            QVERIFY(reader->isIntact(i) && reader->pixels(i)[5] == picture(i, shape)[5]);
    }

    void anEmptyPack()
    {
        const test::TemporaryFolder folder;
        QVERIFY(PackWriter::create(posixIo(), folder / "p.h5", {0, 2, 2}, {}).value()->commit());
        QCOMPARE(PackReader::open(folder / "p.h5").value()->shape().count, std::int64_t{0});
    }

    void incompleteOrWrongPacksAreRefused()
    {
        const test::TemporaryFolder folder;
        {
            const auto writer = PackWriter::create(posixIo(), folder / "p.h5", kShape, {}).value();
            QVERIFY(writer->put(0, 1, picture(0)));
            QCOMPARE(writer->put(7, 1, picture(0)).error().code, ErrorCode::InvalidArgument);
            QCOMPARE(writer->put(-1, 1, picture(0)).error().code, ErrorCode::InvalidArgument);
            QCOMPARE(writer->put(1, 1, std::vector<std::uint8_t>(3)).error().code,
                     ErrorCode::InvalidArgument);
            const auto result = writer->commit();
            QVERIFY(!result);
            QVERIFY(result.error().message.find("row 1 is missing") != std::string::npos);
        }
        QCOMPARE(fileCount(folder.path()), 0);
        QVERIFY(!PackWriter::create(posixIo(), folder / "p.h5", {1, 0, 5}, {}));
        const auto huge = PackWriter::create(posixIo(), folder / "p.h5", {INT64_C(1) << 40, 1000, 1000}, {});
        QVERIFY(!huge);
        QCOMPARE(huge.error().code, ErrorCode::NoSpace);
        QVERIFY(!PackWriter::create(posixIo(), folder / "p.h5", {INT64_MAX, 1000, 1000}, {}));
        QCOMPARE(fileCount(folder.path()), 0);
    }

    /// Every byte, flipped: the pack does not open, or exactly one row says that it is not intact. Only bytes
    /// of the HDF5 structure, by which we do not read, may pass.
    void everyFlippedByteIsFound()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writePack(posixIo(), folder / "p.h5"));
        const std::string bytes = test::readTestFile(folder / "p.h5");
        int refused = 0;
        int rows = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            std::string flipped = bytes;
            flipped[i] = static_cast<char>(flipped[i] ^ 0x40);
            test::writeTestFile(folder / "f.h5", flipped);
            const auto reader = PackReader::open(folder / "f.h5");
            if (!reader) {
                ++refused;
                continue;
            }
            int broken = 0;
            for (std::int64_t row = 0; row < kShape.count; ++row)
                broken += (*reader)->isIntact(row) ? 0 : 1;
            QVERIFY(broken <= 1);
            rows += broken;
        }
        QCOMPARE(rows, static_cast<int>(7 * kShape.pictureBytes()));
        QCOMPARE(refused, 512 + 2 * 7 * 8); // the description, the items, the checksums
    }

    void everyTruncationIsFound()
    {
        const test::TemporaryFolder folder;
        QVERIFY(writePack(posixIo(), folder / "p.h5"));
        const std::string bytes = test::readTestFile(folder / "p.h5");
        int accepted = 0;
        for (std::size_t size = 0; size < bytes.size(); size += 5) {
            test::writeTestFile(folder / "short.h5", bytes.substr(0, size));
            const auto reader = PackReader::open(folder / "short.h5");
            accepted += reader && !isWhole(**reader) ? 1 : 0;
        }
        QCOMPARE(accepted, 0);
        QCOMPARE(PackReader::open(folder / "none").error().code, ErrorCode::NotFound);
    }

    void everyFaultLeavesOldOrNew()
    {
        bool isGood = true;
        const int runs = test::forEveryFault([&](test::FaultyIoEnv& env, const test::FaultCase& fault) {
            const test::TemporaryFolder folder;
            const fs::path path = folder / "p.h5";
            test::writeTestFile(path, "old");
            const auto result = writePack(env, path);
            const auto reader = PackReader::open(path);
            const bool isNew = reader && isWhole(**reader);
            const bool isOld = test::readTestFile(path) == "old";
            isGood = (result ? isNew && !env.wasReached() : isNew || isOld) &&
                     (fault.isForEver || fileCount(folder.path()) == 1);
            if (!isGood)
                QWARN((fault.text() + (result ? "" : ": " + result.error().message)).c_str());
            return isGood;
        });
        QVERIFY(isGood);
        QVERIFY(runs >= 6 * 2 * 16);
    }

    void readsVersion1()
    {
        const auto reader = PackReader::open(test::sourceFolder() / "tests/data/compat/v1/pack.h5").value();
        QVERIFY(isWhole(*reader));
        QCOMPARE(reader->itemIds()[6], std::int64_t{106});
    }
};

QTEST_APPLESS_MAIN(TestPackFile)
#include "tst_pack_file.moc"
