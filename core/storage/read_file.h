// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace trainyard {

/// The whole file as bytes. Refuses folders, devices and files over `maxBytes` (Refused) before reading.
Result<std::string> readFile(const std::filesystem::path& path, std::uint64_t maxBytes = 1ULL << 30);

/// A file mapped for reading, for as long as this object lives. Empty files give an empty view.
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
/// only a regular file with one name. Gives an open descriptor (O_RDONLY|O_CLOEXEC). Refused names the reason.
Result<int> openBeneath(const std::filesystem::path& folder, const std::string& name);

} // namespace trainyard
