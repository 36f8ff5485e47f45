// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <sys/mount.h>

namespace trainyard::test {

/// A small file system in memory for as long as this object lives; not mounted where that is not allowed.
class SmallDisk
{
public:
    explicit SmallDisk(const std::filesystem::path& place, const std::string& size) : m_place(place)
    {
        std::filesystem::create_directories(place);
        m_isMounted = ::mount("tmpfs", place.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
    }
    ~SmallDisk()
    {
        if (m_isMounted)
            ::umount2(m_place.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    [[nodiscard]] bool isMounted() const { return m_isMounted; }

private:
    std::filesystem::path m_place;
    bool m_isMounted = false;
};

} // namespace trainyard::test
