// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "widgets/bridge/background.h"

#include <QObject>
#include <utility>

namespace trainyard::widgets {

/// One computation of a tool on another thread, at most: a newer one takes the place of the one before.
///
/// Belongs to a tool and dies with it; what is still running then ends soon and is heard by nobody. GUI
/// thread.
class SelectionJob
{
public:
    SelectionJob() = default;
    ~SelectionJob() { m_cancellation.cancel(); }
    SelectionJob(const SelectionJob&) = delete;
    SelectionJob& operator=(const SelectionJob&) = delete;

    /// `work(cancellation)` on a thread of the pool, then `done(value)` here, unless cancelled meanwhile.
    template <typename Work, typename Done>
    void start(Work work, Done done)
    {
        cancel();
        m_isRunning = true;
        runInBackground(
            &m_context,
            [work = std::move(work), cancellation = m_cancellation]() mutable { return work(cancellation); },
            [this, done = std::move(done), cancellation = m_cancellation](auto value) mutable {
                if (cancellation.isCancelled())
                    return;
                m_isRunning = false;
                done(std::move(value));
            });
    }
    void cancel()
    {
        m_cancellation.cancel();
        m_cancellation = Cancellation();
        m_isRunning = false;
    }
    [[nodiscard]] bool isRunning() const { return m_isRunning; }

private:
    QObject m_context; ///< what runs is heard as long as this lives
    Cancellation m_cancellation;
    bool m_isRunning = false;
};

} // namespace trainyard::widgets
