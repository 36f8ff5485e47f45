// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/worker_queue.h"

#include <algorithm>

namespace trainyard::engine {

void WorkerQueue::add(Json request, int priority)
{
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back({std::move(request), priority, m_next++, Cancellation(), {}});
    m_changed.notify_all();
}

void WorkerQueue::close()
{
    const std::lock_guard lock(m_mutex);
    m_isClosed = true;
    m_changed.notify_all();
}

void WorkerQueue::quit()
{
    const std::lock_guard lock(m_mutex);
    for (const WorkerRequest& request : m_waiting)
        request.cancellation.cancel();
    if (m_current)
        m_current->cancellation.cancel();
    m_isClosed = true;
    m_changed.notify_all();
}

std::optional<WorkerRequest> WorkerQueue::take(std::chrono::milliseconds wait)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, wait, [this] { return !m_waiting.empty() || m_isClosed; });
    const auto best = std::min_element(
        m_waiting.begin(), m_waiting.end(), [](const WorkerRequest& a, const WorkerRequest& b) {
            return a.priority != b.priority ? a.priority > b.priority : a.number < b.number;
        });
    if (best == m_waiting.end())
        return std::nullopt;
    WorkerRequest request = std::move(*best);
    m_waiting.erase(best);
    m_current = WorkerRequest{Json{{"id", jsonValue(request.json, "id", Json())}},
                              request.priority,
                              request.number,
                              request.cancellation,
                              {}};
    return request;
}

void WorkerQueue::putBack(WorkerRequest request)
{
    const std::lock_guard lock(m_mutex);
    m_current.reset();
    m_waiting.push_back(std::move(request));
}

void WorkerQueue::done(std::uint64_t number)
{
    const std::lock_guard lock(m_mutex);
    if (m_current && m_current->number == number)
        m_current.reset();
}

bool WorkerQueue::isOver() const
{
    const std::lock_guard lock(m_mutex);
    return m_isClosed && m_waiting.empty();
}

bool WorkerQueue::cancel(const Json& id)
{
    const std::lock_guard lock(m_mutex);
    bool isFound = false;
    const auto cancelWhere = [&](const WorkerRequest& request) {
        if (jsonValue(request.json, "id", Json()) == id) {
            request.cancellation.cancel();
            isFound = true;
        }
    };
    for (const WorkerRequest& request : m_waiting)
        cancelWhere(request);
    if (m_current)
        cancelWhere(*m_current);
    return isFound;
}

} // namespace trainyard::engine
