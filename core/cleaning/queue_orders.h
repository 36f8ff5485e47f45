// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// In which order pictures are looked at.
enum class QueueOrder {
    Uncertain, ///< unlabelled ones by the margin between the two likeliest classes, smallest first
    Different, ///< unlabelled ones, each as far as possible from those before it and from the labelled ones
    Wrong,     ///< labelled ones by the probability of their label among others' labels, lowest first
    OfClass,   ///< unlabelled ones by the probability of one class, highest first
    Random,    ///< unlabelled ones, the same for the same seed
    File       ///< unlabelled ones by path, numbers in names by value
};
std::string_view
queueOrderName(QueueOrder order); ///< "uncertain", "different", "wrong", "class", "random", "file"
std::optional<QueueOrder> queueOrderFromName(std::string_view name);

// Each gives places in the lists it was given; equal ones keep their order.

std::vector<std::size_t> risingOrder(std::span<const float> scores); ///< not-a-number last
std::vector<std::size_t> fallingOrder(std::span<const float> scores);
/// Keyed by (seed, item): items that come or go do not move the others.
std::vector<std::size_t> randomOrder(std::span<const ItemId> items, std::uint64_t seed);
/// "picture-9.jpg" before "picture-10.jpg"; otherwise by bytes.
std::vector<std::size_t> fileOrder(std::span<const std::string> paths);

/// Greedy k-centre (Gonzalez 1985): next() gives the point that is farthest from all chosen so far, at most
/// twice as far from the best possible choice of as many.
///
/// Each next() reads all points once. The points must outlive the object.
class FarthestFirst
{
public:
    /// `points`: rows of `width` numbers, one after the other.
    FarthestFirst(std::span<const float> points, std::size_t width);

    /// Counts as chosen already: what is labelled.
    void addCentre(std::span<const float> point);
    /// Nothing when all points are chosen. The first without any centre is the one farthest from the mean.
    std::optional<std::size_t> next();
    /// Squared distances to the nearest centre, by point.
    [[nodiscard]] const std::vector<float>& distances() const { return m_distances; }

private:
    [[nodiscard]] std::span<const float> point(std::size_t place) const;

    std::span<const float> m_points;
    std::size_t m_width;
    std::size_t m_centres = 0;
    std::vector<float> m_distances; ///< below 0: chosen
};

} // namespace trainyard
