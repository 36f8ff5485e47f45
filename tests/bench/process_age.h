// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ctime>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <unistd.h>

namespace trainyard::test {

/// Milliseconds since the kernel started this process.
inline double sinceStart()
{
    std::ifstream stat("/proc/self/stat");
    std::string text((std::istreambuf_iterator<char>(stat)), {});
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::string field;
    for (int i = 3; i <= 22; ++i)
        fields >> field; // the 22nd is the start, in ticks since boot
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9 -
            std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK))) *
           1000;
}

} // namespace trainyard::test
