// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decode_queue.h"

#include "core/base/path_text.h"

#include <sys/eventfd.h>
#include <unistd.h>

namespace trainyard {

Result<DecodedPicture> cancelled(const DecodeRequest& request)
{
    return fail(ErrorCode::Cancelled, displayText(request.path.native()) + ": decoding was cancelled");
}

DecodeQueue::DecodeQueue() : m_stopDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

DecodeQueue::~DecodeQueue()
{
    close(m_stopDescriptor);
}

void DecodeQueue::push(DecodeJob job)
{
    {
        const std::lock_guard lock(m_mutex);
        const Key key{-std::int64_t{job.request.priority}, m_next++};
        m_jobs.emplace(key, std::move(job));
    }
    m_changed.notify_one();
}

std::optional<DecodeJob> DecodeQueue::take()
{
    std::unique_lock lock(m_mutex);
    ++m_idle;
    m_changed.wait(lock, [this] { return m_isStopped || !m_jobs.empty(); });
    --m_idle;
    if (m_isStopped)
        return std::nullopt;
    return takeFirst();
}

std::optional<DecodeJob> DecodeQueue::takeMore()
{
    const std::lock_guard lock(m_mutex);
    if (m_isStopped || m_jobs.size() <= m_idle)
        return std::nullopt;
    return takeFirst();
}

DecodeJob DecodeQueue::takeFirst()
{
    const auto first = m_jobs.begin();
    DecodeJob job = std::move(first->second);
    m_jobs.erase(first);
    return job;
}

void DecodeQueue::stop()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopped = true;
        const std::uint64_t one = 1;
        // An eventfd with room takes eight bytes at once; there is nothing to repeat.
        [[maybe_unused]] const ssize_t written = write(m_stopDescriptor, &one, sizeof one);
    }
    m_changed.notify_all();
}

bool DecodeQueue::isStopped()
{
    const std::lock_guard lock(m_mutex);
    return m_isStopped;
}

std::vector<DecodeJob> DecodeQueue::takeAll()
{
    const std::lock_guard lock(m_mutex);
    std::vector<DecodeJob> jobs;
    while (!m_jobs.empty())
        jobs.push_back(takeFirst());
    return jobs;
}

} // namespace trainyard
