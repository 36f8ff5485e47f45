// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_codec.h"
#include "core/labels/shape.h"

namespace trainyard {

namespace {

constexpr std::size_t kVertexBytes = 16;

struct Writer
{
    std::string out;

    void put(const Vertex& vertex)
    {
        putReal(out, vertex.x);
        putReal(out, vertex.y);
    }
    void put(const Ring& ring)
    {
        putVarint(out, ring.size());
        for (const Vertex& vertex : ring)
            put(vertex);
    }

    void operator()(std::monostate) {}
    void operator()(const Box&) {}
    void operator()(const RotatedBox& box)
    {
        for (const double value : {box.centreX, box.centreY, box.width, box.height, box.angle})
            putReal(out, value);
    }
    void operator()(const Polygon& polygon)
    {
        putVarint(out, polygon.parts.size());
        for (const PolygonPart& part : polygon.parts) {
            putVarint(out, part.holes.size());
            put(part.outline);
            for (const Ring& hole : part.holes)
                put(hole);
        }
    }
    void operator()(const Polyline& line) { put(line.vertices); }
    void operator()(const Vertex& point) { put(point); }
    void operator()(const Keypoints& keypoints)
    {
        putVarint(out, keypoints.points.size());
        for (const Keypoint& point : keypoints.points) {
            out += static_cast<char>(point.state);
            put(point.at);
        }
    }
    void operator()(const Mask& mask)
    {
        for (const int value : {mask.x, mask.y, mask.width, mask.height})
            putSigned(out, value);
        putVarint(out, mask.counts.size());
        for (const std::uint32_t run : mask.counts)
            putVarint(out, run);
    }
};

Vertex readVertex(ByteReader& reader)
{
    const double x = reader.real();
    return {x, reader.real()};
}

Ring readRing(ByteReader& reader)
{
    Ring ring(reader.count(kVertexBytes));
    for (Vertex& vertex : ring)
        vertex = readVertex(reader);
    return ring;
}

RotatedBox readRotatedBox(ByteReader& reader)
{
    RotatedBox box;
    for (double* value : {&box.centreX, &box.centreY, &box.width, &box.height, &box.angle})
        *value = reader.real();
    return box;
}

Polygon readPolygon(ByteReader& reader)
{
    Polygon polygon;
    polygon.parts.resize(reader.count(2));
    for (PolygonPart& part : polygon.parts) {
        part.holes.resize(reader.count(1));
        part.outline = readRing(reader);
        for (Ring& hole : part.holes)
            hole = readRing(reader);
    }
    return polygon;
}

Keypoints readKeypoints(ByteReader& reader)
{
    Keypoints keypoints;
    keypoints.points.resize(reader.count(kVertexBytes + 1));
    for (Keypoint& point : keypoints.points) {
        const std::uint8_t state = reader.byte();
        if (state > static_cast<std::uint8_t>(KeypointState::Visible))
            reader.refuse();
        point.state = static_cast<KeypointState>(state);
        point.at = readVertex(reader);
    }
    return keypoints;
}

Mask readMask(ByteReader& reader)
{
    Mask mask;
    for (int* value : {&mask.x, &mask.y, &mask.width, &mask.height})
        *value = static_cast<int>(reader.signedNumber());
    mask.counts.resize(reader.count(1));
    for (std::uint32_t& run : mask.counts)
        run = static_cast<std::uint32_t>(reader.varint());
    return mask;
}

} // namespace

std::string shapeToBytes(const Shape& shape)
{
    Writer writer;
    std::visit(writer, shape);
    return std::move(writer.out);
}

Result<Shape> shapeFromBytes(ShapeKind kind, const std::optional<Box>& box, std::string_view bytes,
                             std::string_view source)
{
    ByteReader reader(bytes);
    Shape shape;
    switch (kind) {
    case ShapeKind::ClassTag:
        break;
    case ShapeKind::Box:
        if (!box)
            reader.refuse();
        else
            shape = *box;
        break;
    case ShapeKind::RotatedBox:
        shape = readRotatedBox(reader);
        break;
    case ShapeKind::Polygon:
        shape = readPolygon(reader);
        break;
    case ShapeKind::Polyline:
        shape = Polyline{readRing(reader)};
        break;
    case ShapeKind::Point:
        shape = readVertex(reader);
        break;
    case ShapeKind::Keypoints:
        shape = readKeypoints(reader);
        break;
    case ShapeKind::Mask:
        shape = readMask(reader);
        break;
    default:
        reader.refuse();
    }
    if (!reader.isGood() || !reader.isAtEnd())
        return fail(ErrorCode::CorruptFile, std::string(source) + ": the stored shape is damaged at byte " +
                                                std::to_string(bytes.size() - reader.restSize()));
    return shape;
}

} // namespace trainyard
