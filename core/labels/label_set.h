// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/annotation.h"
#include "core/labels/label_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace trainyard {

/// The canonical form between every exchange format and the project: classes, pictures and their annotations
/// by name, with what the format said and we do not know.

/// No class of a project or of a label file has a longer name, in bytes.
constexpr std::size_t kMaxClassNameBytes = 255;

/// One annotation as a file gives it. The shape is in the picture as `LabelledPicture::frame` says.
struct FileAnnotation
{
    std::string className; ///< empty: without a class
    Shape shape;           ///< nothing: the whole picture
    std::optional<double> score;
    std::string sourceName; ///< a model or person that the file names
    bool isModel = false;   ///< a prediction
    std::int64_t group = 0;
    std::int64_t zOrder = 0;
    ShapeFlags flags;
    Attributes attributes;
    std::string extra; ///< JSON object of unknown keys, kept and written back by the same format
    std::string place; ///< "annotation 17", "line 4": for rejections and questions; not compared
    std::int64_t number =
        0; ///< the record's own number in its file; 0: its place in the picture, from 1; not compared

    bool operator==(const FileAnnotation& other) const;
};

/// Which picture the coordinates speak of.
enum class CoordinateFrame {
    Unknown, ///< the size that the file gives tells (contracts: EXIF)
    Upright, ///< as a person sees it: the format or its tool says so
    Stored   ///< as the file keeps its pixels
};

/// A picture that lies inside a file of the source: in a tar, or as plain pixels in IDX and CIFAR files.
struct EmbeddedPicture
{
    enum class Coding {
        File,     ///< the bytes are a picture file
        Gray,     ///< 8 bits a pixel, row by row
        Rgb,      ///< 3 bytes a pixel, row by row
        PlanarRgb ///< all reds, then all greens, then all blues
    };
    std::string file;         ///< of the source
    std::uint64_t offset = 0; ///< in the bytes that LabelSource::read() gives
    std::uint64_t size = 0;
    Coding coding = Coding::File; ///< plain pixels: `width` and `height` of the picture count

    bool operator==(const EmbeddedPicture&) const = default;
};

struct LabelledPicture
{
    std::string
        path; ///< as the format names it, "/" between parts, bytes; relative to the source where it can be
    int width = 0; ///< as the format says; 0 where it does not
    int height = 0;
    CoordinateFrame frame = CoordinateFrame::Unknown;
    std::string split;    ///< "train", "val", "test" or empty
    std::string sequence; ///< of a film or series
    std::int64_t frameNumber = 0;
    std::vector<FileAnnotation> annotations;
    std::string extra;
    bool isLabelled =
        true;              ///< false: the source knows the picture (its split) and does not say what it shows
    std::string place;     ///< "image 4": of the picture itself in its label file; not compared
    std::string labelFile; ///< relative path of the file that describes it, for rejections; not compared
    /// The path is a picture that its name alone tells; an import asks nearer label files first. Not
    /// compared.
    bool isGuess = false;
    /// Nothing: a file of the source. Else an import writes it into the project under `path`. Not compared.
    std::optional<EmbeddedPicture> embedded;

    bool operator==(const LabelledPicture& other) const;
};

struct FileClass
{
    std::string name;
    std::string parent; ///< broader class, empty: none
    std::optional<std::uint32_t> colour;
    std::vector<AttributeSpec> attributes;
    Skeleton skeleton;
    std::optional<std::int64_t> number; ///< the format's own id, kept so that an export can use it again
    std::string extra;

    bool operator==(const FileClass&) const = default;
};

/// Everything that a source in one format says. read = accepted annotations + rejections of records.
struct LabelSet
{
    std::vector<FileClass> classes;
    std::vector<LabelledPicture> pictures;
    std::string extra; ///< JSON object of unknown keys of the whole
    std::vector<Rejection> rejections;
    std::int64_t read = 0; ///< records (annotations) seen, good and bad
    LossReport losses;     ///< what this program could not keep of the source
    /// Picture files that hold labels (masks): they do not become items. Relative paths, "/" between parts.
    std::vector<std::string> maskFiles;
};

/// The number of annotations in all pictures.
std::int64_t annotationCount(const LabelSet& labels);

} // namespace trainyard
