// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/queue_orders.h"

#include "core/base/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace trainyard {

namespace {

constexpr std::array<std::string_view, 6> kNames = {"uncertain", "different", "wrong",
                                                    "class",     "random",    "file"};

/// Places sorted by a score that must be comparable with <.
template <typename Score>
std::vector<std::size_t> placesBy(std::size_t count, const Score& score)
{
    std::vector<std::size_t> places(count);
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::stable_sort(places.begin(), places.end(),
                     [&](std::size_t a, std::size_t b) { return score(a) < score(b); });
    return places;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The run of digits at `at` without leading zeros.
std::string_view digitsAt(std::string_view text, std::size_t at)
{
    std::size_t end = at;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    while (at + 1 < end && text[at] == '0')
        ++at;
    return text.substr(at, end - at);
}

bool comesBefore(std::string_view a, std::string_view b)
{
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (isDigit(a[i]) && isDigit(b[j])) {
            const std::string_view x = digitsAt(a, i);
            const std::string_view y = digitsAt(b, j);
            if (x != y)
                return x.size() != y.size() ? x.size() < y.size() : x < y;
            i = static_cast<std::size_t>(x.data() - a.data()) + x.size();
            j = static_cast<std::size_t>(y.data() - b.data()) + y.size();
            continue;
        }
        if (a[i] != b[j])
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
        ++i;
        ++j;
    }
    if (a.size() - i != b.size() - j)
        return a.size() - i < b.size() - j;
    return a < b; // "01" and "1"
}

float squaredDistance(const float* a, const float* b, std::size_t width)
{
    // Several sums, so that the additions need not wait for each other.
    std::array<float, 8> sums{};
    std::size_t i = 0;
    for (; i + sums.size() <= width; i += sums.size())
        for (std::size_t lane = 0; lane < sums.size(); ++lane) {
            const float difference = a[i + lane] - b[i + lane];
            sums[lane] += difference * difference;
        }
    for (; i < width; ++i)
        sums[0] += (a[i] - b[i]) * (a[i] - b[i]);
    return std::accumulate(sums.begin(), sums.end(), 0.0F);
}

} // namespace

std::string_view queueOrderName(QueueOrder order)
{
    return kNames[static_cast<std::size_t>(order)];
}

std::optional<QueueOrder> queueOrderFromName(std::string_view name)
{
    const auto it = std::find(kNames.begin(), kNames.end(), name);
    if (it == kNames.end())
        return std::nullopt;
    return static_cast<QueueOrder>(it - kNames.begin());
}

std::vector<std::size_t> risingOrder(std::span<const float> scores)
{
    return placesBy(scores.size(), [&](std::size_t place) {
        return std::isnan(scores[place]) ? std::numeric_limits<float>::infinity() : scores[place];
    });
}

std::vector<std::size_t> fallingOrder(std::span<const float> scores)
{
    return placesBy(scores.size(), [&](std::size_t place) {
        return std::isnan(scores[place]) ? std::numeric_limits<float>::infinity() : -scores[place];
    });
}

std::vector<std::size_t> randomOrder(std::span<const ItemId> items, std::uint64_t seed)
{
    return placesBy(items.size(), [&](std::size_t place) {
        return counterRandom(seed, RandomPurpose::Sample, 0, static_cast<std::uint64_t>(items[place]));
    });
}

std::vector<std::size_t> fileOrder(std::span<const std::string> paths)
{
    std::vector<std::size_t> places(paths.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::stable_sort(places.begin(), places.end(),
                     [&](std::size_t a, std::size_t b) { return comesBefore(paths[a], paths[b]); });
    return places;
}

FarthestFirst::FarthestFirst(std::span<const float> points, std::size_t width)
    : m_points(points), m_width(width),
      m_distances(width == 0 ? 0 : points.size() / width, std::numeric_limits<float>::infinity())
{
}

std::span<const float> FarthestFirst::point(std::size_t place) const
{
    return m_points.subspan(place * m_width, m_width);
}

void FarthestFirst::addCentre(std::span<const float> centre)
{
    ++m_centres;
    for (std::size_t i = 0; i < m_distances.size(); ++i) {
        if (m_distances[i] >= 0)
            m_distances[i] =
                std::min(m_distances[i], squaredDistance(point(i).data(), centre.data(), m_width));
    }
}

std::optional<std::size_t> FarthestFirst::next()
{
    if (m_distances.empty())
        return std::nullopt;
    std::size_t farthest = 0;
    if (m_centres == 0) {
        std::vector<double> sums(m_width, 0);
        for (std::size_t i = 0; i < m_points.size(); ++i)
            sums[i % m_width] += static_cast<double>(m_points[i]);
        std::vector<float> mean;
        for (const double sum : sums)
            mean.push_back(static_cast<float>(sum / static_cast<double>(m_distances.size())));
        float largest = -1;
        for (std::size_t i = 0; i < m_distances.size(); ++i) {
            const float distance = squaredDistance(point(i).data(), mean.data(), m_width);
            if (distance > largest) {
                largest = distance;
                farthest = i;
            }
        }
    } else {
        farthest = static_cast<std::size_t>(std::max_element(m_distances.begin(), m_distances.end()) -
                                            m_distances.begin());
        if (m_distances[farthest] < 0)
            return std::nullopt;
    }
    m_distances[farthest] = -1;
    addCentre(point(farthest));
    return farthest;
}

} // namespace trainyard
