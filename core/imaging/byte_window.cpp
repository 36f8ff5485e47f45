// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/byte_window.h"

#include <algorithm>
#include <cerrno>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr std::size_t kHeadBytes = 64 * 1024;
constexpr std::size_t kPageBytes = 4096;

std::string_view part(std::string_view bytes, std::uint64_t offset, std::size_t length)
{
    return offset >= bytes.size() ? std::string_view() : bytes.substr(offset, length);
}

} // namespace

std::optional<std::uint64_t> ByteWindow::number(std::uint64_t offset, std::size_t length, ByteOrder order)
{
    const std::string_view bytes = at(offset, length);
    if (bytes.size() < length)
        return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; ++i) {
        const std::size_t from = order == ByteOrder::Big ? i : length - 1 - i;
        value = (value << 8) | static_cast<unsigned char>(bytes[from]);
    }
    return value;
}

std::string_view MemoryWindow::at(std::uint64_t offset, std::size_t length)
{
    return part(m_bytes, offset, length);
}

FileWindow::FileWindow(int fd) : m_fd(fd), m_head(kHeadBytes)
{
    m_head.resize(readAt(m_head.data(), m_head.size(), 0));
}

std::string_view FileWindow::at(std::uint64_t offset, std::size_t length)
{
    const std::string_view head(m_head.data(), m_head.size());
    if (offset + length <= head.size() || head.size() < kHeadBytes)
        return part(head, offset, length);
    const bool isInside = offset >= m_farOffset && offset + length <= m_farOffset + m_far.size();
    if (!isInside) {
        m_far.resize(std::max(length, kPageBytes));
        m_farOffset = offset;
        m_far.resize(readAt(m_far.data(), m_far.size(), offset));
    }
    return part({m_far.data(), m_far.size()}, offset - m_farOffset, length);
}

std::size_t FileWindow::readAt(char* target, std::size_t length, std::uint64_t offset)
{
    std::size_t done = 0;
    while (done < length) {
        const ssize_t got = pread(m_fd, target + done, length - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            m_hasReadError = true;
        if (got <= 0)
            break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

} // namespace trainyard
