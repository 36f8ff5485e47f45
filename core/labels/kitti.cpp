// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>
#include <array>

namespace trainyard {

namespace {

/// KITTI's object labels (devkit_object, readme.txt): a text file for each picture; the class, how much is
/// cut by the edge, how much is hidden, the angle, a box in pixels from 0, and a box in space that is kept as
/// it stands; a score in results.

constexpr std::uint64_t kMaxFileBytes = 64U << 20;
constexpr std::size_t kColumns = 15;
constexpr std::size_t kBox = 4;
constexpr std::array<const char*, kColumns> kNames = {
    "type",   "truncated", "occluded", "alpha", "left", "top", "right",     "bottom",
    "height", "width",     "length",   "x",     "y",    "z",   "rotation_y"};
constexpr std::array<const char*, kColumns> kPresets = {
    "", "0", "0", "-10", "0", "0", "0", "0", "-1", "-1", "-1", "-1000", "-1000", "-1000", "-10"};

bool isRow(const std::vector<std::string_view>& fields)
{
    return (fields.size() == kColumns || fields.size() == kColumns + 1) && !numberFrom(fields[0]) &&
           std::all_of(fields.begin() + 1, fields.end(), [](const auto& each) { return numberFrom(each); });
}

int recognise(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".txt" || ++looked > 5)
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        const auto lines = bytes ? textLines(*bytes) : std::vector<TextLine>();
        if (!lines.empty() && isRow(blankFields(lines.front().text)))
            return 85;
    }
    return 0;
}

Result<FileAnnotation> readRow(std::string_view line)
{
    const auto fields = blankFields(line);
    if (fields.size() != kColumns && fields.size() != kColumns + 1)
        return fail(ErrorCode::InvalidArgument,
                    std::to_string(fields.size()) + " columns, expected 15, or 16 with a score");
    std::array<double, kColumns + 1> numbers{};
    for (std::size_t i = 1; i < fields.size(); ++i) {
        const auto number = numberFrom(fields[i]);
        if (!number)
            return fail(ErrorCode::InvalidArgument, "column " + std::to_string(i + 1) + " is '" +
                                                        displayText(fields[i].substr(0, 40)) +
                                                        "', expected a number");
        numbers.at(i) = *number;
    }
    FileAnnotation annotation;
    annotation.className = fields[0];
    annotation.shape = Box{numbers[kBox], numbers[kBox + 1], numbers[kBox + 2] - numbers[kBox],
                           numbers[kBox + 3] - numbers[kBox + 1]};
    annotation.flags.isTruncated = numbers[1] > 0;
    annotation.flags.isOccluded = numbers[2] > 0;
    if (fields.size() > kColumns) {
        annotation.isModel = true;
        if (numbers.back() >= 0 && numbers.back() <= 1)
            annotation.score = numbers.back();
    }
    // What is kept only as KITTI says it; the flags hold 0 and 1.
    Json extra = Json::object();
    for (std::size_t i = 1; i < kColumns; ++i) {
        const bool isFlag = i <= 2 && (numbers.at(i) == 0 || numbers.at(i) == 1);
        const bool isBox = i >= kBox && i < kBox + 4;
        if (!isFlag && !isBox && numbers.at(i) != numberFrom(kPresets.at(i)))
            extra[kNames.at(i)] = numbers.at(i);
    }
    if (!extra.empty())
        annotation.extra = jsonLine(extra);
    return annotation;
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    return readRowFiles(source, {"label_2", "image_2", readRow, nullptr});
}

std::string rowOf(const FileAnnotation& annotation, const Box& box, const std::string& name)
{
    std::array<std::string, kColumns> columns;
    std::copy(kPresets.begin(), kPresets.end(), columns.begin());
    columns[0] = name;
    columns[1] = annotation.flags.isTruncated ? "1" : "0";
    columns[2] = annotation.flags.isOccluded ? "1" : "0";
    const auto fitsFlag = [&](std::size_t column, double number) {
        return column > 2 ||
               (number > 0) == (column == 1 ? annotation.flags.isTruncated : annotation.flags.isOccluded);
    };
    if (const auto extra = parseJson(annotation.extra.empty() ? "{}" : annotation.extra, "extra"); extra)
        for (std::size_t i = 1; i < kColumns; ++i)
            if (const auto number = jsonNumber(jsonMember(*extra, kNames.at(i)));
                number && fitsFlag(i, *number))
                columns.at(i) = numberText(*number);
    const std::array<double, 4> sides = {box.x, box.y, box.x + box.width, box.y + box.height};
    for (std::size_t i = 0; i < 4; ++i)
        columns.at(kBox + i) = fixedText(sides.at(i), 6);
    std::string row = columns[0];
    for (std::size_t i = 1; i < kColumns; ++i)
        row += " " + columns.at(i);
    if (annotation.isModel)
        row += " " + numberText(annotation.score.value_or(1));
    return row + "\n";
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    const WritableNames classes = blankFreeNames(labels, '_', losses);
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        const std::string top = picture.split.empty() ? std::string() : picture.split + "/";
        const std::string place = names.take(top + "image_2", picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        if (!picture.isLabelled)
            continue;
        std::string text;
        for (const FileAnnotation& each : picture.annotations) {
            if (each.className.empty() || numberFrom(each.className)) {
                losses.leaveOut("annotations without a class, or with a number as class, were left out");
                continue;
            }
            CarriedFields carried;
            carried.occluded = carried.truncated = true;
            carried.score = each.isModel;
            carried.source = each.sourceName.empty();
            countLosses(each, carried, losses);
            if (each.isModel && !each.score)
                losses.add("predictions without a score got the score 1");
            if (const auto box = boxFor(each, losses))
                text += rowOf(each, *box, classes.of(each.className));
        }
        TRAINYARD_CHECK(target.write(top + "label_2/" + std::string(stemOf(place)) + ".txt", text));
    }
    return losses.report();
}

} // namespace

FormatSpec kittiFormat()
{
    return {
        "kitti",   "KITTI", "One text file for each picture with boxes, hidden and cut parts, as in KITTI",
        recognise, nullptr, read,
        write};
}

} // namespace trainyard
