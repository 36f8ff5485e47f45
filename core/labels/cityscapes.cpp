// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/own_png.h"
#include "core/labels/format_json.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/index_masks.h"
#include "core/labels/label_set_builder.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <array>
#include <set>

namespace trainyard {

namespace {

/// Cityscapes: gtFine/<split>/<city>/<name>_gtFine_polygons.json with outlines from back to front, beside it
/// pictures of label numbers, instance numbers (class * 1000 + n, or the class alone) and colours.

constexpr std::uint64_t kMaxFileBytes = 256U << 20;
constexpr std::uint32_t kInstances = 1000;

struct CityLabel
{
    std::string_view name;
    std::uint32_t colour;
    bool hasInstances;
};
/// By number from 0 (cityscapesScripts, helpers/labels.py).
constexpr std::array<CityLabel, 34> kLabels = {{{"unlabeled", 0x000000, false},
                                                {"ego vehicle", 0x000000, false},
                                                {"rectification border", 0x000000, false},
                                                {"out of roi", 0x000000, false},
                                                {"static", 0x000000, false},
                                                {"dynamic", 0x6F4A00, false},
                                                {"ground", 0x510051, false},
                                                {"road", 0x804080, false},
                                                {"sidewalk", 0xF423E8, false},
                                                {"parking", 0xFAAAA0, false},
                                                {"rail track", 0xE6968C, false},
                                                {"building", 0x464646, false},
                                                {"wall", 0x66669C, false},
                                                {"fence", 0xBE9999, false},
                                                {"guard rail", 0xB4A5B4, false},
                                                {"bridge", 0x966464, false},
                                                {"tunnel", 0x96785A, false},
                                                {"pole", 0x999999, false},
                                                {"polegroup", 0x999999, false},
                                                {"traffic light", 0xFAAA1E, false},
                                                {"traffic sign", 0xDCDC00, false},
                                                {"vegetation", 0x6B8E23, false},
                                                {"terrain", 0x98FB98, false},
                                                {"sky", 0x4682B4, false},
                                                {"person", 0xDC143C, true},
                                                {"rider", 0xFF0000, true},
                                                {"car", 0x00008E, true},
                                                {"truck", 0x000046, true},
                                                {"bus", 0x003C64, true},
                                                {"caravan", 0x00005A, true},
                                                {"trailer", 0x00006E, true},
                                                {"train", 0x005064, true},
                                                {"motorcycle", 0x0000E6, true},
                                                {"bicycle", 0x770B20, true}}};

constexpr std::string_view kCoarse = "_gtCoarse_";

std::string_view baseOf(std::string_view file)
{
    for (const std::string_view ending : {std::string_view("_gtFine_"), kCoarse})
        if (const std::size_t at = file.rfind(ending); at != std::string_view::npos)
            return file.substr(0, at);
    return {};
}

int recognise(LabelSource& source)
{
    for (const std::string& file : source.files())
        if (!baseOf(file).empty() && (file.ends_with("_polygons.json") ||
                                      file.ends_with("_instanceIds.png") || file.ends_with("_labelIds.png")))
            return 95;
    return 0;
}

/// Where there is none: the name that it should have.
FoundPicture pictureOf(std::string_view file, const SourcePictures& finder)
{
    const std::string_view base = baseOf(file);
    FoundPicture found = finder.findByStem(std::string(fileNameOf(base)) + "_leftImg8bit", file);
    if (found.path.empty())
        found = finder.findByStem(fileNameOf(base), file);
    return found.path.empty() ? FoundPicture{std::string(base) + "_leftImg8bit.png", false} : found;
}

std::string nameOf(std::uint32_t number)
{
    return number < kLabels.size() ? std::string(kLabels.at(number).name) : std::to_string(number);
}

LabelledPicture& pictureFor(const std::string& file, const FoundPicture& found, int width, int height,
                            LabelSetBuilder& builder)
{
    LabelledPicture& picture = builder.picture(found, file);
    picture.width = width;
    picture.height = height;
    picture.split = splitOfPath(file);
    return picture;
}

void readPolygons(const std::string& file, const FoundPicture& found, LabelSource& source,
                  LabelSetBuilder& builder)
{
    const auto bytes = source.read(file, kMaxFileBytes);
    const auto json = bytes ? parseJson(*bytes, displayText(file)) : Result<Json>(fail(bytes.error()));
    const Json& objects = json ? jsonMember(*json, "objects") : jsonMember(Json(), "");
    if (!json || !objects.is_array()) {
        builder.rejectFile(file,
                           json ? Error{ErrorCode::CorruptFile, displayText(file) + ": no list 'objects'", {}}
                                : json.error());
        return;
    }
    LabelledPicture& picture =
        pictureFor(file, found, jsonSize(*json, "imgWidth"), jsonSize(*json, "imgHeight"), builder);
    picture.extra = jsonExtra(*json, {"imgHeight", "imgWidth", "objects"});
    std::int64_t number = 0;
    for (const Json& object : objects) {
        FileAnnotation annotation;
        annotation.place = "object " + std::to_string(++number);
        annotation.zOrder = number;
        annotation.className = jsonTextOf(object, "label");
        auto ring = jsonRing(jsonMember(object, "polygon"));
        if (jsonMember(object, "deleted") == Json(1))
            continue;
        if (annotation.className.empty() || !ring) {
            builder.reject(file, annotation.place, ring ? "no 'label'" : "'polygon' is not a list of [x, y]");
            continue;
        }
        const bool isKnown = std::any_of(kLabels.begin(), kLabels.end(), [&](const auto& label) {
            return label.name == annotation.className;
        });
        if (!isKnown && annotation.className.ends_with("group")) {
            annotation.className.resize(annotation.className.size() - 5);
            annotation.flags.isCrowd = true;
        }
        annotation.shape = Polygon{{PolygonPart{std::move(*ring), {}}}};
        annotation.extra = jsonExtra(object, {"label", "polygon", "deleted"});
        builder.accept(picture, std::move(annotation), file);
    }
}

void readInstances(const std::string& file, const FoundPicture& found, LabelSource& source,
                   LabelSetBuilder& builder)
{
    const auto index = source.indexPicture(file);
    if (!index) {
        builder.rejectFile(file, index.error());
        return;
    }
    LabelledPicture& picture = pictureFor(file, found, index->width, index->height, builder);
    auto masks = masksByValue(*index);
    if (!masks) {
        builder.rejectFile(file, masks.error());
        return;
    }
    for (auto& [value, mask] : *masks) {
        const std::uint32_t number = value >= kInstances ? value / kInstances : value;
        if (number == 0)
            continue;
        FileAnnotation annotation;
        annotation.className = nameOf(number);
        annotation.place = "number " + std::to_string(value);
        annotation.shape = std::move(mask);
        // Without a number of its own a thing is a group that was not told apart.
        annotation.flags.isCrowd = value < kInstances && number < kLabels.size() &&
                                   kLabels.at(number).hasInstances && file.ends_with("_instanceIds.png");
        builder.accept(picture, std::move(annotation), file);
    }
}

/// For each picture the file that says most: outlines, else instances, else classes; fine ones before coarse
/// ones.
Result<LabelSet> read(LabelSource& source, const FormatAnswers&)
{
    constexpr std::array<std::string_view, 3> kEndings = {"_polygons.json", "_instanceIds.png",
                                                          "_labelIds.png"};
    const SourcePictures finder(source);
    LabelSetBuilder builder;
    std::map<std::pair<bool, std::string>, std::pair<std::size_t, std::string>> best;
    for (const std::string& file : source.files()) {
        const std::pair base(file.rfind(kCoarse) != std::string::npos, std::string(baseOf(file)));
        if (base.second.empty())
            continue;
        if (extensionOf(file) == ".png")
            builder.set.maskFiles.push_back(file);
        for (std::size_t i = 0; i < kEndings.size(); ++i)
            if (file.ends_with(kEndings.at(i)) && (!best.contains(base) || i < best[base].first))
                best[base] = {i, file};
    }
    std::int64_t done = 0;
    for (const auto& [base, choice] : best) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        source.report({"reading labels", ++done, std::ssize(best)});
        const auto& [kind, file] = choice;
        const FoundPicture found = pictureOf(file, finder);
        if (kind == 0)
            readPolygons(file, found, source, builder);
        else
            readInstances(file, found, source, builder);
    }
    return builder.finish();
}

/// Numbers of all classes: Cityscapes' own, then the others.
std::map<std::string, std::uint32_t> cityNumbers(const LabelSet& labels)
{
    std::map<std::string, std::uint32_t> numbers;
    for (std::uint32_t i = 0; i < kLabels.size(); ++i)
        numbers.emplace(kLabels.at(i).name, i);
    for (const auto& [name, order] : classNumbers(labels, 0))
        numbers.emplace(name, static_cast<std::uint32_t>(numbers.size()));
    return numbers;
}

struct Painted
{
    std::vector<std::uint32_t> labels;
    std::vector<std::uint32_t> instances;
};

Result<void> writePictures(const LabelledPicture& picture, const Painted& painted, const std::string& base,
                           LabelTarget& target)
{
    const std::vector<std::uint8_t> labels(painted.labels.begin(), painted.labels.end());
    const std::vector<std::uint16_t> instances(painted.instances.begin(), painted.instances.end());
    TRAINYARD_TRY(const std::string labelPng, encodeGray8Png(picture.width, picture.height, labels));
    TRAINYARD_TRY(const std::string instancePng, encodeGray16Png(picture.width, picture.height, instances));
    Image colours{picture.width, picture.height, {}};
    const PngPalette others = vocPalette();
    for (const std::uint32_t label : painted.labels) {
        const std::uint32_t colour =
            label < kLabels.size() ? kLabels.at(label).colour
                                   : static_cast<std::uint32_t>(others[label][0] << 16 |
                                                                others[label][1] << 8 | others[label][2]);
        for (const int shift : {16, 8, 0})
            colours.pixels.push_back(static_cast<std::uint8_t>(colour >> shift & 255));
    }
    TRAINYARD_TRY(const std::string colourPng, encodeRgbPng(colours));
    TRAINYARD_CHECK(target.write(base + "_labelIds.png", labelPng));
    TRAINYARD_CHECK(target.write(base + "_instanceIds.png", instancePng));
    return target.write(base + "_color.png", colourPng);
}

Result<void> writePicture(const LabelledPicture& picture, const std::map<std::string, std::uint32_t>& numbers,
                          const std::string& base, LabelTarget& target, LossBook& losses)
{
    std::vector<const FileAnnotation*> order;
    for (const FileAnnotation& each : picture.annotations) {
        CarriedFields carried;
        carried.crowd = true;
        carried.zOrder = true;
        countLosses(each, carried, losses);
        order.push_back(&each);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->zOrder < b->zOrder; });
    Json objects = Json::array();
    Painted painted;
    painted.labels.resize(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height));
    painted.instances = painted.labels;
    std::map<std::uint32_t, std::uint32_t> counts;
    for (const FileAnnotation* each : order) {
        Polygon polygon;
        if (const auto* own = std::get_if<Polygon>(&each->shape))
            polygon = *own;
        else if (const auto* box = std::get_if<Box>(&each->shape))
            polygon.parts.push_back({cornersOf(*box), {}});
        else if (const auto* turned = std::get_if<RotatedBox>(&each->shape))
            polygon.parts.push_back({cornersOf(*turned), {}});
        else if (const auto* mask = std::get_if<Mask>(&each->shape))
            polygon = polygonFromMask(*mask);
        if (polygon.parts.empty() || each->className.empty()) {
            losses.leaveOut(std::string(shapeKindName(shapeKind(each->shape))) +
                            " annotations, or ones without a class, have no place here");
            continue;
        }
        const std::uint32_t number = numbers.at(each->className);
        const bool isThing = number >= kLabels.size() || kLabels.at(number).hasInstances;
        const bool isGroup = each->flags.isCrowd;
        const std::uint32_t instance = isThing && !isGroup && counts[number] < kInstances
                                           ? number * kInstances + counts[number]++
                                           : number;
        (void)paintShape(painted.labels, picture.width, picture.height, each->shape, number);
        (void)paintShape(painted.instances, picture.width, picture.height, each->shape, instance);
        if (polygon.parts.size() > 1)
            losses.add("outlines of several parts became one object for each part in the list of outlines");
        for (const PolygonPart& part : polygon.parts) {
            losses.add("holes were filled in the list of outlines", std::ssize(part.holes));
            Json object = {{"label", each->className + (isGroup ? "group" : "")},
                           {"polygon", ringJson(part.outline)}};
            addJsonExtra(object, each->extra);
            objects.push_back(std::move(object));
        }
    }
    Json json = {{"imgHeight", picture.height}, {"imgWidth", picture.width}, {"objects", std::move(objects)}};
    addJsonExtra(json, picture.extra);
    TRAINYARD_CHECK(target.write(base + "_polygons.json", jsonText(json)));
    return writePictures(picture, painted, base, target);
}

Result<LossReport> write(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    NameBook names;
    const auto numbers = cityNumbers(labels);
    if (numbers.size() > 65)
        return fail(ErrorCode::Refused,
                    "instance numbers of 16 bits hold 65 classes with Cityscapes' own 34; the export has " +
                        std::to_string(numbers.size()));
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing labels", ++done, std::ssize(labels.pictures)});
        const std::string folder = (picture.split.empty() ? "all" : picture.split) + "/pictures/";
        const std::string place =
            names.take("leftImg8bit/" + folder.substr(0, folder.size() - 1), picture.path);
        const std::string stem(stemOf(place));
        const std::string plain = stem.ends_with("_leftImg8bit") ? stem.substr(0, stem.size() - 12) : stem;
        const std::string named =
            "leftImg8bit/" + folder + plain + "_leftImg8bit" + std::string(endingOf(place));
        TRAINYARD_CHECK(target.placePicture(picture, named));
        if (picture.isLabelled && picture.width > 0 && picture.height > 0)
            TRAINYARD_CHECK(
                writePicture(picture, numbers, "gtFine/" + folder + plain + "_gtFine", target, losses));
    }
    losses.note("shapes became outlines and pixels");
    return losses.report();
}

} // namespace

FormatSpec cityscapesFormat()
{
    return {"cityscapes",
            "Cityscapes",
            "Outlines in JSON with pictures of labels, instances and colours (Cityscapes)",
            recognise,
            nullptr,
            read,
            write};
}

} // namespace trainyard
