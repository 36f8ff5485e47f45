// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/own_png.h"
#include "core/labels/format_list.h"
#include "core/labels/format_text.h"
#include "core/labels/index_masks.h"
#include "core/labels/label_set_builder.h"

#include <algorithm>
#include <array>
#include <set>

namespace trainyard {

namespace {

/// Mask pictures: for each picture a PNG of its size whose numbers (palette indices, gray levels) or colours
/// are classes. classes.txt names the numbers line by line from 0; labelmap.txt ("name:r,g,b::", CVAT) or
/// class_dict.csv (name,r,g,b) the colours.

constexpr std::uint64_t kMaxListBytes = 16U << 20;
constexpr std::uint32_t kVoid = 255;
constexpr std::size_t kMaxIndices = 255;
constexpr const char* kVoidKey = "mask-void";

constexpr std::array<std::string_view, 8> kMaskFolders = {
    "masks", "mask", "labels", "label", "annotations", "gt", "segmentations", "segmentationclass"};
constexpr std::array<std::string_view, 6> kMaskEndings = {"_mask", "-mask", "_label",
                                                          "_seg",  "_l",    "_labels"};

/// The picture of a mask: the same stem elsewhere, or the stem without "_mask".
std::string pictureOfMask(const std::string& mask, const std::set<std::string>& masks,
                          const std::multimap<std::string, std::string>& byStem)
{
    std::string stem(stemOf(mask));
    std::vector<std::string> stems = {stem};
    for (const std::string_view ending : kMaskEndings)
        if (lowerText(stem).ends_with(ending))
            stems.push_back(stem.substr(0, stem.size() - ending.size()));
    const std::string split = splitOfPath(mask);
    std::string found;
    int count = 0;
    for (const std::string& each : stems) {
        const auto [first, last] = byStem.equal_range(each);
        for (auto at = first; at != last; ++at)
            if (at->second != mask && !masks.contains(at->second) &&
                (split.empty() || splitOfPath(at->second) == split || splitOfPath(at->second).empty())) {
                found = at->second;
                ++count;
            }
        if (count > 0)
            break;
    }
    return count == 1 ? found : std::string();
}

bool isMask(std::string_view file)
{
    if (extensionOf(file) != ".png")
        return false;
    const std::string stem = lowerText(stemOf(file));
    for (const std::string_view ending : kMaskEndings)
        if (stem.ends_with(ending))
            return true;
    for (std::string_view rest = folderOf(file); !rest.empty(); rest = folderOf(rest)) {
        std::string name = lowerText(fileNameOf(rest));
        if (std::find(kMaskFolders.begin(), kMaskFolders.end(), name) != kMaskFolders.end())
            return true;
        for (const char* split : {"train", "val", "test"}) // "trainannot", "train_labels"
            if (name.starts_with(split) &&
                (name.find("annot") != std::string::npos || name.find("label") != std::string::npos ||
                 name.find("mask") != std::string::npos))
                return true;
    }
    return false;
}

struct MaskPair
{
    std::string picture;
    std::string mask;
};

std::vector<MaskPair> pairsOf(const LabelSource& source, std::set<std::string>& masks)
{
    const SourcePictures finder(source);
    std::multimap<std::string, std::string> byStem;
    for (const std::string& file : finder.pictures()) {
        byStem.emplace(stemOf(file), file);
        if (isMask(file))
            masks.insert(file);
    }
    std::vector<MaskPair> pairs;
    for (const std::string& mask : masks)
        if (std::string picture = pictureOfMask(mask, masks, byStem); !picture.empty())
            pairs.push_back({std::move(picture), mask});
    return pairs;
}

int recognise(LabelSource& source)
{
    std::set<std::string> masks;
    return pairsOf(source, masks).empty() ? 0 : 55;
}

std::vector<FormatQuestion> questions(LabelSource&)
{
    return {{kVoidKey,
             "Is the number 255 of the masks a class, or does it mark pixels that do not count?",
             {"void", "class"},
             "void",
             false}};
}

struct MaskNames
{
    std::map<std::uint32_t, std::string> numbers;
    std::map<std::uint32_t, std::string> colours;
};

std::optional<std::uint32_t> colourFrom(const std::vector<std::string>& parts)
{
    if (parts.size() != 3)
        return std::nullopt;
    std::uint32_t colour = 0;
    for (const std::string& part : parts) {
        const auto value = wholeFrom(part);
        if (!value || *value < 0 || *value > 255)
            return std::nullopt;
        colour = colour << 8 | static_cast<std::uint32_t>(*value);
    }
    return colour;
}

std::string colourName(std::uint32_t colour)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string name = "#";
    for (int shift = 20; shift >= 0; shift -= 4)
        name += kDigits[colour >> shift & 15];
    return name;
}

MaskNames readNames(LabelSource& source, LabelSetBuilder& builder)
{
    MaskNames names;
    const auto addColour = [&](std::uint32_t colour, std::string_view name, const std::string& file,
                               int line) {
        names.colours[colour] = builder.listedName(name, colourName(colour), file, linePlace(line));
    };
    for (const std::string& file : source.files()) {
        const std::string name = lowerText(fileNameOf(file));
        const bool isMap = name == "labelmap.txt";
        if (!isMap && name != "classes.txt" && name != "class_dict.csv" && name != "label_colors.txt")
            continue;
        const auto bytes = source.read(file, kMaxListBytes);
        if (!bytes)
            continue;
        if (name == "class_dict.csv") {
            for (const CsvRecord& record : csvRecords(*bytes))
                if (record.fields.size() >= 4)
                    if (const auto colour =
                            colourFrom({record.fields[1], record.fields[2], record.fields[3]}))
                        addColour(*colour, record.fields[0], file, record.line);
            continue;
        }
        for (const TextLine& line : textLines(*bytes)) {
            if (name == "classes.txt") {
                const auto number = static_cast<std::uint32_t>(line.number - 1);
                names.numbers[number] =
                    builder.listedName(line.text, std::to_string(number), file, linePlace(line.number));
            } else if (isMap && !line.text.starts_with('#')) {
                std::string_view rest = line.text; // from the right: a name may hold colons
                for (int i = 0; i < 2; ++i)
                    rest = rest.substr(0, std::min(rest.rfind(':'), rest.size()));
                const std::size_t colon = rest.rfind(':');
                if (colon == std::string_view::npos)
                    continue;
                const auto records = csvRecords(rest.substr(colon + 1));
                if (const auto colour = records.empty() ? std::nullopt : colourFrom(records.front().fields))
                    addColour(*colour, line.text.substr(0, colon), file, line.number);
            } else if (!isMap) { // "r g b  name", CamVid
                const auto fields = blankFields(line.text);
                if (fields.size() == 4)
                    if (const auto colour = colourFrom(
                            {std::string(fields[0]), std::string(fields[1]), std::string(fields[2])}))
                        addColour(*colour, fields[3], file, line.number);
            }
        }
    }
    return names;
}

Result<LabelSet> read(LabelSource& source, const FormatAnswers& answers)
{
    const auto answer = answers.find(kVoidKey);
    const bool hasVoid = answer == answers.end() || answer->second == "void";
    LabelSetBuilder builder;
    std::set<std::string> masks;
    const auto pairs = pairsOf(source, masks);
    const MaskNames names = readNames(source, builder);
    for (const auto& [number, name] : names.numbers)
        if (number != 0 && !name.empty())
            builder.fileClass(name).number = number;
    std::int64_t done = 0;
    for (const MaskPair& pair : pairs) {
        TRAINYARD_CHECK(checkCancelled(source.cancellation()));
        source.report({"reading masks", ++done, std::ssize(pairs)});
        masks.erase(pair.mask);
        builder.set.maskFiles.push_back(pair.mask);
        const auto index = source.indexPicture(pair.mask);
        if (!index) {
            builder.rejectFile(pair.mask, index.error());
            continue;
        }
        auto shapes = masksByValue(*index);
        if (!shapes) {
            builder.rejectFile(pair.mask, shapes.error());
            continue;
        }
        LabelledPicture& picture = builder.picture(pair.picture);
        picture.width = index->width;
        picture.height = index->height;
        picture.split = splitOfPath(pair.picture);
        picture.labelFile = pair.mask;
        const bool isColour = index->kind == IndexPicture::Kind::Rgb;
        for (auto& [value, mask] : *shapes) {
            const auto& known = isColour ? names.colours : names.numbers;
            const auto name = known.find(value);
            const bool isNamed = name != known.end() && !name->second.empty();
            // 0 and black are the background unless a colour table names black as something.
            if (value == 0 && !(isColour && isNamed && lowerText(name->second) != "background"))
                continue;
            if (!isColour && hasVoid && value == kVoid && !isNamed) {
                builder.losses.note("pixels of the number 255 do not count and were left out");
                continue;
            }
            FileAnnotation annotation;
            annotation.className = isNamed    ? name->second
                                   : isColour ? colourName(value)
                                              : std::to_string(value);
            annotation.place = isColour ? "colour " + colourName(value) : "number " + std::to_string(value);
            annotation.number = value;
            annotation.shape = std::move(mask);
            if (builder.accept(picture, annotation, pair.mask) && isColour)
                builder.fileClass(annotation.className).colour = value;
        }
    }
    for (const std::string& each : masks)
        builder.reject(each, {}, "no picture, or several, belong to this mask",
                       "give the picture the name of the mask");
    return builder.finish();
}

/// Shapes with an area in the order in which they cover one another, tags and lines as losses.
std::vector<const FileAnnotation*> paintOrder(const LabelledPicture& picture, LossBook& losses)
{
    std::vector<const FileAnnotation*> order;
    for (const FileAnnotation& each : picture.annotations) {
        CarriedFields carried;
        carried.zOrder = true;
        countLosses(each, carried, losses);
        const ShapeKind kind = shapeKind(each.shape);
        const bool hasArea = kind == ShapeKind::Box || kind == ShapeKind::RotatedBox ||
                             kind == ShapeKind::Polygon || kind == ShapeKind::Mask;
        if (hasArea && !each.className.empty())
            order.push_back(&each);
        else
            losses.leaveOut(std::string(shapeKindName(kind)) + " annotations have no place in masks");
    }
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->zOrder < b->zOrder; });
    return order;
}

Result<std::string> encode(const LabelledPicture& picture, const std::vector<std::uint32_t>& values,
                           bool isColour, bool isWide, const PngPalette& palette)
{
    if (isColour) {
        Image image{picture.width, picture.height, {}};
        for (const std::uint32_t value : values)
            image.pixels.insert(image.pixels.end(), palette[value].begin(), palette[value].end());
        return encodeRgbPng(image);
    }
    if (isWide) {
        const std::vector<std::uint16_t> wide(values.begin(), values.end());
        return encodeGray16Png(picture.width, picture.height, wide);
    }
    const std::vector<std::uint8_t> narrow(values.begin(), values.end());
    return encodePalettePng(picture.width, picture.height, narrow, palette);
}

/// The colours of an export: the classes' own where each has another, else the ones of Pascal VOC.
PngPalette paletteOf(const LabelSet& labels, const std::map<std::string, int>& classes)
{
    PngPalette palette = vocPalette();
    std::set<std::uint32_t> used = {0};
    bool areOwn = true;
    for (const FileClass& each : labels.classes)
        areOwn = areOwn && each.colour && used.insert(*each.colour).second;
    if (areOwn && used.size() == classes.size() + 1 && classes.size() < palette.size())
        for (const FileClass& each : labels.classes)
            palette.at(static_cast<std::size_t>(classes.at(each.name))) = {
                static_cast<std::uint8_t>(*each.colour >> 16),
                static_cast<std::uint8_t>(*each.colour >> 8 & 255),
                static_cast<std::uint8_t>(*each.colour & 255)};
    return palette;
}

Result<LossReport> writeMasks(const LabelSet& labels, LabelTarget& target, bool isColour)
{
    LossBook losses;
    NameBook names;
    const auto classes = classNumbers(labels, 1);
    const bool isWide = classes.size() >= kMaxIndices;
    if (classes.size() > (isColour ? kMaxIndices : 65535))
        return fail(ErrorCode::Refused,
                    "masks of this kind hold fewer classes than " + std::to_string(classes.size()));
    const PngPalette palette = paletteOf(labels, classes);
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing masks", ++done, std::ssize(labels.pictures)});
        const std::string split = picture.split.empty() ? "" : "/" + picture.split;
        const std::string place = names.take("images" + split, picture.path);
        TRAINYARD_CHECK(target.placePicture(picture, place));
        if (!picture.isLabelled || picture.width <= 0 || picture.height <= 0)
            continue;
        std::vector<std::uint32_t> values(static_cast<std::size_t>(picture.width) *
                                          static_cast<std::size_t>(picture.height));
        std::set<std::string> present;
        for (const FileAnnotation* each : paintOrder(picture, losses)) {
            const auto number = static_cast<std::uint32_t>(classes.at(each->className));
            losses.add("pixels that a shape in front hides were left out",
                       paintShape(values, picture.width, picture.height, each->shape, number));
            if (!present.insert(each->className).second)
                losses.add("shapes of one class on one picture became one");
        }
        TRAINYARD_TRY(const std::string png, encode(picture, values, isColour, isWide, palette));
        TRAINYARD_CHECK(target.write("masks" + split + "/" + std::string(stemOf(place)) + ".png", png));
    }
    losses.note("shapes became pixels");
    const WritableNames listed = listedNames(labels, losses);
    std::map<int, std::string> byNumber = {{0, "background"}};
    for (const auto& [name, number] : classes)
        byNumber[number] = listed.of(name);
    std::string list = isColour ? "# label:color_rgb:parts:actions\n" : "";
    for (const auto& [number, name] : byNumber) {
        const auto& colour =
            palette.at(std::min<std::size_t>(static_cast<std::size_t>(number), palette.size() - 1));
        list += name;
        if (isColour)
            list += ":" + std::to_string(colour[0]) + "," + std::to_string(colour[1]) + "," +
                    std::to_string(colour[2]) + "::";
        list += "\n";
    }
    TRAINYARD_CHECK(target.write(isColour ? "labelmap.txt" : "classes.txt", list));
    return losses.report();
}

Result<LossReport> writeIndex(const LabelSet& labels, LabelTarget& target)
{
    return writeMasks(labels, target, false);
}

Result<LossReport> writeColour(const LabelSet& labels, LabelTarget& target)
{
    return writeMasks(labels, target, true);
}

} // namespace

FormatSpec maskIndexFormat()
{
    return {"mask-png",
            "Mask pictures",
            "A PNG for each picture whose numbers or colours are classes, with a list of names",
            recognise,
            questions,
            read,
            writeIndex};
}

FormatSpec maskColourFormat()
{
    const auto never = [](LabelSource&) { return 0; };
    return {"mask-colour",
            "Mask pictures in colour",
            "A PNG for each picture whose colours are classes, with labelmap.txt; read as mask-png",
            never,
            nullptr,
            nullptr,
            writeColour};
}

} // namespace trainyard
