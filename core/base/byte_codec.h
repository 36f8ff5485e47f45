// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace trainyard {

/// The small binary words of stored values: LEB128 varints, signed numbers as varints of (n << 1) ^ (n >>
/// 63), reals as 8 little-endian bytes.
void putVarint(std::string& out, std::uint64_t value);
void putSigned(std::string& out, std::int64_t value);
void putReal(std::string& out, double value);

/// Reads them forward; after the first thing that does not fit, everything reads as nothing and isGood() is
/// false.
class ByteReader
{
public:
    explicit ByteReader(std::string_view bytes) : m_rest(bytes) {}

    [[nodiscard]] bool isGood() const { return m_isGood; }
    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }
    [[nodiscard]] std::size_t restSize() const { return m_rest.size(); }
    /// For a value that was read and means nothing.
    void refuse() { m_isGood = false; }

    std::string_view take(std::uint64_t size);
    std::uint8_t byte();
    std::uint64_t varint();
    std::int64_t signedNumber();
    double real();
    /// A varint that counts things of at least `bytesEach` bytes; refuses more than the rest can hold.
    std::size_t count(std::size_t bytesEach);

private:
    std::string_view m_rest;
    bool m_isGood = true;
};

} // namespace trainyard
