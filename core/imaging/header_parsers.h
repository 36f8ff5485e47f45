// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/byte_window.h"
#include "core/imaging/image_header.h"

namespace trainyard {

/// One parser a format. Each is called where the format's first bytes are there already, trusts nothing that
/// it reads, and gives CorruptFile with the byte where the header breaks (the caller puts the file's name
/// before it).
Result<ImageHeader> parseJpegHeader(ByteWindow& window);
Result<ImageHeader> parsePngHeader(ByteWindow& window);
Result<ImageHeader> parseBmpHeader(ByteWindow& window);
Result<ImageHeader> parseGifHeader(ByteWindow& window);
Result<ImageHeader> parseTiffHeader(ByteWindow& window);
Result<ImageHeader> parseWebPHeader(ByteWindow& window);
Result<ImageHeader> parsePnmHeader(ByteWindow& window);

/// The format whose first bytes these are (16 are enough).
ImageFormat formatOfBytes(std::string_view bytes);

/// The parser of the format that begins here; Unsupported with what the file seems to be.
Result<ImageHeader> parseAnyHeader(ByteWindow& window);

} // namespace trainyard
