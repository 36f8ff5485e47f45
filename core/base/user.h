// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace trainyard {

/// Who runs this process, by name ("1000" where the system knows none). Asked once; any thread.
const std::string& userName();
/// This machine's name, "localhost" where it has none. Asked once; any thread.
const std::string& hostName();
/// "USER@HOST"
std::string userAtHost();

} // namespace trainyard
