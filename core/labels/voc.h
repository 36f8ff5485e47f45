// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/label_set.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Pascal VOC: one XML file for each picture. Official coordinates are 1-based and inclusive ("the top-left
/// pixel is (1,1)", VOC devkit); many tools write 0-based edges. Beside them may lie masks with a palette:
/// the pixels of the n-th object have the index n in SegmentationObject. What VOC cannot carry: scores,
/// sources, review states.

/// An object as the file gives it, before the base of its numbers is known.
struct VocObject
{
    std::string className;
    double xmin = 0;
    double ymin = 0;
    double xmax = 0;
    double ymax = 0;
    int number = 0; ///< 1 for the first <object> of the file
    int line = 0;   ///< where <object> begins
    ShapeFlags flags{};
    Attributes
        attributes{};      ///< "difficult" where it is set, "pose" where it is given, and CVAT's <attributes>
    std::string unknown{}; ///< the XML of elements that we do not know

    bool operator==(const VocObject&) const = default;
};

struct VocFile
{
    std::string path;    ///< of the label file, bytes
    std::string picture; ///< <filename>, may be empty
    int width = 0;       ///< 0 where the file does not say
    int height = 0;
    std::string folder;
    std::string unknown; ///< the XML of elements that we do not know
    std::vector<VocObject> objects;
    std::vector<Rejection> rejections; ///< objects without a name or without four finite numbers

    bool operator==(const VocFile&) const = default;
};

/// Parses one file. Elements may come in any order and unknown ones are skipped. Refuses document types (and
/// with them entities), nesting deeper than 64 and files over 16 MiB: CorruptFile or Refused with file and
/// line in the message and the line in the context.
Result<VocFile> parseVoc(std::string_view bytes, std::string_view path);

/// What the numbers of many files say about their base.
struct VocBase
{
    std::optional<int> base; ///< 0, 1, or nothing where neither shows
    std::string evidence;    ///< one sentence for the loss report
};

/// A 0 as xmin or ymin anywhere means 0-based; else xmax = width or ymax = height means 1-based; else it is
/// open.
VocBase recogniseVocBase(std::span<const VocFile> files);

/// The labels of a file in pixel-edge coordinates; the picture is named by its file alone.
struct VocLabels
{
    LabelledPicture picture;
    std::vector<Rejection> rejections;
};

/// Base 1: x = xmin - 1, width = xmax - xmin + 1. Base 0: x = xmin, width = xmax - xmin. Objects with xmax <=
/// xmin, ymax <= ymin or a side outside the picture are rejected, the others kept. Where the file does not
/// say its size, `width` and `height` of the picture count.
VocLabels vocLabels(const VocFile& file, int base, int width = 0, int height = 0);

/// The class names of the VOC 2012 challenge; index n of a class mask is name n - 1, where no object says
/// otherwise.
std::string_view vocChallengeClass(std::size_t index);

/// One file in the official, 1-based form, of annotations that are boxes. Whole numbers are written as such,
/// others with all their digits. The picture goes by its file name, in the folder that its path names. Fails
/// with InvalidArgument for names that XML cannot carry and for other shapes.
Result<std::string> writeVoc(const LabelledPicture& picture);
/// A text of an attribute as such a file can carry it.
std::string vocAttributeText(std::string_view text);

} // namespace trainyard
