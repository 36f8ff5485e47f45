// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_painter.h"

#include <QImage>
#include <QObject>
#include <optional>

class QPainter;

namespace trainyard::widgets {

/// The middle layer of the canvas: all shapes that are not being worked on, as one image.
///
/// A few shapes are drawn at once. Many are drawn on another thread, and until they are there the last image
/// is shown where its shapes lie now, stretched if need be. Of requests that come meanwhile only the newest
/// is drawn. GUI thread.
class ShapeLayer : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    void request(CanvasDrawing drawing);
    /// True where the image shows what was requested last.
    [[nodiscard]] bool isCurrent() const { return !m_isDrawing && !m_next; }
    void paint(QPainter& painter, const CanvasTransform& now) const;
    void clear(); ///< shows nothing until the next request is drawn

signals:
    void ready();

private:
    void start(CanvasDrawing drawing);

    QImage m_image;
    CanvasTransform m_drawnFor;
    std::optional<CanvasDrawing> m_next;
    bool m_isDrawing = false;
    int m_generation = 0;
};

} // namespace trainyard::widgets
