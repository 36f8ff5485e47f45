// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace trainyard {

/// Makes a symbolic link. Conflict where the name is taken, else IoError.
Result<void> makeLink(const std::filesystem::path& target, const std::filesystem::path& link);

} // namespace trainyard
