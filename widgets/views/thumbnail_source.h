// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/imaging/thumbnail_store.h"

#include <QImage>
#include <QObject>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace trainyard::widgets {

/// Decoded thumbnails for views: what is cached at once, the rest from a thread pool.
///
/// Owns its pool and its cache (least recently used goes first, bounded by bytes). The loader is called on
/// threads of the pool and must stay callable until the destructor has returned; everything else happens on
/// the GUI thread, which never decodes.
///
/// Nothing fails: an item without an intact thumbnail is made where there is a maker, else remembered as
/// missing until forget() or refresh().
class ThumbnailSource : public QObject
{
    Q_OBJECT
public:
    /// The JPEG bytes (made by encodeJpeg(), checked) of an item with this content; nothing where there are
    /// none.
    using Loader = std::function<std::optional<std::string>(ItemId, std::uint64_t contentHash)>;
    /// The content that an item has now; called on the GUI thread.
    using ContentHash = std::function<std::uint64_t(ItemId)>;
    /// Begins to make the thumbnail of an item that has none; true: deliver() follows. On the GUI thread.
    using Maker = std::function<bool(ItemId, std::uint64_t contentHash)>;

    ThumbnailSource(std::shared_ptr<ThumbnailStore> store, ContentHash contentHash,
                    QObject* parent = nullptr);
    ThumbnailSource(Loader loader, ContentHash contentHash, QObject* parent = nullptr);
    ~ThumbnailSource() override;

    void setMaker(Maker maker);
    /// What the maker made; nothing where it could not.
    void deliver(ItemId item, std::optional<std::string> jpeg);

    /// The decoded picture, valid until control returns to the event loop; null while it is not there, and
    /// then it is queued and ready() follows.
    const QImage* thumbnail(ItemId item);
    /// Replaces the queue: these items in this order, and nothing of what was queued before.
    void want(std::span<const ItemId> items);
    /// True where the item was asked for and has no intact thumbnail.
    [[nodiscard]] bool isMissing(ItemId item) const;

    void forget(ItemId item); ///< its content changed
    void refresh();           ///< asks again for everything that was missing, as more may have been written
    void setCacheLimit(std::int64_t bytes); ///< of pixels; 32 MiB at the start
    [[nodiscard]] std::int64_t cachedBytes() const;

signals:
    void ready(trainyard::ItemId item); ///< picture or certainty that there is none

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

} // namespace trainyard::widgets
