// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/shape_rules.h"

#include <algorithm>

namespace trainyard::shape_rules {

namespace {

tl::unexpected<Error> wrong(const ShapeQuery& query, const std::string& what)
{
    return fail(ErrorCode::InvalidArgument,
                "operation '" + query.operation.name + "' (" + query.operation.type + "): " + what);
}

Result<void> needRank(const ShapeQuery& query, std::size_t rank)
{
    if (query.inputs[0].size() != rank)
        return wrong(query, "needs a value of " + std::to_string(rank) + " dimensions, not " +
                                shapeText(query.inputs[0]));
    return {};
}

/// Every parameter is a vector of this size.
Result<Shape> withVectors(const ShapeQuery& query, std::size_t axis)
{
    const Shape expected{query.inputs[0][axis]};
    for (const auto& [role, shape] : query.parameters) {
        if (shape != expected)
            return wrong(query,
                         role + " has the shape " + shapeText(shape) + ", expected " + shapeText(expected));
    }
    return query.inputs[0];
}

Result<void> checkBias(const ShapeQuery& query)
{
    const auto bias = query.parameters.find("bias");
    const Shape expected{query.parameters.at("weight")[0]};
    if (bias != query.parameters.end() && bias->second != expected)
        return wrong(query,
                     "bias has the shape " + shapeText(bias->second) + ", expected " + shapeText(expected));
    return {};
}

/// The picture's size after a window moved over it.
Result<Shape> windowed(const ShapeQuery& query, std::int64_t channels, std::int64_t kernelHeight,
                       std::int64_t kernelWidth)
{
    const Shape& in = query.inputs[0];
    const std::int64_t stride = integerAttribute(query.operation, "stride");
    const WindowPadding pad = windowPadding(query.operation, in[2], in[3], kernelHeight, kernelWidth);
    const std::int64_t height = in[2] + pad.top + pad.bottom - kernelHeight;
    const std::int64_t width = in[3] + pad.left + pad.right - kernelWidth;
    if (height < 0 || width < 0)
        return wrong(query, "the window is larger than the value " + shapeText(in));
    return Shape{in[0], channels, height / stride + 1, width / stride + 1};
}

} // namespace

Result<Shape> unchanged(const ShapeQuery& query)
{
    return query.inputs[0];
}

Result<Shape> perChannel(const ShapeQuery& query)
{
    if (query.inputs[0].size() < 2)
        return wrong(query, "needs channels, not " + shapeText(query.inputs[0]));
    return withVectors(query, 1);
}

Result<Shape> lastAxis(const ShapeQuery& query)
{
    if (query.inputs[0].empty())
        return wrong(query, "needs at least one dimension");
    return withVectors(query, query.inputs[0].size() - 1);
}

Result<Shape> softmax(const ShapeQuery& query)
{
    const auto rank = static_cast<std::int64_t>(query.inputs[0].size());
    const std::int64_t axis = integerAttribute(query.operation, "axis");
    if (axis < -rank || axis >= rank)
        return wrong(query, "axis " + std::to_string(axis) + " is not in " + shapeText(query.inputs[0]));
    return query.inputs[0];
}

Result<Shape> broadcast(const ShapeQuery& query)
{
    const Shape& a = query.inputs[0];
    const Shape& b = query.inputs[1];
    const std::string what = "values " + shapeText(a) + " and " + shapeText(b) + " do not fit";
    if (a.size() != b.size())
        return wrong(query, what);
    Shape out = a;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && a[i] != 1 && b[i] != 1)
            return wrong(query, what);
        out[i] = std::max(a[i], b[i]);
    }
    return out;
}

Result<Shape> conv2d(const ShapeQuery& query)
{
    TRAINYARD_CHECK(needRank(query, 4));
    const Shape& weight = query.parameters.at("weight");
    const std::int64_t groups = integerAttribute(query.operation, "groups");
    if (weight.size() != 4)
        return wrong(query, "weight has the shape " + shapeText(weight) + ", expected four dimensions");
    if (weight[0] % groups != 0 || weight[1] * groups != query.inputs[0][1])
        return wrong(query, "weight " + shapeText(weight) + " with " + std::to_string(groups) +
                                " groups does not fit the value " + shapeText(query.inputs[0]));
    TRAINYARD_CHECK(checkBias(query));
    return windowed(query, weight[0], weight[2], weight[3]);
}

Result<Shape> maxPool(const ShapeQuery& query)
{
    TRAINYARD_CHECK(needRank(query, 4));
    const std::int64_t kernel = integerAttribute(query.operation, "kernel");
    const WindowPadding pad =
        windowPadding(query.operation, query.inputs[0][2], query.inputs[0][3], kernel, kernel);
    if (std::max({pad.top, pad.left, pad.bottom, pad.right}) >= kernel)
        return wrong(query, "padding must be smaller than the kernel, or a window could be empty");
    return windowed(query, query.inputs[0][1], kernel, kernel);
}

Result<Shape> globalAveragePool(const ShapeQuery& query)
{
    TRAINYARD_CHECK(needRank(query, 4));
    return Shape{query.inputs[0][0], query.inputs[0][1], 1, 1};
}

Result<Shape> flatten(const ShapeQuery& query)
{
    const Shape& in = query.inputs[0];
    if (in.size() < 2)
        return wrong(query, "needs at least two dimensions, not " + shapeText(in));
    return Shape{in[0], elementCount(Shape(in.begin() + 1, in.end()))};
}

Result<Shape> linear(const ShapeQuery& query)
{
    const Shape& weight = query.parameters.at("weight");
    Shape out = query.inputs[0];
    if (weight.size() != 2 || out.size() < 2 || out.back() != weight[1])
        return wrong(query, "weight " + shapeText(weight) + " does not fit the value " + shapeText(out));
    TRAINYARD_CHECK(checkBias(query));
    out.back() = weight[0];
    return out;
}

Result<Shape> matmul(const ShapeQuery& query)
{
    const Shape& a = query.inputs[0];
    const Shape& b = query.inputs[1];
    const std::size_t rank = a.size();
    if (rank < 2 || b.size() != rank || !std::equal(a.begin(), a.end() - 2, b.begin()) ||
        a[rank - 1] != b[rank - 2])
        return wrong(query, "values " + shapeText(a) + " and " + shapeText(b) + " do not fit");
    Shape out = a;
    out[rank - 1] = b[rank - 1];
    return out;
}

Result<Shape> transpose(const ShapeQuery& query)
{
    const std::vector<std::int64_t> order = integersAttribute(query.operation, "order");
    const Shape& in = query.inputs[0];
    std::vector<std::int64_t> sorted = order;
    std::sort(sorted.begin(), sorted.end());
    Shape out;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (order.size() != in.size() || sorted[i] != static_cast<std::int64_t>(i))
            return wrong(query, "order is not a permutation of the axes of " + shapeText(in));
        out.push_back(in[static_cast<std::size_t>(order[i])]);
    }
    if (order.size() != in.size())
        return wrong(query, "order is not a permutation of the axes of " + shapeText(in));
    return out;
}

Result<Shape> reshape(const ShapeQuery& query)
{
    const Shape& in = query.inputs[0];
    Shape out = integersAttribute(query.operation, "shape");
    const std::string what = "shape " + shapeText(out) + " does not fit the value " + shapeText(in);
    std::ptrdiff_t rest = -1;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i] == 0 && i < in.size()) {
            out[i] = in[i];
        } else if (out[i] == -1 && rest < 0) {
            rest = static_cast<std::ptrdiff_t>(i);
            out[i] = 1;
        } else if (out[i] < 1) {
            return wrong(query, what);
        }
    }
    const std::int64_t known = elementCount(out);
    const std::int64_t all = elementCount(in);
    if (known < 1 || all % known != 0 || (rest < 0 && known != all))
        return wrong(query, what);
    if (rest >= 0)
        out[static_cast<std::size_t>(rest)] = all / known;
    return out;
}

std::int64_t conv2dMultiplyAdds(const ShapeQuery& query, const Shape& output)
{
    const Shape& weight = query.parameters.at("weight");
    return elementCount(output) * weight[1] * weight[2] * weight[3];
}

std::int64_t linearMultiplyAdds(const ShapeQuery& query, const Shape& output)
{
    return elementCount(output) * query.parameters.at("weight")[1];
}

std::int64_t matmulMultiplyAdds(const ShapeQuery& query, const Shape& output)
{
    return elementCount(output) * query.inputs[0].back();
}

} // namespace trainyard::shape_rules
