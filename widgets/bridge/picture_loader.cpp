// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/picture_loader.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"

#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kChildren = 2;
constexpr qsizetype kCacheKiB = 512 * 1024;
constexpr qsizetype kSmallestCostKiB = 1024; ///< so that small pictures end with their number
constexpr int kScreenEdge = 2048;            ///< enough for the first look at a picture

/// On a thread of the pool.
QString noteOf(const DecodedPicture& picture)
{
    return picture.damage ? PictureLoader::tr("damaged: %1").arg(shown(*picture.damage))
                          : shown(picture.note);
}

} // namespace

PictureLoader::PictureLoader(const std::filesystem::path& decoder, QObject* parent)
    : QObject(parent), m_cache(kCacheKiB), m_pool(DecoderPool::create(decoder, kChildren))
{
}

PictureLoader::~PictureLoader()
{
    for (const auto& [item, waiting] : m_waiting)
        waiting.cancellation.cancel();
    m_pool.reset(); // no callback comes after this
}

const PicturePyramid* PictureLoader::kept(ItemId item) const
{
    if (item == m_current && !m_currentPicture.isNull())
        return &m_currentPicture;
    return m_cache.object(item);
}

PicturePyramid PictureLoader::pyramid(ItemId item, const std::filesystem::path& path)
{
    const PicturePyramid* found = kept(item);
    const PicturePyramid picture = found == nullptr ? PicturePyramid() : *found;
    m_current = item;
    m_currentPicture = picture;
    if (picture.isNull())
        request(item, path, 10, Step::Screen);
    else if (!picture.isWhole())
        request(item, path, 5, Step::Whole);
    return picture;
}

QImage PictureLoader::picture(ItemId item, const std::filesystem::path& path)
{
    const PicturePyramid found = pyramid(item, path);
    return found.isNull() ? QImage() : found.largest();
}

void PictureLoader::prefetch(ItemId item, const std::filesystem::path& path)
{
    if (kept(item) == nullptr)
        request(item, path, 0, Step::Screen);
}

void PictureLoader::keepOnly(std::span<const ItemId> items)
{
    for (auto it = m_waiting.begin(); it != m_waiting.end();) {
        if (std::find(items.begin(), items.end(), it->first) != items.end()) {
            ++it;
            continue;
        }
        it->second.cancellation.cancel();
        it = m_waiting.erase(it);
    }
}

void PictureLoader::forget(ItemId item)
{
    m_cache.remove(item);
    if (item == m_current)
        m_currentPicture = {};
}

void PictureLoader::request(ItemId item, const std::filesystem::path& path, int priority, Step step)
{
    if (m_waiting.contains(item))
        return;
    const Cancellation cancellation;
    m_waiting.emplace(item, Waiting{cancellation, step});
    DecodeRequest request;
    request.path = path;
    request.minimumEdge = step == Step::Screen ? kScreenEdge : 0;
    request.priority = priority;
    m_pool->decodeAsync(std::move(request), cancellation, [this, item, path](Result<DecodedPicture> decoded) {
        auto arrival = std::make_shared<Arrival>();
        if (decoded) {
            arrival->note = noteOf(*decoded);
            const QSize fullSize(decoded->fullWidth, decoded->fullHeight);
            arrival->picture = PicturePyramid(toQImage(std::move(decoded->image)), fullSize);
        } else {
            arrival->error = decoded.error();
        }
        QMetaObject::invokeMethod(
            this, [this, item, path, arrival] { arrived(item, path, *arrival); }, Qt::QueuedConnection);
    });
}

void PictureLoader::arrived(ItemId item, const std::filesystem::path& path, const Arrival& arrival)
{
    if (arrival.error && arrival.error->code == ErrorCode::Cancelled)
        return;
    m_waiting.erase(item);
    if (arrival.error) {
        emit failed(item, errorText(*arrival.error).sentence);
        return;
    }
    const PicturePyramid& picture = arrival.picture;
    if (item == m_current)
        m_currentPicture = picture;
    const auto cost = std::max<qsizetype>(kSmallestCostKiB, static_cast<qsizetype>(picture.bytes() / 1024));
    if (cost <= kCacheKiB / 2) // one picture does not push out all others
        m_cache.insert(item, new PicturePyramid(picture), cost);
    emit ready(item, picture.largest(), arrival.note);
    if (item == m_current && !picture.isWhole())
        request(item, path, 5, Step::Whole);
}

} // namespace trainyard::widgets
