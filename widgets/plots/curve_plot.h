// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace trainyard::widgets {

struct CurveCanvas;

/// Curves that grow while one looks: loss, metrics, learning rate, of one run or of several.
///
/// Every point is kept and every extreme stays visible at any zoom: short curves are drawn as they are, long
/// ones from a pyramid of minima and maxima (four points for each column of pixels). Values that are not
/// finite interrupt the line and are marked at the lower edge. x must rise along a curve. Repaints at most 25
/// times a second.
///
/// Wheel zooms x (with Ctrl y), dragging moves, a double click shows everything again. Keys: + and - zoom x,
/// Up and Down zoom y, Left and Right move, 0 shows everything. GUI thread.
class CurvePlot : public QWidget
{
    Q_OBJECT
public:
    explicit CurvePlot(QWidget* parent = nullptr);
    ~CurvePlot() override;

    void setAxisLabels(const QString& x, const QString& y);
    void
    setLogarithmic(bool on); ///< the y axis; values that are not positive are left out of the picture then

    /// A curve with its name in the legend. An invalid colour: the next of the plot's own that tell apart in
    /// both themes. `isFaint`: drawn thin and without a legend entry of its own, for raw values behind a
    /// smoothed curve.
    int addCurve(const QString& name, const QColor& colour = {}, bool isFaint = false);
    void removeCurve(int curve);
    void clear(); ///< all curves go
    [[nodiscard]] int curveCount() const;

    void append(int curve, std::span<const double> x, std::span<const double> y);
    void append(int curve, double x, double y);
    /// Replaces a curve's points, after a rewind for example.
    void setPoints(int curve, std::span<const double> x, std::span<const double> y);
    [[nodiscard]] std::int64_t pointCount(int curve) const;
    void setCurveVisible(int curve, bool visible);

    void showAll();                                               ///< follows the growing curves again
    [[nodiscard]] std::pair<double, double> visibleRange() const; ///< of x
    void setVisibleRange(double low, double high);
    /// Shown in the middle while no curve has a point.
    void setEmptyText(const QString& text);
    /// What the read-out at the cursor says now; empty while the cursor is elsewhere.
    [[nodiscard]] QString readOut() const;

    [[nodiscard]] QSize sizeHint() const override { return {480, 260}; }

signals:
    /// A click on a curve: the nearest point.
    void pointActivated(int curve, double x, double y);

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::unique_ptr<CurveCanvas> m_d;
};

} // namespace trainyard::widgets
