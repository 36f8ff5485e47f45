// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QStringList>
#include <vector>

namespace trainyard::widgets {

struct Bar;

/// The largest probabilities of an answer as bars, at most `count`, the largest first.
std::vector<Bar> probabilityBars(const QStringList& labels, const std::vector<double>& probabilities,
                                 const std::vector<QColor>& colours, int count);

} // namespace trainyard::widgets
