// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_painter.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr double kPointBelow = 2; ///< screen pixels
constexpr double kRectangleBelow = 6;
constexpr double kLabelFrom = 36; ///< a narrower shape has no room for a name
constexpr std::size_t kMostLabels = 400;
constexpr std::size_t kMostSmooth = 20'000; ///< above this many in view, lines are not antialiased
constexpr double kSimplified = 0.5;

/// The line on the screen, without vertices that are less than half a pixel from the one before.
QPolygonF screenLine(std::span<const Vertex> vertices, const CanvasTransform& transform)
{
    QPolygonF line;
    line.reserve(static_cast<qsizetype>(vertices.size()));
    for (const Vertex& vertex : vertices) {
        const QPointF point = transform.toScreen(vertex.x, vertex.y);
        if (line.isEmpty() || std::abs(point.x() - line.last().x()) >= kSimplified ||
            std::abs(point.y() - line.last().y()) >= kSimplified)
            line.append(point);
    }
    return line;
}

QColor withAlpha(QColor colour, double alpha)
{
    colour.setAlphaF(static_cast<float>(std::clamp(alpha, 0.0, 1.0)));
    return colour;
}

/// Draws shapes with pens and brushes that are already set.
class ShapeStrokes
{
public:
    ShapeStrokes(QPainter& painter, const CanvasTransform& transform, const Skeleton* skeleton)
        : m_painter(painter), m_transform(transform), m_skeleton(skeleton)
    {
    }

    void operator()(const std::monostate&) const {}
    void operator()(const Box& box) const
    {
        m_painter.drawRect(m_transform.toScreen(QRectF(box.x, box.y, box.width, box.height)));
    }
    void operator()(const RotatedBox& box) const
    {
        const Ring corners = cornersOf(box);
        m_painter.drawPolygon(screenLine(corners, m_transform));
    }
    void operator()(const Polygon& polygon) const
    {
        if (polygon.parts.size() == 1 && polygon.parts[0].holes.empty()) {
            m_painter.drawPolygon(screenLine(polygon.parts[0].outline, m_transform));
            return;
        }
        for (const PolygonPart& part : polygon.parts) {
            QPainterPath path;
            path.addPolygon(screenLine(part.outline, m_transform));
            path.closeSubpath();
            for (const Ring& hole : part.holes) {
                path.addPolygon(screenLine(hole, m_transform));
                path.closeSubpath();
            }
            m_painter.drawPath(path);
        }
    }
    void operator()(const Polyline& line) const
    {
        m_painter.drawPolyline(screenLine(line.vertices, m_transform));
    }
    void operator()(const Vertex& point) const { cross(m_transform.toScreen(point.x, point.y)); }
    void operator()(const Keypoints& keypoints) const
    {
        const auto isThere = [&](int place) {
            return place >= 0 && static_cast<std::size_t>(place) < keypoints.points.size() &&
                   keypoints.points[static_cast<std::size_t>(place)].state != KeypointState::Absent;
        };
        const auto at = [&](int place) {
            const Vertex& vertex = keypoints.points[static_cast<std::size_t>(place)].at;
            return m_transform.toScreen(vertex.x, vertex.y);
        };
        if (m_skeleton != nullptr)
            for (const auto& [from, to] : m_skeleton->bones)
                if (isThere(from) && isThere(to))
                    m_painter.drawLine(at(from), at(to));
        for (int place = 0; place < static_cast<int>(keypoints.points.size()); ++place)
            if (isThere(place)) {
                const bool isHidden =
                    keypoints.points[static_cast<std::size_t>(place)].state == KeypointState::Hidden;
                const QBrush kept = m_painter.brush();
                m_painter.setBrush(isHidden ? QBrush(Qt::NoBrush) : QBrush(m_painter.pen().color()));
                m_painter.drawEllipse(at(place), 3, 3);
                m_painter.setBrush(kept);
            }
    }
    void operator()(const Mask&) const {} // its pixels are drawn apart

private:
    void cross(const QPointF& at) const
    {
        m_painter.drawLine(at - QPointF(5, 0), at + QPointF(5, 0));
        m_painter.drawLine(at - QPointF(0, 5), at + QPointF(0, 5));
        m_painter.drawEllipse(at, 2, 2);
    }

    QPainter& m_painter;
    const CanvasTransform& m_transform;
    const Skeleton* m_skeleton;
};

void paintMask(QPainter& painter, const Mask& mask, const CanvasTransform& transform, const QColor& colour)
{
    const int step = std::max(1, static_cast<int>(std::floor(1 / transform.zoom)));
    const QImage image = maskImage(mask, colour, step);
    painter.drawImage(transform.toScreen(QRectF(mask.x, mask.y, image.width() * step, image.height() * step)),
                      image);
}

const Skeleton* skeletonOf(const CanvasClasses& classes, ClassId id)
{
    const auto found = classes.find(id);
    return found == classes.end() ? nullptr : &found->second.itemClass.skeleton;
}

bool isGuess(const Annotation& annotation)
{
    return annotation.source == AnnotationSource::Model && !annotation.isReviewed;
}

} // namespace

QImage maskImage(const Mask& mask, const QColor& colour, int step)
{
    QImage image((mask.width + step - 1) / step, (mask.height + step - 1) / step,
                 QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    if (image.isNull() || mask.height == 0)
        return image;
    const QRgb pixel = qPremultiply(colour.rgba());
    std::int64_t start = 0;
    bool isSet = false;
    for (const std::uint32_t count : mask.counts) {
        const std::int64_t end = start + count;
        for (std::int64_t x = start / mask.height; isSet && x * mask.height < end; ++x) {
            if (x % step != 0)
                continue;
            const std::int64_t top = std::max<std::int64_t>(0, start - x * mask.height);
            const std::int64_t bottom = std::min<std::int64_t>(mask.height, end - x * mask.height);
            for (std::int64_t y = (top + step - 1) / step * step; y < bottom; y += step)
                reinterpret_cast<QRgb*>(image.scanLine(static_cast<int>(y / step)))[x / step] = pixel;
        }
        start = end;
        isSet = !isSet;
    }
    return image;
}

void paintShape(QPainter& painter, const Annotation& annotation, const CanvasTransform& transform,
                const CanvasClasses& classes, double fillOpacity, ShapeLook look)
{
    const QColor colour = colourOf(classes, annotation.classId);
    if (const Mask* mask = std::get_if<Mask>(&annotation.shape)) {
        const double strength = look == ShapeLook::Plain ? 0.25 : look == ShapeLook::Hovered ? 0.4 : 0.5;
        paintMask(painter, *mask, transform, withAlpha(colour, std::min(1.0, fillOpacity + strength)));
        if (look != ShapeLook::Plain) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(colour, 1, Qt::DotLine));
            painter.drawRect(transform.toScreen(QRectF(mask->x, mask->y, mask->width, mask->height)));
        }
        return;
    }
    const ShapeStrokes strokes(painter, transform, skeletonOf(classes, annotation.classId));
    const bool hasArea = annotation.kind() != ShapeKind::Polyline;
    painter.setBrush(hasArea && fillOpacity > 0 ? QBrush(withAlpha(colour, fillOpacity))
                                                : QBrush(Qt::NoBrush));
    if (look != ShapeLook::Plain) {
        painter.setPen(QPen(QColor(0, 0, 0, 150), look == ShapeLook::Selected ? 4 : 3.5));
        std::visit(strokes, annotation.shape);
        painter.setBrush(Qt::NoBrush);
    }
    QPen pen(colour, look == ShapeLook::Plain ? 0 : 2);
    if (isGuess(annotation)) {
        pen.setStyle(Qt::DashLine);
        pen.setWidthF(std::max(1.5, pen.widthF()));
    }
    painter.setPen(pen);
    std::visit(strokes, annotation.shape);
}

void paintShapeLabel(QPainter& painter, const QString& text, const QRectF& screenBounds, const QColor& colour)
{
    const QFontMetricsF metrics(painter.font());
    const QSizeF size(metrics.horizontalAdvance(text) + 12, metrics.height() + 2);
    const double top =
        screenBounds.top() >= size.height() ? screenBounds.top() - size.height() : screenBounds.top();
    const QRectF tag(QPointF(std::max(0.0, screenBounds.left() - 1), top), size);
    painter.fillRect(tag, QColor(20, 22, 25, 205));
    painter.fillRect(QRectF(tag.topLeft(), QSizeF(4, tag.height())), colour);
    painter.setPen(Qt::white);
    painter.drawText(tag.adjusted(8, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text);
}

QImage drawnShapes(const CanvasDrawing& drawing)
{
    QImage image(drawing.size * drawing.pixelRatio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(drawing.pixelRatio);
    image.fill(Qt::transparent);
    if (!drawing.scene || image.isNull())
        return image;
    const CanvasTransform& transform = drawing.transform;
    const QRectF view(QPointF(0, 0), QSizeF(drawing.size));
    const std::vector<std::uint32_t> seen =
        drawing.scene->index().touching(transform.toPicture(view.adjusted(-8, -8, 8, 8)));
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing, seen.size() <= kMostSmooth);
    std::vector<std::uint32_t> labelled;
    for (const std::uint32_t place : seen) {
        const Annotation& annotation = drawing.scene->shapes()[place];
        if (drawing.leftOut.contains(annotation.id))
            continue;
        const QRectF bounds = transform.toScreen(drawing.scene->bounds(place));
        const double extent = std::max(bounds.width(), bounds.height());
        const bool isMark =
            annotation.kind() == ShapeKind::Point || annotation.kind() == ShapeKind::Keypoints;
        if (extent < kRectangleBelow && !isMark) {
            const double edge = extent < kPointBelow ? 1 : 0;
            painter.fillRect(bounds.adjusted(0, 0, edge, edge),
                             colourOf(*drawing.classes, annotation.classId));
            continue;
        }
        paintShape(painter, annotation, transform, *drawing.classes, drawing.style.fillOpacity,
                   ShapeLook::Plain);
        if (drawing.style.hasLabels && (bounds.width() >= kLabelFrom || isMark))
            labelled.push_back(place);
    }
    if (labelled.size() > kMostLabels)
        labelled.clear(); // names on everything would say nothing
    for (const std::uint32_t place : labelled) {
        const Annotation& annotation = drawing.scene->shapes()[place];
        paintShapeLabel(painter, shapeLabel(*drawing.classes, annotation),
                        transform.toScreen(drawing.scene->bounds(place)),
                        colourOf(*drawing.classes, annotation.classId));
    }
    return image;
}

} // namespace trainyard::widgets
