// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/column_file.h"

#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/hdf5_layout.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>

namespace trainyard {

namespace {

using hdf5::Array;
using hdf5::NumberType;
using hdf5::Place;

constexpr int kVersion = 1;
constexpr std::string_view kKind = "columns";
constexpr const char* kText = "text";

template <typename T>
constexpr NumberType numberTypeOf()
{
    if constexpr (std::is_same_v<T, std::int64_t>)
        return NumberType::Int64;
    else if constexpr (std::is_same_v<T, double>)
        return NumberType::Float64;
    else if constexpr (std::is_same_v<T, float>)
        return NumberType::Float32;
    else
        return NumberType::UInt8;
}

/// A column as it lies in the file: one array of numbers, or the bytes of all texts and where each ends.
struct Stored
{
    std::string type;
    std::uint64_t rows = 0;
    std::string bytes;              ///< texts, one behind the other
    std::vector<std::int64_t> ends; ///< of each text in `bytes`
    std::vector<Array> arrays;      ///< one, or two for texts
};

void addArray(Stored& stored, Array array)
{
    const std::string_view bytes(static_cast<const char*>(array.data), array.byteCount());
    array.attributes = {{"xxh3", hdf5::hexText(xxh3(bytes))}};
    stored.arrays.push_back(std::move(array));
}

template <typename T>
void storeNumbers(Stored& stored, const Column& column, const std::vector<T>& values)
{
    constexpr NumberType type = numberTypeOf<T>();
    stored.type = hdf5::numberName(type);
    stored.rows = values.size() / static_cast<std::size_t>(column.width);
    std::vector<std::uint64_t> shape{stored.rows};
    if (column.width > 1)
        shape.push_back(static_cast<std::uint64_t>(column.width));
    addArray(stored, {column.name, type, shape, values.data(), {}});
}

void storeTexts(Stored& stored, const Column& column, const std::vector<std::string>& values)
{
    stored.type = kText;
    stored.rows = values.size();
    for (const std::string& value : values) {
        stored.bytes += value;
        stored.ends.push_back(static_cast<std::int64_t>(stored.bytes.size()));
    }
    addArray(stored,
             {column.name + "/bytes", NumberType::UInt8, {stored.bytes.size()}, stored.bytes.data(), {}});
    addArray(stored,
             {column.name + "/ends", NumberType::Int64, {stored.ends.size()}, stored.ends.data(), {}});
}

void store(Stored& stored, const Column& column)
{
    std::visit(
        [&](const auto& values) {
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>)
                storeTexts(stored, column, values);
            else
                storeNumbers(stored, column, values);
        },
        column.values);
}

std::size_t valueCount(const Column& column)
{
    return std::visit([](const auto& values) { return values.size(); }, column.values);
}

Result<void> checkTable(const ColumnTable& table)
{
    std::set<std::string_view> names;
    for (const Column& column : table.columns) {
        const std::string shown = "column '" + displayText(column.name) + "' ";
        const bool isText = std::holds_alternative<std::vector<std::string>>(column.values);
        if (column.name.empty() || !isUtf8(column.name) || column.name.find('\0') != std::string::npos)
            return fail(ErrorCode::InvalidArgument, shown + "needs a name in UTF-8");
        if (!names.insert(column.name).second)
            return fail(ErrorCode::InvalidArgument, shown + "is there twice");
        if (column.width < 1 || (isText && column.width != 1) ||
            valueCount(column) % static_cast<std::size_t>(column.width) != 0)
            return fail(ErrorCode::InvalidArgument, shown + "has values that do not fill rows of its width");
    }
    return {};
}

/// The description; `places` in the order of all arrays of all columns.
Json describe(const ColumnTable& table, const std::vector<Stored>& stored, const std::vector<Place>& places,
              std::uint64_t blockSize, std::uint64_t restHash)
{
    Json attributes = Json::array();
    for (const auto& [name, text] : table.attributes)
        attributes.push_back({hdf5::textToJson(name), hdf5::textToJson(text)});
    Json columns = Json::array();
    auto place = places.begin();
    for (std::size_t i = 0; i < stored.size(); ++i) {
        Json arrays = Json::array();
        for (const Array& array : stored[i].arrays) {
            arrays.push_back({place->offset, place->bytes, array.attributes.front().second});
            ++place;
        }
        columns.push_back({{"name", table.columns[i].name},
                           {"type", stored[i].type},
                           {"rows", stored[i].rows},
                           {"width", table.columns[i].width},
                           {"arrays", std::move(arrays)}});
    }
    return {{"kind", kKind},
            {"version", kVersion},
            {"block", blockSize},
            {"rest", hdf5::hexText(restHash)},
            {"attributes", std::move(attributes)},
            {"columns", std::move(columns)}};
}

/// Takes the columns out of a file whose description was checked.
class Reader
{
public:
    Reader(std::string_view file, std::string_view source) : m_file(file), m_source(displayText(source)) {}

    Result<ColumnTable> read()
    {
        TRAINYARD_TRY(const auto block, hdf5::readBlock(m_file, kKind, kVersion, m_source));
        const auto& [description, blockSize] = block;
        const bool isIntact =
            hdf5::hexText(xxh3(m_file.substr(blockSize))) == jsonValue(description, "rest", std::string());
        ColumnTable table;
        for (const Json& attribute : jsonValue(description, "attributes", Json::array()))
            table.attributes.emplace_back(hdf5::textFromJson(attribute.at(0)),
                                          hdf5::textFromJson(attribute.at(1)));
        for (const Json& entry : jsonValue(description, "columns", Json::array())) {
            TRAINYARD_TRY(Column column, readColumn(entry, !isIntact));
            table.columns.push_back(std::move(column));
        }
        if (!isIntact)
            return fail(ErrorCode::CorruptFile, m_source + ": its HDF5 structure is damaged");
        return table;
    }

private:
    [[nodiscard]] tl::unexpected<Error> corrupt(const std::string& column) const
    {
        return fail(ErrorCode::CorruptFile, m_source + ": column '" + displayText(column) + "' is damaged");
    }

    Result<std::string_view> arrayBytes(const std::string& column, const Json& array, bool mustHash) const
    {
        const auto offset = array.at(0).get<std::uint64_t>();
        const auto size = array.at(1).get<std::uint64_t>();
        if (offset > m_file.size() || size > m_file.size() - offset)
            return corrupt(column);
        const std::string_view bytes = m_file.substr(offset, size);
        if (mustHash && hdf5::hexText(xxh3(bytes)) != array.at(2).get<std::string>())
            return corrupt(column);
        return bytes;
    }

    template <typename T>
    static std::vector<T> numbers(std::string_view bytes)
    {
        std::vector<T> values(bytes.size() / sizeof(T));
        std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
        return values;
    }

    Result<std::vector<std::string>> texts(const std::string& name, std::string_view bytes,
                                           std::string_view ends) const
    {
        std::vector<std::string> values;
        std::size_t begin = 0;
        for (const std::int64_t end : numbers<std::int64_t>(ends)) {
            if (end < static_cast<std::int64_t>(begin) || end > static_cast<std::int64_t>(bytes.size()))
                return corrupt(name);
            values.emplace_back(bytes.substr(begin, static_cast<std::size_t>(end) - begin));
            begin = static_cast<std::size_t>(end);
        }
        return values;
    }

    Result<Column> readColumn(const Json& entry, bool mustHash) const
    {
        Column column;
        column.name = entry.at("name").get<std::string>();
        column.width = entry.at("width").get<std::int64_t>();
        const auto type = entry.at("type").get<std::string>();
        const Json& arrays = entry.at("arrays");
        TRAINYARD_TRY(const std::string_view bytes, arrayBytes(column.name, arrays.at(0), mustHash));
        if (type == kText) {
            TRAINYARD_TRY(const std::string_view ends, arrayBytes(column.name, arrays.at(1), mustHash));
            TRAINYARD_TRY(column.values, texts(column.name, bytes, ends));
        } else if (type == "int64") {
            column.values = numbers<std::int64_t>(bytes);
        } else if (type == "float64") {
            column.values = numbers<double>(bytes);
        } else if (type == "float32") {
            column.values = numbers<float>(bytes);
        } else if (type == "uint8") {
            column.values = numbers<std::uint8_t>(bytes);
        } else {
            return fail(ErrorCode::Unsupported,
                        m_source + ": column '" + displayText(column.name) + "' has type " + type);
        }
        return column;
    }

    std::string_view m_file;
    std::string m_source;
};

} // namespace

const Column* ColumnTable::find(std::string_view name) const
{
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == columns.end() ? nullptr : &*found;
}

std::string ColumnTable::attribute(std::string_view name) const
{
    const auto found = std::find_if(attributes.begin(), attributes.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    return found == attributes.end() ? std::string() : found->second;
}

Result<void> writeColumns(IoEnv& io, const std::filesystem::path& path, const ColumnTable& table)
{
    TRAINYARD_CHECK(checkTable(table));
    std::vector<Stored> stored(table.columns.size());
    std::vector<Array> arrays;
    for (std::size_t i = 0; i < stored.size(); ++i) {
        store(stored[i], table.columns[i]);
        arrays.insert(arrays.end(), stored[i].arrays.begin(), stored[i].arrays.end());
    }
    // The description's length depends on the digits of its numbers: the widest ones say how large the block
    // must be.
    std::vector<Place> places(arrays.size(), Place{UINT64_MAX, UINT64_MAX});
    const std::uint64_t blockSize =
        hdf5::blockSizeFor(jsonLine(describe(table, stored, places, UINT64_MAX, 0)).size());

    Result<std::string> image = hdf5::buildImage(arrays, table.attributes, blockSize, places);
    if (!image)
        return fail(image.error().code,
                    "cannot save " + displayText(path.native()) + ": " + image.error().message,
                    image.error().context);
    const std::uint64_t restHash = xxh3(std::string_view(*image).substr(blockSize));
    const std::string block =
        hdf5::blockBytes(describe(table, stored, places, blockSize, restHash), blockSize);
    image->replace(0, blockSize, block);
    return writeFileAtomically(io, path, *image);
}

Result<ColumnTable> readColumns(const std::filesystem::path& path)
{
    TRAINYARD_TRY(const MappedFile file, MappedFile::open(path));
    try {
        return Reader(file.bytes(), path.native()).read();
    } catch (const nlohmann::json::exception& e) { // a description with a good checksum that we did not write
        return fail(ErrorCode::CorruptFile, displayText(path.native()) + ": its description is not complete",
                    e.what());
    }
}

} // namespace trainyard
