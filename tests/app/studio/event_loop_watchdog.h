// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QTimer>
#include <cstdint>
#include <map>

namespace trainyard::test {

/// How long the event loop of this thread was kept from its work: the longest time between two beats of a
/// fast timer.
///
/// Time that the thread was ready to run while other processes had the cores is taken off (the kernel's
/// /proc/self/task/TID/schedstat says how much that was): it says something about the machine, not about the
/// program. Whatever the thread does or waits for itself counts. GUI thread.
class EventLoopWatchdog
{
public:
    EventLoopWatchdog();

    /// What is measured from here on belongs to this step. Work of the caller since the last beat is left
    /// out.
    void begin(const QString& step);
    /// Waits for two more beats, so that what was done just now is counted.
    void settle();
    /// Milliseconds.
    [[nodiscard]] double longest() const;
    [[nodiscard]] const std::map<QString, double>& longestBySteps() const { return m_longest; }
    [[nodiscard]] QString text() const; ///< "import 12 ms, scroll 4 ms"

private:
    void mark();
    void beat();

    QTimer m_timer;
    QString m_step;
    std::map<QString, double> m_longest;
    std::int64_t m_lastNs = 0;
    std::int64_t m_lastWaitNs = 0;
    std::int64_t m_beats = 0;
};

} // namespace trainyard::test
