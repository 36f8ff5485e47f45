// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/label_orientation.h"

#include "core/labels/orientation.h"

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
    return std::get<Box>(uprightShape(box, orientation, width, height));
}

} // namespace trainyard
