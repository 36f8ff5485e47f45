// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/annotation.h"

#include <cmath>

namespace trainyard {

namespace {

Json vertexToJson(const Vertex& vertex)
{
    return Json::array({vertex.x, vertex.y});
}

Json ringToJson(const Ring& ring)
{
    Json json = Json::array();
    for (const Vertex& vertex : ring)
        json.push_back(vertexToJson(vertex));
    return json;
}

/// Adds the fields of a shape to an object.
struct Fields
{
    Json& json;

    void operator()(std::monostate) const {}
    void operator()(const Box& box) const { json["box"] = boxToJson(box); }
    void operator()(const RotatedBox& box) const
    {
        json["centre"] = {box.centreX, box.centreY};
        json["size"] = {box.width, box.height};
        json["angle"] = box.angle;
    }
    void operator()(const Polygon& polygon) const
    {
        Json parts = Json::array();
        for (const PolygonPart& part : polygon.parts) {
            Json entry = {{"outline", ringToJson(part.outline)}};
            for (const Ring& hole : part.holes)
                entry["holes"].push_back(ringToJson(hole));
            parts.push_back(std::move(entry));
        }
        json["parts"] = std::move(parts);
    }
    void operator()(const Polyline& line) const { json["vertices"] = ringToJson(line.vertices); }
    void operator()(const Vertex& point) const { json["at"] = vertexToJson(point); }
    void operator()(const Keypoints& keypoints) const
    {
        Json points = Json::array();
        for (const Keypoint& point : keypoints.points)
            points.push_back({point.at.x, point.at.y, static_cast<int>(point.state)});
        json["points"] = std::move(points);
    }
    void operator()(const Mask& mask) const
    {
        json["rectangle"] = {mask.x, mask.y, mask.width, mask.height};
        json["counts"] = mask.counts;
    }
};

tl::unexpected<Error> wrong(std::string_view source, const char* what)
{
    return fail(ErrorCode::InvalidFile, std::string(source) + ": " + what);
}

/// `count` finite numbers.
Result<std::vector<double>> numbers(const Json& json, std::size_t count, std::string_view source,
                                    const char* what)
{
    std::vector<double> values;
    if (!json.is_array() || json.size() != count)
        return wrong(source, what);
    for (const Json& entry : json) {
        if (!entry.is_number() || !std::isfinite(entry.get<double>()))
            return wrong(source, what);
        values.push_back(entry.get<double>());
    }
    return values;
}

Result<Vertex> vertexFromJson(const Json& json, std::string_view source)
{
    TRAINYARD_TRY(const auto values, numbers(json, 2, source, "a vertex is [x, y] with two finite numbers"));
    return Vertex{values[0], values[1]};
}

Result<Ring> ringFromJson(const Json& json, std::string_view source)
{
    if (!json.is_array())
        return wrong(source, "a list of vertices is missing");
    Ring ring;
    ring.reserve(json.size());
    for (const Json& entry : json) {
        TRAINYARD_TRY(const Vertex vertex, vertexFromJson(entry, source));
        ring.push_back(vertex);
    }
    return ring;
}

Result<Polygon> polygonFromJson(const Json& json, std::string_view source)
{
    Polygon polygon;
    TRAINYARD_TRY(const auto parts, jsonField<Json>(json, "parts", source));
    for (const Json& entry : parts) {
        PolygonPart part;
        TRAINYARD_TRY(const auto outline, jsonField<Json>(entry, "outline", source));
        TRAINYARD_TRY(part.outline, ringFromJson(outline, source));
        for (const Json& hole : jsonValue(entry, "holes", Json(Json::array()))) {
            TRAINYARD_TRY(Ring ring, ringFromJson(hole, source));
            part.holes.push_back(std::move(ring));
        }
        polygon.parts.push_back(std::move(part));
    }
    return polygon;
}

Result<RotatedBox> rotatedBoxFromJson(const Json& json, std::string_view source)
{
    const char* what = "a rotated box has a centre [x, y], a size [width, height] and an angle in degrees";
    TRAINYARD_TRY(const auto centre, numbers(jsonValue(json, "centre", Json()), 2, source, what));
    TRAINYARD_TRY(const auto size, numbers(jsonValue(json, "size", Json()), 2, source, what));
    TRAINYARD_TRY(const double angle, jsonField<double>(json, "angle", source));
    return RotatedBox{centre[0], centre[1], size[0], size[1], angle};
}

Result<Keypoints> keypointsFromJson(const Json& json, std::string_view source)
{
    Keypoints keypoints;
    TRAINYARD_TRY(const auto points, jsonField<Json>(json, "points", source));
    for (const Json& entry : points) {
        const char* what = "a keypoint is [x, y, state] with a state of 0, 1 or 2";
        TRAINYARD_TRY(const auto values, numbers(entry, 3, source, what));
        if (values[2] != 0 && values[2] != 1 && values[2] != 2)
            return wrong(source, what);
        keypoints.points.push_back({{values[0], values[1]}, static_cast<KeypointState>(values[2])});
    }
    return keypoints;
}

Result<Mask> maskFromJson(const Json& json, std::string_view source)
{
    TRAINYARD_TRY(const auto rectangle, jsonField<std::vector<int>>(json, "rectangle", source));
    if (rectangle.size() != 4)
        return wrong(source, "a mask's rectangle is [x, y, width, height] in whole pixels");
    Mask mask{rectangle[0], rectangle[1], rectangle[2], rectangle[3], {}};
    TRAINYARD_TRY(mask.counts, jsonField<std::vector<std::uint32_t>>(json, "counts", source));
    return mask;
}

Result<Shape> fieldsFromJson(ShapeKind kind, const Json& json, std::string_view source)
{
    switch (kind) {
    case ShapeKind::ClassTag:
        return Shape();
    case ShapeKind::Box: {
        TRAINYARD_TRY(const auto field, jsonField<Json>(json, "box", source));
        return boxFromJson(field, source);
    }
    case ShapeKind::RotatedBox:
        return rotatedBoxFromJson(json, source);
    case ShapeKind::Polygon:
        return polygonFromJson(json, source);
    case ShapeKind::Polyline: {
        TRAINYARD_TRY(const auto field, jsonField<Json>(json, "vertices", source));
        TRAINYARD_TRY(Ring vertices, ringFromJson(field, source));
        return Polyline{std::move(vertices)};
    }
    case ShapeKind::Point: {
        TRAINYARD_TRY(const auto field, jsonField<Json>(json, "at", source));
        return vertexFromJson(field, source);
    }
    case ShapeKind::Keypoints:
        return keypointsFromJson(json, source);
    case ShapeKind::Mask:
        return maskFromJson(json, source);
    }
    return wrong(source, "unknown kind of shape");
}

} // namespace

Json boxToJson(const Box& box)
{
    return Json::array({box.x, box.y, box.width, box.height});
}

Result<Box> boxFromJson(const Json& json, std::string_view source)
{
    const char* what = "a box is [x, y, width, height] with four finite numbers and a size of at least 0";
    TRAINYARD_TRY(const auto values, numbers(json, 4, source, what));
    if (values[2] < 0 || values[3] < 0)
        return wrong(source, what);
    return Box{values[0], values[1], values[2], values[3]};
}

Json shapeToJson(const Shape& shape)
{
    Json json = {{"kind", shapeKindName(shapeKind(shape))}};
    std::visit(Fields{json}, shape);
    return json;
}

Result<Shape> shapeFromJson(const Json& json, std::string_view source)
{
    TRAINYARD_TRY(const auto name, jsonField<std::string>(json, "kind", source));
    const auto kind = shapeKindFromName(name);
    if (!kind)
        return fail(ErrorCode::InvalidFile,
                    std::string(source) + ": field 'kind' does not know '" + name + "'");
    TRAINYARD_TRY(Shape shape, fieldsFromJson(*kind, json, source));
    if (const auto good = checkShape(shape); !good)
        return wrong(source, good.error().message.c_str());
    return shape;
}

} // namespace trainyard
