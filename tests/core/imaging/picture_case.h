// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/imaging/decoder_pool.h"

#include <filesystem>
#include <memory>
#include <string>

namespace trainyard::test {

/// tests/data/imaging.
std::filesystem::path imagingData();

/// A golden of tests/data/imaging as JSON; aborts where it cannot be read.
Json imagingGolden(const std::string& name);

/// XXH3 of an image's pixels in sixteen hexadecimal digits, as the goldens have it.
std::string pixelDigest(const Image& image);

/// A picture by formula, the same as pattern() of make_numbers.py.
Image patternImage(int width, int height);

/// Decodes with one child of this build's trainyard-decode that all tests of a program share.
Result<DecodedPicture> decodePicture(const std::filesystem::path& path, int minimumEdge = 0);

} // namespace trainyard::test
