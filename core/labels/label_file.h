// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// A record that could not be used: where it stands, why, and what the user can do.
struct Rejection
{
    std::string path;  ///< file, bytes
    std::string place; ///< "line 12", "byte 512", "object 3"; may be empty
    std::string reason;
    std::string remedy;

    bool operator==(const Rejection&) const = default;
};

/// What a format could not carry, or how an ambiguity was settled; shown to the user after import and export.
struct LossReport
{
    std::vector<std::string> notes;
    std::vector<std::string> leftOut; ///< those of the notes that are about what an export does not hold
    std::int64_t picturesLeftOut = 0; ///< of an export: that it holds no trace of
    std::int64_t labelsLeftOut = 0;   ///< annotations, those of such pictures too

    bool operator==(const LossReport&) const = default;
};

/// A label file that failed as a whole, as a rejection. The place is the error's context.
Rejection rejectionFromError(std::string_view path, const Error& error, std::string remedy);

} // namespace trainyard
