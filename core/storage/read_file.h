// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace trainyard {

/// The whole file as bytes. Refuses folders, devices and files over `maxBytes` (Refused) before reading.
Result<std::string> readFile(const std::filesystem::path& path, std::uint64_t maxBytes = 1ULL << 30);

/// What lies behind `offset` in a file that others append to, and the whole size at that moment (smaller than
/// `offset` where the file shrank; then there are no bytes). Never a map: a file that is cut meanwhile cannot
/// kill the reader.
struct FileTail
{
    std::uint64_t size = 0;
    std::string bytes;
};
Result<FileTail> readTail(const std::filesystem::path& path, std::uint64_t offset);

/// A file mapped for reading, for as long as this object lives. Empty files give an empty view. For files
/// that are written once: a file that is cut while it is mapped kills whoever reads it.
class MappedFile
{
public:
    static Result<MappedFile> open(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    [[nodiscard]] std::string_view bytes() const { return {m_data, m_size}; }

private:
    MappedFile(const char* data, std::size_t size) : m_data(data), m_size(size) {}
    const char* m_data = nullptr;
    std::size_t m_size = 0;
};

/// Opens a file below a folder by a name that comes from data: no "..", no absolute path, no link on the way,
/// only a regular file with one name. Gives an open descriptor (O_RDONLY|O_CLOEXEC). Refused names the
/// reason.
Result<int> openBeneath(const std::filesystem::path& folder, const std::string& name);

} // namespace trainyard
