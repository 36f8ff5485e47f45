// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace trainyard {

/// The bytes that a gzip file holds, all its members one behind the other. CorruptFile names the byte where
/// it breaks; Refused where more than `limit` bytes would come out.
Result<std::string> gunzip(std::string_view bytes, std::uint64_t limit, std::string_view source);

} // namespace trainyard
