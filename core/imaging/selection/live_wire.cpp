// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/selection/live_wire.h"

#include "core/imaging/selection/opencv_call.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <opencv2/imgproc/segmentation.hpp>

namespace trainyard {

namespace {

// Canny's thresholds on pictures of 8 bits, and the gradient above which an edge is no cheaper.
constexpr double kWeakEdge = 32;
constexpr double kStrongEdge = 100;
constexpr float kStrongestGradient = 200;

} // namespace

struct LiveWire::Maps
{
    PixelPlace seed;
    cv::Rect square;
    cv::segmentation::IntelligentScissorsMB scissors;
};

Result<LiveWire> LiveWire::from(const Image& picture, PixelPlace seed, int reach,
                                const Cancellation& cancellation)
{
    if (seed.x < 0 || seed.y < 0 || seed.x >= picture.width || seed.y >= picture.height || reach < 2)
        return fail(ErrorCode::InvalidArgument, "the place lies outside the picture");
    return withoutThrowing([&]() -> Result<LiveWire> {
        auto maps = std::make_shared<Maps>();
        maps->seed = seed;
        maps->square = cv::Rect(seed.x - reach, seed.y - reach, 2 * reach + 1, 2 * reach + 1) &
                       cv::Rect(0, 0, picture.width, picture.height);
        if (cancellation.isCancelled())
            return selectionCancelled();
        const cv::Mat whole(picture.height, picture.width, CV_8UC3,
                            const_cast<std::uint8_t*>(picture.row(0)));
        maps->scissors.setEdgeFeatureCannyParameters(kWeakEdge, kStrongEdge);
        maps->scissors.setGradientMagnitudeMaxLimit(kStrongestGradient);
        maps->scissors.applyImage(whole(maps->square).clone());
        if (cancellation.isCancelled())
            return selectionCancelled();
        maps->scissors.buildMap(cv::Point(seed.x, seed.y) - maps->square.tl());
        return LiveWire(std::move(maps));
    });
}

PixelPlace LiveWire::seed() const
{
    return m_maps->seed;
}

bool LiveWire::reaches(PixelPlace place) const
{
    return m_maps->square.contains({place.x, place.y});
}

std::vector<PixelPlace> LiveWire::pathTo(PixelPlace place) const
{
    const cv::Rect& square = m_maps->square;
    const cv::Point target(std::clamp(place.x - square.x, 0, square.width - 1),
                           std::clamp(place.y - square.y, 0, square.height - 1));
    std::vector<cv::Point> contour;
    m_maps->scissors.getContour(target, contour);
    std::vector<PixelPlace> path;
    path.reserve(contour.size());
    for (const cv::Point& point : contour)
        path.push_back({point.x + square.x, point.y + square.y});
    return path;
}

} // namespace trainyard
