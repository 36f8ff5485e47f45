// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/image.h"

#include <QColor>
#include <QImage>
#include <QString>
#include <QWidget>
#include <vector>

namespace trainyard::widgets {

/// A box over a picture, in the picture's pixel-edge coordinates.
struct PictureBox
{
    Box box;
    QColor colour;
    QString label; ///< empty: none
};

/// One picture, to fit or at any zoom, with boxes. Keys: + and - zoom, 0 fits, 1 shows one pixel as one,
/// arrows move. The wheel zooms at the cursor, dragging moves, a double click switches between fit and 100 %.
///
/// Looks only; GUI thread.
class PictureView : public QWidget
{
    Q_OBJECT
public:
    explicit PictureView(QWidget* parent = nullptr);

    /// Fits the picture unless it has the size of the one before. A null picture shows the placeholder text.
    void setPicture(const QImage& picture);
    void setBoxes(std::vector<PictureBox> boxes);
    void setPlaceholderText(const QString& text);

    [[nodiscard]] double zoom() const; ///< screen pixels per picture pixel
    [[nodiscard]] bool isFitted() const { return m_isFitted; }
    void zoomToFit();
    void setZoom(double zoom); ///< 0.02 to 40, around the middle of the view
    [[nodiscard]] QPointF toPicture(const QPointF& widgetPosition) const;
    [[nodiscard]] QPointF toWidget(const QPointF& picturePosition) const;

    [[nodiscard]] QSize sizeHint() const override { return {480, 360}; }

signals:
    void zoomChanged(double zoom);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void zoomAround(double zoom, const QPointF& widgetPosition);
    void moveInside();
    void paintBoxes(QPainter& painter) const;

    QImage m_picture;
    std::vector<PictureBox> m_boxes;
    QString m_placeholder;
    double m_zoom = 1;
    QPointF m_origin; ///< of the picture, in the widget
    QPointF m_dragStart;
    bool m_isFitted = true;
    bool m_isDragging = false;
};

} // namespace trainyard::widgets
