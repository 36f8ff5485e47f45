// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace trainyard {

void logLine(LogLevel level, std::string_view text)
{
    static const bool showDebug = std::getenv("TRAINYARD_DEBUG") != nullptr;
    if (level == LogLevel::Debug && !showDebug)
        return;
    constexpr std::string_view kNames[] = {"debug: ", "", "warning: ", "error: "};
    std::string line(kNames[static_cast<int>(level)]);
    line += text;
    line += '\n';
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

} // namespace trainyard
