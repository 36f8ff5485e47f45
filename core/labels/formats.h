// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/labels/label_set.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trainyard {

/// Exchange formats as a table: one file for each, which reads a source into a LabelSet and writes one from
/// it.

struct PictureSize
{
    int width = 0; ///< upright
    int height = 0;
    int orientation = 1; ///< EXIF, 1 to 8: what was done to the stored picture to make it upright

    bool operator==(const PictureSize&) const = default;
};

/// A mask picture as its numbers: palette indices, gray levels of 8 or 16 bits, or 0xRRGGBB.
struct IndexPicture
{
    enum class Kind { Palette, Gray8, Gray16, Rgb };
    int width = 0;
    int height = 0;
    Kind kind = Kind::Gray8;
    std::vector<std::uint32_t> values; ///< row by row
};

/// What a format reader may ask of the place it reads. One thread.
class LabelSource
{
public:
    virtual ~LabelSource() = default;
    /// All files, relative to the source's folder, "/" between parts, sorted by their bytes.
    [[nodiscard]] virtual std::span<const std::string> files() const = 0;
    /// The bytes of one of them, unpacked where its name ends in .gz. IoError, CorruptFile, or Refused where
    /// they are more than `limit`.
    virtual Result<std::string> read(std::string_view file, std::uint64_t limit) = 0;
    /// The first bytes of one of them, at most so many; to recognise a format. The default reads all of it.
    virtual Result<std::string> head(std::string_view file, std::size_t bytes);
    /// From the picture's header; nothing where it is no picture of the source. Cheap, kept.
    virtual std::optional<PictureSize> pictureSize(std::string_view file) = 0;
    /// Decoded in the sandbox. Unsupported where the source has no decoder.
    virtual Result<IndexPicture> indexPicture(std::string_view file) = 0;
    /// The same of a picture that stands inside a label file, by its bytes.
    virtual Result<IndexPicture> embeddedIndexPicture(std::string bytes) = 0;
    [[nodiscard]] virtual const Cancellation& cancellation() const = 0;
    virtual void report(const Progress& progress) = 0;
};

/// A question that names and headers cannot settle; `preset` counts where nobody answers and it is not
/// `mustAsk`.
struct FormatQuestion
{
    std::string key; ///< "voc-base"
    std::string text;
    std::vector<std::string> choices;
    std::string preset;
    bool mustAsk = false;

    bool operator==(const FormatQuestion&) const = default;
};

/// Answers by the question's key.
using FormatAnswers = std::map<std::string, std::string>;

/// Where a writer puts its files. One thread.
class LabelTarget
{
public:
    virtual ~LabelTarget() = default;
    /// `file` relative to the export's folder; folders are made. Each file once.
    virtual Result<void> write(std::string_view file, std::string_view bytes) = 0;
    /// Puts the picture there under this name, by link or copy, as the export was asked to; does nothing
    /// where pictures stay away.
    virtual Result<void> placePicture(const LabelledPicture& picture, std::string_view file) = 0;
    /// The pixels as PNG or JPEG, for formats that hold pictures inside (IDX, CIFAR binary): upright RGB.
    virtual Result<Image> pixels(const LabelledPicture& picture) = 0;
    [[nodiscard]] virtual const Cancellation& cancellation() const = 0;
    virtual void report(const Progress& progress) = 0;
};

/// One exchange format. A null function means that this direction is not offered.
struct FormatSpec
{
    std::string_view key;   ///< "coco": the value of --format
    std::string_view title; ///< "COCO"
    std::string_view about; ///< one sentence: tool, files
    /// 0: this source is not of the format; else how sure, up to 100. Reads at most a few files.
    int (*recognise)(LabelSource& source);
    /// What must or may be asked before read(); empty for most.
    std::vector<FormatQuestion> (*questions)(LabelSource& source);
    /// Bad records become rejections with file and line, byte or record; the rest is kept. Fails only where
    /// nothing of the source can be used, or with Cancelled.
    Result<LabelSet> (*read)(LabelSource& source, const FormatAnswers& answers);
    /// Gives what the format could not carry. Pictures have upright sizes and frames.
    Result<LossReport> (*write)(const LabelSet& labels, LabelTarget& target);
};

/// All formats, the surest first for equal answers of recognise().
std::span<const FormatSpec> labelFormats();
const FormatSpec* findLabelFormat(std::string_view key);

} // namespace trainyard
