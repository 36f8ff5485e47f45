// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace trainyard::test {

/// A TIFF of gray levels of 16 bits in one strip without compression, little-endian, black is 0.
std::string gray16Tiff(int width, int height, std::span<const std::uint16_t> values);

} // namespace trainyard::test
