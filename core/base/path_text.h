// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace trainyard {

/// Paths are bytes. This is how they are shown and how they travel in JSON.

/// True where the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool isUtf8(std::string_view bytes);

/// The bytes for a person: control characters, bidirectional marks and bytes that are not UTF-8 are escaped
/// as \xHH, so that a name can neither break a line nor move a cursor.
std::string displayText(std::string_view bytes);

/// The bytes as text that every file of text can hold: control characters become blanks, bytes that are not
/// UTF-8 U+FFFD.
std::string plainText(std::string_view bytes);

std::string base64Encode(std::string_view bytes);
/// Empty text for bytes that are not base64.
std::string base64Decode(std::string_view text);

} // namespace trainyard
