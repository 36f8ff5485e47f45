// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/pictures.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <mutex>

namespace trainyard::engine {

namespace {

namespace fs = std::filesystem;

/// Counts answers of the pool and wakes who waits for all of them.
class Countdown
{
public:
    explicit Countdown(std::size_t total) : m_left(total) {}
    void done()
    {
        const std::lock_guard lock(m_mutex);
        --m_left;
        m_changed.notify_all();
    }
    /// The number left, after some time or when it is zero.
    std::size_t wait()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, std::chrono::milliseconds(100), [this] { return m_left == 0; });
        return m_left;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::size_t m_left;
};

void fill(PreparedPicture& picture, Result<DecodedPicture> decoded, const PackRequest& size)
{
    if (!decoded) {
        picture.rejection = decoded.error();
        return;
    }
    picture.damage = decoded->damage.value_or("");
    picture.pixels = resizeForPack(decoded->image, size).pixels;
}

void appendFolder(const fs::path& folder, std::vector<std::string>& files)
{
    std::vector<std::string> below;
    std::error_code error;
    for (auto it =
             fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied, error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
        std::error_code ignored;
        if (it->is_regular_file(ignored))
            below.push_back(it->path().string());
    }
    std::sort(below.begin(), below.end());
    files.insert(files.end(), below.begin(), below.end());
}

} // namespace

PackRequest packRequest(const Preprocess& preprocess)
{
    return {preprocess.width, preprocess.height, preprocess.resize == ResizeRule::Fit, preprocess.fill};
}

std::vector<std::string> expandInputs(const std::vector<std::string>& inputs)
{
    std::vector<std::string> files;
    for (const std::string& input : inputs) {
        std::error_code error;
        if (fs::is_directory(input, error))
            appendFolder(input, files);
        else
            files.push_back(input);
    }
    return files;
}

Result<std::vector<PreparedPicture>> preparePictures(const std::vector<std::string>& paths,
                                                     const Preprocess& preprocess, DecoderPool& decoders,
                                                     const Cancellation& cancellation,
                                                     const ProgressObserver& progress, int minimumEdge)
{
    const PackRequest size = packRequest(preprocess);
    std::vector<PreparedPicture> pictures(paths.size());
    Countdown countdown(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        pictures[i].path = paths[i];
        DecodeRequest request;
        request.path = paths[i];
        request.minimumEdge = minimumEdge;
        decoders.decodeAsync(request, cancellation, [&, i](Result<DecodedPicture> decoded) {
            fill(pictures[i], std::move(decoded), size);
            countdown.done();
        });
    }
    std::size_t left = paths.size();
    while (left > 0) {
        left = countdown.wait();
        if (progress)
            progress({"reading pictures", static_cast<std::int64_t>(paths.size() - left),
                      static_cast<std::int64_t>(paths.size())});
    }
    if (cancellation.isCancelled())
        return fail(ErrorCode::Cancelled, "stopped while reading pictures");
    return pictures;
}

} // namespace trainyard::engine
