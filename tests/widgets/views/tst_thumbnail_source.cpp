// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/own_jpeg.h"
#include "widgets/views/thumbnail_source.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <algorithm>
#include <atomic>
#include <mutex>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

std::string jpegOf(int grey, int edge = 16)
{
    Image image;
    image.width = image.height = edge;
    image.pixels.assign(static_cast<std::size_t>(edge) * static_cast<std::size_t>(edge) * 3,
                        static_cast<std::uint8_t>(grey));
    return encodeJpeg(image, 90).value_or(std::string());
}

/// Gives out pictures only when the test lets it, and remembers what it was asked for.
struct Loader
{
    std::mutex mutex;
    std::vector<ItemId> asked;
    QSemaphore gate;
    bool isGated = false;
    bool sawGuiThread = false;
    QThread* guiThread = QThread::currentThread();

    std::optional<std::string> operator()(ItemId item, std::uint64_t hash)
    {
        {
            const std::lock_guard guard(mutex);
            asked.push_back(item);
            sawGuiThread = sawGuiThread || QThread::currentThread() == guiThread;
        }
        if (isGated)
            gate.acquire();
        if (item < 0)
            return std::nullopt;
        return jpegOf(static_cast<int>(hash));
    }
};

} // namespace

class TestThumbnailSource : public QObject
{
    Q_OBJECT
private slots:
    void whatIsMissingIsMade()
    {
        Loader loader;
        ThumbnailSource source([&](ItemId item, std::uint64_t hash) { return loader(-item, hash); },
                               [](ItemId) { return 90U; });
        std::vector<ItemId> made;
        source.setMaker([&](ItemId item, std::uint64_t hash) {
            made.push_back(item);
            return hash == 90U && item != 9;
        });
        QSignalSpy ready(&source, &ThumbnailSource::ready);
        for (const ItemId item : {7, 8, 9})
            source.thumbnail(item);
        QTRY_COMPARE(made.size(), std::size_t(3)); // each was looked for on a thread of its own
        QTRY_COMPARE(ready.count(), 1);            // of 9 nothing can be made
        QVERIFY(source.isMissing(9));
        QVERIFY(!source.isMissing(7));
        source.deliver(7, jpegOf(120));
        source.deliver(8, std::nullopt);
        source.deliver(10, jpegOf(50)); // nobody asked
        QTRY_COMPARE(ready.count(), 3);
        const QImage* picture = source.thumbnail(7);
        QVERIFY(picture != nullptr);
        QVERIFY(std::abs(qRed(picture->pixel(8, 8)) - 120) <= 2);
        QVERIFY(source.isMissing(8));
        QVERIFY(source.thumbnail(10) == nullptr);
        std::sort(made.begin(), made.end());
        QCOMPARE(made, (std::vector<ItemId>{7, 8, 9})); // once each
    }

    void decodesOnAnotherThread()
    {
        Loader loader;
        ThumbnailSource source([&](ItemId item, std::uint64_t hash) { return loader(item, hash); },
                               [](ItemId) { return 90U; });
        QSignalSpy ready(&source, &ThumbnailSource::ready);
        QVERIFY(source.thumbnail(7) == nullptr);
        QTRY_COMPARE(ready.count(), 1);
        QCOMPARE(ready[0][0].value<ItemId>(), 7);
        const QImage* picture = source.thumbnail(7);
        QVERIFY(picture != nullptr);
        QCOMPARE(picture->size(), QSize(16, 16));
        QVERIFY(std::abs(qRed(picture->pixel(8, 8)) - 90) <= 2);
        QVERIFY(!loader.sawGuiThread);
        QCOMPARE(ready.count(), 1); // found in the cache, not asked again
    }

    void whatIsMissingStaysMissingUntilRefreshed()
    {
        Loader loader;
        bool isThere = false;
        ThumbnailSource source(
            [&](ItemId item, std::uint64_t hash) { return isThere ? loader(item, hash) : std::nullopt; },
            [](ItemId) { return 1U; });
        QSignalSpy ready(&source, &ThumbnailSource::ready);
        source.thumbnail(3);
        QTRY_COMPARE(ready.count(), 1);
        QVERIFY(source.isMissing(3));
        source.thumbnail(3);
        QTest::qWait(20);
        QCOMPARE(ready.count(), 1);
        isThere = true;
        source.refresh();
        QVERIFY(!source.isMissing(3));
        source.thumbnail(3);
        QTRY_COMPARE(ready.count(), 2);
        QVERIFY(source.thumbnail(3) != nullptr);
    }

    void damagedBytesAreMissing()
    {
        ThumbnailSource source(
            [](ItemId, std::uint64_t) { return std::optional<std::string>("no jpeg at all"); },
            [](ItemId) { return 1U; });
        QSignalSpy ready(&source, &ThumbnailSource::ready);
        source.thumbnail(3);
        QTRY_COMPARE(ready.count(), 1);
        QVERIFY(source.isMissing(3));
    }

    void whatLeftTheViewIsNotDecoded()
    {
        Loader loader;
        loader.isGated = true;
        ThumbnailSource source([&](ItemId item, std::uint64_t hash) { return loader(item, hash); },
                               [](ItemId) { return 5U; });
        QSignalSpy ready(&source, &ThumbnailSource::ready);
        std::vector<ItemId> first, second;
        for (ItemId i = 1; i <= 500; ++i)
            first.push_back(i);
        for (ItemId i = 1001; i <= 1010; ++i)
            second.push_back(i);
        source.want(first);
        source.want(second);
        loader.gate.release(1000);
        QTRY_VERIFY(source.thumbnail(1010) != nullptr);
        const std::lock_guard guard(loader.mutex);
        const auto old =
            std::count_if(loader.asked.begin(), loader.asked.end(), [](ItemId item) { return item <= 500; });
        QVERIFY2(old <= 4, qPrintable(QString::number(old))); // only what was under way already
    }

    void theCacheKeepsItsLimit()
    {
        Loader loader;
        ThumbnailSource source([&](ItemId item, std::uint64_t hash) { return loader(item, hash); },
                               [](ItemId) { return 5U; });
        const int one = 16 * 16 * 4;
        source.setCacheLimit(10 * one);
        QSignalSpy ready(&source, &ThumbnailSource::ready);
        for (ItemId i = 1; i <= 30; ++i) {
            source.thumbnail(i);
            QTRY_COMPARE(ready.count(), i);
            source.thumbnail(1); // in use all the time
        }
        QCOMPARE(source.cachedBytes(), 10 * one);
        QVERIFY(source.thumbnail(1) != nullptr);
        QVERIFY(source.thumbnail(30) != nullptr);
        QVERIFY(source.thumbnail(15) == nullptr);
    }

    void changedContentIsReadAgain()
    {
        Loader loader;
        std::uint64_t hash = 40;
        ThumbnailSource source([&](ItemId item, std::uint64_t h) { return loader(item, h); },
                               [&](ItemId) { return hash; });
        source.thumbnail(1);
        QTRY_VERIFY(source.thumbnail(1) != nullptr);
        hash = 200;
        source.forget(1);
        QTRY_VERIFY(source.thumbnail(1) != nullptr);
        QVERIFY(std::abs(qRed(source.thumbnail(1)->pixel(8, 8)) - 200) <= 2);
    }

    void changedContentUnderWayIsNotShown()
    {
        Loader loader;
        loader.isGated = true;
        std::uint64_t hash = 40;
        ThumbnailSource source([&](ItemId item, std::uint64_t h) { return loader(item, h); },
                               [&](ItemId) { return hash; });
        source.thumbnail(1);
        QTRY_VERIFY([&] {
            const std::lock_guard guard(loader.mutex);
            return loader.asked.size() == 1;
        }());
        hash = 200;
        source.forget(1);
        loader.gate.release(10);
        QTRY_VERIFY(source.thumbnail(1) != nullptr);
        QVERIFY(std::abs(qRed(source.thumbnail(1)->pixel(8, 8)) - 200) <= 2);
    }

    void mayGoWhileWorkIsUnderWay()
    {
        for (int round = 0; round < 20; ++round) {
            Loader loader;
            ThumbnailSource source([&](ItemId item, std::uint64_t hash) { return loader(item, hash); },
                                   [](ItemId) { return 5U; });
            std::vector<ItemId> items{1, 2, 3, 4, 5, 6, 7, 8};
            source.want(items);
        }
        QCoreApplication::processEvents(); // answers to what is gone must not arrive
    }
};

QTEST_MAIN(TestThumbnailSource)
#include "tst_thumbnail_source.moc"
