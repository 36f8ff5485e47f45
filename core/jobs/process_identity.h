// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace trainyard {

/// What tells a process from a later one with the same pid.
struct ProcessIdentity
{
    int pid = 0;
    std::uint64_t startTicks = 0; ///< clock ticks since boot (field 22 of /proc/<pid>/stat)
    std::string bootId;           ///< /proc/sys/kernel/random/boot_id

    bool operator==(const ProcessIdentity&) const = default;
};

/// The running process; startTicks is 0 and bootId empty where /proc does not say.
ProcessIdentity thisProcess();

/// Field 22 of the text of a /proc/<pid>/stat; the command name in it may hold blanks and parentheses.
std::uint64_t startTicksOf(const std::string& stat);

} // namespace trainyard
