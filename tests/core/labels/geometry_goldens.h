// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/labels/shape.h"
#include "tests/support/test_folders.h"

namespace trainyard::test {

/// The rows of one table of tests/data/labels/geometry_goldens.json.
inline Json geometryGoldens(const char* table)
{
    const std::string text = readTestFile(sourceFolder() / "tests/data/labels/geometry_goldens.json");
    return parseJson(text, "goldens").value().at(table);
}

inline Ring ringFrom(const Json& json)
{
    Ring ring;
    for (const Json& vertex : json)
        ring.push_back({vertex.at(0).get<double>(), vertex.at(1).get<double>()});
    return ring;
}

inline Polygon polygonFrom(const Json& json)
{
    Polygon polygon;
    for (const Json& part : json) {
        polygon.parts.push_back({ringFrom(part.at("outline")), {}});
        for (const Json& hole : part.at("holes"))
            polygon.parts.back().holes.push_back(ringFrom(hole));
    }
    return polygon;
}

/// As trainyard's own rows of a mask show it: "#" where a pixel is set, rows apart by "/".
inline Mask maskFrom(std::string_view rows, int x = 0, int y = 0)
{
    const int width = static_cast<int>(std::min(rows.find('/'), rows.size()));
    const int height = static_cast<int>((rows.size() + 1) / static_cast<std::size_t>(width + 1));
    Mask mask{x, y, width, height, {0}};
    bool isSet = false;
    for (int column = 0; column < width; ++column)
        for (int row = 0; row < height; ++row) {
            if ((rows[static_cast<std::size_t>(row * (width + 1) + column)] == '#') != isSet) {
                mask.counts.push_back(0);
                isSet = !isSet;
            }
            ++mask.counts.back();
        }
    return mask;
}

} // namespace trainyard::test
