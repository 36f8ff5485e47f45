// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"
#include "core/labels/label_set_builder.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trainyard {

/// The rows of YOLO's label files (Ultralytics' documentation, "datasets"): numbers between blanks, the class
/// first, places as fractions of the upright picture.
enum class YoloTask { Detect, Segment, Pose, Obb };

std::string_view yoloTaskName(YoloTask task); ///< "detect", "segment", "pose", "obb"
std::optional<YoloTask> yoloTaskFromName(std::string_view name);

/// What tells the tasks apart: the numbers of columns.
struct YoloShape
{
    std::map<std::size_t, std::int64_t> columns; ///< number of columns -> rows
    bool areRectangles = true;                   ///< all rows of nine columns have right angles, nearly
    bool hasConfig = false;                      ///< data.yaml was there
    std::optional<std::pair<int, int>> keypointShape;
};
void countYoloColumns(std::string_view bytes, YoloShape& shape);

/// The tasks that all rows fit, the likeliest first; never empty.
std::vector<YoloTask> yoloTasks(const YoloShape& shape);
/// From rows of one length, for a source without kpt_shape.
std::optional<std::pair<int, int>> guessedKeypointShape(const YoloShape& shape);

struct YoloRow
{
    int classNumber = 0;
    Shape shape;
    std::optional<Box> box; ///< beside keypoints, where it is not the smallest around them
    std::optional<double> score;
};
/// InvalidArgument says what is wrong with the row.
Result<YoloRow> parseYoloRow(std::string_view line, YoloTask task,
                             const std::optional<std::pair<int, int>>& keypointShape,
                             const PictureSize& size);

/// Writes rows of the one task that carries most of a set: segments where there is an outline or mask, else
/// poses, else rotated boxes, else boxes. References must outlive it.
class YoloWriter
{
public:
    YoloWriter(const LabelSet& labels, const std::map<std::string, int>& classes, LossBook& losses);

    [[nodiscard]] YoloTask task() const { return m_task; }
    [[nodiscard]] std::size_t keypoints() const { return m_keypoints; }
    std::string rows(const LabelledPicture& picture);

private:
    std::string row(const FileAnnotation& annotation, const LabelledPicture& picture);

    const std::map<std::string, int>& m_classes;
    LossBook& m_losses;
    YoloTask m_task = YoloTask::Detect;
    std::size_t m_keypoints = 0;
};

} // namespace trainyard
