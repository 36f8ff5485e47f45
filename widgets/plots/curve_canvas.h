// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/curve_points.h"

#include <QColor>
#include <QPointF>
#include <QString>
#include <QTimer>
#include <cstddef>
#include <map>

class QCPGraph;
class QCPItemStraightLine;
class QCustomPlot;
class QLabel;

namespace trainyard::widgets {

class CurvePlot;

/// The inside of a CurvePlot: its curves and how they reach the QCustomPlot that draws them. The widgets
/// belong to the CurvePlot `q`.
struct CurveCanvas
{
    struct Curve
    {
        QString name;
        QColor colour; ///< invalid: by order
        bool isFaint = false;
        bool isVisible = true;
        std::size_t order = 0;
        CurvePoints points;
        std::size_t drawn = 0; ///< points that the graph has already, while it is drawn as it is
        QCPGraph* graph = nullptr;
        QCPGraph* marks = nullptr; ///< values that are not finite
    };

    CurvePlot* q = nullptr;
    QCustomPlot* plot = nullptr;
    QLabel* readOut = nullptr;
    QLabel* empty = nullptr;
    QCPItemStraightLine* cursor = nullptr;
    QTimer timer;
    std::map<int, Curve> curves;
    int nextCurve = 1;
    std::size_t nextOrder = 0;
    bool isLogarithmic = false;
    bool followsX = true;
    bool followsY = true;
    bool isSettingRange = false;
    QPointF pressed;
    QString xName;

    void applyPalette();
    void style(Curve& curve) const;
    void showAxes(bool on);
    void changed();
    void render();
    void fillGraph(Curve& curve) const;
    void fillMarks(Curve& curve) const;
    void fitRanges();
    [[nodiscard]] bool hasPoints() const;
    void showReadOut(const QPoint& position);
    void hideReadOut();
    void zoom(Qt::Orientation orientation, double factor);
    void move(double share);
    void click(const QPoint& position);
};

} // namespace trainyard::widgets
