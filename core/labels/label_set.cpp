// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/label_set.h"

#include <tuple>

namespace trainyard {

bool FileAnnotation::operator==(const FileAnnotation& other) const
{
    const auto values = [](const FileAnnotation& a) {
        return std::tie(a.className, a.shape, a.score, a.sourceName, a.isModel, a.group, a.zOrder, a.flags,
                        a.attributes, a.extra);
    };
    return values(*this) == values(other);
}

bool LabelledPicture::operator==(const LabelledPicture& other) const
{
    const auto values = [](const LabelledPicture& p) {
        return std::tie(p.path, p.width, p.height, p.frame, p.split, p.sequence, p.frameNumber, p.annotations,
                        p.extra, p.isLabelled);
    };
    return values(*this) == values(other);
}

std::int64_t annotationCount(const LabelSet& labels)
{
    std::int64_t count = 0;
    for (const LabelledPicture& picture : labels.pictures)
        count += static_cast<std::int64_t>(picture.annotations.size());
    return count;
}

} // namespace trainyard
