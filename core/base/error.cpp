// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"

#include <array>

namespace trainyard {

namespace {

struct CodeRow
{
    ErrorCode code;
    std::string_view name;
    int exit;
};

constexpr std::array kCodes{
    CodeRow{ErrorCode::NotFound, "NotFound", 2},
    CodeRow{ErrorCode::InvalidArgument, "InvalidArgument", 2},
    CodeRow{ErrorCode::InvalidFile, "InvalidFile", 3},
    CodeRow{ErrorCode::CorruptFile, "CorruptFile", 4},
    CodeRow{ErrorCode::Unsupported, "Unsupported", 8},
    CodeRow{ErrorCode::OutOfMemory, "OutOfMemory", 7},
    CodeRow{ErrorCode::NoSpace, "NoSpace", 7},
    CodeRow{ErrorCode::DeviceUnavailable, "DeviceUnavailable", 7},
    CodeRow{ErrorCode::NumericalFailure, "NumericalFailure", 9},
    CodeRow{ErrorCode::IoError, "IoError", 1},
    CodeRow{ErrorCode::Conflict, "Conflict", 6},
    CodeRow{ErrorCode::Refused, "Refused", 6},
    CodeRow{ErrorCode::Cancelled, "Cancelled", 130},
    CodeRow{ErrorCode::Internal, "Internal", 1},
};

} // namespace

std::string_view errorCodeName(ErrorCode code)
{
    for (const CodeRow& row : kCodes) {
        if (row.code == code)
            return row.name;
    }
    return "Internal";
}

ErrorCode errorCodeFromName(std::string_view name)
{
    for (const CodeRow& row : kCodes) {
        if (row.name == name)
            return row.code;
    }
    return ErrorCode::Internal;
}

int exitCode(ErrorCode code)
{
    for (const CodeRow& row : kCodes) {
        if (row.code == code)
            return row.exit;
    }
    return 1;
}

} // namespace trainyard
