// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/decoder_pool.h"

#include <filesystem>
#include <string>

namespace trainyard {

/// Copies the file that was decoded into the project, with its time, so that the copy can be told from a
/// newer original without opening either. Conflict where the bytes are no longer those that were decoded.
Result<void> copyPicture(const std::filesystem::path& source, const std::filesystem::path& copy,
                         const DecodedPicture& decoded);

/// Sets a file's modification time.
Result<void> setFileTime(const std::filesystem::path& path, std::int64_t timeNs);

} // namespace trainyard
