// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/selection/superpixels.h"

#include "core/imaging/selection/opencv_call.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>

namespace trainyard {

namespace {

constexpr int kSmallestCell = 4;

struct Centre
{
    float lightness = 0;
    float a = 0;
    float b = 0;
    float x = 0;
    float y = 0;
};

/// One run of SLIC over a rectangle in CIELAB.
class Slic
{
public:
    Slic(const cv::Mat& lab, const SuperpixelOptions& options)
        : m_lab(lab), m_cell(options.cellSize),
          m_placeWeight(static_cast<float>(options.compactness * options.compactness /
                                           (options.cellSize * options.cellSize))),
          m_labels(lab.total(), 0), m_distances(lab.total())
    {
        const int columns = std::max(1, (lab.cols + m_cell / 2) / m_cell);
        const int rows = std::max(1, (lab.rows + m_cell / 2) / m_cell);
        for (int row = 0; row < rows; ++row)
            for (int column = 0; column < columns; ++column)
                m_centres.push_back(leastEdge((2 * column + 1) * lab.cols / (2 * columns),
                                              (2 * row + 1) * lab.rows / (2 * rows)));
    }

    void iterate()
    {
        std::fill(m_distances.begin(), m_distances.end(), std::numeric_limits<float>::max());
        for (std::size_t i = 0; i < m_centres.size(); ++i)
            claim(static_cast<std::int32_t>(i));
        moveCentres();
    }

    /// The labels with each piece in one, numbered anew; gives their number.
    int joinPieces(std::vector<std::int32_t>& pieces) const
    {
        const int smallest = m_cell * m_cell / 4;
        pieces.assign(m_labels.size(), -1);
        int count = 0;
        std::vector<std::size_t> piece;
        for (std::size_t start = 0; start < m_labels.size(); ++start) {
            if (pieces[start] >= 0)
                continue;
            std::int32_t neighbour = -1;
            collect(start, count, pieces, piece, neighbour);
            if (static_cast<int>(piece.size()) < smallest && neighbour >= 0) {
                for (const std::size_t pixel : piece)
                    pieces[pixel] = neighbour;
            } else {
                ++count;
            }
        }
        return count;
    }

private:
    [[nodiscard]] std::size_t index(int x, int y) const
    {
        return static_cast<std::size_t>(y) * static_cast<std::size_t>(m_lab.cols) +
               static_cast<std::size_t>(x);
    }
    [[nodiscard]] Centre centreAt(int x, int y) const
    {
        const auto& colour = m_lab.at<cv::Vec3f>(y, x);
        return {colour[0], colour[1], colour[2], static_cast<float>(x), static_cast<float>(y)};
    }
    /// The flattest of the nine pixels around a place: a centre should not begin on an edge.
    [[nodiscard]] Centre leastEdge(int x, int y) const
    {
        float least = std::numeric_limits<float>::max();
        Centre best = centreAt(x, y);
        for (int row = std::max(1, y - 1); row <= std::min(m_lab.rows - 2, y + 1); ++row)
            for (int column = std::max(1, x - 1); column <= std::min(m_lab.cols - 2, x + 1); ++column) {
                const cv::Vec3f across =
                    m_lab.at<cv::Vec3f>(row, column + 1) - m_lab.at<cv::Vec3f>(row, column - 1);
                const cv::Vec3f down =
                    m_lab.at<cv::Vec3f>(row + 1, column) - m_lab.at<cv::Vec3f>(row - 1, column);
                const float edge = across.dot(across) + down.dot(down);
                if (edge < least) {
                    least = edge;
                    best = centreAt(column, row);
                }
            }
        return best;
    }
    /// Takes the pixels within one cell around a centre that are nearer to it than to those before.
    void claim(std::int32_t label)
    {
        const Centre& centre = m_centres[static_cast<std::size_t>(label)];
        const int reach = 3 * m_cell / 2;
        const int left = std::max(0, static_cast<int>(centre.x) - reach);
        const int right = std::min(m_lab.cols - 1, static_cast<int>(centre.x) + reach);
        const int top = std::max(0, static_cast<int>(centre.y) - reach);
        const int bottom = std::min(m_lab.rows - 1, static_cast<int>(centre.y) + reach);
        for (int y = top; y <= bottom; ++y) {
            const auto* row = m_lab.ptr<cv::Vec3f>(y);
            const float dy = static_cast<float>(y) - centre.y;
            for (int x = left; x <= right; ++x) {
                const float dl = row[x][0] - centre.lightness;
                const float da = row[x][1] - centre.a;
                const float db = row[x][2] - centre.b;
                const float dx = static_cast<float>(x) - centre.x;
                const float distance = dl * dl + da * da + db * db + m_placeWeight * (dx * dx + dy * dy);
                const std::size_t at = index(x, y);
                if (distance < m_distances[at]) {
                    m_distances[at] = distance;
                    m_labels[at] = label;
                }
            }
        }
    }
    void moveCentres()
    {
        std::vector<std::array<double, 6>> sums(m_centres.size());
        for (int y = 0; y < m_lab.rows; ++y) {
            const auto* row = m_lab.ptr<cv::Vec3f>(y);
            for (int x = 0; x < m_lab.cols; ++x) {
                auto& sum = sums[static_cast<std::size_t>(m_labels[index(x, y)])];
                sum[0] += row[x][0];
                sum[1] += row[x][1];
                sum[2] += row[x][2];
                sum[3] += x;
                sum[4] += y;
                sum[5] += 1;
            }
        }
        for (std::size_t i = 0; i < m_centres.size(); ++i) {
            if (sums[i][5] == 0)
                continue;
            const auto mean = [&](std::size_t field) {
                return static_cast<float>(sums[i][field] / sums[i][5]);
            };
            m_centres[i] = {mean(0), mean(1), mean(2), mean(3), mean(4)};
        }
    }
    /// The pixels joined to `start` by their sides that have its label; `neighbour` is a finished piece
    /// beside.
    void collect(std::size_t start, std::int32_t number, std::vector<std::int32_t>& pieces,
                 std::vector<std::size_t>& piece, std::int32_t& neighbour) const
    {
        piece = {start};
        pieces[start] = number;
        const auto width = static_cast<std::size_t>(m_lab.cols);
        for (std::size_t at = 0; at < piece.size(); ++at) {
            const std::size_t pixel = piece[at];
            const auto look = [&](std::size_t other) {
                if (pieces[other] >= 0 && pieces[other] != number)
                    neighbour = pieces[other];
                else if (pieces[other] < 0 && m_labels[other] == m_labels[start]) {
                    pieces[other] = number;
                    piece.push_back(other);
                }
            };
            if (pixel % width > 0)
                look(pixel - 1);
            if (pixel % width + 1 < width)
                look(pixel + 1);
            if (pixel >= width)
                look(pixel - width);
            if (pixel + width < pieces.size())
                look(pixel + width);
        }
    }

    const cv::Mat& m_lab;
    int m_cell;
    float m_placeWeight;
    std::vector<std::int32_t> m_labels;
    std::vector<float> m_distances;
    std::vector<Centre> m_centres;
};

} // namespace

Result<Superpixels> superpixels(const Image& picture, const Box& region, const SuperpixelOptions& options,
                                const Cancellation& cancellation)
{
    if (options.cellSize < kSmallestCell)
        return fail(ErrorCode::InvalidArgument, "a superpixel needs a side of at least 4 pixels");
    const auto within = [](double value, int limit) {
        return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(limit)));
    };
    const int left = within(std::floor(region.x), picture.width);
    const int top = within(std::floor(region.y), picture.height);
    Superpixels result{left,
                       top,
                       within(std::ceil(region.x + region.width), picture.width) - left,
                       within(std::ceil(region.y + region.height), picture.height) - top,
                       0,
                       {}};
    if (result.width <= 0 || result.height <= 0)
        return fail(ErrorCode::InvalidArgument, "the region lies outside the picture");
    return withoutThrowing([&]() -> Result<Superpixels> {
        const cv::Mat whole(picture.height, picture.width, CV_8UC3,
                            const_cast<std::uint8_t*>(picture.row(0)));
        cv::Mat lab;
        whole(cv::Rect(result.x, result.y, result.width, result.height)).convertTo(lab, CV_32FC3, 1.0 / 255);
        cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
        Slic slic(lab, options);
        for (int i = 0; i < std::max(1, options.iterations); ++i) {
            if (cancellation.isCancelled())
                return selectionCancelled();
            slic.iterate();
        }
        result.count = slic.joinPieces(result.labels);
        return std::move(result);
    });
}

Bitmap selectedPieces(const Superpixels& superpixels, std::span<const std::int32_t> pieces)
{
    std::vector<std::uint8_t> isChosen(static_cast<std::size_t>(superpixels.count), 0);
    for (const std::int32_t piece : pieces)
        if (piece >= 0 && piece < superpixels.count)
            isChosen[static_cast<std::size_t>(piece)] = 1;
    Bitmap bitmap{superpixels.x, superpixels.y, superpixels.width, superpixels.height, {}};
    bitmap.bytes.reserve(superpixels.labels.size());
    for (const std::int32_t label : superpixels.labels)
        bitmap.bytes.push_back(isChosen[static_cast<std::size_t>(label)]);
    return bitmap;
}

} // namespace trainyard
