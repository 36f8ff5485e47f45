// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/cvat_shapes.h"

#include "core/base/path_text.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_text.h"
#include "core/labels/mask_codec.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <pugixml.hpp>

namespace trainyard {

namespace {

constexpr double kLargestPlace = 1e7;

tl::unexpected<Error> fault(const std::string& what)
{
    return fail(ErrorCode::InvalidArgument, what);
}

Result<double> number(const pugi::xml_node& node, const char* name)
{
    const auto value = numberFrom(node.attribute(name).value());
    if (!value || std::abs(*value) > kLargestPlace)
        return fault(std::string(name) + "=\"" +
                     displayText(std::string_view(node.attribute(name).value()).substr(0, 40)) +
                     "\", expected a number");
    return *value;
}

Result<Shape> boxShape(const pugi::xml_node& node)
{
    TRAINYARD_TRY(const double left, number(node, "xtl"));
    TRAINYARD_TRY(const double top, number(node, "ytl"));
    TRAINYARD_TRY(const double right, number(node, "xbr"));
    TRAINYARD_TRY(const double bottom, number(node, "ybr"));
    const double angle =
        node.attribute("rotation") ? numberFrom(node.attribute("rotation").value()).value_or(0) : 0;
    if (angle != 0)
        return RotatedBox{(left + right) / 2, (top + bottom) / 2, right - left, bottom - top, angle};
    return Box{left, top, right - left, bottom - top};
}

Result<Shape> ellipseShape(const pugi::xml_node& node)
{
    TRAINYARD_TRY(const double centreX, number(node, "cx"));
    TRAINYARD_TRY(const double centreY, number(node, "cy"));
    TRAINYARD_TRY(const double radiusX, number(node, "rx"));
    TRAINYARD_TRY(const double radiusY, number(node, "ry"));
    return ellipseOutline({centreX, centreY}, radiusX, radiusY,
                          numberFrom(node.attribute("rotation").value()).value_or(0));
}

Result<Shape> cuboidShape(const pugi::xml_node& node)
{
    Ring corners;
    for (const std::array<const char*, 2> names : {std::array{"xtl1", "ytl1"},
                                                   {"xtr1", "ytr1"},
                                                   {"xbl1", "ybl1"},
                                                   {"xbr1", "ybr1"},
                                                   {"xtl2", "ytl2"},
                                                   {"xtr2", "ytr2"},
                                                   {"xbl2", "ybl2"},
                                                   {"xbr2", "ybr2"}}) {
        if (!node.attribute(names[0]))
            continue;
        TRAINYARD_TRY(const double x, number(node, names[0]));
        TRAINYARD_TRY(const double y, number(node, names[1]));
        corners.push_back({x, y});
    }
    if (corners.empty())
        return fault("the cuboid has no corners");
    return boundingBox(Polyline{corners}).value_or(Box{});
}

Result<Shape> maskShape(const pugi::xml_node& node)
{
    std::array<int, 4> sides{};
    std::size_t at = 0;
    for (const char* name : {"left", "top", "width", "height"}) {
        TRAINYARD_TRY(const double value, number(node, name));
        if (value != std::floor(value) || (at > 1 && (value < 1 || value > kMaxMaskSide)))
            return fault(std::string(name) + " is not a whole number of pixels");
        sides.at(at++) = static_cast<int>(value);
    }
    std::vector<std::uint32_t> counts;
    std::uint64_t sum = 0;
    std::string_view text = node.attribute("rle").value();
    while (!trimmedText(text).empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const auto run = wholeFrom(text.substr(0, end));
        if (!run || *run < 0 || *run > std::numeric_limits<std::int32_t>::max())
            return fault("rle holds '" + displayText(trimmedText(text.substr(0, end)).substr(0, 40)) +
                         "', expected run lengths");
        sum += static_cast<std::uint64_t>(*run);
        counts.push_back(static_cast<std::uint32_t>(*run));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto area = static_cast<std::uint64_t>(sides[2]) * static_cast<std::uint64_t>(sides[3]);
    if (sum < area && counts.size() % 2 == 0)
        counts.push_back(static_cast<std::uint32_t>(area - sum)); // some exports leave the last run out
    TRAINYARD_TRY(Mask mask, fromRowCounts(counts, sides[0], sides[1], sides[2], sides[3]));
    return mask;
}

} // namespace

Result<Ring> cvatPlaces(const pugi::xml_node& node)
{
    Ring ring;
    std::string_view text = node.attribute("points").value();
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        const std::string_view pair = text.substr(0, end);
        const std::size_t comma = pair.find(',');
        const auto x = comma == std::string_view::npos ? std::nullopt : numberFrom(pair.substr(0, comma));
        const auto y = comma == std::string_view::npos ? std::nullopt : numberFrom(pair.substr(comma + 1));
        if (!x || !y)
            return fault("points hold '" + displayText(pair.substr(0, 40)) + "', expected x,y;x,y");
        ring.push_back({*x, *y});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return ring;
}

Result<Shape> cvatShape(const pugi::xml_node& node, LossBook& losses)
{
    const std::string_view kind = node.name();
    if (kind == "tag")
        return Shape();
    if (kind == "box")
        return boxShape(node);
    if (kind == "mask")
        return maskShape(node);
    if (kind == "ellipse") {
        losses.add("ellipses became outlines of 64 corners");
        return ellipseShape(node);
    }
    if (kind == "cuboid") {
        losses.add("cuboids became the boxes around them");
        return cuboidShape(node);
    }
    if (kind != "polygon" && kind != "polyline" && kind != "points")
        return fault("a kind of shape that is not known");
    TRAINYARD_TRY(Ring ring, cvatPlaces(node));
    if (kind == "polygon")
        return Polygon{{PolygonPart{std::move(ring), {}}}};
    if (kind == "polyline")
        return Polyline{std::move(ring)};
    if (ring.size() == 1)
        return ring.front();
    Keypoints keypoints;
    for (const Vertex& vertex : ring)
        keypoints.points.push_back({vertex, KeypointState::Visible});
    return keypoints;
}

} // namespace trainyard
