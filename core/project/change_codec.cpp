// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/change_codec.h"

#include "core/base/byte_codec.h"
#include "core/project/schema.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr char kCodecVersion = 1;
enum class Tag : std::uint8_t { Empty, Integer, Real, Bytes };

void putValue(std::string& out, const FieldValue& value)
{
    out += static_cast<char>(value.index());
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        putSigned(out, *integer);
    } else if (const auto* real = std::get_if<double>(&value)) {
        putReal(out, *real);
    } else if (const auto* text = std::get_if<std::string>(&value)) {
        putVarint(out, text->size());
        out += *text;
    }
}

FieldValue readValue(ByteReader& reader)
{
    switch (static_cast<Tag>(reader.byte())) {
    case Tag::Empty:
        return std::monostate();
    case Tag::Integer:
        return reader.signedNumber();
    case Tag::Real:
        return reader.real();
    case Tag::Bytes:
        return std::string(reader.take(reader.varint()));
    }
    reader.refuse();
    return std::monostate();
}

bool readRowChange(ByteReader& reader, std::int64_t& previousId, RowChange& row)
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
        change.before = readValue(reader);
        change.after = readValue(reader);
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
    ByteReader reader(bytes);
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

std::vector<RowChange> withoutNewValues(std::span<const RowChange> rows)
{
    std::vector<RowChange> stored;
    stored.reserve(rows.size());
    for (const RowChange& row : rows) {
        if (row.fields.empty())
            continue;
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
