// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/imaging/decoder_pool.h"
#include "widgets/bridge/gray_levels.h"
#include "widgets/bridge/picture_pyramid.h"

#include <QCache>
#include <QImage>
#include <QObject>
#include <QString>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>

namespace trainyard::widgets {

/// What the file of a picture was when it was decoded.
struct PictureFile
{
    std::int64_t bytes = 0;
    std::int64_t timeNs = 0;
    std::uint64_t contentHash = 0;
};

/// Full pictures for the screen, decoded in the sandboxed children and never on the GUI thread.
///
/// A large JPEG comes in two steps: first reduced to what a screen shows, then whole, for the item that was
/// asked for last alone; gray levels of 16 bits follow for that one, for a window over them. Owns the decoder
/// pool. Keeps the newest 512 pictures within 512 MiB, and the one that was asked for last whatever its size.
/// Neighbours can be asked for ahead; what is not on the screen any more can be cancelled.
class PictureLoader : public QObject
{
    Q_OBJECT
public:
    /// `decoder` is the program trainyard-decode; its children start with the first request.
    explicit PictureLoader(const std::filesystem::path& decoder, QObject* parent = nullptr);
    ~PictureLoader() override;

    /// The picture as far as it is here already; ready() follows for each better version, or failed().
    PicturePyramid pyramid(ItemId item, const std::filesystem::path& path);
    /// The largest version that is here, else a null one: ready() or failed() follows.
    QImage picture(ItemId item, const std::filesystem::path& path);
    /// The levels of the item that was asked for last, where its file is gray of 16 bits; null before
    /// levelsReady().
    [[nodiscard]] GrayLevels levels(ItemId item) const;
    /// The file of the newest version that came; nothing where none did.
    [[nodiscard]] std::optional<PictureFile> file(ItemId item) const;
    /// Decodes in the background what will be asked for next.
    void prefetch(ItemId item, const std::filesystem::path& path);
    void keepOnly(std::span<const ItemId> items); ///< cancels every other request that is not begun yet
    void forget(ItemId item);

signals:
    void ready(trainyard::ItemId item, const QImage& picture, const QString& note);
    void failed(trainyard::ItemId item, const QString& reason);
    void levelsReady(trainyard::ItemId item);

private:
    enum class Step { Screen, Whole, Levels };
    struct Waiting
    {
        Cancellation cancellation;
        Step step = Step::Screen;
    };
    struct Arrival
    {
        PicturePyramid picture;
        GrayLevels levels; ///< of the step Levels alone
        bool isGray16 = false;
        PictureFile file;
        Step step = Step::Screen;
        QString note;
        std::optional<Error> error;
    };
    void request(ItemId item, const std::filesystem::path& path, int priority, Step step);
    void arrived(ItemId item, const std::filesystem::path& path, const Arrival& arrival);
    [[nodiscard]] const PicturePyramid* kept(ItemId item) const;

    QCache<ItemId, PicturePyramid> m_cache; ///< cost in KiB
    ItemId m_current = 0;
    PicturePyramid m_currentPicture;
    GrayLevels m_currentLevels;
    std::map<ItemId, PictureFile> m_files;
    std::set<ItemId> m_gray16; ///< pictures that came and have levels
    std::map<ItemId, Waiting> m_waiting;
    std::unique_ptr<DecoderPool> m_pool;
};

} // namespace trainyard::widgets
