// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/imaging/decoder_pool.h"
#include "core/imaging/thumbnail_store.h"

#include <QObject>
#include <memory>
#include <optional>
#include <string>

namespace trainyard::widgets {

/// Makes the thumbnails that a project's cache lacks: decoded in the sandboxed children, put into the store
/// and handed over.
///
/// Owns its decoder pool and shares the store. GUI thread; made() follows every make() unless the object goes
/// before. A picture that cannot be decoded, or whose bytes are not those of the item any more, gives none.
class ThumbnailMaker : public QObject
{
    Q_OBJECT
public:
    /// `decoder` is the program trainyard-decode; its children start with the first request. `store` may be
    /// null: then nothing is kept.
    ThumbnailMaker(const std::filesystem::path& decoder, std::shared_ptr<ThumbnailStore> store,
                   QObject* parent = nullptr);
    ~ThumbnailMaker() override;

    void make(ItemId item, const std::filesystem::path& path, std::uint64_t contentHash);

signals:
    void made(trainyard::ItemId item, const std::optional<std::string>& jpeg);

private:
    std::shared_ptr<ThumbnailStore> m_store;
    std::unique_ptr<DecoderPool> m_pool;
};

} // namespace trainyard::widgets
