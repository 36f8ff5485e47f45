// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <QWidget>
#include <vector>

namespace trainyard::widgets {

/// One bar: a name, a value from 0 up, and what stands behind it.
struct Bar
{
    QString name;
    double value = 0;
    QString text;  ///< beside the bar; empty: the value
    QColor colour; ///< invalid: the accent colour
};

/// Horizontal bars with names on the left and values on the right, as high as its bars need. Up and Down
/// choose a bar, Enter or a click activates it. GUI thread.
class BarChart : public QWidget
{
    Q_OBJECT
public:
    explicit BarChart(QWidget* parent = nullptr);

    void setBars(std::vector<Bar> bars);
    [[nodiscard]] const std::vector<Bar>& bars() const { return m_bars; }
    void setEmptyText(const QString& text);
    [[nodiscard]] int currentBar() const { return m_current; } ///< -1 for none

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    [[nodiscard]] QRect barRect(int index) const; ///< the bar's whole row

signals:
    void activated(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    [[nodiscard]] int rowHeight() const;

    std::vector<Bar> m_bars;
    QString m_emptyText;
    int m_current = -1;
};

} // namespace trainyard::widgets
