// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace trainyard {

/// Why something failed, as a class that decides the exit code and whether a retry makes sense.
enum class ErrorCode {
    NotFound,
    InvalidArgument,
    InvalidFile, ///< a recipe, answers file or other input that the user wrote does not keep its schema
    CorruptFile,
    Unsupported,
    OutOfMemory,
    NoSpace,
    DeviceUnavailable,
    NumericalFailure,
    IoError,
    Conflict,
    Refused,
    Cancelled,
    Internal,
};

/// A failure as a value. The message names the file, the line or byte, what was expected and the way out;
/// context holds details that a person needs only when they ask (a library's own words, an errno).
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string context;

    bool operator==(const Error&) const = default;
};

/// The stable name of a code in JSON and logs, for example "CorruptFile".
std::string_view errorCodeName(ErrorCode code);

/// The inverse of errorCodeName(); Internal for an unknown name.
ErrorCode errorCodeFromName(std::string_view name);

/// The exit code of a program that ends with this error (the command line's contract).
int exitCode(ErrorCode code);

} // namespace trainyard
