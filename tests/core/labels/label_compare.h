// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/format_parts.h"
#include "core/labels/geometry.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace trainyard {

/// Whether two shapes are one, each number to a tolerance in pixels.
inline bool areClose(const Shape& left, const Shape& right, double tolerance)
{
    if (left.index() != right.index())
        return false;
    if (const auto* mask = std::get_if<Mask>(&left))
        return *mask == std::get<Mask>(right);
    if (const auto* keypoints = std::get_if<Keypoints>(&left)) {
        const auto& others = std::get<Keypoints>(right).points;
        if (keypoints->points.size() != others.size())
            return false;
        for (std::size_t i = 0; i < others.size(); ++i)
            if (keypoints->points[i].state != others[i].state ||
                std::hypot(keypoints->points[i].at.x - others[i].at.x,
                           keypoints->points[i].at.y - others[i].at.y) > tolerance)
                return false;
        return true;
    }
    const Ring a = verticesOf(left);
    const Ring b = verticesOf(right);
    if (a.size() != b.size())
        return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!(std::hypot(a[i].x - b[i].x, a[i].y - b[i].y) <= tolerance))
            return false;
    if (const auto* polygon = std::get_if<Polygon>(&left)) {
        const auto& parts = std::get<Polygon>(right).parts;
        for (std::size_t i = 0; i < polygon->parts.size(); ++i)
            if (i >= parts.size() || polygon->parts[i].outline.size() != parts[i].outline.size() ||
                polygon->parts[i].holes.size() != parts[i].holes.size())
                return false;
    }
    return true;
}

/// The first difference in words, or empty.
inline std::string annotationDifference(const FileAnnotation& expected, const FileAnnotation& found,
                                        double tolerance)
{
    if (expected.className != found.className)
        return "class '" + found.className + "' instead of '" + expected.className + "'";
    if (!areClose(expected.shape, found.shape, tolerance))
        return "shape " + jsonLine(shapeToJson(found.shape)) + " instead of " +
               jsonLine(shapeToJson(expected.shape));
    if (expected.score.has_value() != found.score.has_value() ||
        std::abs(expected.score.value_or(0) - found.score.value_or(0)) > 1e-9)
        return "score";
    if (expected.isModel != found.isModel || expected.sourceName != found.sourceName)
        return "source '" + found.sourceName + "' instead of '" + expected.sourceName + "'";
    if (expected.group != found.group)
        return "group " + std::to_string(found.group) + " instead of " + std::to_string(expected.group);
    if (expected.zOrder != found.zOrder)
        return "order";
    if (expected.flags != found.flags)
        return "flags";
    if (expected.attributes != found.attributes)
        return "attributes " + attributesToText(found.attributes) + " instead of " +
               attributesToText(expected.attributes);
    if (expected.extra != found.extra)
        return "extra " + found.extra + " instead of " + expected.extra;
    return {};
}

/// Pictures are matched by their file names.
inline std::string labelDifference(const LabelSet& expected, const LabelSet& found, double tolerance)
{
    if (!found.rejections.empty())
        return "rejection " + found.rejections[0].path + ", " + found.rejections[0].place + ": " +
               found.rejections[0].reason;
    if (found.read != annotationCount(found))
        return "read " + std::to_string(found.read) + " of " + std::to_string(annotationCount(found));
    std::map<std::string, const LabelledPicture*> pictures;
    for (const LabelledPicture& each : found.pictures)
        if (!pictures.emplace(fileNameOf(each.path), &each).second)
            return "picture " + each.path + " twice";
    if (pictures.size() != expected.pictures.size())
        return std::to_string(pictures.size()) + " pictures";
    for (const LabelledPicture& each : expected.pictures) {
        const auto name = std::string(fileNameOf(each.path));
        if (!pictures.contains(name))
            return "no picture " + name;
        const LabelledPicture& other = *pictures[name];
        if (other.split != each.split)
            return name + ": split '" + other.split + "' instead of '" + each.split + "'";
        if (other.width > 0 && (other.width != each.width || other.height != each.height))
            return name + ": size";
        if (other.annotations.size() != each.annotations.size())
            return name + ": " + std::to_string(other.annotations.size()) + " annotations instead of " +
                   std::to_string(each.annotations.size());
        for (std::size_t i = 0; i < each.annotations.size(); ++i)
            if (const std::string difference =
                    annotationDifference(each.annotations[i], other.annotations[i], tolerance);
                !difference.empty())
                return name + ", annotation " + std::to_string(i) + ": " + difference;
    }
    return {};
}

} // namespace trainyard
