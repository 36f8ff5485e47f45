// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/decoder_pool.h"

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace trainyard {

/// A request with the one who waits for it.
struct DecodeJob
{
    DecodeRequest request;
    Cancellation cancellation;
    DecoderPool::Callback callback;
};

Result<DecodedPicture> cancelled(const DecodeRequest& request);

/// The requests that no child has taken yet: higher priority first, then the older. Any thread.
class DecodeQueue
{
public:
    DecodeQueue();
    ~DecodeQueue();
    DecodeQueue(const DecodeQueue&) = delete;
    DecodeQueue& operator=(const DecodeQueue&) = delete;

    void push(DecodeJob job);
    /// Blocks until there is a job or stop() was called.
    std::optional<DecodeJob> take();
    /// A job only where more are waiting than there are threads without work: for a thread that has work
    /// already.
    std::optional<DecodeJob> takeMore();
    void stop();
    [[nodiscard]] bool isStopped();
    /// Readable for ever after stop().
    [[nodiscard]] int stopDescriptor() const { return m_stopDescriptor; }
    std::vector<DecodeJob> takeAll();

private:
    using Key = std::pair<std::int64_t, std::uint64_t>;

    DecodeJob takeFirst();

    int m_stopDescriptor;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::map<Key, DecodeJob> m_jobs;
    std::uint64_t m_next = 0;
    std::size_t m_idle = 0;
    bool m_isStopped = false;
};

} // namespace trainyard
