// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_hash.h"
#include "core/imaging/resize.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <atomic>
#include <map>
#include <thread>

using namespace trainyard;
using namespace trainyard::test;

namespace {

Image striped(int width, int height, int seed)
{
    Image image;
    image.width = width;
    image.height = height;
    for (int i = 0; i < width * height * 3; ++i)
        image.pixels.push_back(static_cast<std::uint8_t>((i * 37 + seed * 11) % 251));
    return image;
}

/// Decodes from a table instead of files, on threads of its own, in an order that changes.
class TablePool : public DecoderPool
{
public:
    ~TablePool() override { join(); }

    Result<DecodedPicture> decode(const DecodeRequest& request) override
    {
        ++decoded;
        const auto found = pictures.find(request.path.native());
        if (found == pictures.end())
            return fail(ErrorCode::NotFound, request.path.native() + ": no such file");
        DecodedPicture picture;
        picture.image = found->second;
        picture.contentHash = hashes[request.path.native()];
        return picture;
    }
    void decodeAsync(DecodeRequest request, Cancellation cancellation, Callback callback) override
    {
        m_threads.emplace_back([this, request, cancellation, callback] {
            std::this_thread::sleep_for(std::chrono::microseconds(request.path.native().size() * 7919 % 500));
            if (cancellation.isCancelled())
                callback(fail(ErrorCode::Cancelled, "stopped"));
            else
                callback(decode(request));
        });
    }
    void join()
    {
        for (std::thread& thread : m_threads)
            thread.join();
        m_threads.clear();
    }

    std::map<std::string, Image> pictures;
    std::map<std::string, std::uint64_t> hashes;
    std::atomic<int> decoded{0};

private:
    std::vector<std::thread> m_threads;
};

Dataset makeDataset(TablePool& pool, int count)
{
    Dataset dataset;
    dataset.labels = {"a", "b"};
    for (int i = 0; i < count; ++i) {
        const std::string path =
            "/pictures/" + std::string(static_cast<std::size_t>(i % 9), 'x') + std::to_string(i);
        pool.pictures[path] = striped(20 + i % 5, 10 + i % 7, i);
        pool.hashes[path] = 1000 + static_cast<std::uint64_t>(i);
        dataset.items.push_back(
            {i + 1, path, pool.hashes[path], Split::Train, i % 2, "item:" + std::to_string(i + 1)});
    }
    dataset.hash = datasetHash(dataset);
    return dataset;
}

} // namespace

class TestPack : public QObject
{
    Q_OBJECT
private slots:
    void stretchIsThePlainResize()
    {
        const Image picture = striped(31, 17, 1);
        QVERIFY(resizeForPack(picture, {8, 12, false, 0}) == resizeImage(picture, 8, 12));
        QVERIFY(resizeForPack(picture, {31, 17, false, 0}) == picture);
        QVERIFY(resizeForPack({}, {8, 8, false, 0}).isEmpty());
    }

    void fitKeepsTheShapeAndFills()
    {
        const Image picture = striped(40, 10, 2);
        const Image result = resizeForPack(picture, {20, 20, true, 99});
        QCOMPARE(result.width, 20);
        QCOMPARE(result.height, 20);
        const Image inner = resizeImage(picture, 20, 5);
        for (int y = 0; y < 20; ++y) {
            for (int x = 0; x < 60; ++x) {
                const bool isInside = y >= 7 && y < 12; // (20 - 5) / 2 rows above
                QCOMPARE(result.row(y)[x], isInside ? inner.row(y - 7)[x] : std::uint8_t(99));
            }
        }
        const Image thin = resizeForPack(striped(1000, 1, 3), {16, 16, true, 0}); // never less than one row
        QCOMPARE(thin.pixels.size(), std::size_t(16 * 16 * 3));
    }

    void rowsAreTheResizedPictures()
    {
        const TemporaryFolder folder;
        TablePool pool;
        const Dataset dataset = makeDataset(pool, 60);
        std::int64_t last = 0;
        const auto pack = openOrMakePack(folder.path(), dataset, {8, 6, false, 0}, pool, {},
                                         [&](const Progress& progress) { last = progress.done; });
        QVERIFY2(pack, pack ? "" : pack.error().message.c_str());
        QCOMPARE(last, 60);
        QCOMPARE((*pack)->shape().count, 60);
        for (std::int64_t i = 0; i < 60; ++i) {
            const DatasetItem& item = dataset.items[static_cast<std::size_t>(i)];
            const Image expected = resizeImage(pool.pictures[item.path], 8, 6);
            const auto pixels = (*pack)->pixels(i);
            QVERIFY(std::equal(pixels.begin(), pixels.end(), expected.pixels.begin(), expected.pixels.end()));
            QCOMPARE((*pack)->itemIds()[static_cast<std::size_t>(i)], item.item);
        }
    }

    void isMadeOnceForEachRequest()
    {
        const TemporaryFolder folder;
        TablePool pool;
        const Dataset dataset = makeDataset(pool, 10);
        QVERIFY(openOrMakePack(folder.path(), dataset, {8, 6, false, 0}, pool, {}, {}));
        QCOMPARE(pool.decoded.load(), 10);
        QVERIFY(openOrMakePack(folder.path(), dataset, {8, 6, false, 0}, pool, {}, {}));
        QCOMPARE(pool.decoded.load(), 10);
        QVERIFY(openOrMakePack(folder.path(), dataset, {8, 6, true, 0}, pool, {}, {}));
        QVERIFY(openOrMakePack(folder.path(), dataset, {6, 6, false, 0}, pool, {}, {}));
        QCOMPARE(pool.decoded.load(), 30);
    }

    void aDamagedPackIsMadeAnew()
    {
        const TemporaryFolder folder;
        TablePool pool;
        const Dataset dataset = makeDataset(pool, 10);
        const PackRequest request{32, 32, false, 0};
        QVERIFY(openOrMakePack(folder.path(), dataset, request, pool, {}, {}));
        std::filesystem::path file;
        for (const auto& entry : std::filesystem::directory_iterator(folder / "cache/packs"))
            file = entry.path();
        const std::string whole = readTestFile(file);
        std::string flipped = whole;
        flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
        for (const std::string& bytes :
             {flipped, whole.substr(0, whole.size() / 2), std::string("no pack")}) {
            std::filesystem::remove(file);
            writeTestFile(file, bytes);
            const int before = pool.decoded.load();
            const auto pack = openOrMakePack(folder.path(), dataset, request, pool, {}, {});
            QVERIFY2(pack, pack ? "" : pack.error().message.c_str());
            QCOMPARE(pool.decoded.load(), before + 10);
            QVERIFY((*pack)->isIntact(5));
        }
    }

    void changedAndLostPicturesAreListed()
    {
        const TemporaryFolder folder;
        TablePool pool;
        const Dataset dataset = makeDataset(pool, 40);
        for (const int i : {3, 17})
            pool.hashes[dataset.items[static_cast<std::size_t>(i)].path] = 1;
        pool.pictures.erase(dataset.items[20].path);
        const auto pack = openOrMakePack(folder.path(), dataset, {8, 8, false, 0}, pool, {}, {});
        QVERIFY(!pack);
        QCOMPARE(pack.error().code, ErrorCode::Refused);
        const QString message = QString::fromStdString(pack.error().message);
        QVERIFY(message.startsWith("3 pictures are no longer what the dataset froze: "));
        for (const int i : {3, 17, 20})
            QVERIFY(
                message.contains(QString::fromStdString(dataset.items[static_cast<std::size_t>(i)].path)));
        QVERIFY(message.contains("changed since the dataset was frozen") && message.contains("no such file"));
        for (const auto& entry : std::filesystem::directory_iterator(folder / "cache/packs"))
            QVERIFY2(false, entry.path().c_str()); // nothing half made stays
    }

    void manyChangesAreCounted()
    {
        const TemporaryFolder folder;
        TablePool pool;
        const Dataset dataset = makeDataset(pool, 30);
        for (auto& [path, hash] : pool.hashes)
            hash = 1;
        const auto pack = openOrMakePack(folder.path(), dataset, {8, 8, false, 0}, pool, {}, {});
        QVERIFY(!pack);
        QVERIFY(QString::fromStdString(pack.error().message).contains("and 25 more"));
        QCOMPARE(QString::fromStdString(pack.error().context).count('\n'), 30);
    }

    void canBeStopped()
    {
        const TemporaryFolder folder;
        TablePool pool;
        const Dataset dataset = makeDataset(pool, 200);
        const Cancellation cancellation;
        const auto pack = openOrMakePack(folder.path(), dataset, {8, 8, false, 0}, pool, cancellation,
                                         [&](const Progress& progress) {
                                             if (progress.done >= 20)
                                                 cancellation.cancel();
                                         });
        QVERIFY(!pack);
        QCOMPARE(pack.error().code, ErrorCode::Cancelled);
        QVERIFY(pool.decoded.load() < 100);
        for (const auto& entry : std::filesystem::directory_iterator(folder / "cache/packs"))
            QVERIFY2(false, entry.path().c_str());
    }

    void badRequestsAreRefused()
    {
        const TemporaryFolder folder;
        TablePool pool;
        const auto pack = openOrMakePack(folder.path(), makeDataset(pool, 3), {0, 8, false, 0}, pool, {}, {});
        QVERIFY(!pack);
        QCOMPARE(pack.error().code, ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestPack)
#include "tst_pack.moc"
