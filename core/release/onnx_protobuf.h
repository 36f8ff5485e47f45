// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Writes protobuf's wire format (protobuf.dev/programming-guides/encoding): as much of it as ONNX needs.
class ProtobufWriter
{
public:
    void integer(int field, std::int64_t value);   ///< varint, two's complement
    void real(int field, float value);             ///< 32 bits
    void bytes(int field, std::string_view value); ///< strings and nested messages
    void packedIntegers(int field, const std::vector<std::int64_t>& values);

    [[nodiscard]] const std::string& text() const { return m_bytes; }

private:
    void varint(std::uint64_t value);
    std::string m_bytes;
};

/// Reads one message field by field; every length is checked against what is there.
class ProtobufReader
{
public:
    explicit ProtobufReader(std::string_view bytes) : m_rest(bytes) {}

    struct Field
    {
        int number = 0;
        std::int64_t integer = 0; ///< of a varint
        float real = 0;           ///< of 32 bits
        std::string_view bytes;   ///< of a length-delimited field
        bool isLengthDelimited = false;
    };
    [[nodiscard]] bool atEnd() const { return m_rest.empty(); }
    /// CorruptFile where the bytes are no field.
    Result<Field> next();
    /// The varints of a packed field.
    static Result<std::vector<std::int64_t>> packed(std::string_view bytes);

private:
    Result<std::uint64_t> varint();
    Result<std::string_view> take(std::uint64_t size);
    std::string_view m_rest;
};

} // namespace trainyard
