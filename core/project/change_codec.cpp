// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/change_codec.h"

#include "core/project/schema.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace trainyard {

namespace {

constexpr char kCodecVersion = 1;
enum class Tag : std::uint8_t { Empty, Integer, Real, Bytes };

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

void putValue(std::string& out, const FieldValue& value)
{
    out += static_cast<char>(value.index());
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        putSigned(out, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
        char bytes[8];
        std::memcpy(bytes, real, 8);
        out.append(bytes, 8);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        putVarint(out, text->size());
        out += *text;
    }
}

/// Reads forward; after the first thing that does not fit, everything reads as nothing and isGood() is false.
class ChangeReader
{
public:
    explicit ChangeReader(std::string_view bytes) : m_rest(bytes) {}

    [[nodiscard]] bool isGood() const { return m_isGood; }
    [[nodiscard]] bool isAtEnd() const { return m_rest.empty(); }
    [[nodiscard]] std::size_t restSize() const { return m_rest.size(); }

    std::string_view take(std::uint64_t size)
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

    std::uint8_t byte()
    {
        const std::string_view taken = take(1);
        return taken.empty() ? 0 : static_cast<std::uint8_t>(taken[0]);
    }

    std::uint64_t varint()
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

    std::int64_t signedNumber()
    {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }

    FieldValue value()
    {
        switch (static_cast<Tag>(byte())) {
        case Tag::Empty:
            return std::monostate();
        case Tag::Integer:
            return signedNumber();
        case Tag::Real: {
            const std::string_view taken = take(8);
            double real = 0;
            if (taken.size() == 8)
                std::memcpy(&real, taken.data(), 8);
            return real;
        }
        case Tag::Bytes:
            return std::string(take(varint()));
        }
        m_isGood = false;
        return std::monostate();
    }

private:
    std::string_view m_rest;
    bool m_isGood = true;
};

bool readRowChange(ChangeReader& reader, std::int64_t& previousId, RowChange& row)
{
    const std::uint8_t table = reader.byte();
    if (table >= allTables().size())
        return false;
    row.table = static_cast<Table>(table);
    row.id = previousId + reader.signedNumber();
    previousId = row.id;
    const auto fields = tableSpec(row.table).fields;
    const std::uint64_t count = reader.varint();
    if (count > fields.size())
        return false;
    for (std::uint64_t i = 0; i < count && reader.isGood(); ++i) {
        const std::uint8_t number = reader.byte();
        if (number >= fields.size())
            return false;
        FieldChange change;
        change.field = fields[number].name;
        change.before = reader.value();
        change.after = reader.value();
        row.fields.push_back(std::move(change));
    }
    return reader.isGood();
}

} // namespace

std::string encodeChanges(const std::vector<RowChange>& rows)
{
    std::string out(1, kCodecVersion);
    putVarint(out, rows.size());
    std::int64_t previousId = 0;
    for (const RowChange& row : rows) {
        out += static_cast<char>(row.table);
        putSigned(out, row.id - previousId);
        previousId = row.id;
        putVarint(out, row.fields.size());
        for (const FieldChange& change : row.fields) {
            out += static_cast<char>(fieldNumber(row.table, change.field));
            putValue(out, change.before);
            putValue(out, change.after);
        }
    }
    return out;
}

Result<std::vector<RowChange>> decodeChanges(std::string_view bytes, std::string_view source)
{
    ChangeReader reader(bytes);
    const auto damaged = [&] {
        const std::size_t offset = bytes.size() - reader.restSize();
        return fail(ErrorCode::CorruptFile, std::string(source) +
                                                ": the stored changes are damaged at byte " +
                                                std::to_string(offset));
    };
    if (reader.byte() != kCodecVersion)
        return damaged();
    const std::uint64_t count = reader.varint();
    std::vector<RowChange> rows;
    rows.reserve(std::min<std::uint64_t>(count, bytes.size()));
    std::int64_t previousId = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        RowChange row;
        if (!readRowChange(reader, previousId, row))
            return damaged();
        rows.push_back(std::move(row));
    }
    if (!reader.isGood() || !reader.isAtEnd())
        return damaged();
    return rows;
}

std::vector<RowChange> withoutNewValues(const std::vector<RowChange>& rows)
{
    std::vector<RowChange> stored;
    stored.reserve(rows.size());
    for (const RowChange& row : rows) {
        const auto made = std::find_if(row.fields.begin(), row.fields.end(), [](const FieldChange& change) {
            return change.field == "alive" && change.after == FieldValue(std::int64_t{1}) &&
                   change.before != FieldValue(std::int64_t{1});
        });
        if (made == row.fields.end())
            stored.push_back(row);
        else
            stored.push_back(RowChange{row.table, row.id, {*made}});
    }
    return stored;
}

} // namespace trainyard
