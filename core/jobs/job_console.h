// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/base/json.h"

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace trainyard {

/// What a terminal sees of a job: progress with rate and remaining time on stderr (a bar where stderr is a
/// terminal, else a line at the start and end of each phase and every ten seconds), and the result on stdout.
/// Any thread.
class JobConsole
{
public:
    explicit JobConsole(bool printsJson);

    void progress(std::string_view phase, std::int64_t done, std::int64_t total);
    void note(std::string_view text);
    /// Last: with --json exactly one line of JSON, else the text, on stdout. False where stdout did not take
    /// it.
    bool result(const Json& result, std::string_view text);
    /// Last: with --json the line {"error": {code, message, context}} on stdout, else "error: ..." on stderr.
    bool error(const Error& error);

private:
    void printBar(std::int64_t done, std::int64_t total, double seconds);
    void printLine(std::int64_t done, std::int64_t total, double seconds);
    void endBar();

    std::mutex m_mutex;
    bool m_printsJson;
    bool m_isTerminal;
    bool m_hasBar = false;
    std::string m_phase;
    bool m_isPhaseOver = false;
    std::int64_t m_phaseStartNs = 0;
    std::int64_t m_lastPrintNs = 0;
};

/// {"error": {code, message, context}}.
Json errorJson(const Error& error);

/// "7:05" or "1:02:03".
std::string durationText(double seconds);

} // namespace trainyard
