// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/catalogue.h"

#include "core/base/assert.h"
#include "core/network/reference/operations.h"
#include "core/network/shape_rules.h"

#include <array>

namespace trainyard {

namespace {

constexpr double kMost = 65536;
constexpr std::int64_t kMostElements = std::int64_t{1} << 40;

const std::vector<ParameterRole> kWeightAndBias{{"weight"}, {"bias"}};
const std::vector<ParameterRole> kWeightOptionalBias{{"weight"}, {"bias", true}};
const AttributeRule kPadding{"padding", AttributeType::Padding, "[0,0,0,0]", 0, kMost};
const AttributeRule kEpsilon{"epsilon", AttributeType::Real, "1e-5", 0, 1};

namespace shapes = shape_rules;
namespace values = reference_operations;

const std::array<OperationKind, 19> kKinds{{
    {"conv2d",
     1,
     kWeightOptionalBias,
     {{"stride", AttributeType::Integer, "1", 1, kMost},
      kPadding,
      {"groups", AttributeType::Integer, "1", 1, kMost}},
     false,
     shapes::conv2d,
     shapes::conv2dMultiplyAdds,
     values::conv2d},
    {"batch-norm",
     1,
     {{"weight"}, {"bias"}, {"mean", false, true}, {"variance", false, true}},
     {kEpsilon, {"momentum", AttributeType::Real, "0.1", 0, 1}},
     false,
     shapes::perChannel,
     nullptr,
     values::batchNorm},
    {"relu", 1, {}, {}, false, shapes::unchanged, nullptr, values::relu},
    {"relu6", 1, {}, {}, false, shapes::unchanged, nullptr, values::relu6},
    {"gelu", 1, {}, {}, false, shapes::unchanged, nullptr, values::gelu},
    {"add", 2, {}, {}, false, shapes::broadcast, nullptr, values::add},
    {"multiply", 2, {}, {}, false, shapes::broadcast, nullptr, values::multiply},
    {"max-pool",
     1,
     {},
     {{"kernel", AttributeType::Integer, nullptr, 1, kMost},
      {"stride", AttributeType::Integer, nullptr, 1, kMost},
      kPadding},
     false,
     shapes::maxPool,
     nullptr,
     values::maxPool},
    {"global-average-pool", 1, {}, {}, false, shapes::globalAveragePool, nullptr, values::globalAveragePool},
    {"flatten", 1, {}, {}, false, shapes::flatten, nullptr, values::sameNumbers},
    {"linear", 1, kWeightOptionalBias, {}, false, shapes::linear, shapes::linearMultiplyAdds, values::linear},
    {"dropout",
     1,
     {},
     {{"rate", AttributeType::Real, "0.5", 0, 0.999}},
     true,
     shapes::unchanged,
     nullptr,
     values::sameNumbers},
    {"drop-path",
     1,
     {},
     {{"rate", AttributeType::Real, "0", 0, 0.999}},
     true,
     shapes::unchanged,
     nullptr,
     values::sameNumbers},
    {"softmax",
     1,
     {},
     {{"axis", AttributeType::Integer, "-1", -8, 7}},
     false,
     shapes::softmax,
     nullptr,
     values::softmax},
    {"layer-norm", 1, kWeightAndBias, {kEpsilon}, false, shapes::lastAxis, nullptr, values::layerNorm},
    {"matmul", 2, {}, {}, false, shapes::matmul, shapes::matmulMultiplyAdds, values::matmul},
    {"transpose",
     1,
     {},
     {{"order", AttributeType::Integers, nullptr, 0, 7}},
     false,
     shapes::transpose,
     nullptr,
     values::transpose},
    {"reshape",
     1,
     {},
     {{"shape", AttributeType::Integers, nullptr, -1, 1e9}},
     false,
     shapes::reshape,
     nullptr,
     values::sameNumbers},
    {"scale",
     1,
     {},
     {{"factor", AttributeType::Real, nullptr, -1e6, 1e6}},
     false,
     shapes::unchanged,
     nullptr,
     values::scale},
}};

/// The attribute as written or its default; `operation` has passed validateNetwork().
Json attributeOf(const Operation& operation, std::string_view name)
{
    const auto written = operation.attributes.find(name);
    if (written != operation.attributes.end())
        return *written;
    const OperationKind* kind = operationKind(operation.type);
    TRAINYARD_ASSERT(kind != nullptr);
    for (const AttributeRule& rule : kind->attributes) {
        if (rule.name == name && rule.fallback != nullptr)
            return Json::parse(rule.fallback);
    }
    TRAINYARD_ASSERT(!"an attribute that the catalogue does not know or that is missing");
    return {};
}

} // namespace

std::span<const OperationKind> operationKinds()
{
    return kKinds;
}

const OperationKind* operationKind(std::string_view type)
{
    for (const OperationKind& kind : kKinds) {
        if (kind.type == type)
            return &kind;
    }
    return nullptr;
}

std::int64_t integerAttribute(const Operation& operation, std::string_view name)
{
    return attributeOf(operation, name).get<std::int64_t>();
}

double realAttribute(const Operation& operation, std::string_view name)
{
    return attributeOf(operation, name).get<double>();
}

std::vector<std::int64_t> integersAttribute(const Operation& operation, std::string_view name)
{
    return attributeOf(operation, name).get<std::vector<std::int64_t>>();
}

std::pair<std::int64_t, std::int64_t> samePadding(std::int64_t size, std::int64_t kernel, std::int64_t stride)
{
    const std::int64_t steps = (size + stride - 1) / stride;
    const std::int64_t total = std::max<std::int64_t>((steps - 1) * stride + kernel - size, 0);
    return {total / 2, total - total / 2};
}

WindowPadding windowPadding(const Operation& operation, std::int64_t height, std::int64_t width,
                            std::int64_t kernelHeight, std::int64_t kernelWidth)
{
    const Json padding = attributeOf(operation, "padding");
    if (padding.is_array())
        return {padding[0].get<std::int64_t>(), padding[1].get<std::int64_t>(),
                padding[2].get<std::int64_t>(), padding[3].get<std::int64_t>()};
    const std::int64_t stride = integerAttribute(operation, "stride");
    const auto [top, bottom] = samePadding(height, kernelHeight, stride);
    const auto [left, right] = samePadding(width, kernelWidth, stride);
    return {top, left, bottom, right};
}

std::int64_t elementCount(const Shape& shape)
{
    std::int64_t count = 1;
    for (const std::int64_t size : shape) {
        if (size < 0 || (size > 0 && count > kMostElements / size))
            return -1;
        count *= size;
    }
    return count;
}

std::string shapeText(const Shape& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

} // namespace trainyard
