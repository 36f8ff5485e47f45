// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/catalogue.h"

namespace trainyard::shape_rules {

Result<Shape> unchanged(const ShapeQuery& query);
Result<Shape> perChannel(const ShapeQuery& query); ///< unchanged; every parameter has the size of axis 1
Result<Shape> lastAxis(const ShapeQuery& query); ///< unchanged; every parameter has the size of the last axis
Result<Shape> softmax(const ShapeQuery& query);
Result<Shape> broadcast(const ShapeQuery& query);
Result<Shape> conv2d(const ShapeQuery& query);
Result<Shape> maxPool(const ShapeQuery& query);
Result<Shape> globalAveragePool(const ShapeQuery& query);
Result<Shape> flatten(const ShapeQuery& query);
Result<Shape> linear(const ShapeQuery& query);
Result<Shape> matmul(const ShapeQuery& query);
Result<Shape> transpose(const ShapeQuery& query);
Result<Shape> reshape(const ShapeQuery& query);

std::int64_t conv2dMultiplyAdds(const ShapeQuery& query, const Shape& output);
std::int64_t linearMultiplyAdds(const ShapeQuery& query, const Shape& output);
std::int64_t matmulMultiplyAdds(const ShapeQuery& query, const Shape& output);

} // namespace trainyard::shape_rules
