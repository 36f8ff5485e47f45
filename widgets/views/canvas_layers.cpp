// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_layers.h"

#include "widgets/bridge/background.h"

#include <QPainter>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kAtOnce = 150; ///< shapes; drawn within a frame

} // namespace

void ShapeLayer::request(CanvasDrawing drawing)
{
    if (!drawing.scene || drawing.scene->shapes().size() <= kAtOnce) {
        ++m_generation; // what a thread still draws is out of date
        m_isDrawing = false;
        m_next.reset();
        m_drawnFor = drawing.transform;
        m_image = drawnShapes(drawing);
        return;
    }
    if (m_isDrawing)
        m_next = std::move(drawing);
    else
        start(std::move(drawing));
}

void ShapeLayer::start(CanvasDrawing drawing)
{
    m_isDrawing = true;
    const CanvasTransform transform = drawing.transform;
    const int generation = m_generation;
    runInBackground(
        this, [drawing = std::move(drawing)] { return drawnShapes(drawing); },
        [this, transform, generation](QImage image) {
            if (generation != m_generation)
                return;
            m_isDrawing = false;
            m_image = std::move(image);
            m_drawnFor = transform;
            if (m_next) {
                CanvasDrawing next = std::move(*m_next);
                m_next.reset();
                start(std::move(next));
            }
            emit ready();
        });
}

void ShapeLayer::clear()
{
    ++m_generation;
    m_isDrawing = false;
    m_next.reset();
    m_image = QImage();
}

void ShapeLayer::paint(QPainter& painter, const CanvasTransform& now) const
{
    if (m_image.isNull())
        return;
    if (now == m_drawnFor) {
        painter.drawImage(QPointF(0, 0), m_image);
        return;
    }
    const QRectF view(QPointF(0, 0), m_image.deviceIndependentSize());
    painter.drawImage(now.toScreen(m_drawnFor.toPicture(view)), m_image);
}

} // namespace trainyard::widgets
