// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/annotation_canvas.h"

#include "widgets/views/minimap.h"
#include "widgets/views/tools/tool_table.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr double kPixelGridFrom = 10; ///< screen pixels a picture pixel
constexpr int kMinimapMargin = 12;
constexpr int kTallestBar = 96; ///< more is another size of the window
constexpr std::size_t kMostLabelledSelected = 20;
constexpr std::size_t kMostSmoothSelected = 200; ///< more are drawn as plainly as those that are not selected

} // namespace

AnnotationCanvas::AnnotationCanvas(QWidget* parent)
    : QWidget(parent), m_contents(std::make_unique<CanvasContents>(m_picture)), m_minimap(new Minimap(this))
{
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setMinimumSize(64, 64);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAccessibleName(tr("Picture with its shapes"));
    connect(&m_picture, &CanvasPicture::refined, this, [this] {
        m_backdrop = QImage();
        update();
    });
    connect(&m_layer, &ShapeLayer::ready, this, [this] {
        m_backdrop = QImage();
        update();
    });
    connect(m_contents.get(), &CanvasContents::shapesChanged, this, [this] {
        if (m_hovered && m_contents->shape(*m_hovered) == nullptr)
            m_hovered.reset();
        requestLayer();
        updateHint();
    });
    connect(m_contents.get(), &CanvasContents::overlayChanged, this, [this] {
        updateHint();
        update();
    });
    connect(m_minimap, &Minimap::centreRequested, this, &AnnotationCanvas::showPlace);
    setTool(QLatin1String(toolTable().front().key));
}

AnnotationCanvas::~AnnotationCanvas()
{
    m_contents->disconnect(this);
    m_tool.reset(); // it uses the contents
}

void AnnotationCanvas::setPicture(const QImage& pixels, const QSize& fullSize)
{
    const bool keepsPlace = !m_picture.isNull() && m_picture.fullSize() == fullSize;
    m_picture.setPicture(pixels, fullSize);
    showPicture(keepsPlace);
}

void AnnotationCanvas::setPicture(const PicturePyramid& picture)
{
    const bool isSame = !picture.isNull() && picture.largest().cacheKey() == m_picture.pixels().cacheKey();
    if (isSame && !m_isWaiting)
        return;
    const bool keepsPlace = !m_picture.isNull() && m_picture.fullSize() == picture.fullSize();
    m_picture.setPicture(picture);
    showPicture(keepsPlace);
}

void AnnotationCanvas::setLevels(const GrayLevels& levels)
{
    if (levels.isNull() || !m_picture.levels().isNull())
        return; // another picture begins without
    m_picture.setLevels(levels);
    m_minimap->setPicture(m_picture.overview(), m_picture.fullSize());
    m_backdrop = QImage();
    update();
    emit displayChanged();
}

bool AnnotationCanvas::setAutomaticWindow()
{
    if (m_picture.levels().isNull())
        return false;
    CanvasDisplay display = m_display;
    display.adjustment.window = m_picture.levels().automatic();
    setDisplay(display);
    return true;
}

void AnnotationCanvas::showPicture(bool keepsPlace)
{
    m_isWaiting = false;
    m_placeholder.clear();
    m_minimap->setPicture(m_picture.overview(), m_picture.fullSize());
    if (!keepsPlace || (m_awaitsSize && m_isFitted && !isInGesture())) {
        m_awaitsSize = false;
        zoomToFit();
    }
    requestLayer();
}

void AnnotationCanvas::waitForPicture()
{
    if (m_isWaiting)
        return;
    m_tool->cancel();
    m_contents->clearPreview();
    m_hovered.reset();
    m_isWaiting = true;
    requestLayer();
}

void AnnotationCanvas::clearPicture(const QString& reason)
{
    waitForPicture();
    m_placeholder = reason;
    m_picture.setPicture(PicturePyramid());
    m_minimap->hide();
    m_backdrop = QImage();
    update();
}

bool AnnotationCanvas::canWork() const
{
    return !m_isWaiting && !m_picture.isNull();
}

void AnnotationCanvas::setTool(const QString& key)
{
    const ToolSpec* spec = findTool(key);
    if (spec == nullptr || key == m_toolKey)
        return;
    if (m_tool)
        m_tool->cancel();
    m_contents->clearPreview();
    m_tool = spec->make(*m_contents);
    m_toolKey = key;
    m_hovered.reset();
    gestureEnded();
    updateCursor();
    updateHint();
    update();
    emit toolChanged(key);
}

void AnnotationCanvas::setDisplay(const CanvasDisplay& display)
{
    if (display == m_display)
        return;
    const bool isOtherWindow = display.adjustment.window != m_display.adjustment.window;
    m_display = display;
    m_picture.setAdjustment(display.adjustment);
    if (isOtherWindow && !m_picture.levels().isNull())
        m_minimap->setPicture(m_picture.overview(), m_picture.fullSize());
    updateMinimap();
    requestLayer();
    emit displayChanged();
}

void AnnotationCanvas::zoomToFit()
{
    setTransform(fittedTransform(m_picture.fullSize(), size()), true);
}

void AnnotationCanvas::setZoom(double zoom)
{
    setTransform(zoomedAround(m_transform, zoom, QPointF(width() / 2.0, height() / 2.0)), false);
}

void AnnotationCanvas::zoomBy(double factor)
{
    const QPointF around =
        m_cursor && underMouse() ? m_transform.toScreen(*m_cursor) : QPointF(width() / 2.0, height() / 2.0);
    setTransform(zoomedAround(m_transform, m_transform.zoom * factor, around), false);
}

void AnnotationCanvas::showPlace(const QPointF& inPicture)
{
    setTransform({m_transform.zoom, QPointF(width() / 2.0, height() / 2.0) - inPicture * m_transform.zoom},
                 false);
}

void AnnotationCanvas::setTransform(const CanvasTransform& transform, bool isFitted)
{
    m_isFitted = isFitted;
    if (m_picture.fullSize().isEmpty())
        return;
    useTransform(keptInView(transform, m_picture.fullSize(), size()));
}

void AnnotationCanvas::useTransform(const CanvasTransform& transform)
{
    m_transform = transform;
    m_contents->setTransform(m_transform);
    updateMinimap();
    requestLayer();
    emit viewChanged();
}

void AnnotationCanvas::requestLayer()
{
    m_backdrop = QImage();
    update();
    if (!m_display.hasShapes || m_isWaiting) {
        m_layer.clear();
        return;
    }
    CanvasDrawing drawing;
    drawing.scene = m_contents->scene();
    drawing.classes = m_contents->classes();
    drawing.leftOut.insert(m_contents->hidden().begin(), m_contents->hidden().end());
    drawing.leftOut.insert(m_contents->selection().begin(), m_contents->selection().end());
    drawing.transform = m_transform;
    drawing.size = size();
    drawing.pixelRatio = devicePixelRatioF();
    drawing.style = m_display.style;
    m_layer.request(std::move(drawing));
}

const QImage& AnnotationCanvas::backdrop()
{
    if (m_backdrop.isNull() || m_backdrop.devicePixelRatio() != devicePixelRatioF()) {
        m_backdrop =
            m_picture.view(m_transform, size(), devicePixelRatioF(), palette().color(QPalette::Window));
        QPainter painter(&m_backdrop);
        if (m_display.hasPixelGrid && m_transform.zoom >= kPixelGridFrom)
            paintPixelGrid(painter);
        if (m_display.hasShapes && !m_isWaiting)
            paintSuggested(painter);
        m_layer.paint(painter, m_transform);
    }
    return m_backdrop;
}

void AnnotationCanvas::paintSuggested(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const CanvasScene& suggested = m_contents->suggested();
    const CanvasClasses& classes = *m_contents->classes();
    for (const std::uint32_t place : suggested.index().touching(m_transform.toPicture(QRectF(rect())))) {
        const Annotation& shape = suggested.shapes()[place];
        paintShape(painter, shape, m_transform, classes, m_display.style.fillOpacity / 3, ShapeLook::Plain);
        if (m_display.style.hasLabels)
            paintShapeLabel(painter, shapeLabel(classes, shape),
                            m_transform.toScreen(suggested.bounds(place)),
                            m_contents->colourOf(shape.classId));
    }
}

void AnnotationCanvas::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.drawImage(QPointF(0, 0), backdrop());
    if (m_picture.isNull()) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                         m_placeholder);
    } else if (canWork()) {
        paintGuides(painter);
        if (m_display.hasShapes)
            paintWorkedOn(painter);
        painter.setRenderHint(QPainter::Antialiasing, false);
        m_tool->paint(painter, m_transform);
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void AnnotationCanvas::paintWorkedOn(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    const CanvasClasses& classes = *m_contents->classes();
    const double fill = m_display.style.fillOpacity;
    const bool isMany = m_contents->selection().size() > kMostSmoothSelected;
    if (m_hovered && !m_contents->selection().contains(*m_hovered))
        if (const Annotation* hovered = m_contents->shape(*m_hovered)) {
            paintShape(painter, *hovered, m_transform, classes, fill, ShapeLook::Hovered);
            if (const auto box = boundingBox(hovered->shape))
                paintShapeLabel(painter, shapeLabel(classes, *hovered),
                                m_transform.toScreen(QRectF(box->x, box->y, box->width, box->height)),
                                m_contents->colourOf(hovered->classId));
        }
    painter.setRenderHint(QPainter::Antialiasing, !isMany);
    const auto& previewed = m_contents->previewed();
    const auto paint = [&](const Annotation& shape) {
        paintShape(painter, shape, m_transform, classes, isMany ? std::min(1.0, fill + 0.3) : fill,
                   isMany ? ShapeLook::Plain : ShapeLook::Selected);
        if (m_display.style.hasLabels && m_contents->selection().size() <= kMostLabelledSelected)
            if (const auto box = boundingBox(shape.shape))
                paintShapeLabel(painter, shapeLabel(classes, shape),
                                m_transform.toScreen(QRectF(box->x, box->y, box->width, box->height)),
                                m_contents->colourOf(shape.classId));
    };
    for (const AnnotationId id : m_contents->selection()) {
        if (previewed.contains(id))
            continue;
        if (const Annotation* shape = m_contents->shape(id))
            paint(*shape);
    }
    for (const auto& [id, shape] : previewed)
        paint(shape);
}

void AnnotationCanvas::paintPixelGrid(QPainter& painter) const
{
    const QRectF seen =
        m_transform.toPicture(QRectF(rect())) & QRectF(QPointF(0, 0), QSizeF(m_picture.fullSize()));
    painter.setPen(QPen(QColor(128, 128, 128, 90), 0));
    const QRectF area = m_transform.toScreen(seen);
    for (double x = std::ceil(seen.left()); x <= seen.right(); ++x) {
        const double at = m_transform.toScreen(x, 0).x();
        painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
    }
    for (double y = std::ceil(seen.top()); y <= seen.bottom(); ++y) {
        const double at = m_transform.toScreen(0, y).y();
        painter.drawLine(QPointF(area.left(), at), QPointF(area.right(), at));
    }
}

/// Guides, and the cross at the cursor of tools that draw.
void AnnotationCanvas::paintGuides(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing, false);
    const auto cross = [&](const QColor& colour, Qt::PenStyle style, double x, double y) {
        painter.setPen(QPen(colour, 1, style));
        if (!std::isnan(x))
            painter.drawLine(QPointF(x, 0), QPointF(x, height()));
        if (!std::isnan(y))
            painter.drawLine(QPointF(0, y), QPointF(width(), y));
    };
    const double none = std::nan("");
    for (const double x : m_contents->guides().columns)
        cross(palette().color(QPalette::Highlight), Qt::SolidLine, m_transform.toScreen(x, 0).x(), none);
    for (const double y : m_contents->guides().rows)
        cross(palette().color(QPalette::Highlight), Qt::SolidLine, none, m_transform.toScreen(0, y).y());
    if (m_cursor && m_display.hasCrosshair && m_tool->hasCrosshair()) {
        const QPointF at = m_transform.toScreen(*m_cursor);
        cross(QColor(0, 0, 0, 120), Qt::SolidLine, at.x() + 1, at.y() + 1);
        cross(QColor(255, 255, 255, 200), Qt::SolidLine, at.x(), at.y());
    }
}

void AnnotationCanvas::resizeEvent(QResizeEvent*)
{
    takeSize();
}

void AnnotationCanvas::moveEvent(QMoveEvent*)
{
    takeSize();
}

bool AnnotationCanvas::isInGesture() const
{
    return m_isDown || (m_tool && m_tool->isDrafting());
}

/// A bar that comes or goes beside the view must not move the picture under the mouse: it stays where it is
/// in the window until the gesture ends, or, where the mouse only lies over it, until it leaves or another
/// picture comes.
void AnnotationCanvas::takeSize()
{
    const QPoint place = mapTo(window(), QPoint());
    const QPoint by = m_place - place;
    const QSize change = m_sizeTaken - size();
    m_place = place;
    m_sizeTaken = size();
    const bool isBar = std::abs(change.width()) <= kTallestBar && std::abs(change.height()) <= kTallestBar;
    m_awaitsSize = isInGesture() || (isBar && m_cursor.has_value() && underMouse());
    if (m_picture.fullSize().isEmpty())
        return;
    if (m_awaitsSize)
        useTransform({m_transform.zoom, m_transform.origin + by});
    else if (m_isFitted)
        zoomToFit();
    else
        setTransform(m_transform, false);
}

void AnnotationCanvas::gestureEnded()
{
    if (m_awaitsSize && !isInGesture() && !underMouse())
        takeSize();
}

void AnnotationCanvas::updateMinimap()
{
    const QRectF seen = m_transform.toPicture(QRectF(rect()));
    const bool seesAll =
        seen.contains(QRectF(QPointF(0, 0), QSizeF(m_picture.fullSize())).adjusted(0.5, 0.5, -0.5, -0.5));
    m_minimap->setVisible(m_display.hasMinimap && !m_picture.isNull() && !seesAll &&
                          width() > 2 * m_minimap->width());
    m_minimap->setView(seen);
    m_minimap->move(width() - m_minimap->width() - kMinimapMargin,
                    height() - m_minimap->height() - kMinimapMargin);
}

void AnnotationCanvas::updateCursor()
{
    if (m_grabbed)
        setCursor(Qt::ClosedHandCursor);
    else if (m_isSpaceDown)
        setCursor(Qt::OpenHandCursor);
    else
        setCursor(m_tool->cursor());
}

void AnnotationCanvas::updateHint()
{
    const QString hint = m_tool ? m_tool->hint() : QString();
    if (hint == m_hint)
        return;
    m_hint = hint;
    emit hintChanged(hint);
}

} // namespace trainyard::widgets
