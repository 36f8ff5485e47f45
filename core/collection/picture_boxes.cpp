// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/picture_boxes.h"

#include "core/collection/label_orientation.h"

namespace trainyard {

namespace {

std::string sizeText(int width, int height)
{
    return std::to_string(width) + "x" + std::to_string(height);
}

} // namespace

PictureBoxes pictureBoxes(const VocFile& file, int base, const ImageHeader& header)
{
    PictureBoxes boxes;
    boxes.rejections = file.rejections;
    const LabelFrame frame = labelFrame(file.width, file.height, header);
    if (frame == LabelFrame::Neither) {
        for (const VocObject& object : file.objects)
            boxes.rejections.push_back(
                {file.path,
                 "line " + std::to_string(object.line) + ", object " + std::to_string(object.number),
                 "the label file speaks of a picture of " + sizeText(file.width, file.height) +
                     ", but the picture is " + sizeText(header.uprightWidth(), header.uprightHeight()),
                 "label the picture as it is, or put back the picture that was labelled"});
        return boxes;
    }
    VocLabels labels = vocLabels(file, base, header.uprightWidth(), header.uprightHeight());
    boxes.isFrameOpen = frame == LabelFrame::Either;
    boxes.labels = std::move(labels.labels.labels);
    boxes.numbers = std::move(labels.numbers);
    boxes.rejections.insert(boxes.rejections.end(), labels.rejections.begin(), labels.rejections.end());
    if (frame == LabelFrame::Stored)
        for (FileLabel& label : boxes.labels)
            label.box = uprightBox(*label.box, header.orientation, header.width, header.height);
    return boxes;
}

} // namespace trainyard
