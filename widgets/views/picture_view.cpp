// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/picture_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr double kSmallestZoom = 0.02;
constexpr double kLargestZoom = 40;
constexpr double kZoomStep = 1.25;
constexpr int kMoveStep = 48;
constexpr double kPixelsShowFrom = 3; ///< from this zoom on, pixels stay squares

} // namespace

PictureView::PictureView(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    setMinimumSize(64, 64);
    setAccessibleName(tr("Picture"));
}

void PictureView::setPicture(const QImage& picture)
{
    const bool keepsPlace = !m_picture.isNull() && picture.size() == m_picture.size();
    m_picture = picture;
    if (!keepsPlace)
        zoomToFit();
    update();
}

void PictureView::setBoxes(std::vector<PictureBox> boxes)
{
    m_boxes = std::move(boxes);
    update();
}

void PictureView::setPlaceholderText(const QString& text)
{
    m_placeholder = text;
    update();
}

double PictureView::zoom() const
{
    return m_zoom;
}

void PictureView::zoomToFit()
{
    m_isFitted = true;
    if (!m_picture.isNull()) {
        const double fit = std::min(width() / static_cast<double>(m_picture.width()),
                                    height() / static_cast<double>(m_picture.height()));
        m_zoom = std::clamp(fit, kSmallestZoom,
                            16.0); // a tiny picture is shown large, but not as a handful of squares
        moveInside();
    }
    update();
    emit zoomChanged(m_zoom);
}

void PictureView::setZoom(double zoom)
{
    zoomAround(zoom, QPointF(width() / 2.0, height() / 2.0));
}

void PictureView::zoomAround(double zoom, const QPointF& widgetPosition)
{
    if (m_picture.isNull())
        return;
    const QPointF fixed = toPicture(widgetPosition);
    m_isFitted = false;
    m_zoom = std::clamp(zoom, kSmallestZoom, kLargestZoom);
    m_origin = widgetPosition - fixed * m_zoom;
    moveInside();
    update();
    emit zoomChanged(m_zoom);
}

/// Centres what is smaller than the view and lets nothing larger leave it.
void PictureView::moveInside()
{
    const auto place = [](double origin, double size, double view) {
        return size <= view ? (view - size) / 2 : std::clamp(origin, view - size, 0.0);
    };
    m_origin = {place(m_origin.x(), m_picture.width() * m_zoom, width()),
                place(m_origin.y(), m_picture.height() * m_zoom, height())};
}

QPointF PictureView::toPicture(const QPointF& widgetPosition) const
{
    return (widgetPosition - m_origin) / m_zoom;
}

QPointF PictureView::toWidget(const QPointF& picturePosition) const
{
    return picturePosition * m_zoom + m_origin;
}

void PictureView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    if (m_picture.isNull()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                         m_placeholder);
        return;
    }
    painter.setRenderHint(QPainter::SmoothPixmapTransform, m_zoom < kPixelsShowFrom);
    painter.drawImage(QRectF(m_origin, QSizeF(m_picture.size()) * m_zoom), m_picture);
    paintBoxes(painter);
    if (hasFocus()) {
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void PictureView::paintBoxes(QPainter& painter) const
{
    const QFontMetrics metrics(font());
    for (const PictureBox& box : m_boxes) {
        const QRectF frame(toWidget({box.box.x, box.box.y}), QSizeF(box.box.width, box.box.height) * m_zoom);
        // A dark line under the coloured one keeps the box visible on any picture.
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(QColor(0, 0, 0, 150), 4));
        painter.drawRect(frame);
        painter.setPen(QPen(box.colour, 2));
        painter.drawRect(frame);
        if (box.label.isEmpty())
            continue;
        const QSizeF size(metrics.horizontalAdvance(box.label) + 12, metrics.height() + 4);
        const double top = frame.top() >= size.height() ? frame.top() - size.height() : frame.top();
        const double left = std::clamp(frame.left() - 1, 0.0, std::max(0.0, width() - size.width()));
        const QRectF tag(QPointF(left, top), size);
        painter.fillRect(tag, QColor(20, 22, 25, 225));
        painter.fillRect(QRectF(tag.topLeft(), QSizeF(4, tag.height())), box.colour);
        painter.setPen(Qt::white);
        painter.drawText(tag.adjusted(6, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, box.label);
    }
}

void PictureView::resizeEvent(QResizeEvent*)
{
    if (m_isFitted)
        zoomToFit();
    else
        moveInside();
}

void PictureView::keyPressEvent(QKeyEvent* event)
{
    const auto move = [&](double x, double y) {
        m_origin += QPointF(x, y);
        moveInside();
        update();
    };
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        setZoom(m_zoom * kZoomStep);
        break;
    case Qt::Key_Minus:
        setZoom(m_zoom / kZoomStep);
        break;
    case Qt::Key_0:
        zoomToFit();
        break;
    case Qt::Key_1:
        setZoom(1);
        break;
    case Qt::Key_Left:
        move(kMoveStep, 0);
        break;
    case Qt::Key_Right:
        move(-kMoveStep, 0);
        break;
    case Qt::Key_Up:
        move(0, kMoveStep);
        break;
    case Qt::Key_Down:
        move(0, -kMoveStep);
        break;
    default:
        event->ignore();
    }
}

void PictureView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    m_isDragging = true;
    m_dragStart = event->position() - m_origin;
    setCursor(Qt::ClosedHandCursor);
}

void PictureView::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_isDragging)
        return;
    m_origin = event->position() - m_dragStart;
    moveInside();
    update();
}

void PictureView::mouseReleaseEvent(QMouseEvent*)
{
    m_isDragging = false;
    unsetCursor();
}

void PictureView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    if (m_isFitted)
        zoomAround(1, event->position());
    else
        zoomToFit();
}

void PictureView::wheelEvent(QWheelEvent* event)
{
    zoomAround(m_zoom * std::pow(kZoomStep, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

} // namespace trainyard::widgets
