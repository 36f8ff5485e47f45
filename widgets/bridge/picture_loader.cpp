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

/// Files whose values a screen cannot show all at once. JPEG and WebP have none of these.
bool isGray16(const ImageHeader& header)
{
    return header.bitsPerChannel == 16 && header.channels <= 2 &&
           (header.format == ImageFormat::Png || header.format == ImageFormat::Tiff);
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
    if (item != m_current)
        m_currentLevels = {};
    m_current = item;
    m_currentPicture = picture;
    if (picture.isNull())
        request(item, path, 10, Step::Screen);
    else if (!picture.isWhole())
        request(item, path, 5, Step::Whole);
    else if (m_gray16.contains(item) && m_currentLevels.isNull())
        request(item, path, 5, Step::Levels);
    return picture;
}

std::optional<PictureFile> PictureLoader::file(ItemId item) const
{
    const auto found = m_files.find(item);
    return found == m_files.end() ? std::nullopt : std::optional(found->second);
}

GrayLevels PictureLoader::levels(ItemId item) const
{
    return item == m_current ? m_currentLevels : GrayLevels();
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
    if (item == m_current)
        m_currentLevels = {};
    m_gray16.erase(item);
    m_files.erase(item);
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
    request.wantsIndices = step == Step::Levels;
    request.wantsContentHash = step != Step::Levels;
    request.priority = priority;
    m_pool->decodeAsync(
        std::move(request), cancellation, [this, item, path, step](Result<DecodedPicture> decoded) {
            auto arrival = std::make_shared<Arrival>();
            arrival->step = step;
            if (decoded && step == Step::Levels) {
                if (decoded->indices == IndexKind::Gray16)
                    arrival->levels = GrayLevels(levelsFrom(decoded->image));
            } else if (decoded) {
                arrival->isGray16 = isGray16(decoded->header);
                arrival->file = {decoded->fileBytes, decoded->fileTimeNs, decoded->contentHash};
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
    if (arrival.step == Step::Levels) {
        if (arrival.levels.isNull())
            m_gray16.erase(item); // shown as it is
        if (item != m_current || arrival.levels.isNull())
            return;
        m_currentLevels = arrival.levels;
        emit levelsReady(item);
        return;
    }
    if (arrival.error) {
        emit failed(item, errorText(*arrival.error).whole());
        return;
    }
    m_files[item] = arrival.file;
    const PicturePyramid& picture = arrival.picture;
    if (item == m_current)
        m_currentPicture = picture;
    const auto cost = std::max<qsizetype>(kSmallestCostKiB, static_cast<qsizetype>(picture.bytes() / 1024));
    if (cost <= kCacheKiB / 2) // one picture does not push out all others
        m_cache.insert(item, new PicturePyramid(picture), cost);
    if (arrival.isGray16)
        m_gray16.insert(item);
    emit ready(item, picture.largest(), arrival.note);
    if (item == m_current && !picture.isWhole())
        request(item, path, 5, Step::Whole);
    else if (item == m_current && arrival.isGray16)
        request(item, path, 5, Step::Levels);
}

} // namespace trainyard::widgets
