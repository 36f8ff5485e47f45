// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/yolo_rows.h"

#include "core/base/named_values.h"
#include "core/base/path_text.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_text.h"
#include "core/labels/geometry.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace trainyard {

namespace {

constexpr NamedValues<YoloTask, 4> kTasks = {{{YoloTask::Detect, "detect"},
                                              {YoloTask::Segment, "segment"},
                                              {YoloTask::Pose, "pose"},
                                              {YoloTask::Obb, "obb"}}};
constexpr int kDecimals = 10;
constexpr double kSlack = 1e-6;
constexpr std::size_t kBoxColumns = 5;
constexpr std::size_t kObbColumns = 9;
constexpr int kMaxClass = 1 << 20;

/// Whether four corners have right angles, whatever the picture's proportions may do to a few of them.
bool isNearlyRectangle(const std::vector<double>& numbers)
{
    const Vertex first{numbers[2] - numbers[0], numbers[3] - numbers[1]};
    const Vertex opposite{numbers[4] - numbers[6], numbers[5] - numbers[7]};
    const double size = std::abs(first.x) + std::abs(first.y);
    return std::abs(first.x - opposite.x) + std::abs(first.y - opposite.y) <= 0.02 * size + 1e-5;
}

bool fitsTask(std::size_t columns, YoloTask task, const YoloShape& shape)
{
    switch (task) {
    case YoloTask::Detect:
        return columns == kBoxColumns || columns == kBoxColumns + 1;
    case YoloTask::Obb:
        return columns == kObbColumns || columns == kObbColumns + 1;
    case YoloTask::Segment:
        return columns == kBoxColumns || columns >= 7;
    case YoloTask::Pose: {
        const auto points = shape.keypointShape ? shape.keypointShape : guessedKeypointShape(shape);
        if (!points)
            return false;
        const auto wanted = kBoxColumns + static_cast<std::size_t>(points->first * points->second);
        return columns == wanted || (shape.keypointShape && columns == wanted + 1);
    }
    }
    return false;
}

tl::unexpected<Error> fault(const std::string& what)
{
    return fail(ErrorCode::InvalidArgument, what);
}

Result<std::vector<double>> numbersOf(const std::vector<std::string_view>& fields)
{
    std::vector<double> numbers;
    for (std::size_t i = 1; i < fields.size(); ++i) {
        const auto number = numberFrom(fields[i]);
        if (!number)
            return fault("column " + std::to_string(i + 1) + " is '" + displayText(fields[i].substr(0, 40)) +
                         "', expected a number");
        numbers.push_back(*number);
    }
    return numbers;
}

Result<Box> boxOf(const std::vector<double>& numbers, const PictureSize& size)
{
    for (std::size_t i = 0; i < 4; ++i)
        if (numbers[i] < -kSlack || numbers[i] > 1 + kSlack)
            return fault("column " + std::to_string(i + 2) + " is " + numberText(numbers[i]) +
                         ", expected a fraction of the picture from 0 to 1");
    const double width = numbers[2] * size.width;
    const double height = numbers[3] * size.height;
    return Box{numbers[0] * size.width - width / 2, numbers[1] * size.height - height / 2, width, height};
}

Result<Ring> ringOf(const std::vector<double>& numbers, const PictureSize& size)
{
    Ring ring;
    for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) {
        if (std::min(numbers[i], numbers[i + 1]) < -1 || std::max(numbers[i], numbers[i + 1]) > 2)
            return fault("columns " + std::to_string(i + 2) + " and " + std::to_string(i + 3) +
                         " are not fractions of the picture");
        ring.push_back({numbers[i] * size.width, numbers[i + 1] * size.height});
    }
    return ring;
}

Result<Keypoints> keypointsOf(const std::vector<double>& numbers, std::pair<int, int> shape,
                              const PictureSize& size)
{
    Keypoints keypoints;
    for (std::size_t i = 4; keypoints.points.size() < static_cast<std::size_t>(shape.first);) {
        Keypoint point;
        point.at = {numbers[i] * size.width, numbers[i + 1] * size.height};
        point.state = KeypointState::Visible;
        if (shape.second == 3) {
            const double state = numbers[i + 2];
            if (state != 0 && state != 1 && state != 2)
                return fault("column " + std::to_string(i + 4) + " is " + numberText(state) +
                             ", expected 0 (absent), 1 (hidden) or 2 (visible)");
            point.state = static_cast<KeypointState>(static_cast<int>(state));
        } else if (numbers[i] < 0 || numbers[i + 1] < 0) {
            point.state = KeypointState::Absent;
        }
        if (point.state == KeypointState::Absent)
            point.at = {};
        keypoints.points.push_back(point);
        i += static_cast<std::size_t>(shape.second);
    }
    return keypoints;
}

bool areAlike(const Box& a, const Box& b)
{
    constexpr double kPixels = 0.01;
    return std::abs(a.x - b.x) <= kPixels && std::abs(a.y - b.y) <= kPixels &&
           std::abs(a.width - b.width) <= kPixels && std::abs(a.height - b.height) <= kPixels;
}

Result<void> readPose(const std::vector<double>& numbers, std::pair<int, int> shape, const PictureSize& size,
                      YoloRow& row)
{
    TRAINYARD_TRY(const Box box, boxOf(numbers, size));
    TRAINYARD_TRY(Keypoints keypoints, keypointsOf(numbers, shape, size));
    const auto around = boundingBox(keypoints);
    if (!around) {
        row.shape = box;
        return {};
    }
    if (!areAlike(box, *around))
        row.box = box;
    row.shape = std::move(keypoints);
    return {};
}

} // namespace

std::string_view yoloTaskName(YoloTask task)
{
    return nameIn(kTasks, task);
}

std::optional<YoloTask> yoloTaskFromName(std::string_view name)
{
    return valueIn(kTasks, name);
}

void countYoloColumns(std::string_view bytes, YoloShape& shape)
{
    for (const TextLine& line : textLines(bytes)) {
        const auto fields = blankFields(line.text);
        if (fields.size() < kBoxColumns)
            continue;
        const auto numbers = numbersOf(fields);
        if (!numbers)
            continue;
        ++shape.columns[fields.size()];
        if (fields.size() == kObbColumns)
            shape.areRectangles = shape.areRectangles && isNearlyRectangle(*numbers);
    }
}

std::optional<std::pair<int, int>> guessedKeypointShape(const YoloShape& shape)
{
    if (shape.hasConfig || shape.columns.size() != 1)
        return std::nullopt;
    const std::size_t columns = shape.columns.begin()->first;
    if (columns <= kBoxColumns + 1 || columns % 2 == 1 || (columns - kBoxColumns) % 3 != 0)
        return std::nullopt;
    return std::pair(static_cast<int>(columns - kBoxColumns) / 3, 3);
}

std::vector<YoloTask> yoloTasks(const YoloShape& shape)
{
    std::vector<YoloTask> tasks;
    std::int64_t most = 0;
    std::int64_t all = 0;
    const auto fitting = [&](YoloTask task) {
        std::int64_t rows = 0;
        for (const auto& [columns, count] : shape.columns)
            rows += fitsTask(columns, task, shape) ? count : 0;
        return rows;
    };
    for (const auto& [columns, count] : shape.columns)
        all += count;
    if (shape.keypointShape)
        return {YoloTask::Pose};
    if (all == 0)
        return {YoloTask::Detect};
    // A few broken rows must not decide: the tasks that most rows fit.
    for (const auto& [task, name] : kTasks)
        most = std::max(most, fitting(task));
    for (const YoloTask task : {YoloTask::Detect, YoloTask::Pose, YoloTask::Obb, YoloTask::Segment})
        if (fitting(task) == most)
            tasks.push_back(task);
    if (tasks.front() == YoloTask::Detect)
        return {YoloTask::Detect};
    if (tasks.size() == 2 && tasks.front() == YoloTask::Obb && !shape.areRectangles)
        std::swap(tasks[0], tasks[1]);
    return tasks;
}

Result<YoloRow> parseYoloRow(std::string_view line, YoloTask task,
                             const std::optional<std::pair<int, int>>& keypointShape, const PictureSize& size)
{
    YoloRow row;
    const auto fields = blankFields(line);
    const auto number = wholeFrom(fields.empty() ? std::string_view() : fields[0]);
    const auto real = number || fields.empty() ? std::nullopt : numberFrom(fields[0]);
    const double classNumber = number ? static_cast<double>(*number) : real.value_or(-1);
    if (classNumber < 0 || classNumber > kMaxClass || classNumber != std::floor(classNumber))
        return fault("the row does not begin with the number of a class");
    row.classNumber = static_cast<int>(classNumber);
    TRAINYARD_TRY(std::vector<double> numbers, numbersOf(fields));
    const std::size_t columns = fields.size();
    const auto wrongColumns = [&](const std::string& wanted) {
        return fault(std::to_string(columns) + " columns, expected " + wanted);
    };
    const auto takeScore = [&](bool isThere) {
        if (isThere) {
            row.score = numbers.back();
            numbers.pop_back();
        }
    };
    if (task == YoloTask::Pose) {
        if (!keypointShape)
            return fault("data.yaml does not say kpt_shape");
        const auto wanted =
            kBoxColumns + static_cast<std::size_t>(keypointShape->first * keypointShape->second);
        if (columns != wanted && columns != wanted + 1)
            return wrongColumns(std::to_string(wanted) + " for kpt_shape");
        takeScore(columns > wanted);
        TRAINYARD_CHECK(readPose(numbers, *keypointShape, size, row));
        return row;
    }
    if (task == YoloTask::Detect || (task == YoloTask::Segment && columns == kBoxColumns)) {
        if (columns != kBoxColumns && columns != kBoxColumns + 1)
            return wrongColumns("5, or 6 with a score");
        takeScore(columns > kBoxColumns);
        TRAINYARD_TRY(row.shape, boxOf(numbers, size));
        return row;
    }
    if (task == YoloTask::Obb ? columns != kObbColumns && columns != kObbColumns + 1 : columns < 7)
        return wrongColumns(task == YoloTask::Obb ? "9, or 10 with a score" : "7 or more");
    takeScore(columns % 2 == 0);
    TRAINYARD_TRY(const Ring ring, ringOf(numbers, size));
    if (task == YoloTask::Obb)
        row.shape = shapeFromCorners(ring);
    else
        row.shape = Polygon{{PolygonPart{ring, {}}}};
    return row;
}

YoloWriter::YoloWriter(const LabelSet& labels, const std::map<std::string, int>& classes, LossBook& losses)
    : m_classes(classes), m_losses(losses)
{
    std::array<bool, kShapeKinds + 1> has{};
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& each : picture.annotations) {
            has.at(static_cast<std::size_t>(shapeKind(each.shape))) = true;
            if (const auto* keypoints = std::get_if<Keypoints>(&each.shape))
                m_keypoints = std::max(m_keypoints, keypoints->points.size());
        }
    const auto hasKind = [&](ShapeKind kind) { return has.at(static_cast<std::size_t>(kind)); };
    if (hasKind(ShapeKind::Polygon) || hasKind(ShapeKind::Mask))
        m_task = YoloTask::Segment;
    else if (hasKind(ShapeKind::Keypoints))
        m_task = YoloTask::Pose;
    else if (hasKind(ShapeKind::RotatedBox))
        m_task = YoloTask::Obb;
}

namespace {

std::string fractions(const Ring& ring, const LabelledPicture& picture)
{
    std::string text;
    for (const Vertex& vertex : ring)
        text += " " + fixedText(vertex.x / picture.width, kDecimals) + " " +
                fixedText(vertex.y / picture.height, kDecimals);
    return text;
}

std::string boxFractions(const Box& box, const LabelledPicture& picture)
{
    return fractions({{box.x + box.width / 2, box.y + box.height / 2}, {box.width, box.height}}, picture);
}

/// The box that a picture has beside keypoints: of their group and class.
const FileAnnotation* boxBeside(const FileAnnotation& keypoints, const LabelledPicture& picture)
{
    if (keypoints.group == 0 || keypoints.shape.index() + 1 != static_cast<std::size_t>(ShapeKind::Keypoints))
        return nullptr;
    for (const FileAnnotation& each : picture.annotations)
        if (each.group == keypoints.group && each.className == keypoints.className &&
            std::holds_alternative<Box>(each.shape))
            return &each;
    return nullptr;
}

} // namespace

std::string YoloWriter::rows(const LabelledPicture& picture)
{
    std::string text;
    std::vector<const FileAnnotation*> used;
    if (m_task == YoloTask::Pose)
        for (const FileAnnotation& each : picture.annotations)
            if (const FileAnnotation* box = boxBeside(each, picture))
                used.push_back(box);
    for (const FileAnnotation& each : picture.annotations) {
        if (std::find(used.begin(), used.end(), &each) != used.end())
            continue;
        CarriedFields carried;
        carried.group = m_task == YoloTask::Pose && boxBeside(each, picture) != nullptr;
        if (!each.className.empty())
            text += row(each, picture);
        else
            m_losses.leaveOut("annotations without a class were left out");
        countLosses(each, carried, m_losses);
    }
    return text;
}

std::string YoloWriter::row(const FileAnnotation& annotation, const LabelledPicture& picture)
{
    const std::string number = std::to_string(m_classes.at(annotation.className));
    Shape shape = annotation.shape;
    if (std::holds_alternative<Box>(shape) || std::holds_alternative<Polygon>(shape)) {
        auto cut = clippedTo(shape, picture.width, picture.height);
        if (!cut) {
            m_losses.leaveOut("shapes outside their picture were left out");
            return {};
        }
        shape = std::move(*cut);
    }
    const auto* box = std::get_if<Box>(&shape);
    const auto* rotated = std::get_if<RotatedBox>(&shape);
    if (m_task == YoloTask::Segment) {
        if (box || rotated) {
            m_losses.add("boxes became outlines of four corners");
            return number + fractions(box ? cornersOf(*box) : cornersOf(*rotated), picture) + "\n";
        }
        Polygon polygon;
        if (const auto* mask = std::get_if<Mask>(&shape)) {
            m_losses.add("masks became outlines");
            polygon = polygonFromMask(*mask);
        } else if (const auto* own = std::get_if<Polygon>(&shape)) {
            polygon = *own;
        }
        std::string text;
        for (const PolygonPart& part : polygon.parts) {
            text += number + fractions(part.outline, picture) + "\n";
            m_losses.add("holes of outlines were filled", std::ssize(part.holes));
        }
        if (polygon.parts.size() > 1)
            m_losses.add("outlines of several parts became one object for each part");
        if (!text.empty())
            return text;
    } else if (m_task == YoloTask::Pose) {
        const auto* keypoints = std::get_if<Keypoints>(&shape);
        if (keypoints || box) {
            const FileAnnotation* beside = boxBeside(annotation, picture);
            const auto around = beside ? boundingBox(beside->shape) : boundingBox(shape);
            std::string text = number + boxFractions(around.value_or(Box{}), picture);
            for (std::size_t i = 0; i < m_keypoints; ++i) {
                const Keypoint point =
                    keypoints && i < keypoints->points.size() ? keypoints->points[i] : Keypoint();
                const bool isThere = point.state != KeypointState::Absent;
                text += isThere ? fractions({point.at}, picture) : " 0 0";
                text += " " + std::to_string(static_cast<int>(point.state));
            }
            if (keypoints && keypoints->points.size() < m_keypoints)
                m_losses.add("objects with fewer keypoints than others got absent ones");
            return text + "\n";
        }
    } else if (m_task == YoloTask::Obb && (box || rotated)) {
        return number + fractions(box ? cornersOf(*box) : cornersOf(*rotated), picture) + "\n";
    } else if (m_task == YoloTask::Detect && box) {
        return number + boxFractions(*box, picture) + "\n";
    }
    m_losses.leaveOut(std::string(shapeKindName(shapeKind(shape))) +
                      " annotations have no place in YOLO's task '" + std::string(yoloTaskName(m_task)) +
                      "'");
    return {};
}

} // namespace trainyard
