// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/safetensors.h"

#include "core/base/json.h"
#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <set>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxHeader = 16ULL << 20;
constexpr std::size_t kLengthBytes = 8;
constexpr const char* kMetadataKey = "__metadata__";

struct TypeRow
{
    TensorType type;
    std::string_view name;
    std::size_t size;
};

constexpr std::array kTypes{
    TypeRow{TensorType::U8, "U8", 1},     TypeRow{TensorType::I32, "I32", 4},
    TypeRow{TensorType::I64, "I64", 8},   TypeRow{TensorType::F16, "F16", 2},
    TypeRow{TensorType::BF16, "BF16", 2}, TypeRow{TensorType::F32, "F32", 4},
    TypeRow{TensorType::F64, "F64", 8},
};

const TypeRow& rowOf(TensorType type)
{
    return *std::find_if(kTypes.begin(), kTypes.end(), [&](const TypeRow& row) { return row.type == type; });
}

/// IEEE 754 half precision to single, exactly.
float halfToFloat(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1F;
    const std::uint32_t fraction = half & 0x3FF;
    if (exponent == 0) { // zero and the subnormal numbers: fraction * 2^-24
        const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
        return sign != 0 ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 31 ? 0x7F800000U : (exponent + 112) << 23;
    return std::bit_cast<float>(sign | wide | (fraction << 13));
}

template <typename T>
std::vector<T> valuesOf(std::string_view bytes)
{
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

/// Where one tensor lies, read from the header and checked.
struct Placed
{
    NamedTensor tensor;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

/// The messages of one file that is being read.
class Parser
{
public:
    Parser(std::string_view bytes, std::string_view source) : m_bytes(bytes), m_source(source) {}

    Result<TensorFile> parse()
    {
        TRAINYARD_TRY(const Json header, header());
        TensorFile file;
        std::vector<Placed> placed;
        for (const auto& [name, entry] : header.items()) {
            if (name == kMetadataKey) {
                TRAINYARD_TRY(file.metadata, metadata(entry));
                continue;
            }
            TRAINYARD_TRY(Placed tensor, place(name, entry));
            placed.push_back(std::move(tensor));
        }
        TRAINYARD_CHECK(checkCoverage(placed));
        for (Placed& entry : placed) {
            entry.tensor.bytes = m_bytes.substr(m_dataBegin + entry.begin, entry.end - entry.begin);
            file.tensors.push_back(std::move(entry.tensor));
        }
        return file;
    }

private:
    [[nodiscard]] tl::unexpected<Error> corrupt(const std::string& reason,
                                                const std::string& detail = {}) const
    {
        return fail(ErrorCode::CorruptFile, displayText(m_source) + ": " + reason, detail);
    }
    [[nodiscard]] tl::unexpected<Error> corruptTensor(const std::string& name,
                                                      const std::string& reason) const
    {
        return corrupt("tensor '" + displayText(name) + "' " + reason);
    }

    Result<Json> header()
    {
        std::uint64_t length = 0;
        if (m_bytes.size() < kLengthBytes)
            return corrupt("shorter than the 8 bytes of its header length");
        std::memcpy(&length, m_bytes.data(), kLengthBytes);
        if (length > kMaxHeader)
            return corrupt("header of " + std::to_string(length) + " bytes, more than 16 MiB");
        if (length > m_bytes.size() - kLengthBytes)
            return corrupt("header of " + std::to_string(length) + " bytes ends behind the file");
        m_dataBegin = kLengthBytes + length;
        const std::string_view text = m_bytes.substr(kLengthBytes, length);
        if (text.empty() || text.front() != '{')
            return corrupt("header does not begin with '{'");
        TRAINYARD_CHECK(checkKeys(text));
        Result<Json> json = parseJson(text, displayText(m_source) + ", header");
        if (!json)
            return fail(ErrorCode::CorruptFile, json.error().message, json.error().context);
        return json;
    }

    /// A second value for a name would silently win in a JSON object, so names are checked while parsing.
    Result<void> checkKeys(std::string_view text) const
    {
        std::vector<std::set<std::string>> open;
        std::string repeated;
        const auto watch = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& value) {
            if (event == nlohmann::json::parse_event_t::object_start)
                open.emplace_back();
            else if (event == nlohmann::json::parse_event_t::object_end)
                open.pop_back();
            else if (event == nlohmann::json::parse_event_t::key && !open.back().insert(value).second)
                repeated = value;
            return true;
        };
        if (nlohmann::json::parse(text, watch, false).is_discarded())
            return corrupt("header is not valid JSON");
        if (!repeated.empty())
            return corruptTensor(repeated, "is named twice in the header");
        return {};
    }

    Result<std::map<std::string, std::string>> metadata(const Json& entry) const
    {
        std::map<std::string, std::string> map;
        if (!entry.is_object())
            return corrupt("__metadata__ is not an object");
        for (const auto& [key, value] : entry.items()) {
            if (!value.is_string())
                return corrupt("__metadata__ field '" + displayText(key) + "' is not a text");
            map.emplace(key, value.get<std::string>());
        }
        return map;
    }

    Result<Placed> place(const std::string& name, const Json& entry) const
    {
        const bool isComplete = entry.is_object() && entry.size() == 3 && entry.contains("dtype") &&
                                entry.contains("shape") && entry.contains("data_offsets");
        if (!isComplete)
            return corruptTensor(name, "needs exactly dtype, shape and data_offsets");
        Placed placed;
        placed.tensor.name = name;
        TRAINYARD_TRY(placed.tensor.type, typeOf(name, entry.at("dtype")));
        TRAINYARD_TRY(const std::uint64_t size, sizeOf(name, entry.at("shape"), placed.tensor));
        const Json& offsets = entry.at("data_offsets");
        if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
            !offsets[1].is_number_unsigned())
            return corruptTensor(name, "has data_offsets that are not two whole numbers");
        placed.begin = offsets[0].get<std::uint64_t>();
        placed.end = offsets[1].get<std::uint64_t>();
        if (placed.end < placed.begin || placed.end > m_bytes.size() - m_dataBegin)
            return corruptTensor(name, "ends behind the file or before its begin");
        if (placed.end - placed.begin != size)
            return corruptTensor(name, "has " + std::to_string(placed.end - placed.begin) +
                                           " bytes, its shape needs " + std::to_string(size));
        return placed;
    }

    Result<TensorType> typeOf(const std::string& name, const Json& dtype) const
    {
        if (!dtype.is_string())
            return corruptTensor(name, "has a dtype that is not a text");
        const auto& text = dtype.get_ref<const std::string&>();
        for (const TypeRow& row : kTypes) {
            if (row.name == text)
                return row.type;
        }
        return fail(ErrorCode::Unsupported, displayText(m_source) + ": tensor '" + displayText(name) +
                                                "' has dtype " + displayText(text) +
                                                ", which is not one of U8 I32 I64 F16 BF16 F32 F64");
    }

    Result<std::uint64_t> sizeOf(const std::string& name, const Json& shape, NamedTensor& tensor) const
    {
        if (!shape.is_array())
            return corruptTensor(name, "has a shape that is not a list");
        std::uint64_t size = tensorTypeSize(tensor.type);
        bool hasOverflow = false;
        for (const Json& extent : shape) {
            if (!extent.is_number_unsigned() ||
                extent.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
                return corruptTensor(name, "has a shape with something else than whole numbers");
            tensor.shape.push_back(extent.get<std::int64_t>());
            hasOverflow |= __builtin_mul_overflow(size, extent.get<std::uint64_t>(), &size);
        }
        if (hasOverflow)
            return corruptTensor(name, "has a shape beyond 64 bits");
        return size;
    }

    /// Sorts by place and sees that the tensors fill the data without holes and overlaps.
    Result<void> checkCoverage(std::vector<Placed>& placed) const
    {
        std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
            return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
        });
        std::uint64_t position = 0;
        for (const Placed& entry : placed) {
            if (entry.begin != position)
                return corruptTensor(entry.tensor.name, entry.begin < position ? "overlaps the one before it"
                                                                               : "leaves a hole before it");
            position = entry.end;
        }
        const std::uint64_t dataSize = m_bytes.size() - m_dataBegin;
        if (position != dataSize)
            return corrupt("tensors end at byte " + std::to_string(position) + " of " +
                           std::to_string(dataSize) + " bytes of data");
        return {};
    }

    std::string_view m_bytes;
    std::string_view m_source;
    std::uint64_t m_dataBegin = 0;
};

std::vector<const NamedTensor*> inFileOrder(const TensorFile& file)
{
    std::vector<const NamedTensor*> order;
    for (const NamedTensor& tensor : file.tensors)
        order.push_back(&tensor);
    std::sort(order.begin(), order.end(), [](const NamedTensor* a, const NamedTensor* b) {
        const std::size_t sizeA = tensorTypeSize(a->type);
        const std::size_t sizeB = tensorTypeSize(b->type);
        return sizeA != sizeB ? sizeA > sizeB : a->name < b->name;
    });
    return order;
}

} // namespace

std::size_t tensorTypeSize(TensorType type)
{
    return rowOf(type).size;
}

std::string_view tensorTypeName(TensorType type)
{
    return rowOf(type).name;
}

std::int64_t NamedTensor::elementCount() const
{
    std::int64_t count = 1;
    for (const std::int64_t extent : shape)
        count *= extent;
    return count;
}

std::vector<float> NamedTensor::toFloats() const
{
    if (type == TensorType::F32)
        return valuesOf<float>(bytes);
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(elementCount()));
    if (type == TensorType::F64) {
        for (const double value : valuesOf<double>(bytes))
            values.push_back(static_cast<float>(value));
    } else if (type == TensorType::F16) {
        for (const std::uint16_t value : valuesOf<std::uint16_t>(bytes))
            values.push_back(halfToFloat(value));
    } else if (type == TensorType::BF16) {
        for (const std::uint16_t value : valuesOf<std::uint16_t>(bytes))
            values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(value) << 16));
    }
    return values;
}

NamedTensor NamedTensor::fromFloats(std::string name, std::vector<std::int64_t> shape,
                                    const std::vector<float>& values)
{
    NamedTensor tensor{std::move(name), TensorType::F32, std::move(shape), {}};
    tensor.bytes.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
    return tensor;
}

const NamedTensor* TensorFile::find(std::string_view name) const
{
    const auto found = std::find_if(tensors.begin(), tensors.end(),
                                    [&](const NamedTensor& tensor) { return tensor.name == name; });
    return found == tensors.end() ? nullptr : &*found;
}

std::string safetensorsBytes(const TensorFile& file)
{
    Json header = Json::object();
    if (!file.metadata.empty())
        header[kMetadataKey] = file.metadata;
    std::uint64_t offset = 0;
    const std::vector<const NamedTensor*> order = inFileOrder(file);
    for (const NamedTensor* tensor : order) {
        const std::uint64_t end = offset + tensor->bytes.size();
        header[tensor->name] = {{"dtype", tensorTypeName(tensor->type)},
                                {"shape", tensor->shape},
                                {"data_offsets", {offset, end}}};
        offset = end;
    }
    std::string text = jsonLine(header);
    text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');

    const std::uint64_t length = text.size();
    std::string bytes(reinterpret_cast<const char*>(&length), kLengthBytes);
    bytes.reserve(kLengthBytes + length + offset);
    bytes += text;
    for (const NamedTensor* tensor : order)
        bytes += tensor->bytes;
    return bytes;
}

Result<void> writeSafetensors(IoEnv& io, const std::filesystem::path& path, const TensorFile& file)
{
    std::set<std::string_view> names{kMetadataKey};
    for (const NamedTensor& tensor : file.tensors) {
        const auto size = static_cast<std::size_t>(tensor.elementCount()) * tensorTypeSize(tensor.type);
        const std::string shown = "tensor '" + displayText(tensor.name) + "' ";
        if (!names.insert(tensor.name).second || !isUtf8(tensor.name))
            return fail(ErrorCode::InvalidArgument, shown + "needs a name of its own in UTF-8");
        if (size != tensor.bytes.size())
            return fail(ErrorCode::InvalidArgument, shown + "has " + std::to_string(tensor.bytes.size()) +
                                                        " bytes, its shape needs " + std::to_string(size));
    }
    return writeFileAtomically(io, path, safetensorsBytes(file));
}

Result<TensorFile> parseSafetensors(std::string_view bytes, std::string_view source)
{
    return Parser(bytes, source).parse();
}

Result<TensorFile> readSafetensors(const std::filesystem::path& path)
{
    TRAINYARD_TRY(const MappedFile file, MappedFile::open(path));
    return parseSafetensors(file.bytes(), path.native());
}

} // namespace trainyard
