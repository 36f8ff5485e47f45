// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/process_identity.h"

#include "core/storage/read_file.h"

#include <cstdlib>
#include <sstream>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr int kFieldsBetweenNameAndStart = 20; // field 2 is the name, field 22 the start time

} // namespace

std::uint64_t startTicksOf(const std::string& stat)
{
    const std::size_t nameEnd = stat.rfind(')');
    if (nameEnd == std::string::npos)
        return 0;
    std::istringstream fields(stat.substr(nameEnd + 1));
    std::string field;
    for (int i = 0; i < kFieldsBetweenNameAndStart && fields; ++i)
        fields >> field;
    return fields ? std::strtoull(field.c_str(), nullptr, 10) : 0;
}

ProcessIdentity thisProcess()
{
    ProcessIdentity identity;
    identity.pid = ::getpid();
    identity.startTicks = startTicksOf(readFile("/proc/self/stat").value_or(std::string()));
    identity.bootId = readFile("/proc/sys/kernel/random/boot_id").value_or(std::string());
    identity.bootId.erase(identity.bootId.find_last_not_of(" \n") + 1);
    return identity;
}

} // namespace trainyard
