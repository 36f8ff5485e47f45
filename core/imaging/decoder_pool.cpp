// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decoder_pool.h"

#include "core/base/path_text.h"
#include "core/imaging/decoder_pump.h"

#include <cstdlib>
#include <future>
#include <thread>
#include <unistd.h>
#include <vector>

namespace trainyard {

namespace {

/// One thread a child; the queue hands out requests by priority, then by age.
class Pool : public DecoderPool
{
public:
    Pool(std::filesystem::path program, int children, DecoderTuning tuning)
    {
        for (int i = 0; i < std::max(1, children); ++i)
            m_threads.emplace_back([this, program, tuning] { DecoderPump(program, tuning, m_queue).run(); });
    }

    ~Pool() override
    {
        m_queue.stop();
        for (std::thread& thread : m_threads)
            thread.join();
        for (DecodeJob& job : m_queue.takeAll())
            job.callback(cancelled(job.request));
    }

    Result<DecodedPicture> decode(const DecodeRequest& request) override
    {
        std::promise<Result<DecodedPicture>> promise;
        auto answer = promise.get_future();
        decodeAsync(request, Cancellation(),
                    [&](Result<DecodedPicture> picture) { promise.set_value(std::move(picture)); });
        return answer.get();
    }

    void decodeAsync(DecodeRequest request, Cancellation cancellation, Callback callback) override
    {
        m_queue.push({std::move(request), std::move(cancellation), std::move(callback)});
    }

private:
    DecodeQueue m_queue;
    std::vector<std::thread> m_threads;
};

} // namespace

std::unique_ptr<DecoderPool> DecoderPool::create(std::filesystem::path program, int children)
{
    return create(std::move(program), children, DecoderTuning());
}

std::unique_ptr<DecoderPool> DecoderPool::create(std::filesystem::path program, int children,
                                                 DecoderTuning tuning)
{
    return std::make_unique<Pool>(std::move(program), children, tuning);
}

std::filesystem::path helperProgram(const std::string& name)
{
    std::error_code ignored;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    const std::filesystem::path installed = (self / ".." / "libexec" / "trainyard" / name).lexically_normal();
    std::vector<std::filesystem::path> places{installed, self / name};
    if (const char* bin = std::getenv("TRAINYARD_BIN_DIR"))
        places.push_back(
            (std::filesystem::path(bin) / ".." / "libexec" / "trainyard" / name).lexically_normal());
    for (const std::filesystem::path& place : places)
        if (access(place.c_str(), X_OK) == 0)
            return place;
    return installed;
}

} // namespace trainyard
