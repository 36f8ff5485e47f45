// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/imaging/decoder_pool.h"

#include <QCache>
#include <QImage>
#include <QObject>
#include <QString>
#include <map>
#include <memory>
#include <span>

namespace trainyard::widgets {

/// Full pictures for the screen, decoded in the sandboxed children and never on the GUI thread.
///
/// Owns the decoder pool. Keeps the newest pictures within 256 MiB. Neighbours can be asked for ahead; what
/// is not on the screen any more can be cancelled.
class PictureLoader : public QObject
{
    Q_OBJECT
public:
    /// `decoder` is the program trainyard-decode; its children start with the first request.
    explicit PictureLoader(const std::filesystem::path& decoder, QObject* parent = nullptr);
    ~PictureLoader() override;

    /// The picture where it is here already, else a null one: ready() or failed() follows.
    QImage picture(ItemId item, const std::filesystem::path& path);
    /// Decodes in the background what will be asked for next.
    void prefetch(ItemId item, const std::filesystem::path& path);
    void keepOnly(std::span<const ItemId> items); ///< cancels every other request that is not begun yet
    void forget(ItemId item);

signals:
    void ready(trainyard::ItemId item, const QImage& picture, const QString& note);
    void failed(trainyard::ItemId item, const QString& reason);

private:
    void request(ItemId item, const std::filesystem::path& path, int priority);
    void arrived(ItemId item, const Result<DecodedPicture>& decoded);

    QCache<ItemId, QImage> m_cache; ///< cost in KiB
    std::map<ItemId, Cancellation> m_waiting;
    std::unique_ptr<DecoderPool> m_pool;
};

/// The same pixels as a QImage.
QImage toQImage(const Image& image);

} // namespace trainyard::widgets
