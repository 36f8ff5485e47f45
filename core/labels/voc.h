// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/label_file.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Pascal VOC: one XML file for each picture. Official coordinates are 1-based and inclusive ("the top-left
/// pixel is (1,1)", VOC devkit); many tools write 0-based edges. What VOC cannot carry: scores, sources,
/// review states.

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

    bool operator==(const VocObject&) const = default;
};

struct VocFile
{
    std::string path;    ///< of the label file, bytes
    std::string picture; ///< <filename>, may be empty
    int width = 0;       ///< 0 where the file does not say
    int height = 0;
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

/// The labels of a file in pixel-edge coordinates.
struct VocLabels
{
    FileLabels labels;
    std::vector<int> numbers; ///< the object's number for each label
    std::vector<Rejection> rejections;

    bool operator==(const VocLabels&) const = default;
};

/// Base 1: x = xmin - 1, width = xmax - xmin + 1. Base 0: x = xmin, width = xmax - xmin. Objects with xmax <=
/// xmin, ymax <= ymin or a side outside the picture are rejected, the others kept. Where the file does not
/// say its size, `width` and `height` of the picture count.
VocLabels vocLabels(const VocFile& file, int base, int width = 0, int height = 0);

/// One file in the official, 1-based form. Whole numbers are written as such, others with all their digits.
/// Fails with InvalidArgument for names that XML cannot carry.
Result<std::string> writeVoc(const FileLabels& labels);

} // namespace trainyard
