// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/selection/bitmap.h"
#include "core/labels/corner_box.h"
#include "core/labels/format_json.h"
#include "core/labels/format_text.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/labelme.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <cmath>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxFileBytes = 512U << 20; // imageData holds the picture itself
constexpr const char* kGroupKey = "labelme-groups";

bool isLabelMe(const Json& json)
{
    return json.is_object() && json.contains("shapes") &&
           (json.contains("imagePath") || json.contains("imageData"));
}

tl::unexpected<Error> fault(const std::string& what)
{
    return fail(ErrorCode::InvalidArgument, what);
}

/// Any pixel that is not 0 is of the mask.
Result<Shape> maskShape(const Json& shape, const Ring& points, LabelSource& source)
{
    if (points.size() != 2)
        return fault("a mask needs two points");
    std::string png = base64Decode(jsonTextOf(shape, "mask"));
    if (png.empty())
        return fault("'mask' is not a picture in base64");
    TRAINYARD_TRY(const IndexPicture picture, source.embeddedIndexPicture(std::move(png)));
    if (picture.kind == IndexPicture::Kind::Rgb)
        return fault("'mask' is a picture in colour, not one of gray levels");
    Bitmap bitmap;
    bitmap.x = static_cast<int>(std::lround(std::clamp(points[0].x, -1e6, 1e6)));
    bitmap.y = static_cast<int>(std::lround(std::clamp(points[0].y, -1e6, 1e6)));
    bitmap.width = picture.width;
    bitmap.height = picture.height;
    bitmap.bytes.reserve(picture.values.size());
    for (const std::uint32_t value : picture.values)
        bitmap.bytes.push_back(value != 0 ? 1 : 0);
    return maskFromBitmap(bitmap);
}

Result<Shape> readShape(const Json& shape, LabelSource& source, LossBook& losses)
{
    const auto points = jsonRing(jsonMember(shape, "points"));
    if (!points)
        return fault("'points' is not a list of [x, y]");
    std::string type = jsonTextOf(shape, "shape_type");
    if (type.empty())
        type = "polygon"; // before labelme 3.6
    const bool needsTwo = type == "rectangle" || type == "circle" || type == "line";
    if (needsTwo && points->size() != 2)
        return fault("a " + type + " has two points, not " + std::to_string(points->size()));
    if (type == "polygon")
        return Polygon{{PolygonPart{*points, {}}}};
    if (type == "rectangle") {
        const Vertex& a = points->front();
        const Vertex& b = points->back();
        return Box{std::min(a.x, b.x), std::min(a.y, b.y), std::abs(a.x - b.x), std::abs(a.y - b.y)};
    }
    if (type == "oriented_rectangle" || type == "rotation")
        return points->size() == 4 ? Result<Shape>(shapeFromCorners(*points))
                                   : fault("an " + type + " has four points");
    if (type == "circle") {
        losses.add("circles became outlines of 64 corners");
        const double radius =
            std::hypot(points->back().x - points->front().x, points->back().y - points->front().y);
        return ellipseOutline(points->front(), radius, radius, 0);
    }
    if (type == "line" || type == "linestrip")
        return Polyline{*points};
    if (type == "point")
        return points->size() == 1 ? Result<Shape>(points->front()) : fault("a point has one place");
    if (type == "points") {
        Keypoints keypoints;
        for (const Vertex& vertex : *points)
            keypoints.points.push_back({vertex, KeypointState::Visible});
        return keypoints;
    }
    if (type == "mask")
        return maskShape(shape, *points, source);
    return fault("unknown shape_type '" + displayText(type) + "'");
}

Result<FileAnnotation> readAnnotation(const Json& json, LabelSource& source, LossBook& losses)
{
    FileAnnotation annotation;
    const Json& label = jsonMember(json, "label");
    if (!label.is_string() || label.get_ref<const std::string&>().empty())
        return fault("the shape has no 'label'");
    annotation.className = label.get<std::string>();
    TRAINYARD_TRY(annotation.shape, readShape(json, source, losses));
    if (const Json& flags = jsonMember(json, "flags"); flags.is_object())
        for (const auto& [name, value] : flags.items())
            if (value.is_boolean())
                annotation.attributes[name] = value.get<bool>();
    if (const Json& attributes = jsonMember(json, "attributes"); attributes.is_object())
        for (const auto& [name, value] : attributes.items()) {
            if (value.is_string())
                annotation.attributes[name] = value.get<std::string>();
            else if (const auto number = jsonNumber(value))
                annotation.attributes[name] = *number;
        }
    if (const std::string text = jsonTextOf(json, "description"); !text.empty())
        annotation.attributes["description"] = text;
    annotation.score = jsonNumber(jsonMember(json, "score"));
    if (const auto group = jsonWhole(jsonMember(json, "group_id")))
        annotation.group = *group >= 0 ? *group : 0;
    annotation.extra = jsonExtra(json, {"label", "points", "shape_type", "flags", "attributes", "description",
                                        "score", "group_id", "mask"});
    return annotation;
}

/// 0 means no group here, and is one for LabelMe.
void moveGroupZero(const Json& shapes, std::vector<FileAnnotation>& annotations)
{
    std::int64_t highest = 0;
    for (const FileAnnotation& each : annotations)
        highest = std::max(highest, each.group);
    for (std::size_t i = 0; i < annotations.size(); ++i)
        if (jsonWhole(jsonMember(shapes[static_cast<std::size_t>(annotations[i].number - 1)], "group_id")) ==
            0)
            annotations[i].group = highest + 1;
}

/// Outlines of one class and group become the parts of one; the group stays where it has other members.
void joinParts(LabelledPicture& picture, LabelSet& set)
{
    std::vector<FileAnnotation> joined;
    std::map<std::pair<std::string, std::int64_t>, std::size_t> firsts;
    for (FileAnnotation& each : picture.annotations) {
        auto* polygon = std::get_if<Polygon>(&each.shape);
        if (polygon && each.group > 0) {
            const auto [first, isNew] = firsts.emplace(std::pair(each.className, each.group), joined.size());
            if (!isNew) {
                auto& parts = std::get<Polygon>(joined[first->second].shape).parts;
                parts.insert(parts.end(), polygon->parts.begin(), polygon->parts.end());
                --set.read;
                continue;
            }
        }
        joined.push_back(std::move(each));
    }
    picture.annotations = std::move(joined);
    for (const auto& [key, index] : firsts) {
        const auto members = std::count_if(picture.annotations.begin(), picture.annotations.end(),
                                           [&](const auto& each) { return each.group == key.second; });
        if (members == 1 && std::get<Polygon>(picture.annotations[index].shape).parts.size() > 1)
            picture.annotations[index].group = 0;
    }
}

/// The folder below which the picture lies: the one that the label file shares with the folder that
/// `imagePath` names, where that holds pictures. Nothing where it names no such folder, as after files were
/// moved.
std::optional<std::string> treeOf(const std::string& imagePath, const std::string& file,
                                  const SourcePictures& finder)
{
    const std::string named = resolvedPath(folderOf(file), imagePath);
    std::string_view tree = folderOf(named);
    if (tidyPath(imagePath).empty() || !finder.hasFolder(tree))
        return std::nullopt;
    while (!isBelow(file, tree))
        tree = folderOf(tree);
    return std::string(tree);
}

/// The picture where `imagePath` says, or, as renamed ones keep the name of their label file, beside that.
std::string nearPicture(const std::string& imagePath, const std::string& file, const std::string& tree,
                        const SourcePictures& finder)
{
    for (const std::string& found : {finder.findNear(SourcePictures::By::Name, imagePath, file),
                                     finder.findNear(SourcePictures::By::Stem, stemOf(file), file)})
        if (!found.empty() && isBelow(found, tree))
            return found;
    return {};
}

/// The picture that nothing but its name, or the one of the label file, tells.
std::string guessedPicture(const std::string& imagePath, const std::string& file, const std::string& tree,
                           const SourcePictures& finder)
{
    std::string found =
        finder.findOnly(SourcePictures::By::Name, fileNameOf(tidyPath(imagePath)), file, tree);
    return found.empty() ? finder.findOnly(SourcePictures::By::Stem, stemOf(file), file, tree) : found;
}

/// False, and nothing is read, where the picture is a guess and those are not taken yet.
bool readFile(const Json& json, const std::string& file, const SourcePictures& finder, bool joins,
              bool guesses, LabelSource& source, LabelSetBuilder& builder)
{
    const std::string imagePath = jsonTextOf(json, "imagePath");
    const std::optional<std::string> tree = treeOf(imagePath, file, finder);
    const std::string below = tree.value_or(std::string());
    std::string path = nearPicture(imagePath, file, below, finder);
    bool isGuess = false;
    if (path.empty()) {
        // Where the folder that is named holds pictures, another one's are not meant.
        const std::string named = resolvedPath(folderOf(file), imagePath);
        path = guessedPicture(imagePath, file, std::string(tree ? folderOf(named) : ""), finder);
        isGuess = !path.empty();
        if (isGuess && !guesses)
            return false;
    }
    if (path.empty() && tree) {
        builder.rejectMissing(file, resolvedPath(folderOf(file), imagePath));
        return true;
    }
    if (path.empty())
        path = tidyPath(imagePath);
    const Json& shapes = jsonMember(json, "shapes");
    if (path.empty() || !shapes.is_array()) {
        builder.rejectFile(file, {ErrorCode::CorruptFile,
                                  displayText(file) + (path.empty() ? ": 'imagePath' names no picture"
                                                                    : ": 'shapes' is not a list"),
                                  {}});
        return true;
    }
    LabelledPicture& picture = builder.picture(FoundPicture{path, isGuess}, file);
    picture.frame = CoordinateFrame::Upright;
    picture.width = jsonSize(json, "imageWidth");
    picture.height = jsonSize(json, "imageHeight");
    if (const auto size = source.pictureSize(path); size && (picture.width == 0 || picture.height == 0)) {
        picture.width = size->width;
        picture.height = size->height;
    }
    picture.split = splitOfPath(path);
    picture.extra = jsonExtra(
        json, {"version", "flags", "shapes", "imagePath", "imageData", "imageHeight", "imageWidth"});
    std::vector<FileAnnotation> annotations;
    std::int64_t number = 0;
    for (const Json& shape : shapes) {
        ++number;
        const std::string place = "shape " + std::to_string(number);
        auto annotation = readAnnotation(shape, source, builder.losses);
        if (!annotation) {
            builder.reject(file, place, annotation.error().message);
            continue;
        }
        annotation->place = place;
        annotation->number = number;
        annotations.push_back(std::move(*annotation));
    }
    moveGroupZero(shapes, annotations);
    if (const Json& flags = jsonMember(json, "flags"); flags.is_object())
        for (const auto& [name, value] : flags.items())
            if (value.is_boolean() && value.get<bool>()) {
                FileAnnotation tag;
                tag.className = name;
                tag.place = "flag '" + displayText(name) + "'";
                annotations.push_back(std::move(tag));
            }
    for (FileAnnotation& each : annotations)
        builder.accept(picture, std::move(each), file);
    if (joins)
        joinParts(picture, builder.set);
    return true;
}

} // namespace

int recogniseLabelMe(LabelSource& source)
{
    int looked = 0;
    for (const std::string& file : source.files()) {
        if (extensionOf(file) != ".json")
            continue;
        if (++looked > 5)
            break;
        const auto bytes = source.read(file, kMaxFileBytes);
        if (bytes && bytes->find("\"shapes\"") != std::string::npos &&
            bytes->find("\"imagePath\"") != std::string::npos)
            return 95;
    }
    return 0;
}

std::vector<FormatQuestion> labelMeQuestions(LabelSource&)
{
    return {{kGroupKey,
             "Outlines of one class with the same group_id: parts of one object, or objects that belong "
             "together?",
             {"parts", "group"},
             "parts",
             false}};
}

Result<LabelSet> readLabelMe(LabelSource& source, const FormatAnswers& answers)
{
    const auto answer = answers.find(kGroupKey);
    const bool joins = answer == answers.end() || answer->second == "parts";
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    std::vector<std::string> guessed;
    const auto readOne = [&](const std::string& file, bool guesses) -> Result<void> {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        const auto bytes = source.read(file, kMaxFileBytes);
        const auto json = bytes ? parseJson(*bytes, displayText(file)) : Result<Json>(fail(bytes.error()));
        if (!json)
            builder.rejectFile(file, json.error());
        else if (!isLabelMe(*json))
            builder.losses.add("JSON files without 'shapes' and 'imagePath' were not looked at");
        else if (!readFile(*json, file, finder, joins, guesses, source, builder))
            guessed.push_back(file);
        return {};
    };
    std::int64_t done = 0;
    for (const std::string& file : source.files()) {
        source.report({"reading labels", ++done, std::ssize(source.files())});
        if (extensionOf(file) == ".json")
            TRAINYARD_CHECK(readOne(file, false));
    }
    // A picture goes to the label file that is beside it.
    for (const std::string& file : guessed)
        TRAINYARD_CHECK(readOne(file, true));
    return builder.finish();
}

} // namespace trainyard
