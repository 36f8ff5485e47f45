// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_console.h"

#include "core/base/clock.h"
#include "core/base/path_text.h"

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr std::int64_t kBarIntervalNs = 100'000'000;
constexpr std::int64_t kLineIntervalNs = 10'000'000'000;
constexpr int kBarWidth = 24;

std::string rateText(double perSecond)
{
    char text[32];
    std::snprintf(text, sizeof text, perSecond < 10 ? "%.1f/s" : "%.0f/s", perSecond);
    return text;
}

/// "1234 of 5000, 812/s, 0:05 left".
std::string measureText(std::int64_t done, std::int64_t total, double seconds)
{
    std::string text = std::to_string(done);
    if (total > 0)
        text += " of " + std::to_string(total);
    if (seconds > 0 && done > 0) {
        const double rate = static_cast<double>(done) / seconds;
        text += ", " + rateText(rate);
        if (total > done)
            text += ", " + durationText(static_cast<double>(total - done) / rate) + " left";
    }
    return text;
}

bool printOut(std::string_view text)
{
    const bool isWritten = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    return std::fflush(stdout) == 0 && isWritten;
}

} // namespace

JobConsole::JobConsole(bool printsJson) : m_printsJson(printsJson), m_isTerminal(::isatty(STDERR_FILENO) == 1)
{
}

void JobConsole::progress(std::string_view phase, std::int64_t done, std::int64_t total)
{
    const std::lock_guard guard(m_mutex);
    const std::int64_t now = systemClock().monotonicNanoseconds();
    const bool isNewPhase = m_phase != phase;
    if (isNewPhase) {
        endBar();
        m_phase = phase;
        m_phaseStartNs = now;
        m_isPhaseOver = false;
    }
    const bool isLast = total > 0 && done >= total && !m_isPhaseOver;
    const std::int64_t interval = m_isTerminal ? kBarIntervalNs : kLineIntervalNs;
    if (!isNewPhase && !isLast && now - m_lastPrintNs < interval)
        return;
    m_lastPrintNs = now;
    m_isPhaseOver = m_isPhaseOver || isLast;
    const double seconds = static_cast<double>(now - m_phaseStartNs) * 1e-9;
    if (m_isTerminal)
        printBar(done, total, seconds);
    else
        printLine(done, total, seconds);
}

void JobConsole::printBar(std::int64_t done, std::int64_t total, double seconds)
{
    std::string bar;
    if (total > 0) {
        const double share = std::clamp(static_cast<double>(done) / static_cast<double>(total), 0.0, 1.0);
        const int filled = static_cast<int>(share * kBarWidth);
        bar = " [" + std::string(static_cast<std::size_t>(filled), '=') +
              std::string(static_cast<std::size_t>(kBarWidth - filled), ' ') + "]";
    }
    std::fprintf(stderr, "\r\033[K%s%s %s", displayText(m_phase).c_str(), bar.c_str(),
                 measureText(done, total, seconds).c_str());
    std::fflush(stderr);
    m_hasBar = true;
}

void JobConsole::printLine(std::int64_t done, std::int64_t total, double seconds)
{
    std::fprintf(stderr, "%s: %s\n", displayText(m_phase).c_str(), measureText(done, total, seconds).c_str());
}

void JobConsole::endBar()
{
    if (m_hasBar)
        std::fputc('\n', stderr);
    m_hasBar = false;
}

void JobConsole::note(std::string_view text)
{
    const std::lock_guard guard(m_mutex);
    endBar();
    std::fprintf(stderr, "%s\n", displayText(text).c_str());
}

bool JobConsole::result(const Json& result, std::string_view text)
{
    const std::lock_guard guard(m_mutex);
    endBar();
    std::fflush(stderr);
    std::string output = m_printsJson ? jsonLine(result) : std::string(text);
    if (!output.empty() && output.back() != '\n')
        output += '\n';
    return printOut(output);
}

bool JobConsole::error(const Error& error)
{
    const std::lock_guard guard(m_mutex);
    endBar();
    if (!m_printsJson) {
        std::fprintf(stderr, "error: %s\n", error.message.c_str());
        if (!error.context.empty())
            std::fprintf(stderr, "  (%s)\n", displayText(error.context).c_str());
        return true;
    }
    std::fflush(stderr);
    return printOut(jsonLine(errorJson(error)) + "\n");
}

Json errorJson(const Error& error)
{
    return {{"error",
             {{"code", errorCodeName(error.code)}, {"message", error.message}, {"context", error.context}}}};
}

std::string durationText(double seconds)
{
    const auto whole = static_cast<std::int64_t>(std::clamp(seconds, 0.0, 3.6e8) + 0.5);
    char text[48];
    if (whole >= 3600)
        std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", static_cast<long long>(whole / 3600),
                      static_cast<long long>(whole / 60 % 60), static_cast<long long>(whole % 60));
    else
        std::snprintf(text, sizeof text, "%lld:%02lld", static_cast<long long>(whole / 60),
                      static_cast<long long>(whole % 60));
    return text;
}

} // namespace trainyard
