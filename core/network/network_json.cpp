// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/network_spec.h"

#include <algorithm>
#include <initializer_list>

namespace trainyard {

namespace {

constexpr const char* kFormat = "trainyard-network";
constexpr int kVersion = 1;

Json shapeToJson(const std::vector<Dimension>& shape)
{
    Json json = Json::array();
    for (const Dimension& dimension : shape)
        json.push_back(dimension.value >= 0 ? Json(dimension.value) : Json(dimension.symbol));
    return json;
}

Json valuesToJson(const std::vector<ValueSpec>& values)
{
    Json json = Json::array();
    for (const ValueSpec& value : values)
        json.push_back({{"name", value.name}, {"shape", shapeToJson(value.shape)}});
    return json;
}

Json parameterToJson(const ParameterSpec& parameter)
{
    Json json{{"name", parameter.name}, {"shape", parameter.shape}, {"initialiser", parameter.initialiser}};
    if (!parameter.isTrainable)
        json["trainable"] = false;
    return json;
}

Json operationToJson(const Operation& operation)
{
    Json json{{"name", operation.name},
              {"type", operation.type},
              {"inputs", operation.inputs},
              {"outputs", operation.outputs}};
    if (!operation.parameters.empty())
        json["parameters"] = operation.parameters;
    if (!operation.attributes.empty())
        json["attributes"] = operation.attributes;
    if (!operation.block.empty())
        json["block"] = operation.block;
    if (operation.isTrainOnly)
        json["train_only"] = true;
    return json;
}

/// An object with no fields but these.
Result<void> checkFields(const Json& json, std::initializer_list<std::string_view> known,
                         const std::string& source)
{
    if (!json.is_object())
        return fail(ErrorCode::InvalidFile, source + ": expected an object");
    for (const auto& [key, value] : json.items()) {
        if (std::find(known.begin(), known.end(), key) == known.end())
            return fail(ErrorCode::InvalidFile, source + ": field '" + key + "' is not known");
    }
    return {};
}

/// A field that may be left out, but has its type where it is there.
template <typename T>
Result<T> optionalField(const Json& json, const char* key, T fallback, const std::string& source)
{
    if (!json.contains(key))
        return fallback;
    return jsonField<T>(json, key, source);
}

Result<std::vector<Dimension>> shapeFromJson(const Json& json, const std::string& source)
{
    std::vector<Dimension> shape;
    for (const Json& entry : json) {
        Dimension dimension;
        if (entry.is_number_integer() && entry.get<std::int64_t>() > 0)
            dimension.value = entry.get<std::int64_t>();
        else if (entry.is_string() && !entry.get<std::string>().empty())
            dimension.symbol = entry.get<std::string>();
        else
            return fail(ErrorCode::InvalidFile, source + ": a dimension is a number above 0 or a name");
        shape.push_back(std::move(dimension));
    }
    return shape;
}

/// Reads each element of an array field with a reader of (element, source).
template <typename T, typename Reader>
Result<std::vector<T>> listFromJson(const Json& json, const char* key, const std::string& source,
                                    Reader reader)
{
    TRAINYARD_TRY(const Json list, jsonField<Json>(json, key, source));
    if (!list.is_array())
        return fail(ErrorCode::InvalidFile, source + ": field '" + key + "' has the wrong type");
    std::vector<T> values;
    for (std::size_t i = 0; i < list.size(); ++i) {
        TRAINYARD_TRY(T value, reader(list[i], source + ": " + key + "[" + std::to_string(i) + "]"));
        values.push_back(std::move(value));
    }
    return values;
}

Result<ValueSpec> valueFromJson(const Json& json, const std::string& source)
{
    TRAINYARD_CHECK(checkFields(json, {"name", "shape"}, source));
    ValueSpec value;
    TRAINYARD_TRY(value.name, jsonField<std::string>(json, "name", source));
    TRAINYARD_TRY(const Json shape, jsonField<Json>(json, "shape", source));
    TRAINYARD_TRY(value.shape, shapeFromJson(shape, source));
    return value;
}

Result<ParameterSpec> parameterFromJson(const Json& json, const std::string& source)
{
    TRAINYARD_CHECK(checkFields(json, {"name", "shape", "initialiser", "trainable"}, source));
    ParameterSpec parameter;
    TRAINYARD_TRY(parameter.name, jsonField<std::string>(json, "name", source));
    TRAINYARD_TRY(parameter.shape, jsonField<std::vector<std::int64_t>>(json, "shape", source));
    TRAINYARD_TRY(parameter.initialiser, jsonField<std::string>(json, "initialiser", source));
    TRAINYARD_TRY(parameter.isTrainable, optionalField(json, "trainable", true, source));
    return parameter;
}

Result<Operation> operationFromJson(const Json& json, const std::string& source)
{
    TRAINYARD_CHECK(checkFields(
        json, {"name", "type", "inputs", "outputs", "parameters", "attributes", "block", "train_only"},
        source));
    using Names = std::vector<std::string>;
    using Roles = std::map<std::string, std::string>;
    Operation operation;
    TRAINYARD_TRY(operation.name, jsonField<std::string>(json, "name", source));
    TRAINYARD_TRY(operation.type, jsonField<std::string>(json, "type", source));
    TRAINYARD_TRY(operation.inputs, jsonField<Names>(json, "inputs", source));
    TRAINYARD_TRY(operation.outputs, jsonField<Names>(json, "outputs", source));
    TRAINYARD_TRY(operation.parameters, optionalField(json, "parameters", Roles(), source));
    TRAINYARD_TRY(operation.attributes, optionalField(json, "attributes", Json(Json::object()), source));
    TRAINYARD_TRY(operation.block, optionalField(json, "block", std::string(), source));
    TRAINYARD_TRY(operation.isTrainOnly, optionalField(json, "train_only", false, source));
    return operation;
}

Result<void> checkVersion(const Json& json, const std::string& source)
{
    TRAINYARD_TRY(const std::string format, jsonField<std::string>(json, "format", source));
    TRAINYARD_TRY(const int version, jsonField<int>(json, "version", source));
    if (format != kFormat)
        return fail(ErrorCode::InvalidFile,
                    source + ": the format is '" + format + "', expected '" + kFormat + "'");
    if (version > kVersion)
        return fail(ErrorCode::Unsupported, source + ": network version " + std::to_string(version) +
                                                " is newer than this program knows (" +
                                                std::to_string(kVersion) + "); update Trainyard");
    if (version < 1)
        return fail(ErrorCode::InvalidFile,
                    source + ": network version " + std::to_string(version) + " is not known");
    return {};
}

Result<NetworkSpec> fieldsFromJson(const Json& json, const std::string& source)
{
    TRAINYARD_CHECK(checkFields(json,
                                {"format", "version", "name", "inputs", "outputs", "parameters", "operations",
                                 "preprocess", "postprocess", "labels"},
                                source));
    using Names = std::vector<std::string>;
    NetworkSpec spec;
    TRAINYARD_TRY(spec.name, jsonField<std::string>(json, "name", source));
    TRAINYARD_TRY(spec.inputs, listFromJson<ValueSpec>(json, "inputs", source, valueFromJson));
    TRAINYARD_TRY(spec.outputs, listFromJson<ValueSpec>(json, "outputs", source, valueFromJson));
    TRAINYARD_TRY(spec.parameters,
                  listFromJson<ParameterSpec>(json, "parameters", source, parameterFromJson));
    TRAINYARD_TRY(spec.operations, listFromJson<Operation>(json, "operations", source, operationFromJson));
    TRAINYARD_TRY(const Json preprocess, jsonField<Json>(json, "preprocess", source));
    TRAINYARD_TRY(spec.preprocess, preprocessFromJson(preprocess, source));
    TRAINYARD_TRY(spec.postprocess, jsonField<Names>(json, "postprocess", source));
    TRAINYARD_TRY(spec.labels, jsonField<Names>(json, "labels", source));
    return spec;
}

} // namespace

Json networkToJson(const NetworkSpec& spec)
{
    Json parameters = Json::array();
    for (const ParameterSpec& parameter : spec.parameters)
        parameters.push_back(parameterToJson(parameter));
    Json operations = Json::array();
    for (const Operation& operation : spec.operations)
        operations.push_back(operationToJson(operation));
    return {{"format", kFormat},
            {"version", spec.version},
            {"name", spec.name},
            {"inputs", valuesToJson(spec.inputs)},
            {"outputs", valuesToJson(spec.outputs)},
            {"parameters", std::move(parameters)},
            {"operations", std::move(operations)},
            {"preprocess", preprocessToJson(spec.preprocess)},
            {"postprocess", spec.postprocess},
            {"labels", spec.labels}};
}

Result<NetworkSpec> networkFromJson(const Json& json, std::string_view source)
{
    const std::string name(source);
    TRAINYARD_CHECK(checkVersion(json, name));
    TRAINYARD_TRY(NetworkSpec spec, fieldsFromJson(json, name));
    if (auto valid = validateNetwork(spec); !valid) {
        const ErrorCode code =
            valid.error().code == ErrorCode::Unsupported ? ErrorCode::Unsupported : ErrorCode::InvalidFile;
        return fail(code, name + ": " + valid.error().message, valid.error().context);
    }
    return spec;
}

} // namespace trainyard
