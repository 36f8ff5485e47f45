// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/picture_loader.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"

#include <algorithm>
#include <cstring>

namespace trainyard::widgets {

namespace {

constexpr int kChildren = 2;
constexpr qsizetype kCacheKiB = 256 * 1024;
constexpr int kScreenEdge = 4096; ///< more than any screen shows

} // namespace

QImage toQImage(const Image& image)
{
    if (image.isEmpty())
        return {};
    QImage copy(image.width, image.height, QImage::Format_RGB888);
    for (int y = 0; y < image.height; ++y)
        std::memcpy(copy.scanLine(y), image.row(y), static_cast<std::size_t>(image.width) * 3);
    return copy;
}

PictureLoader::PictureLoader(const std::filesystem::path& decoder, QObject* parent)
    : QObject(parent), m_cache(kCacheKiB), m_pool(DecoderPool::create(decoder, kChildren))
{
}

PictureLoader::~PictureLoader()
{
    for (const auto& [item, cancellation] : m_waiting)
        cancellation.cancel();
    m_pool.reset(); // no callback comes after this
}

QImage PictureLoader::picture(ItemId item, const std::filesystem::path& path)
{
    if (const QImage* cached = m_cache.object(item))
        return *cached;
    request(item, path, 10);
    return {};
}

void PictureLoader::prefetch(ItemId item, const std::filesystem::path& path)
{
    if (!m_cache.contains(item))
        request(item, path, 0);
}

void PictureLoader::keepOnly(std::span<const ItemId> items)
{
    for (auto it = m_waiting.begin(); it != m_waiting.end();) {
        if (std::find(items.begin(), items.end(), it->first) != items.end()) {
            ++it;
            continue;
        }
        it->second.cancel();
        it = m_waiting.erase(it);
    }
}

void PictureLoader::forget(ItemId item)
{
    m_cache.remove(item);
}

void PictureLoader::request(ItemId item, const std::filesystem::path& path, int priority)
{
    if (m_waiting.contains(item))
        return;
    const Cancellation cancellation;
    m_waiting.emplace(item, cancellation);
    DecodeRequest request;
    request.path = path;
    request.minimumEdge = kScreenEdge;
    request.priority = priority;
    m_pool->decodeAsync(std::move(request), cancellation, [this, item](Result<DecodedPicture> decoded) {
        auto shared = std::make_shared<Result<DecodedPicture>>(std::move(decoded));
        QMetaObject::invokeMethod(
            this, [this, item, shared] { arrived(item, *shared); }, Qt::QueuedConnection);
    });
}

void PictureLoader::arrived(ItemId item, const Result<DecodedPicture>& decoded)
{
    if (!decoded && decoded.error().code == ErrorCode::Cancelled)
        return;
    m_waiting.erase(item);
    if (!decoded) {
        emit failed(item, errorText(decoded.error()).sentence);
        return;
    }
    const QImage picture = toQImage(decoded->image);
    m_cache.insert(item, new QImage(picture), std::max<qsizetype>(1, picture.sizeInBytes() / 1024));
    QString note = shown(decoded->note);
    if (decoded->damage)
        note = tr("damaged: %1").arg(shown(*decoded->damage));
    emit ready(item, picture, note);
}

} // namespace trainyard::widgets
