// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/voc.h"

namespace trainyard {

namespace {

/// Objects that are wrong in any base say nothing about it.
bool isPlausible(const VocObject& object)
{
    return object.xmin >= 0 && object.ymin >= 0 && object.xmax > object.xmin && object.ymax > object.ymin;
}

std::string where(const VocFile& file, const VocObject& object)
{
    return displayText(file.path) + " line " + std::to_string(object.line);
}

} // namespace

VocBase recogniseVocBase(std::span<const VocFile> files)
{
    std::string atEnd;
    for (const VocFile& file : files) {
        for (const VocObject& object : file.objects) {
            if (!isPlausible(object))
                continue;
            if (object.xmin < 1 || object.ymin < 1)
                return {0, "coordinates were read as 0-based, because a box begins at 0 in " +
                               where(file, object)};
            const bool touchesEnd = (file.width > 0 && object.xmax == file.width) ||
                                    (file.height > 0 && object.ymax == file.height);
            if (atEnd.empty() && touchesEnd)
                atEnd = where(file, object);
        }
    }
    if (!atEnd.empty())
        return {1, "coordinates were read as 1-based, because no box begins at 0 and one ends at the "
                   "picture's size in " +
                       atEnd};
    return {std::nullopt,
            "no box touches an edge of its picture, so the base of the coordinates does not show"};
}

} // namespace trainyard
