// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"
#include "core/network/reference.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

using Shape = std::vector<std::int64_t>;

/// A parameter that an operation takes.
struct ParameterRole
{
    const char* name;
    bool isOptional = false;
    bool isStatistic = false; ///< kept by training, not learned
};

enum class AttributeType { Integer, Real, Integers, Padding };

struct AttributeRule
{
    const char* name;
    AttributeType type;
    const char* fallback; ///< JSON, or nullptr where the attribute must be there
    double minimum;       ///< of every number in it
    double maximum;
};

/// What a shape rule looks at: the operation and the shapes of its inputs and of its parameters by role.
struct ShapeQuery
{
    const Operation& operation;
    std::vector<Shape> inputs;
    std::map<std::string, Shape> parameters;
};

/// What a reference computes from; `outputShape` is what the shape rule gave.
struct ReferenceCall
{
    const Operation& operation;
    std::vector<const ReferenceTensor*> inputs;
    std::map<std::string, const ReferenceTensor*> parameters;
    Shape outputShape;
};

/// One row of the catalogue (FORMAT.md): everything that is said once about an operation. Exporters keep
/// their own column, and a test fails while one is missing there.
struct OperationKind
{
    const char* type;
    std::size_t inputs;
    std::vector<ParameterRole> roles;
    std::vector<AttributeRule> attributes;
    bool isTrainOnly;
    Result<Shape> (*shape)(const ShapeQuery& query);
    std::int64_t (*multiplyAdds)(const ShapeQuery& query, const Shape& output); ///< nullptr: none
    ReferenceTensor (*reference)(const ReferenceCall& call);
};

std::span<const OperationKind> operationKinds();
const OperationKind* operationKind(std::string_view type);

/// An attribute of a valid operation, or the catalogue's default.
std::int64_t integerAttribute(const Operation& operation, std::string_view name);
double realAttribute(const Operation& operation, std::string_view name);
std::vector<std::int64_t> integersAttribute(const Operation& operation, std::string_view name);

/// Border of a window that moves over a picture.
struct WindowPadding
{
    std::int64_t top = 0;
    std::int64_t left = 0;
    std::int64_t bottom = 0;
    std::int64_t right = 0;

    bool operator==(const WindowPadding&) const = default;
};

/// The "padding" of a valid conv2d or max-pool for a picture and window of this size; "same" becomes numbers.
WindowPadding windowPadding(const Operation& operation, std::int64_t height, std::int64_t width,
                            std::int64_t kernelHeight, std::int64_t kernelWidth);

/// The number of elements; -1 where it would pass 2^40.
std::int64_t elementCount(const Shape& shape);
/// "[1, 3, 224, 224]".
std::string shapeText(const Shape& shape);

} // namespace trainyard
