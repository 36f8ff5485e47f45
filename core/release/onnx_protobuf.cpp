// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/onnx_protobuf.h"

#include <bit>
#include <cstring>

namespace trainyard {

namespace {

constexpr std::uint64_t kVarint = 0;
constexpr std::uint64_t kFixed64 = 1;
constexpr std::uint64_t kLengthDelimited = 2;
constexpr std::uint64_t kFixed32 = 5;

tl::unexpected<Error> damaged(const char* what)
{
    return fail(ErrorCode::CorruptFile, std::string("ONNX: ") + what);
}

} // namespace

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie in memory");

void ProtobufWriter::varint(std::uint64_t value)
{
    while (value >= 0x80) {
        m_bytes.push_back(static_cast<char>(value | 0x80));
        value >>= 7;
    }
    m_bytes.push_back(static_cast<char>(value));
}

void ProtobufWriter::integer(int field, std::int64_t value)
{
    varint(static_cast<std::uint64_t>(field) << 3 | kVarint);
    varint(static_cast<std::uint64_t>(value));
}

void ProtobufWriter::real(int field, float value)
{
    varint(static_cast<std::uint64_t>(field) << 3 | kFixed32);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    m_bytes.append(bytes, sizeof value);
}

void ProtobufWriter::bytes(int field, std::string_view value)
{
    varint(static_cast<std::uint64_t>(field) << 3 | kLengthDelimited);
    varint(value.size());
    m_bytes.append(value);
}

void ProtobufWriter::packedIntegers(int field, const std::vector<std::int64_t>& values)
{
    ProtobufWriter inner;
    for (const std::int64_t value : values)
        inner.varint(static_cast<std::uint64_t>(value));
    bytes(field, inner.m_bytes);
}

Result<std::uint64_t> ProtobufReader::varint()
{
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (m_rest.empty())
            return damaged("the file ends inside a number");
        const auto byte = static_cast<unsigned char>(m_rest.front());
        m_rest.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    return damaged("a number is longer than 64 bits");
}

Result<std::string_view> ProtobufReader::take(std::uint64_t size)
{
    if (size > m_rest.size())
        return damaged("a field is longer than the file");
    const std::string_view taken = m_rest.substr(0, size);
    m_rest.remove_prefix(size);
    return taken;
}

Result<ProtobufReader::Field> ProtobufReader::next()
{
    TRAINYARD_TRY(const std::uint64_t key, varint());
    if (key >> 3 == 0 || key >> 3 > 0x1FFFFFFF)
        return damaged("a field has no valid number");
    Field field;
    field.number = static_cast<int>(key >> 3);
    switch (key & 7) {
    case kVarint: {
        TRAINYARD_TRY(const std::uint64_t value, varint());
        field.integer = static_cast<std::int64_t>(value);
        return field;
    }
    case kFixed32: {
        TRAINYARD_TRY(const std::string_view bytes, take(4));
        std::memcpy(&field.real, bytes.data(), 4);
        return field;
    }
    case kFixed64: {
        TRAINYARD_CHECK(take(8));
        return field;
    }
    case kLengthDelimited: {
        TRAINYARD_TRY(const std::uint64_t size, varint());
        TRAINYARD_TRY(field.bytes, take(size));
        field.isLengthDelimited = true;
        return field;
    }
    default:
        return damaged("a field has an unknown type");
    }
}

Result<std::vector<std::int64_t>> ProtobufReader::packed(std::string_view bytes)
{
    std::vector<std::int64_t> values;
    ProtobufReader reader(bytes);
    while (!reader.atEnd()) {
        TRAINYARD_TRY(const std::uint64_t value, reader.varint());
        values.push_back(static_cast<std::int64_t>(value));
    }
    return values;
}

} // namespace trainyard
