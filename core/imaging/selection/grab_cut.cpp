// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/selection/grab_cut.h"

#include "core/imaging/selection/opencv_call.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace trainyard {

namespace {

constexpr int kSmallestSide = 4;
constexpr double kLeastBackground = 0.02; ///< of the crop's side, where the box leaves none

cv::Rect pixelsIn(const Box& box, const Image& picture)
{
    const auto whole = [](double value, int limit) {
        return static_cast<int>(std::lround(std::clamp(value, 0.0, static_cast<double>(limit))));
    };
    const int left = whole(box.x, picture.width);
    const int top = whole(box.y, picture.height);
    return {left, top, whole(box.x + box.width, picture.width) - left,
            whole(box.y + box.height, picture.height) - top};
}

/// The box and what surrounds it.
cv::Rect cropAround(const cv::Rect& box, double share, const Image& picture)
{
    const int across = std::max(8, static_cast<int>(box.width * share));
    const int down = std::max(8, static_cast<int>(box.height * share));
    const cv::Rect wider(box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down);
    return wider & cv::Rect(0, 0, picture.width, picture.height);
}

/// The box within the reduced crop. A box that leaves no surroundings gives up a rim of its own, because the
/// colours of the background are learned there.
cv::Rect reduced(const cv::Rect& box, const cv::Rect& crop, const cv::Size& size)
{
    const double scaleX = static_cast<double>(size.width) / crop.width;
    const double scaleY = static_cast<double>(size.height) / crop.height;
    const int left = static_cast<int>(std::lround((box.x - crop.x) * scaleX));
    const int top = static_cast<int>(std::lround((box.y - crop.y) * scaleY));
    const int right = static_cast<int>(std::lround((box.x + box.width - crop.x) * scaleX));
    const int bottom = static_cast<int>(std::lround((box.y + box.height - crop.y) * scaleY));
    const cv::Rect inside(left, top, std::max(1, right - left), std::max(1, bottom - top));
    if (inside.width < size.width || inside.height < size.height)
        return inside;
    const int across = std::max(1, static_cast<int>(size.width * kLeastBackground));
    const int down = std::max(1, static_cast<int>(size.height * kLeastBackground));
    return {across, down, size.width - 2 * across, size.height - 2 * down};
}

/// The part of `selected` (255 where set, in picture coordinates from `crop`) that is set, as a bitmap.
Result<Bitmap> tightBitmap(const cv::Mat& selected, const cv::Rect& crop)
{
    const cv::Rect tight = cv::boundingRect(selected);
    if (tight.area() == 0)
        return fail(ErrorCode::NotFound, "nothing stands out from its surroundings in this box");
    Bitmap bitmap{crop.x + tight.x, crop.y + tight.y, tight.width, tight.height, {}};
    bitmap.bytes.resize(static_cast<std::size_t>(tight.area()));
    for (int y = 0; y < tight.height; ++y)
        for (int x = 0; x < tight.width; ++x)
            bitmap.row(y)[x] = selected.at<std::uint8_t>(tight.y + y, tight.x + x) != 0 ? 1 : 0;
    return bitmap;
}

Result<Bitmap> cut(const Image& picture, const cv::Rect& box, const GrabCutOptions& options,
                   const Cancellation& cancellation)
{
    const cv::Rect crop = cropAround(box, options.surroundings, picture);
    // OpenCV reads only; the picture's pixels are not copied.
    const cv::Mat whole(picture.height, picture.width, CV_8UC3, const_cast<std::uint8_t*>(picture.row(0)));
    const double scale =
        std::min(1.0, static_cast<double>(options.longEdge) / std::max(crop.width, crop.height));
    const cv::Size size(std::max(4, static_cast<int>(std::lround(crop.width * scale))),
                        std::max(4, static_cast<int>(std::lround(crop.height * scale))));
    cv::Mat colours;
    cv::resize(whole(crop), colours, size, 0, 0, cv::INTER_AREA);
    const cv::Rect inside = reduced(box, crop, size);
    cv::Mat classes(size, CV_8U, cv::Scalar(cv::GC_BGD));
    classes(inside).setTo(cv::GC_PR_FGD);
    if (options.core > 0) {
        const cv::Size axes(static_cast<int>(inside.width * options.core / 2),
                            static_cast<int>(inside.height * options.core / 2));
        cv::ellipse(classes, (inside.tl() + inside.br()) / 2, axes, 0, 0, 360, cv::Scalar(cv::GC_FGD),
                    cv::FILLED);
    }
    cv::Mat background;
    cv::Mat foreground;
    cv::theRNG().state = 0x5eed; // the colour models start from random means
    for (int i = 0; i < std::max(1, options.iterations); ++i) {
        if (cancellation.isCancelled())
            return selectionCancelled();
        cv::grabCut(colours, classes, inside, background, foreground, 1,
                    i == 0 ? cv::GC_INIT_WITH_MASK : cv::GC_EVAL);
    }
    cv::Mat selected = (classes & 1) * 255; // definite and probable foreground are odd
    cv::Mat full;
    cv::resize(selected, full, crop.size(), 0, 0, cv::INTER_LINEAR);
    cv::threshold(full, full, 127, 255, cv::THRESH_BINARY);
    // Scaling may reach beyond the box by a part of a pixel.
    cv::Mat allowed = cv::Mat::zeros(full.size(), CV_8U);
    allowed(cv::Rect(box.tl() - crop.tl(), box.size())).setTo(255);
    full &= allowed;
    return tightBitmap(full, crop);
}

} // namespace

Result<Bitmap> grabCut(const Image& picture, const Box& box, const GrabCutOptions& options,
                       const Cancellation& cancellation)
{
    const cv::Rect pixels = pixelsIn(box, picture);
    if (picture.isEmpty() || pixels.width < kSmallestSide || pixels.height < kSmallestSide)
        return fail(ErrorCode::InvalidArgument, "the box holds too few pixels of the picture");
    return withoutThrowing([&] { return cut(picture, pixels, options, cancellation); });
}

} // namespace trainyard
