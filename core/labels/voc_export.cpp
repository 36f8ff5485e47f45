// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/imaging/own_png.h"
#include "core/labels/format_parts.h"
#include "core/labels/index_masks.h"
#include "core/labels/voc.h"
#include "core/labels/voc_masks.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr std::int64_t kMostObjects = 254; ///< of one mask: 0 is nothing, 255 the border

/// Numbers of classes in class masks, from 1, in the order of the label set.
using ClassNumbers = std::map<std::string, std::uint32_t>;

bool isArea(const Shape& shape)
{
    const ShapeKind kind = shapeKind(shape);
    return kind == ShapeKind::Mask || kind == ShapeKind::Polygon;
}

void countLosses(const FileAnnotation& label, LossBook& losses)
{
    switch (shapeKind(label.shape)) {
    case ShapeKind::RotatedBox:
        losses.add("rotated boxes became the boxes around them");
        break;
    case ShapeKind::Polygon:
        losses.add("polygons became masks of whole pixels");
        break;
    case ShapeKind::Polyline:
    case ShapeKind::Keypoints:
        losses.add("lines and keypoints became the boxes around them");
        break;
    default:
        break;
    }
    if (label.score || label.isModel)
        losses.add("labels lost their score and source");
    if (label.group != 0 || label.zOrder != 0)
        losses.add("labels lost their group and order");
    if (label.flags.isCrowd)
        losses.add("labels lost the mark of a crowd");
}

/// The part of a box in the picture; nothing where the official form cannot say it: at most a pixel wide or
/// high.
std::optional<Box> writableBox(const Box& box, const LabelledPicture& picture)
{
    const double left = std::max(0.0, box.x);
    const double top = std::max(0.0, box.y);
    const double right =
        picture.width > 0 ? std::min<double>(picture.width, box.x + box.width) : box.x + box.width;
    const double bottom =
        picture.height > 0 ? std::min<double>(picture.height, box.y + box.height) : box.y + box.height;
    if (right - left <= 1 || bottom - top <= 1)
        return std::nullopt;
    return Box{left, top, right - left, bottom - top};
}

/// A picture as its XML file can say it, with the shape that each object paints.
struct Writable
{
    LabelledPicture picture;
    std::vector<const FileAnnotation*> painted; ///< for each annotation; nullptr for boxes
};

Writable writableOf(const LabelledPicture& picture, LossBook& losses)
{
    Writable result;
    result.picture = picture;
    result.picture.annotations.clear();
    for (const FileAnnotation& label : picture.annotations) {
        const auto around = boundingBox(label.shape);
        const auto box = around ? writableBox(*around, picture) : std::nullopt;
        if (!around) {
            losses.leaveOut("labels of whole pictures were left out");
            continue;
        }
        if (label.className.empty()) {
            losses.leaveOut("labels without a class were left out");
            continue;
        }
        if (!box) {
            losses.leaveOut("points and boxes of at most a pixel's width were left out");
            continue;
        }
        countLosses(label, losses);
        if (label.shape.index() == 1 && *box != *around)
            losses.add("boxes were cut at their picture's edge");
        FileAnnotation written = label;
        written.shape = *box;
        for (auto& [name, value] : written.attributes) {
            auto* text = std::get_if<std::string>(&value);
            if (text == nullptr || vocAttributeText(*text) == *text)
                continue;
            *text = vocAttributeText(*text);
            losses.add("texts of attributes lost line breaks and blanks at their ends");
        }
        result.picture.annotations.push_back(std::move(written));
        const bool isPainted = isArea(label.shape) && std::ssize(result.painted) < kMostObjects;
        if (isArea(label.shape) && !isPainted)
            losses.add("masks behind the 254th object of their picture became boxes");
        result.painted.push_back(isPainted ? &label : nullptr);
    }
    return result;
}

/// Both masks of one picture; shapes of a higher zOrder hide others.
Result<void> writeMasks(const Writable& writable, const std::string& stem, const ClassNumbers& numbers,
                        LabelTarget& target, LossBook& losses)
{
    const LabelledPicture& picture = writable.picture;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < writable.painted.size(); ++i)
        if (writable.painted[i] != nullptr)
            order.push_back(i);
    if (order.empty())
        return {};
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return writable.painted[a]->zOrder < writable.painted[b]->zOrder;
    });
    const auto pixels = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
    std::vector<std::uint32_t> objects(pixels);
    std::int64_t hidden = 0;
    for (const std::size_t i : order)
        hidden += paintShape(objects, picture.width, picture.height, writable.painted[i]->shape,
                             static_cast<std::uint32_t>(i + 1));
    if (hidden > 0)
        losses.add("pixels of masks that lie behind others were left out", hidden);
    std::vector<std::uint8_t> objectIndices(pixels);
    std::vector<std::uint8_t> classIndices(pixels);
    for (std::size_t i = 0; i < pixels; ++i) {
        objectIndices[i] = static_cast<std::uint8_t>(objects[i]);
        if (objects[i] != 0)
            classIndices[i] =
                static_cast<std::uint8_t>(numbers.at(picture.annotations[objects[i] - 1].className));
    }
    const PngPalette palette = vocPalette();
    TRAINYARD_TRY(const std::string object,
                  encodePalettePng(picture.width, picture.height, objectIndices, palette));
    TRAINYARD_CHECK(target.write("SegmentationObject/" + stem + ".png", object));
    TRAINYARD_TRY(const std::string byClass,
                  encodePalettePng(picture.width, picture.height, classIndices, palette));
    return target.write("SegmentationClass/" + stem + ".png", byClass);
}

std::string labelMap(const ClassNumbers& numbers)
{
    std::vector<std::string_view> names(numbers.size() + 1, "background");
    for (const auto& [name, number] : numbers)
        if (number < names.size())
            names[number] = name;
    const PngPalette palette = vocPalette();
    std::string text = "# label:color_rgb:parts:actions\n";
    for (std::size_t i = 0; i < names.size() && i < palette.size(); ++i) {
        const auto& [red, green, blue] = palette[i];
        text += std::string(names[i]) + ":" + std::to_string(red) + "," + std::to_string(green) + "," +
                std::to_string(blue) + "::\n";
    }
    return text;
}

} // namespace

Result<LossReport> writeVocDataset(const LabelSet& labels, LabelTarget& target)
{
    LossBook losses;
    ClassNumbers numbers;
    for (const FileClass& fileClass : labels.classes)
        numbers.emplace(fileClass.name,
                        static_cast<std::uint32_t>(std::min<std::size_t>(numbers.size() + 1, 254)));
    if (numbers.size() > 254)
        losses.note("class masks tell 254 classes apart; the further ones have the number 254");
    NameBook names;
    std::map<std::string, std::string> sets;
    std::int64_t done = 0;
    for (const LabelledPicture& picture : labels.pictures) {
        TRAINYARD_CHECK(checkCancelled(target.cancellation()));
        target.report({"writing labels", ++done, std::ssize(labels.pictures)});
        Writable writable = writableOf(picture, losses);
        writable.picture.path = names.take("JPEGImages", picture.path);
        if (writable.picture.path != picture.path)
            losses.note("pictures were put into the folder JPEGImages");
        const std::string stem(stemOf(writable.picture.path));
        TRAINYARD_CHECK(target.placePicture(picture, writable.picture.path));
        if (!picture.split.empty())
            sets[picture.split] += stem + "\n";
        if (!picture.isLabelled)
            continue;
        const auto xml = writeVoc(writable.picture);
        if (!xml)
            return fail(xml.error().code, displayText(picture.path) + ": " + xml.error().message,
                        displayText(picture.path));
        TRAINYARD_CHECK(target.write("Annotations/" + stem + ".xml", *xml));
        for (const FileAnnotation& label : writable.picture.annotations)
            numbers.emplace(label.className,
                            static_cast<std::uint32_t>(std::min<std::size_t>(numbers.size() + 1, 254)));
        TRAINYARD_CHECK(writeMasks(writable, stem, numbers, target, losses));
    }
    for (const auto& [set, text] : sets)
        TRAINYARD_CHECK(target.write("ImageSets/Main/" + set + ".txt", text));
    TRAINYARD_CHECK(target.write("labelmap.txt", labelMap(numbers)));
    return losses.report();
}

} // namespace trainyard
