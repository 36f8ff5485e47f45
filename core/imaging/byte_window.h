// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace trainyard {

enum class ByteOrder { Little, Big };

/// Bytes of a file by their offset, fetched as a parser asks for them. Views live until the next call.
class ByteWindow
{
public:
    virtual ~ByteWindow() = default;
    /// The bytes from `offset`; fewer than `length` where the file ends.
    virtual std::string_view at(std::uint64_t offset, std::size_t length) = 0;

    /// An unsigned number of 1 to 8 bytes; nothing where the file ends before it.
    std::optional<std::uint64_t> number(std::uint64_t offset, std::size_t length, ByteOrder order);
};

/// A window on bytes in memory.
class MemoryWindow : public ByteWindow
{
public:
    explicit MemoryWindow(std::string_view bytes) : m_bytes(bytes) {}
    std::string_view at(std::uint64_t offset, std::size_t length) override;

private:
    std::string_view m_bytes;
};

/// A window on an open file: the first 64 KiB are read once, later parts by the page.
class FileWindow : public ByteWindow
{
public:
    explicit FileWindow(int fd);
    std::string_view at(std::uint64_t offset, std::size_t length) override;
    [[nodiscard]] bool hasReadError() const { return m_hasReadError; }

private:
    std::size_t readAt(char* target, std::size_t length, std::uint64_t offset);

    int m_fd;
    bool m_hasReadError = false;
    std::vector<char> m_head;
    std::vector<char> m_far;
    std::uint64_t m_farOffset = 0;
};

} // namespace trainyard
