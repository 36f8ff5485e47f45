// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/user.h"

#include <array>
#include <pwd.h>
#include <unistd.h>

namespace trainyard {

const std::string& userName()
{
    static const std::string kName = [] {
        std::array<char, 16384> buffer{};
        passwd entry{};
        passwd* found = nullptr;
        const uid_t user = ::geteuid();
        const int error = ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
        return error == 0 && found != nullptr ? std::string(found->pw_name) : std::to_string(user);
    }();
    return kName;
}

const std::string& hostName()
{
    static const std::string kName = [] {
        std::array<char, 256> name{};
        return ::gethostname(name.data(), name.size() - 1) == 0 && name[0] != '\0' ? std::string(name.data())
                                                                                   : std::string("localhost");
    }();
    return kName;
}

std::string userAtHost()
{
    return userName() + "@" + hostName();
}

} // namespace trainyard
