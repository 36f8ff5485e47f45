// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/dataset/dataset.h"
#include "core/imaging/resize.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <optional>

namespace trainyard {

namespace {

constexpr int kInFlight = 16; ///< decoded pictures wait nowhere else, so this bounds the memory
constexpr std::size_t kListed = 5;

std::string resizeText(const Dataset& dataset, const PackRequest& request)
{
    return "trainyard-pack 1 " + dataset.hash + ' ' + std::to_string(request.width) + ' ' +
           std::to_string(request.height) + (request.keepsShape ? " fit " : " stretch ") +
           std::to_string(request.keepsShape ? request.fill : 0);
}

/// The pack under this name if it is the whole, intact pack of this dataset; nothing where it has to be made.
std::unique_ptr<PackReader> intactPack(const std::filesystem::path& file, const Dataset& dataset,
                                       const PackRequest& request, const Cancellation& cancellation,
                                       const ProgressObserver& progress)
{
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return nullptr;
    auto opened = PackReader::open(file);
    if (!opened)
        return nullptr;
    std::unique_ptr<PackReader> pack = std::move(*opened);
    const PackShape shape = pack->shape();
    const auto count = static_cast<std::int64_t>(dataset.items.size());
    if (shape.count != count || shape.width != request.width || shape.height != request.height ||
        pack->attribute("resize") != resizeText(dataset, request))
        return nullptr;
    for (std::int64_t i = 0; i < count; ++i) {
        if (cancellation.isCancelled())
            break;
        if (pack->itemIds()[static_cast<std::size_t>(i)] != dataset.items[static_cast<std::size_t>(i)].item ||
            !pack->isIntact(i))
            return nullptr;
        if (progress && i % 1024 == 0)
            progress({"checking the pack", i, count});
    }
    return pack;
}

/// What the callbacks of the decoders and the waiting thread share.
struct Packing
{
    std::mutex mutex;
    std::condition_variable changed;
    int inFlight = 0;
    std::int64_t done = 0;
    std::map<std::size_t, std::string> refused; ///< row to reason, in the order of the dataset
    std::optional<Error> failure;               ///< of the pack itself: nothing more makes sense
};

Result<void> putPicture(const DatasetItem& item, std::size_t row, const PackRequest& request,
                        PackWriter& writer, Result<DecodedPicture>& decoded, std::string& refusal)
{
    if (!decoded) {
        if (decoded.error().code == ErrorCode::Cancelled)
            return fail(decoded.error());
        refusal = decoded.error().message;
        return {};
    }
    if (decoded->contentHash != item.contentHash) {
        refusal = displayText(item.path) + ": its bytes changed since the dataset was frozen";
        return {};
    }
    const Image picture = resizeForPack(decoded->image, request);
    if (picture.isEmpty()) {
        refusal = displayText(item.path) + ": has no pixels";
        return {};
    }
    return writer.put(static_cast<std::int64_t>(row), item.item, picture.pixels);
}

Error refusalOf(const Packing& packing)
{
    std::string message = std::to_string(packing.refused.size()) +
                          (packing.refused.size() == 1 ? " picture is" : " pictures are") +
                          " no longer what the dataset froze: ";
    std::string all;
    std::size_t listed = 0;
    for (const auto& [row, reason] : packing.refused) {
        if (listed < kListed)
            message += (listed == 0 ? "" : "; ") + reason;
        ++listed;
        all += reason + '\n';
    }
    if (listed > kListed)
        message += "; and " + std::to_string(listed - kListed) + " more";
    message += ". Import the folder again, review what changed and start anew";
    return {ErrorCode::Refused, std::move(message), std::move(all)};
}

Result<void> fillPack(const Dataset& dataset, const PackRequest& request, PackWriter& writer,
                      DecoderPool& decoders, const Cancellation& cancellation,
                      const ProgressObserver& progress)
{
    Packing packing;
    const auto total = static_cast<std::int64_t>(dataset.items.size());
    const Cancellation stop; // also set after a failure of the pack itself
    std::unique_lock lock(packing.mutex);
    for (std::size_t row = 0; row < dataset.items.size() && !packing.failure; ++row) {
        packing.changed.wait(lock, [&] { return packing.inFlight < kInFlight; });
        if (cancellation.isCancelled() || packing.failure)
            break;
        ++packing.inFlight;
        const std::int64_t done = packing.done;
        lock.unlock();
        if (progress)
            progress({"packing pictures", done, total});
        const DatasetItem& item = dataset.items[row];
        DecodeRequest decode;
        decode.path = item.path;
        decode.wantsContentHash = true;
        decoders.decodeAsync(decode, stop, [&, row](Result<DecodedPicture> decoded) {
            std::string refusal;
            const Result<void> written =
                putPicture(dataset.items[row], row, request, writer, decoded, refusal);
            const std::lock_guard guard(packing.mutex);
            if (!written && !packing.failure)
                packing.failure = written.error();
            if (!refusal.empty())
                packing.refused[row] = std::move(refusal);
            --packing.inFlight;
            ++packing.done;
            packing.changed.notify_all();
        });
        lock.lock();
    }
    if (cancellation.isCancelled() || packing.failure)
        stop.cancel();
    packing.changed.wait(lock, [&] { return packing.inFlight == 0; });
    if (cancellation.isCancelled())
        return fail(ErrorCode::Cancelled, "packing was stopped");
    if (packing.failure)
        return fail(*packing.failure);
    if (!packing.refused.empty())
        return fail(refusalOf(packing));
    if (progress)
        progress({"packing pictures", total, total});
    return {};
}

Result<void> checkRoom(const std::filesystem::path& folder, const Dataset& dataset, PackShape shape)
{
    const std::uint64_t need = dataset.items.size() * (shape.pictureBytes() + 16) + (1U << 20);
    TRAINYARD_TRY(const std::uint64_t available, posixIo().freeBytes(folder));
    if (available >= need)
        return {};
    return fail(ErrorCode::NoSpace, folder.native() + ": the pack needs " + std::to_string(need >> 20) +
                                        " MiB and " + std::to_string(available >> 20) +
                                        " MiB are free; make room or train with smaller pictures");
}

} // namespace

Image resizeForPack(const Image& image, const PackRequest& request)
{
    if (image.isEmpty() || request.width <= 0 || request.height <= 0)
        return {};
    if (!request.keepsShape)
        return resizeImage(image, request.width, request.height);
    const double scale = std::min(static_cast<double>(request.width) / image.width,
                                  static_cast<double>(request.height) / image.height);
    const int width = std::clamp(static_cast<int>(std::lround(image.width * scale)), 1, request.width);
    const int height = std::clamp(static_cast<int>(std::lround(image.height * scale)), 1, request.height);
    const Image inner = resizeImage(image, width, height);
    Image result;
    result.width = request.width;
    result.height = request.height;
    result.pixels.assign(static_cast<std::size_t>(request.width) * request.height * 3,
                         static_cast<std::uint8_t>(std::clamp(request.fill, 0, 255)));
    const int left = (request.width - width) / 2;
    const int top = (request.height - height) / 2;
    for (int y = 0; y < height; ++y)
        std::memcpy(result.row(top + y) + static_cast<std::ptrdiff_t>(left) * 3, inner.row(y),
                    static_cast<std::size_t>(width) * 3);
    return result;
}

Result<std::unique_ptr<PackReader>> openOrMakePack(const std::filesystem::path& projectFolder,
                                                   const Dataset& dataset, const PackRequest& request,
                                                   DecoderPool& decoders, const Cancellation& cancellation,
                                                   const ProgressObserver& progress)
{
    if (request.width <= 0 || request.height <= 0 || dataset.items.empty())
        return fail(ErrorCode::InvalidArgument, "a pack needs a size and at least one item");
    const std::filesystem::path folder = projectFolder / "cache" / "packs";
    const std::filesystem::path file = folder / (sha256(resizeText(dataset, request)).substr(0, 32) + ".h5");
    if (auto pack = intactPack(file, dataset, request, cancellation, progress)) {
        if (cancellation.isCancelled())
            return fail(ErrorCode::Cancelled, "packing was stopped");
        return pack;
    }
    IoEnv& io = posixIo();
    TRAINYARD_CHECK(makeFolders(io, folder));
    if (std::error_code ignored; std::filesystem::exists(file, ignored))
        TRAINYARD_CHECK(io.unlink(file)); // damaged or of another version; it is only a cache
    const PackShape shape{static_cast<std::int64_t>(dataset.items.size()), request.height, request.width};
    TRAINYARD_CHECK(checkRoom(folder, dataset, shape));
    TRAINYARD_TRY(const std::unique_ptr<PackWriter> writer,
                  PackWriter::create(io, file, shape,
                                     {{"dataset", dataset.hash}, {"resize", resizeText(dataset, request)}}));
    TRAINYARD_CHECK(fillPack(dataset, request, *writer, decoders, cancellation, progress));
    const Result<void> committed = writer->commit();
    if (!committed && committed.error().code != ErrorCode::Conflict) // another process made the same pack
        return fail(committed.error());
    return PackReader::open(file);
}

} // namespace trainyard
