// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Tar archives in memory (POSIX ustar; GNU long names and pax paths when reading).

struct TarEntry
{
    std::string name;
    std::uint64_t offset = 0; ///< of its bytes in the archive
    std::uint64_t size = 0;
};

/// The plain files, up to the end or to the first header or size that is wrong.
struct TarContents
{
    std::vector<TarEntry> entries;
    std::string fault;         ///< empty: read to its end
    std::uint64_t faultAt = 0; ///< byte
};
TarContents readTar(std::string_view bytes);

/// One header, the bytes and their padding; the same for the same bytes (no time, no owner). InvalidArgument
/// for names of more than 100 bytes.
Result<void> appendTar(std::string& archive, std::string_view name, std::string_view bytes);
void finishTar(std::string& archive);

} // namespace trainyard
