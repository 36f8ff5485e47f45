// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QRectF>
#include <QWidget>

namespace trainyard::widgets {

/// The whole picture, small, with the part that the canvas shows; a click or drag moves the canvas there. GUI
/// thread.
class Minimap : public QWidget
{
    Q_OBJECT
public:
    explicit Minimap(QWidget* parent);

    void setPicture(const QImage& picture, const QSize& fullSize);
    void setView(const QRectF& inPicture); ///< full-size pixels

signals:
    void centreRequested(const QPointF& inPicture);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    QImage m_picture; ///< small
    QSize m_fullSize;
    QRectF m_view;
};

} // namespace trainyard::widgets
