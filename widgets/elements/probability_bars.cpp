// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/probability_bars.h"

#include "widgets/bridge/text.h"
#include "widgets/plots/bar_chart.h"

#include <algorithm>
#include <numeric>

namespace trainyard::widgets {

std::vector<Bar> probabilityBars(const QStringList& labels, const std::vector<double>& probabilities,
                                 const std::vector<QColor>& colours, int count)
{
    std::vector<std::size_t> order(std::min(probabilities.size(), static_cast<std::size_t>(labels.size())));
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
    if (order.size() > static_cast<std::size_t>(count))
        order.resize(static_cast<std::size_t>(count));
    std::vector<Bar> bars;
    for (const std::size_t i : order)
        bars.push_back({labels[static_cast<qsizetype>(i)], probabilities[i], percentText(probabilities[i]),
                        i < colours.size() ? colours[i] : QColor()});
    return bars;
}

} // namespace trainyard::widgets
