// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_plot.h"

#include "widgets/plots/curve_canvas.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <qcustomplot.h>

namespace trainyard::widgets {

namespace {

constexpr int kFrameMs = 40;
constexpr int kLegendColumns = 4;

} // namespace

CurvePlot::CurvePlot(QWidget* parent) : QWidget(parent), m_d(std::make_unique<CurveCanvas>())
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
    connect(plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
            [=, this] { rangeChanged(m_d->followsX); });
    connect(plot->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
            [=, this] { rangeChanged(m_d->followsY); });
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
    axis->setTicker(on ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                       : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
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
    CurveCanvas::Curve& curve = m_d->curves[id];
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
    CurveCanvas::Curve& target = found->second;
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
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange) {
        m_d->applyPalette();
        m_d->changed();
    }
}

void CurvePlot::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        m_d->zoom(Qt::Horizontal, 0.8);
        break;
    case Qt::Key_Minus:
        m_d->zoom(Qt::Horizontal, 1.25);
        break;
    case Qt::Key_Up:
        m_d->zoom(Qt::Vertical, 0.8);
        break;
    case Qt::Key_Down:
        m_d->zoom(Qt::Vertical, 1.25);
        break;
    case Qt::Key_Left:
        m_d->move(-0.1);
        break;
    case Qt::Key_Right:
        m_d->move(0.1);
        break;
    case Qt::Key_0:
        showAll();
        break;
    default:
        event->ignore();
    }
}

bool CurvePlot::eventFilter(QObject* watched, QEvent* event)
{
    if (watched != m_d->plot)
        return QWidget::eventFilter(watched, event);
    switch (event->type()) {
    case QEvent::MouseMove:
        m_d->showReadOut(static_cast<QMouseEvent*>(event)->position().toPoint());
        break;
    case QEvent::Leave:
        m_d->hideReadOut();
        break;
    case QEvent::MouseButtonDblClick:
        showAll();
        break;
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
    case QEvent::Resize:
        m_d->empty->resize(static_cast<QResizeEvent*>(event)->size());
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace trainyard::widgets
