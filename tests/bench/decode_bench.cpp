// SPDX-License-Identifier: GPL-3.0-or-later
// decode_bench FOLDER [CHILDREN] [MINIMUM_EDGE]: the imaging part of an import (decode, content hash,
// thumbnail, perceptual hash) of every file below a folder, with files per second and the processor time of
// all processes.
#include "core/imaging/decoder_pool.h"
#include "core/imaging/perceptual_hash.h"
#include "core/imaging/thumbnail.h"
#include "core/imaging/thumbnail_store.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace trainyard;
using std::chrono::steady_clock;

double cpuSeconds(int who)
{
    rusage usage{};
    getrusage(who, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/// Lets at most `most` requests be under way.
class Window
{
public:
    explicit Window(int most) : m_most(most) {}
    void enter()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_count < m_most; });
        ++m_count;
    }
    void leave()
    {
        const std::lock_guard lock(m_mutex);
        --m_count;
        m_changed.notify_all();
    }
    void drain()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_count == 0; });
    }

private:
    int m_most;
    int m_count = 0;
    std::mutex m_mutex;
    std::condition_variable m_changed;
};

struct Outcome
{
    std::atomic<int> good = 0;
    std::atomic<int> damaged = 0;
    std::atomic<int> failed = 0;
};

void run(const std::vector<std::filesystem::path>& files, int children, int minimumEdge,
         ThumbnailStore& thumbnails, Outcome& outcome)
{
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), children);
    Window window(64);
    std::vector<std::uint64_t> hashes(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        window.enter();
        DecodeRequest request;
        request.path = files[i];
        request.minimumEdge = minimumEdge;
        request.wantsContentHash = true;
        pool->decodeAsync(request, Cancellation(), [&, i](Result<DecodedPicture> picture) {
            if (!picture) {
                ++outcome.failed;
                std::fprintf(stderr, "%s\n", picture.error().message.c_str());
            } else {
                ++(picture->damage ? outcome.damaged : outcome.good);
                hashes[i] = perceptualHash(picture->image);
                if (const auto jpeg = makeThumbnail(picture->image))
                    static_cast<void>(
                        thumbnails.put(static_cast<ItemId>(i + 1), picture->contentHash, *jpeg).has_value());
            }
            window.leave();
        });
    }
    window.drain();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: decode_bench FOLDER [CHILDREN] [MINIMUM_EDGE]\n", stderr);
        return 2;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[1]))
        if (entry.is_regular_file() && hasPictureEnding(entry.path().filename().native()))
            files.push_back(entry.path());
    const int children = argc > 2 ? std::atoi(argv[2]) : 2;
    const int minimumEdge = argc > 3 ? std::atoi(argv[3]) : 0;

    char folder[] = "/tmp/decode-bench-XXXXXX";
    if (mkdtemp(folder) == nullptr)
        return 1;
    auto thumbnails = ThumbnailStore::open(folder);
    if (!thumbnails)
        return 1;
    Outcome outcome;
    const auto start = steady_clock::now();
    run(files, children, minimumEdge, **thumbnails, outcome);
    const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
    std::printf(
        "%zu files: %d good, %d damaged, %d failed; %.2f s, %.0f files/s; processor time %.2f s here, %.2f s "
        "in decoders\n",
        files.size(), outcome.good.load(), outcome.damaged.load(), outcome.failed.load(), seconds,
        static_cast<double>(files.size()) / seconds, cpuSeconds(RUSAGE_SELF), cpuSeconds(RUSAGE_CHILDREN));
    std::filesystem::remove_all(folder);
    return outcome.failed.load() == 0 ? 0 : 1;
}
