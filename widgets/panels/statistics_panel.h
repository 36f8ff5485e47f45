// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/class_counts.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/size_statistics.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/view_state.h"

#include <QWidget>

class QLabel;
class QTimer;

namespace trainyard::widgets {

class BarChart;

/// What the collection holds in numbers: by class, by split, by size. Classes are counted by pictures, or by
/// labels where there are shapes. A click on a bar shows its pictures.
class StatisticsPanel : public QWidget
{
    Q_OBJECT
public:
    StatisticsPanel(ProjectDocument& document, ViewState& view, const Theme& theme,
                    QWidget* parent = nullptr);

private:
    void take(const Change& change);
    void update();
    void countLabels();
    void updateSizes();
    void showSizes(const SizeStatistics& statistics);
    void showBar(BarChart& chart, int index);

    ProjectDocument& m_document;
    ViewState& m_view;
    const Theme& m_theme;
    QLabel* m_items;
    QLabel* m_parts;
    BarChart* m_classes;
    BarChart* m_splits;
    BarChart* m_sizes;
    QLabel* m_bytes;
    QTimer* m_delay;
    std::vector<ClassCount> m_counts; ///< of labels, as they were when they were counted last
    std::vector<ClassId> m_classIds;
    std::vector<Split> m_splitRows;
    std::int64_t m_sizedItems = -1;
    bool m_isReadingSizes = false;
    bool m_isCounting = false;
    bool m_countsAgain = false; ///< something changed meanwhile
};

} // namespace trainyard::widgets
