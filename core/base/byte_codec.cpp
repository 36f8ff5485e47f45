// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_codec.h"

#include <bit>
#include <cstring>

namespace trainyard {

static_assert(std::endian::native == std::endian::little, "stored reals are little-endian");

void putVarint(std::string& out, std::uint64_t value)
{
    while (value >= 0x80) {
        out += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    out += static_cast<char>(value);
}

void putSigned(std::string& out, std::int64_t value)
{
    putVarint(out, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void putReal(std::string& out, double value)
{
    char bytes[8];
    std::memcpy(bytes, &value, 8);
    out.append(bytes, 8);
}

std::string_view ByteReader::take(std::uint64_t size)
{
    if (size > m_rest.size()) {
        m_isGood = false;
        m_rest = {};
        return {};
    }
    const std::string_view taken = m_rest.substr(0, size);
    m_rest.remove_prefix(size);
    return taken;
}

std::uint8_t ByteReader::byte()
{
    const std::string_view taken = take(1);
    return taken.empty() ? 0 : static_cast<std::uint8_t>(taken[0]);
}

std::uint64_t ByteReader::varint()
{
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const std::uint8_t next = byte();
        value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
        if ((next & 0x80) == 0)
            return value;
    }
    m_isGood = false;
    return 0;
}

std::int64_t ByteReader::signedNumber()
{
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

double ByteReader::real()
{
    const std::string_view taken = take(8);
    double value = 0;
    if (taken.size() == 8)
        std::memcpy(&value, taken.data(), 8);
    return value;
}

std::size_t ByteReader::count(std::size_t bytesEach)
{
    const std::uint64_t number = varint();
    if (number > m_rest.size() / bytesEach) {
        m_isGood = false;
        return 0;
    }
    return static_cast<std::size_t>(number);
}

} // namespace trainyard
