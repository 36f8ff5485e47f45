// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/label_studio_shapes.h"

#include "core/labels/brush_codec.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_json.h"

namespace trainyard {

namespace {

tl::unexpected<Error> fault(const std::string& what)
{
    return fail(ErrorCode::InvalidArgument, what);
}

Result<Shape> brushOf(const Json& value, int width, int height)
{
    const Json& list = jsonMember(value, "rle");
    if (!list.is_array())
        return fault("'rle' is not a list of bytes");
    std::vector<std::uint8_t> bytes;
    for (const Json& each : list) {
        const auto byte = jsonWhole(each);
        if (!byte || *byte < 0 || *byte > 255)
            return fault("'rle' is not a list of bytes");
        bytes.push_back(static_cast<std::uint8_t>(*byte));
    }
    TRAINYARD_TRY(Mask mask, decodeBrush(bytes, width, height));
    return mask;
}

} // namespace

Result<Shape> labelStudioShape(const Json& result, int width, int height, LossBook& losses)
{
    if (jsonNumber(jsonMember(result, "image_rotation")).value_or(0) != 0)
        return fault("the picture was turned while it was labelled; turn it back in Label Studio");
    const Json& value = jsonMember(result, "value");
    const double unitX = width / 100.0;
    const double unitY = height / 100.0;
    const auto number = [&](const char* key) { return jsonNumber(jsonMember(value, key)); };
    if (value.contains("rle"))
        return brushOf(value, width, height);
    if (value.contains("points")) {
        auto ring = jsonRing(value["points"]);
        if (!ring)
            return fault("'points' is not a list of [x, y]");
        for (Vertex& vertex : *ring)
            vertex = {vertex.x * unitX, vertex.y * unitY};
        const Json& closed = jsonMember(value, "closed");
        if (closed.is_boolean() && !closed.get<bool>())
            return Polyline{std::move(*ring)};
        return Polygon{{PolygonPart{std::move(*ring), {}}}};
    }
    const auto x = number("x");
    const auto y = number("y");
    if (!x || !y)
        return fault("'x' and 'y' are not numbers");
    const Vertex at{*x * unitX, *y * unitY};
    const double angle = number("rotation").value_or(0);
    if (number("radiusX") && number("radiusY")) {
        losses.add("ellipses became outlines of 64 corners");
        return ellipseOutline(at, *number("radiusX") * unitX, *number("radiusY") * unitY, angle);
    }
    if (!number("height"))
        return at; // a keypoint: its width is the size of the dot
    const double boxWidth = number("width").value_or(0) * unitX;
    const double boxHeight = *number("height") * unitY;
    if (angle == 0)
        return Box{at.x, at.y, boxWidth, boxHeight};
    return boxTurnedAboutCorner(at, boxWidth, boxHeight, angle);
}

} // namespace trainyard
