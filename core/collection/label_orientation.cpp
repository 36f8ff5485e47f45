// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/label_orientation.h"

namespace trainyard {

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

Box uprightBox(const Box& box, int orientation, double width, double height)
{
    const double fromRight = width - box.x - box.width;
    const double fromBottom = height - box.y - box.height;
    switch (orientation) {
    case 2:
        return {fromRight, box.y, box.width, box.height};
    case 3:
        return {fromRight, fromBottom, box.width, box.height};
    case 4:
        return {box.x, fromBottom, box.width, box.height};
    case 5:
        return {box.y, box.x, box.height, box.width};
    case 6:
        return {fromBottom, box.x, box.height, box.width};
    case 7:
        return {fromBottom, fromRight, box.height, box.width};
    case 8:
        return {box.y, fromRight, box.height, box.width};
    default:
        return box;
    }
}

} // namespace trainyard
