// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace trainyard {

enum class LogLevel { Debug, Info, Warning, Error };

/// One line to stderr: "warning: text". Debug lines appear only when TRAINYARD_DEBUG is set. Any thread.
void logLine(LogLevel level, std::string_view text);

} // namespace trainyard
