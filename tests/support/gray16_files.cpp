// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/gray16_files.h"

#include <array>

namespace trainyard::test {

namespace {

void put(std::string& bytes, std::uint32_t value, int count)
{
    for (int i = 0; i < count; ++i)
        bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}

} // namespace

std::string gray16Tiff(int width, int height, std::span<const std::uint16_t> values)
{
    constexpr std::uint32_t kShort = 3;
    constexpr std::uint32_t kLong = 4;
    constexpr std::uint32_t kPixels = 8;
    const auto size = static_cast<std::uint32_t>(values.size() * 2);
    const auto w = static_cast<std::uint32_t>(width);
    const auto h = static_cast<std::uint32_t>(height);
    const std::array<std::array<std::uint32_t, 3>, 9> entries{{{256, kLong, w},
                                                               {257, kLong, h},
                                                               {258, kShort, 16},
                                                               {259, kShort, 1},
                                                               {262, kShort, 1},
                                                               {273, kLong, kPixels},
                                                               {277, kShort, 1},
                                                               {278, kLong, h},
                                                               {279, kLong, size}}};
    std::string bytes = "II";
    put(bytes, 42, 2);
    put(bytes, kPixels + size, 4);
    for (const std::uint16_t value : values)
        put(bytes, value, 2);
    put(bytes, static_cast<std::uint32_t>(entries.size()), 2);
    for (const auto& [tag, kind, value] : entries) {
        put(bytes, tag, 2);
        put(bytes, kind, 2);
        put(bytes, 1, 4);
        put(bytes, value, 4);
    }
    put(bytes, 0, 4);
    return bytes;
}

} // namespace trainyard::test
