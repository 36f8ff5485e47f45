// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/thumbnail_source.h"

#include "core/imaging/own_jpeg.h"

#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <atomic>
#include <deque>
#include <list>
#include <unordered_map>
#include <unordered_set>

namespace trainyard::widgets {

namespace {

constexpr std::int64_t kCacheBytes = 32LL << 20;
constexpr int kThreads = 2;
/// More would wait in the pool, where nothing can be cancelled any more.
constexpr std::size_t kInFlight = 4;

QImage decoded(const std::optional<std::string>& jpeg)
{
    if (!jpeg)
        return {};
    const Result<Image> image = decodeOwnJpeg(*jpeg);
    if (!image || image->isEmpty())
        return {};
    const QImage view(image->pixels.data(), image->width, image->height, image->width * 3,
                      QImage::Format_RGB888);
    return view.convertToFormat(QImage::Format_RGB32); // what is painted fastest, and a copy of its own
}

} // namespace

struct ThumbnailSource::Private
{
    struct Entry
    {
        QImage picture;
        std::list<ItemId>::iterator place;
    };

    ThumbnailSource* q = nullptr;
    Loader loader;
    ContentHash contentHash;
    Maker maker;
    std::unordered_map<ItemId, Entry> cache;
    std::list<ItemId> byUse; ///< newest first
    std::unordered_set<ItemId> missing;
    std::deque<ItemId> queue;
    std::unordered_set<ItemId> queued;
    std::unordered_map<ItemId, std::uint64_t> inFlight; ///< with the generation of the item's content
    std::unordered_set<ItemId> making;                  ///< of those in flight
    std::unordered_map<ItemId, std::uint64_t> forgotten;
    std::uint64_t generation = 0;
    std::int64_t bytes = 0;
    std::int64_t limit = kCacheBytes;
    QThreadPool pool; ///< last, so that its threads end before anything else goes

    void enqueue(ItemId item)
    {
        if (missing.contains(item) || inFlight.contains(item) || !queued.insert(item).second)
            return;
        queue.push_back(item);
    }

    void startMore()
    {
        while (inFlight.size() < kInFlight && !queue.empty()) {
            const ItemId item = queue.front();
            queue.pop_front();
            queued.erase(item);
            start(item);
        }
    }

    void start(ItemId item)
    {
        const std::uint64_t hash = contentHash(item);
        const std::uint64_t number = ++generation;
        inFlight[item] = number;
        pool.start([this, item, hash, number] { handOver(item, number, decoded(loader(item, hash))); });
    }

    /// On a thread of the pool.
    void handOver(ItemId item, std::uint64_t number, QImage picture)
    {
        QMetaObject::invokeMethod(
            q, [this, item, number, picture = std::move(picture)] { arrived(item, number, picture); },
            Qt::QueuedConnection);
    }

    void arrived(ItemId item, std::uint64_t number, const QImage& picture)
    {
        if (picture.isNull() && maker && making.insert(item).second) {
            if (maker(item, contentHash(item)))
                return; // deliver() follows
        }
        making.erase(item);
        inFlight.erase(item);
        const auto stale = forgotten.find(item);
        const bool isStale = stale != forgotten.end() && stale->second >= number;
        if (stale != forgotten.end())
            forgotten.erase(stale);
        if (isStale) {
            enqueue(item);
        } else if (picture.isNull()) {
            missing.insert(item);
        } else {
            keep(item, picture);
        }
        startMore();
        if (!isStale)
            emit q->ready(item);
    }

    void keep(ItemId item, const QImage& picture)
    {
        drop(item);
        byUse.push_front(item);
        bytes += picture.sizeInBytes();
        cache.emplace(item, Entry{picture, byUse.begin()});
        while (bytes > limit && byUse.size() > 1)
            drop(ItemId(byUse.back()));
    }

    void drop(ItemId item)
    {
        const auto entry = cache.find(item);
        if (entry == cache.end())
            return;
        bytes -= entry->second.picture.sizeInBytes();
        byUse.erase(entry->second.place);
        cache.erase(entry);
    }
};

ThumbnailSource::ThumbnailSource(std::shared_ptr<ThumbnailStore> store, ContentHash contentHash,
                                 QObject* parent)
    : ThumbnailSource(
          [store = std::move(store)](ItemId item, std::uint64_t hash) { return store->read(item, hash); },
          std::move(contentHash), parent)
{
}

ThumbnailSource::ThumbnailSource(Loader loader, ContentHash contentHash, QObject* parent)
    : QObject(parent), m_d(std::make_unique<Private>())
{
    m_d->q = this;
    m_d->loader = std::move(loader);
    m_d->contentHash = std::move(contentHash);
    m_d->pool.setMaxThreadCount(kThreads);
}

ThumbnailSource::~ThumbnailSource()
{
    m_d->queue.clear();
    m_d->pool.clear();
    m_d->pool.waitForDone();
}

void ThumbnailSource::setMaker(Maker maker)
{
    m_d->maker = std::move(maker);
}

void ThumbnailSource::deliver(ItemId item, std::optional<std::string> jpeg)
{
    const auto waiting = m_d->inFlight.find(item);
    if (waiting == m_d->inFlight.end() || !m_d->making.contains(item))
        return;
    m_d->pool.start([this, item, number = waiting->second, jpeg = std::move(jpeg)] {
        m_d->handOver(item, number, decoded(jpeg));
    });
}

const QImage* ThumbnailSource::thumbnail(ItemId item)
{
    const auto entry = m_d->cache.find(item);
    if (entry == m_d->cache.end()) {
        m_d->enqueue(item);
        m_d->startMore();
        return nullptr;
    }
    m_d->byUse.splice(m_d->byUse.begin(), m_d->byUse, entry->second.place);
    return &entry->second.picture;
}

void ThumbnailSource::want(std::span<const ItemId> items)
{
    m_d->queue.clear();
    m_d->queued.clear();
    for (const ItemId item : items)
        if (!m_d->cache.contains(item))
            m_d->enqueue(item);
    m_d->startMore();
}

bool ThumbnailSource::isMissing(ItemId item) const
{
    return m_d->missing.contains(item);
}

void ThumbnailSource::forget(ItemId item)
{
    m_d->drop(item);
    m_d->missing.erase(item);
    if (m_d->inFlight.contains(item))
        m_d->forgotten[item] = m_d->generation;
}

void ThumbnailSource::refresh()
{
    m_d->missing.clear();
    // What is on its way may have been looked for before the picture was written; it is asked for again.
    for (const auto& [item, number] : m_d->inFlight)
        m_d->forgotten[item] = number;
}

void ThumbnailSource::setCacheLimit(std::int64_t bytes)
{
    m_d->limit = bytes;
    while (m_d->bytes > m_d->limit && !m_d->byUse.empty())
        m_d->drop(ItemId(m_d->byUse.back()));
}

std::int64_t ThumbnailSource::cachedBytes() const
{
    return m_d->bytes;
}

} // namespace trainyard::widgets
