// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/picture_labels.h"

#include "core/labels/orientation.h"

namespace trainyard {

namespace {

std::string sizeText(int width, int height)
{
    return std::to_string(width) + "x" + std::to_string(height);
}

std::string placeOf(const LabelledPicture& picture, std::size_t index)
{
    const std::string& place = picture.annotations[index].place;
    return place.empty() ? "label " + std::to_string(numberOf(picture, index)) : place;
}

LabelFrame frameOf(const LabelledPicture& picture, const ImageHeader& header)
{
    const LabelFrame bySize = labelFrame(picture.width, picture.height, header);
    if (bySize == LabelFrame::Neither || picture.frame == CoordinateFrame::Unknown)
        return bySize;
    return picture.frame == CoordinateFrame::Stored ? LabelFrame::Stored : LabelFrame::Upright;
}

} // namespace

LabelFrame labelFrame(int labelWidth, int labelHeight, const ImageHeader& header)
{
    if (labelWidth <= 0 || labelHeight <= 0)
        return LabelFrame::Upright;
    const bool fitsUpright = labelWidth == header.uprightWidth() && labelHeight == header.uprightHeight();
    const bool fitsStored = labelWidth == header.width && labelHeight == header.height;
    if (fitsUpright && fitsStored)
        return header.orientation == 1 ? LabelFrame::Upright : LabelFrame::Either;
    if (fitsUpright)
        return LabelFrame::Upright;
    return fitsStored ? LabelFrame::Stored : LabelFrame::Neither;
}

std::int64_t numberOf(const LabelledPicture& picture, std::size_t index)
{
    const std::int64_t number = picture.annotations[index].number;
    return number != 0 ? number : static_cast<std::int64_t>(index) + 1;
}

PictureLabels pictureLabels(const LabelledPicture& picture, const ImageHeader& header)
{
    PictureLabels found;
    const LabelFrame frame = frameOf(picture, header);
    const auto reject = [&](std::size_t index, std::string reason, const char* remedy) {
        found.rejections.push_back({picture.labelFile, placeOf(picture, index), std::move(reason), remedy});
    };
    found.isFrameOpen = frame == LabelFrame::Either && !picture.annotations.empty();
    found.labels.reserve(picture.annotations.size());
    for (std::size_t i = 0; i < picture.annotations.size(); ++i) {
        const FileAnnotation& given = picture.annotations[i];
        // A class for the whole picture does not care for its size.
        const bool isWhole = shapeKind(given.shape) == ShapeKind::ClassTag;
        if (frame == LabelFrame::Neither && !isWhole) {
            reject(i,
                   "the label file speaks of a picture of " + sizeText(picture.width, picture.height) +
                       ", but the picture is " + sizeText(header.uprightWidth(), header.uprightHeight()),
                   "label the picture as it is, or put back the picture that was labelled");
            continue;
        }
        if (const auto checked = checkShape(given.shape); !checked) {
            reject(i, checked.error().message, "correct or delete this label in the label file");
            continue;
        }
        if (given.score && !(*given.score >= 0 && *given.score <= 1)) {
            reject(i, "its score is not between 0 and 1", "correct or delete this label in the label file");
            continue;
        }
        FileAnnotation label = given;
        label.number = numberOf(picture, i);
        if (frame == LabelFrame::Stored)
            label.shape = uprightShape(given.shape, header.orientation, header.width, header.height);
        found.labels.push_back(std::move(label));
    }
    return found;
}

} // namespace trainyard
