// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/json.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace trainyard::engine {

/// One piece of a request's work, at most some tenths of a second of it: the answer when it is finished,
/// nothing while there is more to do.
using WorkerStep = std::function<Result<std::optional<Json>>()>;

struct WorkerRequest
{
    Json json;
    int priority = 0;
    std::uint64_t number = 0; ///< rising in the order of arrival
    Cancellation cancellation;
    WorkerStep step; ///< empty before its first turn
};

/// What a worker was asked and has not answered: the highest priority first, then the oldest.
///
/// Any thread may add, close and cancel; one takes and puts back.
class WorkerQueue
{
public:
    void add(Json request, int priority);
    void close(); ///< nothing more will be added
    void quit();  ///< the same, and cancels everything

    /// Waits at most `wait` for a request; one that is taken stays known to cancel() until it is done().
    std::optional<WorkerRequest> take(std::chrono::milliseconds wait);
    void putBack(WorkerRequest request);
    void done(std::uint64_t number);
    /// Closed, and nothing is left.
    [[nodiscard]] bool isOver() const;
    /// False where no request with this id waits or is at work.
    bool cancel(const Json& id);

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::vector<WorkerRequest> m_waiting;
    std::optional<WorkerRequest> m_current; ///< without its step
    std::uint64_t m_next = 1;
    bool m_isClosed = false;
};

} // namespace trainyard::engine
