// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/minimap.h"

#include <QMouseEvent>
#include <QPainter>

namespace trainyard::widgets {

namespace {

constexpr QSize kLargest(180, 140);

} // namespace

Minimap::Minimap(QWidget* parent) : QWidget(parent)
{
    setAccessibleName(tr("Overview of the picture"));
    setToolTip(tr("The whole picture; click to go there"));
    setCursor(Qt::PointingHandCursor);
    hide();
}

void Minimap::setPicture(const QImage& picture, const QSize& fullSize)
{
    m_fullSize = fullSize;
    const QSize size = fullSize.scaled(kLargest, Qt::KeepAspectRatio).expandedTo(QSize(8, 8));
    // From a large picture every n-th pixel first: a smooth one of a small size would read all of it.
    const QSize twice = size * 2 * devicePixelRatioF();
    const QImage rough = picture.width() > twice.width()
                             ? picture.scaled(twice, Qt::IgnoreAspectRatio, Qt::FastTransformation)
                             : picture;
    m_picture = rough.isNull() ? QImage()
                               : rough.scaled(size * devicePixelRatioF(), Qt::IgnoreAspectRatio,
                                              Qt::SmoothTransformation);
    setFixedSize(size);
    update();
}

void Minimap::setView(const QRectF& inPicture)
{
    m_view = inPicture;
    update();
}

void Minimap::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.drawImage(rect(), m_picture);
    painter.fillRect(rect(), QColor(0, 0, 0, 70));
    const double scale = width() / static_cast<double>(std::max(1, m_fullSize.width()));
    const QRectF view = QRectF(m_view.topLeft() * scale, m_view.size() * scale) & QRectF(rect());
    painter.drawImage(view, m_picture,
                      QRectF(view.topLeft() * devicePixelRatioF(), view.size() * devicePixelRatioF()));
    painter.setPen(QPen(Qt::white, 1.5));
    painter.drawRect(view.adjusted(0.5, 0.5, -0.5, -0.5));
    painter.setPen(QColor(0, 0, 0, 160));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void Minimap::mousePressEvent(QMouseEvent* event)
{
    if (event->buttons().testFlag(Qt::LeftButton) && width() > 0)
        emit centreRequested(event->position() * m_fullSize.width() / width());
}

void Minimap::mouseMoveEvent(QMouseEvent* event)
{
    mousePressEvent(event);
}

} // namespace trainyard::widgets
