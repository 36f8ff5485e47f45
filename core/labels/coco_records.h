// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/label_set.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// What one COCO file says, record by record, before anything refers to anything.

constexpr double kSamePixels = 1; ///< boxes around one object differ by no more in different records
/// Whether places and sides of two boxes differ by no more than so many pixels.
bool areNear(const Box& a, const Box& b, double pixels);

/// As an annotation or a line of a results file gives it.
struct CocoRecord
{
    std::optional<std::int64_t> id;
    std::int64_t image = 0;
    std::int64_t category = 0;
    int maskWidth = 0; ///< of the picture, as a run-length mask gives it; 0 without one
    int maskHeight = 0;
    std::vector<FileAnnotation> annotations; ///< one, or a shape and its keypoints; without class and group
};

/// One region of a panoptic picture.
struct CocoSegment
{
    std::int64_t id = 0; ///< R + 256 G + 65536 B of its pixels
    std::int64_t category = 0;
    bool isCrowd = false;
};

struct CocoPanoptic
{
    std::int64_t image = 0;
    std::string file; ///< of the mask
    std::vector<CocoSegment> segments;
    std::string place;
};

struct CocoFile
{
    std::map<std::int64_t, LabelledPicture> images;
    std::map<std::int64_t, FileClass> categories;
    std::deque<CocoRecord> records; ///< a deque, so that a million of them is never copied
    std::vector<CocoPanoptic> panoptic;
    std::string extra; ///< other keys of the file: info, licenses
    std::vector<Rejection> rejections;
    std::int64_t read = 0;       ///< annotations seen: those in `records`, segments and rejected ones
    std::int64_t captions = 0;   ///< annotations that are sentences
    std::int64_t otherBoxes = 0; ///< boxes that differ from their outline by more than a pixel
    bool isResults = false;      ///< a bare list of predictions
};

/// Parses a file as it comes, without building its tree. A record that is wrong becomes a rejection with line
/// and byte; where the text is no JSON from some byte on, what stood before is kept and one rejection says
/// so. Nothing but memory makes it fail.
CocoFile parseCoco(std::string_view text, std::string_view path);

} // namespace trainyard
