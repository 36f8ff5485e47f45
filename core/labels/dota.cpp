// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>

namespace trainyard {

namespace {

/// DOTA: a text file for each picture, four corners in pixels, a class and whether it is difficult. Lines
/// "imagesource:" and "gsd:" may come first.

constexpr std::uint64_t kMaxFileBytes = 64U << 20;
constexpr std::size_t kCorners = 8;

bool isHeader(std::string_view line)
{
    return line.starts_with("imagesource:") || line.starts_with("gsd:");
}

bool isRow(const std::vector<std::string_view>& fields)
{
    return (fields.size() == kCorners + 1 || fields.size() == kCorners + 2) &&
           !numberFrom(fields[kCorners]) &&
           std::all_of(fields.begin(), fields.begin() + kCorners,
                       [](const auto& each) { return numberFrom(each); });
}

int recognise(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".txt" || ++looked > 5)
            continue;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (!bytes)
            continue;
        for (const TextLine& line : textLines(*bytes)) {
            if (isHeader(line.text) || trimmedText(line.text).empty())
                continue;
            if (isRow(blankFields(line.text)))
                return 85;
            break;
        }
    }
    return 0;
}

Result<FileAnnotation> readRow(std::string_view line)
{
    const auto fields = blankFields(line);
    if (fields.size() != kCorners + 1 && fields.size() != kCorners + 2)
        return fail(ErrorCode::InvalidArgument,
                    std::to_string(fields.size()) + " columns, expected eight numbers, a class and 0 or 1");
    FileAnnotation annotation;
    Ring corners;
    for (std::size_t i = 0; i < kCorners; i += 2) {
        const auto x = numberFrom(fields[i]);
        const auto y = numberFrom(fields[i + 1]);
        if (!x || !y)
            return fail(ErrorCode::InvalidArgument,
                        "column " + std::to_string(x ? i + 2 : i + 1) + " is '" +
                            displayText((x ? fields[i + 1] : fields[i]).substr(0, 40)) +
                            "', expected a number");
        corners.push_back({*x, *y});
    }
    annotation.className = fields[kCorners];
    annotation.shape = shapeFromCorners(corners);
    if (fields.size() > kCorners + 1 && fields.back() != "0") {
        if (fields.back() == "1")
            annotation.attributes["difficult"] = true;
        else
            annotation.extra = jsonLine(Json{{"difficult", displayText(fields.back())}});
    }
    return annotation;
}

bool takeHeader(std::string_view line, Json& extra)
{
    if (!isHeader(line))
        return false;
    const std::size_t colon = line.find(':');
    extra[std::string(line.substr(0, colon))] = displayText(trimmedText(line.substr(colon + 1)));
    return true;
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    return readRowFiles(source, {"labelTxt", "images", readRow, takeHeader});
}

std::string cornersText(const Ring& ring)
{
    std::string text;
    for (const Vertex& vertex : ring)
        text += fixedText(vertex.x, 6) + " " + fixedText(vertex.y, 6) + " ";
    return text;
}

Ring cornersFor(const FileAnnotation& annotation, LossBook& losses)
{
    if (const auto* turned = std::get_if<RotatedBox>(&annotation.shape))
        return cornersOf(*turned);
    if (const auto* polygon = std::get_if<Polygon>(&annotation.shape);
        polygon && polygon->parts.size() == 1 && polygon->parts[0].outline.size() == 4 &&
        polygon->parts[0].holes.empty())
        return polygon->parts[0].outline;
    const auto box = boxFor(annotation, losses);
    return box ? cornersOf(*box) : Ring();
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    const WritableNames classes = blankFreeNames(labels, '-', losses);
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        const std::string top = picture.split.empty() ? std::string() : picture.split + "/";
        const std::string place = names.take(top + "images", picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        if (!picture.isLabelled)
            continue;
        std::string text;
        if (const auto header = parseJson(picture.extra.empty() ? "{}" : picture.extra, "extra"); header)
            for (const char* key : {"imagesource", "gsd"})
                if (header->contains(key))
                    text += std::string(key) + ":" + jsonValue<std::string>(*header, key, "") + "\n";
        for (const FileAnnotation& each : picture.annotations) {
            if (each.className.empty()) {
                losses.leaveOut("annotations without a class were left out");
                continue;
            }
            const Ring corners = cornersFor(each, losses);
            FileAnnotation rest = each;
            bool isDifficult = false;
            if (const auto found = rest.attributes.find("difficult"); found != rest.attributes.end())
                if (const auto* flag = std::get_if<bool>(&found->second)) {
                    isDifficult = *flag;
                    rest.attributes.erase(found);
                }
            countLosses(rest, {}, losses);
            if (!corners.empty())
                text += cornersText(corners) + classes.of(each.className) + (isDifficult ? " 1\n" : " 0\n");
        }
        TRAINYARD_CHECK(target.write(top + "labelTxt/" + std::string(stemOf(place)) + ".txt", text));
    }
    return losses.report();
}

} // namespace

FormatSpec dotaFormat()
{
    return {"dota",    "DOTA",  "One text file for each picture with rotated boxes, as in the DOTA data sets",
            recognise, nullptr, read,
            write};
}

} // namespace trainyard
