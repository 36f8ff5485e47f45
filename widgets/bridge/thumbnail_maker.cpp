// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/thumbnail_maker.h"

#include "core/base/log.h"
#include "core/imaging/thumbnail.h"

namespace trainyard::widgets {

namespace {

constexpr int kChildren = 2;

/// On a thread of the decoder pool.
std::optional<std::string> thumbnailOf(const Result<DecodedPicture>& decoded, ThumbnailStore* store,
                                       ItemId item, std::uint64_t contentHash)
{
    if (!decoded || decoded->contentHash != contentHash)
        return std::nullopt;
    auto jpeg = makeThumbnail(decoded->image);
    if (!jpeg)
        return std::nullopt;
    if (store != nullptr)
        if (const auto kept = store->put(item, contentHash, *jpeg); !kept)
            logLine(LogLevel::Warning, kept.error().message); // it is shown all the same
    return std::move(*jpeg);
}

} // namespace

ThumbnailMaker::ThumbnailMaker(const std::filesystem::path& decoder, std::shared_ptr<ThumbnailStore> store,
                               QObject* parent)
    : QObject(parent), m_store(std::move(store)), m_pool(DecoderPool::create(decoder, kChildren))
{
}

ThumbnailMaker::~ThumbnailMaker()
{
    m_pool.reset(); // no callback comes after this
}

void ThumbnailMaker::make(ItemId item, const std::filesystem::path& path, std::uint64_t contentHash)
{
    DecodeRequest request;
    request.path = path;
    request.minimumEdge = kThumbnailEdge;
    request.wantsContentHash = true;
    m_pool->decodeAsync(std::move(request), {}, [this, item, contentHash](Result<DecodedPicture> decoded) {
        auto jpeg = thumbnailOf(decoded, m_store.get(), item, contentHash);
        QMetaObject::invokeMethod(
            this, [this, item, jpeg = std::move(jpeg)] { emit made(item, jpeg); }, Qt::QueuedConnection);
    });
}

} // namespace trainyard::widgets
