// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_plot.h"

#include "widgets/plots/curve_points.h"
#include "widgets/plots/plot_colours.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QTimer>
#include <QVBoxLayout>
#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kPyramidFrom = 300'000;  ///< points; below, QCustomPlot's own thinning is as fast
constexpr std::size_t kSmoothBelow = 5'000;    ///< points; denser lines gain nothing from antialiasing
constexpr int kFrameMs = 40;
constexpr double kHitPixels = 8;
constexpr int kLegendColumns = 4;

} // namespace

struct CurvePlot::Private
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

void CurvePlot::Private::applyPalette()
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

void CurvePlot::Private::style(Curve& curve) const
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
void CurvePlot::Private::showAxes(bool on)
{
    empty->setVisible(!on);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setVisible(on);
        axis->grid()->setVisible(on);
    }
}

/// At most one repaint in a frame, however many points come.
void CurvePlot::Private::changed()
{
    if (!timer.isActive())
        timer.start();
}

bool CurvePlot::Private::hasPoints() const
{
    return std::any_of(curves.begin(), curves.end(), [](const auto& entry) { return entry.second.points.size() > 0; });
}

void CurvePlot::Private::fitRanges()
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
                extent.add(curve.points.extent(
                    curve.points.lowerBound(seen.lower),
                    curve.points.lowerBound(std::nextafter(seen.upper, std::numeric_limits<double>::infinity()))));
        const double low = isLogarithmic ? extent.lowPositive : extent.low;
        if (low <= extent.high) {
            if (isLogarithmic) {
                plot->yAxis->setRange(low / 1.2, extent.high * 1.2);
            } else {
                const double margin = extent.high > low ? (extent.high - low) * 0.05
                                                        : std::max(std::abs(low) * 0.1, 1e-9);
                plot->yAxis->setRange(low - margin, extent.high + margin);
            }
        }
    }
    isSettingRange = false;
}

void CurvePlot::Private::fillGraph(Curve& curve) const
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
    const auto columns = points.columns(plot->xAxis->pixelToCoord(area->left()),
                                        plot->xAxis->pixelToCoord(area->left() + area->width()), area->width(), isLogarithmic);
    data.reserve(static_cast<qsizetype>(columns.size()));
    for (const CurvePoint& point : columns)
        data.append(QCPGraphData(point.x, point.y));
    curve.graph->setAdaptiveSampling(false); // thinned already, and exactly
    curve.graph->data()->set(data, true);
}

/// One cross at the lower edge for each column of pixels with a value that is not finite.
void CurvePlot::Private::fillMarks(Curve& curve) const
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
void CurvePlot::Private::render()
{
    for (auto& [id, curve] : curves) {
        if (!curve.isVisible)
            continue;
        fillGraph(curve);
        fillMarks(curve);
    }
}

void CurvePlot::Private::showReadOut(const QPoint& position)
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
        parts << curve.name + QLatin1Char(' ')
                     + (std::isfinite(y) ? QLocale().toString(y, 'g', 5) : CurvePlot::tr("not a number"));
    }
    readOut->setText(parts.join(QStringLiteral("   ")));
    cursor->point1->setCoords(nearest, 0);
    cursor->point2->setCoords(nearest, 1);
    cursor->setVisible(true);
    cursor->layer()->replot();
}

void CurvePlot::Private::hideReadOut()
{
    readOut->clear();
    if (!cursor->visible())
        return;
    cursor->setVisible(false);
    cursor->layer()->replot();
}

void CurvePlot::Private::zoom(Qt::Orientation orientation, double factor)
{
    QCPAxis* axis = orientation == Qt::Horizontal ? plot->xAxis : plot->yAxis;
    axis->scaleRange(factor, axis->range().center());
    changed();
}

void CurvePlot::Private::move(double share)
{
    plot->xAxis->moveRange(plot->xAxis->range().size() * share);
    changed();
}

void CurvePlot::Private::click(const QPoint& position)
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

CurvePlot::CurvePlot(QWidget* parent) : QWidget(parent), m_d(std::make_unique<Private>())
{
    m_d->q = this;
    m_d->plot = new QCustomPlot(this);
    QCustomPlot* plot = m_d->plot;
    m_d->readOut = new QLabel(this);
    m_d->readOut->setForegroundRole(QPalette::PlaceholderText);
    m_d->readOut->setTextFormat(Qt::PlainText);
    m_d->readOut->setMinimumWidth(1);
    m_d->empty = new QLabel(plot);
    m_d->empty->setAlignment(Qt::AlignCenter);
    m_d->empty->setWordWrap(true);
    m_d->empty->setTextFormat(Qt::PlainText);
    m_d->empty->setForegroundRole(QPalette::PlaceholderText);
    m_d->empty->setAttribute(Qt::WA_TransparentForMouseEvents);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_d->readOut);
    layout->addWidget(plot, 1);

    setFocusPolicy(Qt::StrongFocus);
    plot->setFocusPolicy(Qt::NoFocus);
    plot->setMouseTracking(true);
    plot->installEventFilter(this);
    plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    plot->axisRect()->setRangeDrag(Qt::Horizontal);
    plot->axisRect()->setRangeZoom(Qt::Horizontal);
    plot->axisRect()->setupFullAxesBox(false);
    plot->xAxis2->setVisible(false);
    plot->yAxis2->setVisible(false);
    plot->setAutoAddPlottableToLegend(false);
    plot->plotLayout()->insertRow(1);
    plot->plotLayout()->addElement(1, 0, plot->legend); // under the curves, never over them
    plot->plotLayout()->setRowStretchFactor(1, 0.001);
    plot->legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    plot->legend->setWrap(kLegendColumns);
    plot->legend->setBorderPen(Qt::NoPen);
    plot->legend->setBrush(Qt::NoBrush);
    // Without a size of its own an empty legend would press the plot to nothing.
    plot->legend->setMaximumSize(QWIDGETSIZE_MAX - 1, QWIDGETSIZE_MAX - 1);
    plot->legend->setVisible(true);
    m_d->cursor = new QCPItemStraightLine(plot);
    m_d->cursor->setLayer(QStringLiteral("overlay"));
    m_d->cursor->point1->setTypeX(QCPItemPosition::ptPlotCoords);
    m_d->cursor->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_d->cursor->point2->setTypeX(QCPItemPosition::ptPlotCoords);
    m_d->cursor->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    m_d->cursor->setVisible(false);

    m_d->timer.setSingleShot(true);
    m_d->timer.setInterval(kFrameMs);
    connect(&m_d->timer, &QTimer::timeout, this, [this] {
        m_d->fitRanges();
        m_d->showAxes(m_d->hasPoints());
        m_d->plot->replot(QCustomPlot::rpQueuedReplot);
    });
    connect(plot, &QCustomPlot::beforeReplot, this, [this] { m_d->render(); });
    const auto rangeChanged = [this](bool& follows) {
        if (m_d->isSettingRange)
            return;
        follows = false;
        m_d->changed();
    };
    connect(plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [=, this] { rangeChanged(m_d->followsX); });
    connect(plot->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [=, this] { rangeChanged(m_d->followsY); });
    m_d->applyPalette();
    m_d->showAxes(false);
}

CurvePlot::~CurvePlot() = default;

void CurvePlot::setAxisLabels(const QString& x, const QString& y)
{
    m_d->xName = x;
    m_d->plot->xAxis->setLabel(x);
    m_d->plot->yAxis->setLabel(y);
    m_d->changed();
}

void CurvePlot::setLogarithmic(bool on)
{
    if (m_d->isLogarithmic == on)
        return;
    m_d->isLogarithmic = on;
    QCPAxis* axis = m_d->plot->yAxis;
    axis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    axis->setTicker(on ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog) : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    for (auto& [id, curve] : m_d->curves) {
        curve.graph->data()->clear();
        curve.drawn = 0;
    }
    m_d->followsY = true;
    m_d->changed();
}

int CurvePlot::addCurve(const QString& name, const QColor& colour, bool isFaint)
{
    const int id = m_d->nextCurve++;
    Private::Curve& curve = m_d->curves[id];
    curve.name = name;
    curve.colour = colour;
    curve.isFaint = isFaint;
    curve.order = colour.isValid() ? 0 : m_d->nextOrder++;
    curve.graph = m_d->plot->addGraph();
    curve.graph->setName(name);
    curve.marks = m_d->plot->addGraph();
    curve.marks->setLineStyle(QCPGraph::lsNone);
    if (!isFaint)
        curve.graph->addToLegend();
    m_d->style(curve);
    m_d->changed();
    return id;
}

void CurvePlot::removeCurve(int curve)
{
    const auto found = m_d->curves.find(curve);
    if (found == m_d->curves.end())
        return;
    m_d->plot->removeGraph(found->second.graph);
    m_d->plot->removeGraph(found->second.marks);
    m_d->curves.erase(found);
    m_d->changed();
}

void CurvePlot::clear()
{
    while (!m_d->curves.empty())
        removeCurve(m_d->curves.begin()->first);
    m_d->nextOrder = 0;
    showAll();
}

int CurvePlot::curveCount() const
{
    return static_cast<int>(m_d->curves.size());
}

void CurvePlot::append(int curve, std::span<const double> x, std::span<const double> y)
{
    const auto found = m_d->curves.find(curve);
    if (found == m_d->curves.end())
        return;
    Private::Curve& target = found->second;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        target.points.append(x[i], y[i]);
    m_d->style(target);
    m_d->changed();
}

void CurvePlot::append(int curve, double x, double y)
{
    append(curve, std::span(&x, 1), std::span(&y, 1));
}

void CurvePlot::setPoints(int curve, std::span<const double> x, std::span<const double> y)
{
    const auto found = m_d->curves.find(curve);
    if (found == m_d->curves.end())
        return;
    found->second.points.clear();
    found->second.graph->data()->clear();
    found->second.graph->setAdaptiveSampling(true);
    found->second.drawn = 0;
    append(curve, x, y);
}

std::int64_t CurvePlot::pointCount(int curve) const
{
    const auto found = m_d->curves.find(curve);
    return found == m_d->curves.end() ? 0 : static_cast<std::int64_t>(found->second.points.size());
}

void CurvePlot::setCurveVisible(int curve, bool visible)
{
    const auto found = m_d->curves.find(curve);
    if (found == m_d->curves.end() || found->second.isVisible == visible)
        return;
    found->second.isVisible = visible;
    m_d->style(found->second);
    m_d->changed();
}

void CurvePlot::showAll()
{
    m_d->followsX = m_d->followsY = true;
    m_d->changed();
}

std::pair<double, double> CurvePlot::visibleRange() const
{
    const QCPRange range = m_d->plot->xAxis->range();
    return {range.lower, range.upper};
}

void CurvePlot::setVisibleRange(double low, double high)
{
    m_d->plot->xAxis->setRange(low, high);
}

void CurvePlot::setEmptyText(const QString& text)
{
    m_d->empty->setText(text);
    m_d->changed();
}

QString CurvePlot::readOut() const
{
    return m_d->readOut->text();
}

void CurvePlot::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        m_d->applyPalette();
        m_d->changed();
    }
}

void CurvePlot::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: m_d->zoom(Qt::Horizontal, 0.8); break;
    case Qt::Key_Minus: m_d->zoom(Qt::Horizontal, 1.25); break;
    case Qt::Key_Up: m_d->zoom(Qt::Vertical, 0.8); break;
    case Qt::Key_Down: m_d->zoom(Qt::Vertical, 1.25); break;
    case Qt::Key_Left: m_d->move(-0.1); break;
    case Qt::Key_Right: m_d->move(0.1); break;
    case Qt::Key_0: showAll(); break;
    default: event->ignore();
    }
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_d->plot)
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseMove: m_d->showReadOut(static_cast<QMouseEvent*>(event)->position().toPoint()); break;
    case QEvent::Leave: m_d->hideReadOut(); break;
    case QEvent::MouseButtonDblClick: showAll(); break;
    case QEvent::MouseButtonPress:
        setFocus(Qt::MouseFocusReason);
        m_d->pressed = static_cast<QMouseEvent*>(event)->position();
        break;
    case QEvent::MouseButtonRelease: {
        const QPointF position = static_cast<QMouseEvent*>(event)->position();
        if ((position - m_d->pressed).manhattanLength() < QApplication::startDragDistance())
            m_d->click(position.toPoint());
        break;
    }
    case QEvent::Wheel: {
        const bool isVertical = static_cast<QWheelEvent*>(event)->modifiers() & Qt::ControlModifier;
        m_d->plot->axisRect()->setRangeZoom(isVertical ? Qt::Vertical : Qt::Horizontal);
        break;
    }
    case QEvent::Resize: m_d->empty->resize(static_cast<QResizeEvent*>(event)->size()); break;
    default: break;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace trainyard::widgets
