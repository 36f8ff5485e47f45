// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/onnx_model.h"

#include "core/network/catalogue.h"
#include "core/release/onnx_protobuf.h"

#include <cstring>

namespace trainyard {

namespace {

// Field numbers of onnx.proto (IR version 8).
enum ModelField {
    kIrVersion = 1,
    kProducer = 2,
    kProducerVersion = 3,
    kGraph = 7,
    kOpset = 8,
    kMetadata = 14
};
enum GraphField { kNode = 1, kGraphName = 2, kInitializer = 5, kInput = 11, kOutput = 12 };
enum NodeField { kNodeInput = 1, kNodeOutput = 2, kNodeName = 3, kNodeType = 4, kNodeAttribute = 5 };
enum AttributeField { kAttributeName = 1, kFloat = 2, kInt = 3, kInts = 8, kAttributeType = 20 };
enum TensorField { kDims = 1, kDataType = 2, kTensorName = 8, kRawData = 9, kDataLocation = 14 };
enum AttributeKind { kFloatKind = 1, kIntKind = 2, kIntsKind = 7 };
enum ElementType { kFloat32 = 1, kInt64 = 7 };

std::string encodeAttribute(const std::string& name, const OnnxAttribute& attribute)
{
    ProtobufWriter writer;
    writer.bytes(kAttributeName, name);
    if (const auto* integer = std::get_if<std::int64_t>(&attribute)) {
        writer.integer(kInt, *integer);
        writer.integer(kAttributeType, kIntKind);
    } else if (const auto* real = std::get_if<float>(&attribute)) {
        writer.real(kFloat, *real);
        writer.integer(kAttributeType, kFloatKind);
    } else {
        for (const std::int64_t value : std::get<std::vector<std::int64_t>>(attribute))
            writer.integer(kInts, value);
        writer.integer(kAttributeType, kIntsKind);
    }
    return writer.text();
}

std::string encodeNode(const OnnxNode& node)
{
    ProtobufWriter writer;
    for (const std::string& input : node.inputs)
        writer.bytes(kNodeInput, input);
    for (const std::string& output : node.outputs)
        writer.bytes(kNodeOutput, output);
    writer.bytes(kNodeName, node.name);
    writer.bytes(kNodeType, node.type);
    for (const auto& [name, attribute] : node.attributes)
        writer.bytes(kNodeAttribute, encodeAttribute(name, attribute));
    return writer.text();
}

template <typename T>
std::string_view rawBytes(const std::vector<T>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string encodeConstant(const OnnxConstant& constant)
{
    ProtobufWriter writer;
    writer.packedIntegers(kDims, constant.shape);
    const auto* reals = std::get_if<std::vector<float>>(&constant.values);
    writer.integer(kDataType, reals != nullptr ? kFloat32 : kInt64);
    writer.bytes(kTensorName, constant.name);
    writer.bytes(kRawData, reals != nullptr ? rawBytes(*reals)
                                            : rawBytes(std::get<std::vector<std::int64_t>>(constant.values)));
    return writer.text();
}

/// ValueInfoProto {name = 1, type = 2 {tensor_type = 1 {elem_type = 1, shape = 2 {dim = 1 {value = 1, param =
/// 2}}}}}.
std::string encodeValue(const ValueSpec& value)
{
    ProtobufWriter shape;
    for (const Dimension& dimension : value.shape) {
        ProtobufWriter one;
        if (dimension.value >= 0)
            one.integer(1, dimension.value);
        else
            one.bytes(2, dimension.symbol);
        shape.bytes(1, one.text());
    }
    ProtobufWriter tensor;
    tensor.integer(1, kFloat32);
    tensor.bytes(2, shape.text());
    ProtobufWriter type;
    type.bytes(1, tensor.text());
    ProtobufWriter writer;
    writer.bytes(1, value.name);
    writer.bytes(2, type.text());
    return writer.text();
}

std::string encodeGraph(const OnnxModel& model)
{
    ProtobufWriter writer;
    for (const OnnxNode& node : model.nodes)
        writer.bytes(kNode, encodeNode(node));
    writer.bytes(kGraphName, model.graphName);
    for (const OnnxConstant& constant : model.constants)
        writer.bytes(kInitializer, encodeConstant(constant));
    for (const ValueSpec& input : model.inputs)
        writer.bytes(kInput, encodeValue(input));
    for (const ValueSpec& output : model.outputs)
        writer.bytes(kOutput, encodeValue(output));
    return writer.text();
}

tl::unexpected<Error> damaged(const std::string& what)
{
    return fail(ErrorCode::CorruptFile, "ONNX: " + what);
}

/// Calls `read` with every field of a message.
template <typename Read>
Result<void> forEachField(std::string_view bytes, Read read)
{
    ProtobufReader reader(bytes);
    while (!reader.atEnd()) {
        TRAINYARD_TRY(const ProtobufReader::Field field, reader.next());
        TRAINYARD_CHECK(read(field));
    }
    return {};
}

/// A repeated integer, packed or not.
Result<void> appendIntegers(const ProtobufReader::Field& field, std::vector<std::int64_t>& values)
{
    if (!field.isLengthDelimited) {
        values.push_back(field.integer);
        return {};
    }
    TRAINYARD_TRY(const auto packed, ProtobufReader::packed(field.bytes));
    values.insert(values.end(), packed.begin(), packed.end());
    return {};
}

Result<void> decodeAttribute(std::string_view bytes, OnnxNode& node)
{
    std::string name;
    std::int64_t integer = 0;
    float real = 0;
    std::vector<std::int64_t> integers;
    std::int64_t kind = 0;
    TRAINYARD_CHECK(forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        if (field.number == kAttributeName)
            name = field.bytes;
        else if (field.number == kInt)
            integer = field.integer;
        else if (field.number == kFloat)
            real = field.real;
        else if (field.number == kAttributeType)
            kind = field.integer;
        else if (field.number == kInts)
            return appendIntegers(field, integers);
        return {};
    }));
    switch (kind) {
    case kIntKind:
        node.attributes[name] = integer;
        return {};
    case kFloatKind:
        node.attributes[name] = real;
        return {};
    case kIntsKind:
        node.attributes[name] = std::move(integers);
        return {};
    default:
        return fail(ErrorCode::Unsupported,
                    "ONNX: attribute '" + name + "' has the type " + std::to_string(kind));
    }
}

Result<OnnxNode> decodeNode(std::string_view bytes)
{
    OnnxNode node;
    TRAINYARD_CHECK(forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        if (field.number == kNodeInput)
            node.inputs.emplace_back(field.bytes);
        else if (field.number == kNodeOutput)
            node.outputs.emplace_back(field.bytes);
        else if (field.number == kNodeName)
            node.name = field.bytes;
        else if (field.number == kNodeType)
            node.type = field.bytes;
        else if (field.number == kNodeAttribute)
            return decodeAttribute(field.bytes, node);
        return {};
    }));
    return node;
}

template <typename T>
Result<std::vector<T>> decodeRaw(const std::string& name, std::string_view raw, std::int64_t count)
{
    if (count < 0 || raw.size() != static_cast<std::size_t>(count) * sizeof(T))
        return damaged("tensor '" + name + "' has not the bytes that its shape says");
    std::vector<T> values(static_cast<std::size_t>(count));
    if (count > 0)
        std::memcpy(values.data(), raw.data(), raw.size());
    return values;
}

Result<OnnxConstant> decodeConstant(std::string_view bytes)
{
    OnnxConstant constant;
    std::int64_t type = 0;
    std::string_view raw;
    bool isExternal = false;
    TRAINYARD_CHECK(forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        if (field.number == kDims)
            return appendIntegers(field, constant.shape);
        if (field.number == kDataType)
            type = field.integer;
        else if (field.number == kTensorName)
            constant.name = field.bytes;
        else if (field.number == kRawData)
            raw = field.bytes;
        else if (field.number == kDataLocation)
            isExternal = field.integer != 0;
        return {};
    }));
    if (isExternal)
        return fail(ErrorCode::Refused, "ONNX: tensor '" + constant.name + "' lies in another file");
    const std::int64_t count = elementCount(constant.shape);
    if (type == kFloat32) {
        TRAINYARD_TRY(constant.values, decodeRaw<float>(constant.name, raw, count));
    } else if (type == kInt64) {
        TRAINYARD_TRY(constant.values, decodeRaw<std::int64_t>(constant.name, raw, count));
    } else {
        return fail(ErrorCode::Unsupported,
                    "ONNX: tensor '" + constant.name + "' has the element type " + std::to_string(type));
    }
    return constant;
}

Result<Dimension> decodeDimension(std::string_view bytes)
{
    Dimension dimension;
    TRAINYARD_CHECK(forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        if (field.number == 1)
            dimension.value = field.integer;
        else if (field.number == 2)
            dimension.symbol = field.bytes;
        return {};
    }));
    return dimension;
}

/// Follows the nested fields of ValueInfoProto's type; `path` holds the field numbers that lead to the
/// dimensions.
Result<void> decodeType(std::string_view bytes, const int* path, ValueSpec& value)
{
    return forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        if (field.number != *path || !field.isLengthDelimited)
            return {};
        if (path[1] != 0)
            return decodeType(field.bytes, path + 1, value);
        TRAINYARD_TRY(Dimension dimension, decodeDimension(field.bytes));
        value.shape.push_back(std::move(dimension));
        return {};
    });
}

Result<ValueSpec> decodeValue(std::string_view bytes)
{
    static constexpr int kPath[] = {1, 2, 1, 0}; // tensor_type, shape, dim
    ValueSpec value;
    TRAINYARD_CHECK(forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        if (field.number == 1)
            value.name = field.bytes;
        else if (field.number == 2)
            return decodeType(field.bytes, kPath, value);
        return {};
    }));
    return value;
}

/// Decodes one element and appends it.
template <typename T, typename Decode>
Result<void> append(std::vector<T>& list, std::string_view bytes, Decode decode)
{
    TRAINYARD_TRY(T value, decode(bytes));
    list.push_back(std::move(value));
    return {};
}

Result<void> decodeGraph(std::string_view bytes, OnnxModel& model)
{
    return forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        switch (field.number) {
        case kNode:
            return append(model.nodes, field.bytes, decodeNode);
        case kGraphName:
            model.graphName = field.bytes;
            return {};
        case kInitializer:
            return append(model.constants, field.bytes, decodeConstant);
        case kInput:
            return append(model.inputs, field.bytes, decodeValue);
        case kOutput:
            return append(model.outputs, field.bytes, decodeValue);
        default:
            return {};
        }
    });
}

/// A message {1: text, 2: text or number}.
Result<std::pair<std::string, std::string>> decodePair(std::string_view bytes, std::int64_t& number)
{
    std::pair<std::string, std::string> pair;
    TRAINYARD_CHECK(forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        if (field.number == 1)
            pair.first = field.bytes;
        else if (field.number == 2) {
            pair.second = field.bytes;
            number = field.integer;
        }
        return {};
    }));
    return pair;
}

} // namespace

std::string encodeOnnx(const OnnxModel& model)
{
    ProtobufWriter writer;
    writer.integer(kIrVersion, model.irVersion);
    writer.bytes(kProducer, model.producer);
    writer.bytes(kProducerVersion, model.producerVersion);
    writer.bytes(kGraph, encodeGraph(model));
    ProtobufWriter opset;
    opset.bytes(1, "");
    opset.integer(2, model.opset);
    writer.bytes(kOpset, opset.text());
    for (const auto& [key, value] : model.metadata) {
        ProtobufWriter entry;
        entry.bytes(1, key);
        entry.bytes(2, value);
        writer.bytes(kMetadata, entry.text());
    }
    return writer.text();
}

Result<OnnxModel> decodeOnnx(std::string_view bytes)
{
    OnnxModel model;
    model.irVersion = 0;
    model.opset = 0;
    TRAINYARD_CHECK(forEachField(bytes, [&](const ProtobufReader::Field& field) -> Result<void> {
        std::int64_t number = 0;
        if (field.number == kIrVersion)
            model.irVersion = field.integer;
        else if (field.number == kProducer)
            model.producer = field.bytes;
        else if (field.number == kProducerVersion)
            model.producerVersion = field.bytes;
        else if (field.number == kGraph)
            return decodeGraph(field.bytes, model);
        else if (field.number == kOpset) {
            TRAINYARD_TRY(const auto pair, decodePair(field.bytes, number));
            if (pair.first.empty())
                model.opset = number;
        } else if (field.number == kMetadata) {
            TRAINYARD_TRY(const auto pair, decodePair(field.bytes, number));
            model.metadata.insert(pair);
        }
        return {};
    }));
    if (model.irVersion == 0 || model.nodes.empty() || model.outputs.empty())
        return damaged("no model in these bytes");
    if (model.opset < 13 || model.opset > 17)
        return fail(ErrorCode::Unsupported,
                    "ONNX: operator set " + std::to_string(model.opset) + ", expected 13 to 17");
    return model;
}

} // namespace trainyard
