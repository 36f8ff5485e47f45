// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/coco_element.h"
#include "core/labels/mask_codec.h"

#include <cmath>

namespace trainyard {

namespace {

/// A sequence of at least three corners, without the repeated first one.
Ring ringOf(const std::vector<double>& numbers)
{
    Ring ring;
    ring.reserve(numbers.size() / 2);
    for (std::size_t i = 0; i + 1 < numbers.size(); i += 2)
        ring.push_back({numbers[i], numbers[i + 1]});
    if (ring.size() > 3 && ring.front() == ring.back())
        ring.pop_back();
    return ring;
}

} // namespace

std::optional<std::string> CocoElement::boxShape(std::optional<Shape>& shape)
{
    if (!m_hasBox || m_box.empty())
        return std::nullopt;
    if (m_box.size() != 4)
        return "the field 'bbox' has " + std::to_string(m_box.size()) + " numbers, expected 4";
    shape = Box{m_box[0], m_box[1], m_box[2], m_box[3]};
    if (const auto checked = checkShape(*shape); !checked)
        return "bbox: " + checked.error().message;
    return std::nullopt;
}

std::optional<std::string> CocoElement::segmentationShape(std::optional<Shape>& shape)
{
    if (m_hasRle) {
        const bool hasSize = m_rleSize.size() == 2 && m_rleSize[0] > 0 && m_rleSize[1] > 0 &&
                             m_rleSize[0] <= kMaxMaskSide && m_rleSize[1] <= kMaxMaskSide &&
                             m_rleSize[0] == std::floor(m_rleSize[0]) &&
                             m_rleSize[1] == std::floor(m_rleSize[1]);
        if (!hasSize)
            return "the mask's 'size' is not [height, width]";
        if (m_rleText) {
            auto counts = fromCocoString(*m_rleText);
            if (!counts)
                return "the mask: " + counts.error().message;
            m_rleCounts = std::move(*counts);
        }
        auto mask =
            fromCocoCounts(m_rleCounts, static_cast<int>(m_rleSize[1]), static_cast<int>(m_rleSize[0]));
        if (!mask)
            return "the mask: " + mask.error().message;
        shape = std::move(*mask);
    } else if (m_ringCount > 0) {
        Polygon polygon;
        polygon.parts.reserve(m_ringCount);
        for (std::size_t i = 0; i < m_ringCount; ++i) {
            if (m_rings[i].size() < 6 || m_rings[i].size() % 2 != 0)
                return "a polygon of " + std::to_string(m_rings[i].size()) +
                       " numbers, expected an even number of at least 6";
            polygon.parts.push_back({ringOf(m_rings[i]), {}});
        }
        shape = std::move(polygon);
    } else {
        return std::nullopt;
    }
    if (const auto checked = checkShape(*shape); !checked)
        return "segmentation: " + checked.error().message;
    return std::nullopt;
}

std::optional<std::string> CocoElement::keypointsShape(std::optional<Shape>& shape)
{
    if (m_keypoints.size() % 3 != 0)
        return "the field 'keypoints' has " + std::to_string(m_keypoints.size()) +
               " numbers, expected three for each";
    Keypoints keypoints;
    bool hasAny = false;
    for (std::size_t i = 0; i < m_keypoints.size(); i += 3) {
        const double state = m_keypoints[i + 2];
        if (state != 0 && state != 1 && state != 2)
            return "a keypoint's visibility is neither 0, 1 nor 2";
        hasAny = hasAny || state != 0;
        keypoints.points.push_back(
            {{m_keypoints[i], m_keypoints[i + 1]}, static_cast<KeypointState>(static_cast<int>(state))});
    }
    if (!hasAny)
        return std::nullopt;
    shape = std::move(keypoints);
    if (const auto checked = checkShape(*shape); !checked)
        return "keypoints: " + checked.error().message;
    return std::nullopt;
}

} // namespace trainyard
