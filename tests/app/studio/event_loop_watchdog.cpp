// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/studio/event_loop_watchdog.h"

#include <QFile>
#include <QTest>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <unistd.h>

namespace trainyard::test {

namespace {

constexpr int kBeatMs = 5;
constexpr double kNsPerMs = 1e6;

std::int64_t nowNs()
{
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// How long this thread has stood in the queue for a core, in all; 0 where the kernel does not tell.
std::int64_t queuedNs()
{
    QFile file(QStringLiteral("/proc/self/task/%1/schedstat").arg(::gettid()));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    long long ran = 0;
    long long queued = 0;
    return std::sscanf(file.readLine().constData(), "%lld %lld", &ran, &queued) == 2 ? queued : 0;
}

} // namespace

EventLoopWatchdog::EventLoopWatchdog()
{
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.setInterval(kBeatMs);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { beat(); });
    m_timer.start();
    mark();
}

void EventLoopWatchdog::begin(const QString& step)
{
    m_step = step;
    m_longest.try_emplace(step, 0.0);
    mark();
}

void EventLoopWatchdog::settle()
{
    const std::int64_t before = m_beats;
    [[maybe_unused]] const bool isBeating = QTest::qWaitFor([&] { return m_beats > before + 1; });
}

void EventLoopWatchdog::mark()
{
    m_lastNs = nowNs();
    m_lastWaitNs = queuedNs();
}

void EventLoopWatchdog::beat()
{
    const std::int64_t lastNs = m_lastNs;
    const std::int64_t lastWaitNs = m_lastWaitNs;
    mark();
    ++m_beats;
    if (m_step.isEmpty())
        return;
    const double ms = static_cast<double>((m_lastNs - lastNs) - (m_lastWaitNs - lastWaitNs)) / kNsPerMs;
    double& longest = m_longest[m_step];
    longest = std::max(longest, ms);
}

double EventLoopWatchdog::longest() const
{
    double longest = 0;
    for (const auto& [step, ms] : m_longest)
        longest = std::max(longest, ms);
    return longest;
}

QString EventLoopWatchdog::text() const
{
    QStringList parts;
    for (const auto& [step, ms] : m_longest)
        parts << QStringLiteral("%1 %2 ms").arg(step).arg(ms, 0, 'f', 1);
    return parts.join(QStringLiteral(", "));
}

} // namespace trainyard::test
