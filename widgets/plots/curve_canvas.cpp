// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_canvas.h"

#include "widgets/plots/curve_plot.h"
#include "widgets/plots/plot_colours.h"

#include <QLabel>
#include <QLocale>
#include <algorithm>
#include <cmath>
#include <limits>
#include <qcustomplot.h>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kPyramidFrom = 300'000; ///< points; below, QCustomPlot's own thinning is as fast
constexpr std::size_t kSmoothBelow = 5'000;   ///< points; denser lines gain nothing from antialiasing
constexpr double kHitPixels = 8;

} // namespace

void CurveCanvas::applyPalette()
{
    const QPalette palette = q->palette();
    const QColor quiet = palette.color(QPalette::PlaceholderText);
    const QColor line = palette.color(QPalette::Mid);
    plot->setBackground(palette.color(QPalette::Base));
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setBasePen(QPen(line, 1));
        axis->setTickPen(QPen(line, 1));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(quiet);
        axis->setLabelColor(quiet);
        axis->setTickLabelFont(q->font());
        axis->setLabelFont(q->font());
        QColor grid = line;
        grid.setAlphaF(0.5F);
        axis->grid()->setPen(QPen(grid, 1));
        axis->grid()->setZeroLinePen(QPen(grid, 1));
    }
    plot->legend->setTextColor(palette.color(QPalette::Text));
    plot->legend->setFont(q->font());
    cursor->setPen(QPen(quiet, 1, Qt::DashLine));
    for (auto& [id, curve] : curves)
        style(curve);
}

void CurveCanvas::style(Curve& curve) const
{
    QColor colour = curve.colour.isValid() ? curve.colour : curveColour(curve.order, q->palette());
    curve.marks->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssCross, QPen(colour, 2), Qt::NoBrush, 8));
    if (curve.isFaint)
        colour.setAlphaF(0.4F);
    curve.graph->setPen(QPen(colour, 1)); // wider pens cost several times as much on dense lines
    if (!curve.isFaint && curve.points.size() < kSmoothBelow)
        curve.graph->setPen(QPen(colour, 1.6));
    curve.graph->setAntialiased(curve.points.size() < kSmoothBelow);
    // A line of one point is none: it gets a dot.
    curve.graph->setScatterStyle(curve.points.size() == 1 ? QCPScatterStyle(QCPScatterStyle::ssDisc, 6)
                                                          : QCPScatterStyle(QCPScatterStyle::ssNone));
    curve.graph->setVisible(curve.isVisible);
    curve.marks->setVisible(curve.isVisible);
}

/// Axes mean nothing without a point; the empty text stands there instead.
void CurveCanvas::showAxes(bool on)
{
    empty->setVisible(!on);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setVisible(on);
        axis->grid()->setVisible(on);
    }
}

/// At most one repaint in a frame, however many points come.
void CurveCanvas::changed()
{
    if (!timer.isActive())
        timer.start();
}

bool CurveCanvas::hasPoints() const
{
    return std::any_of(curves.begin(), curves.end(),
                       [](const auto& entry) { return entry.second.points.size() > 0; });
}

void CurveCanvas::fitRanges()
{
    double left = std::numeric_limits<double>::infinity();
    double right = -left;
    for (const auto& [id, curve] : curves) {
        if (!curve.isVisible || curve.points.size() == 0)
            continue;
        left = std::min(left, curve.points.x(0));
        right = std::max(right, curve.points.x(curve.points.size() - 1));
    }
    isSettingRange = true;
    if (followsX && left <= right)
        plot->xAxis->setRange(left, right > left ? right : left + 1);
    if (followsY) {
        const QCPRange seen = plot->xAxis->range();
        CurveExtent extent;
        for (const auto& [id, curve] : curves)
            if (curve.isVisible && curve.points.size() > 0)
                extent.add(curve.points.extent(curve.points.lowerBound(seen.lower),
                                               curve.points.lowerBound(std::nextafter(
                                                   seen.upper, std::numeric_limits<double>::infinity()))));
        const double low = isLogarithmic ? extent.lowPositive : extent.low;
        if (low <= extent.high) {
            if (isLogarithmic) {
                plot->yAxis->setRange(low / 1.2, extent.high * 1.2);
            } else {
                const double margin =
                    extent.high > low ? (extent.high - low) * 0.05 : std::max(std::abs(low) * 0.1, 1e-9);
                plot->yAxis->setRange(low - margin, extent.high + margin);
            }
        }
    }
    isSettingRange = false;
}

void CurveCanvas::fillGraph(Curve& curve) const
{
    const QCPAxisRect* area = plot->axisRect();
    const CurvePoints& points = curve.points;
    const auto drawable = [&](double y) {
        return std::isfinite(y) && (!isLogarithmic || y > 0) ? y : std::numeric_limits<double>::quiet_NaN();
    };
    if (points.size() < kPyramidFrom) {
        for (; curve.drawn < points.size(); ++curve.drawn)
            curve.graph->data()->add(QCPGraphData(points.x(curve.drawn), drawable(points.y(curve.drawn))));
        return;
    }
    curve.drawn = 0;
    QVector<QCPGraphData> data;
    const auto columns =
        points.columns(plot->xAxis->pixelToCoord(area->left()),
                       plot->xAxis->pixelToCoord(area->left() + area->width()), area->width(), isLogarithmic);
    data.reserve(static_cast<qsizetype>(columns.size()));
    for (const CurvePoint& point : columns)
        data.append(QCPGraphData(point.x, point.y));
    curve.graph->setAdaptiveSampling(false); // thinned already, and exactly
    curve.graph->data()->set(data, true);
}

/// One cross at the lower edge for each column of pixels with a value that is not finite.
void CurveCanvas::fillMarks(Curve& curve) const
{
    const auto indices = curve.points.notFinite();
    if (indices.empty()) {
        curve.marks->data()->clear();
        return;
    }
    const QCPRange seen = plot->xAxis->range();
    const double y = plot->yAxis->pixelToCoord(plot->axisRect()->bottom() - 5);
    QVector<QCPGraphData> data;
    double next = -std::numeric_limits<double>::infinity();
    auto place = std::lower_bound(indices.begin(), indices.end(), curve.points.lowerBound(seen.lower));
    const double column = std::max(seen.size() / std::max(1, plot->axisRect()->width()) * 4, 0.0);
    while (place != indices.end() && curve.points.x(*place) <= seen.upper) {
        const double x = curve.points.x(*place);
        data.append(QCPGraphData(x, y));
        next = x + column;
        place = std::max(place + 1, std::lower_bound(place, indices.end(), curve.points.lowerBound(next)));
    }
    curve.marks->data()->set(data, true);
}

/// Called by QCustomPlot before each replot, whoever asked for it.
void CurveCanvas::render()
{
    for (auto& [id, curve] : curves) {
        if (!curve.isVisible)
            continue;
        fillGraph(curve);
        fillMarks(curve);
    }
}

void CurveCanvas::showReadOut(const QPoint& position)
{
    if (!hasPoints() || !plot->axisRect()->rect().contains(position)) {
        hideReadOut();
        return;
    }
    const double x = plot->xAxis->pixelToCoord(position.x());
    double nearest = std::numeric_limits<double>::quiet_NaN();
    for (const auto& [id, curve] : curves) {
        if (!curve.isVisible || curve.points.size() == 0)
            continue;
        const double candidate = curve.points.x(curve.points.nearest(x));
        if (std::isnan(nearest) || std::abs(candidate - x) < std::abs(nearest - x))
            nearest = candidate;
    }
    QStringList parts{xName + QLatin1Char(' ') + QLocale().toString(nearest, 'g', 10)};
    for (const auto& [id, curve] : curves) {
        if (!curve.isVisible || curve.isFaint || curve.points.size() == 0)
            continue;
        const double y = curve.points.y(curve.points.nearest(nearest));
        parts << curve.name + QLatin1Char(' ') +
                     (std::isfinite(y) ? QLocale().toString(y, 'g', 5) : CurvePlot::tr("not a number"));
    }
    readOut->setText(parts.join(QStringLiteral("   ")));
    cursor->point1->setCoords(nearest, 0);
    cursor->point2->setCoords(nearest, 1);
    cursor->setVisible(true);
    cursor->layer()->replot();
}

void CurveCanvas::hideReadOut()
{
    readOut->clear();
    if (!cursor->visible())
        return;
    cursor->setVisible(false);
    cursor->layer()->replot();
}

void CurveCanvas::zoom(Qt::Orientation orientation, double factor)
{
    QCPAxis* axis = orientation == Qt::Horizontal ? plot->xAxis : plot->yAxis;
    axis->scaleRange(factor, axis->range().center());
    changed();
}

void CurveCanvas::move(double share)
{
    plot->xAxis->moveRange(plot->xAxis->range().size() * share);
    changed();
}

void CurveCanvas::click(const QPoint& position)
{
    double best = kHitPixels;
    int found = 0;
    std::size_t index = 0;
    for (const auto& [id, curve] : curves) {
        if (!curve.isVisible || curve.points.size() == 0)
            continue;
        // A few points either side: the nearest on the screen need not be the nearest in x.
        const double x = plot->xAxis->pixelToCoord(position.x());
        const double reach = std::abs(plot->xAxis->pixelToCoord(position.x() + kHitPixels) - x);
        const std::size_t first = curve.points.lowerBound(x - reach);
        const std::size_t last = std::min(curve.points.lowerBound(x + reach) + 1, curve.points.size());
        const std::size_t stride = std::max<std::size_t>(1, (last - std::min(first, last)) / 100'000);
        for (std::size_t i = first; i < last; i += stride) {
            const double distance = std::hypot(plot->xAxis->coordToPixel(curve.points.x(i)) - position.x(),
                                               plot->yAxis->coordToPixel(curve.points.y(i)) - position.y());
            if (distance < best) {
                best = distance;
                found = id;
                index = i;
            }
        }
    }
    if (found != 0)
        emit q->pointActivated(found, curves.at(found).points.x(index), curves.at(found).points.y(index));
}

} // namespace trainyard::widgets
