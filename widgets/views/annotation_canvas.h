// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_contents.h"
#include "widgets/views/canvas_layers.h"
#include "widgets/views/canvas_picture.h"
#include "widgets/views/canvas_transform.h"
#include "widgets/views/tools/tool.h"

#include <QImage>
#include <QString>
#include <QWidget>
#include <memory>
#include <optional>
#include <utility>

namespace trainyard::widgets {

class Minimap;

/// What the canvas shows and how; nothing of it changes the picture, the project or an export.
struct CanvasDisplay
{
    PictureAdjustment adjustment;
    CanvasStyle style;
    bool hasShapes = true;
    bool hasCrosshair = true;
    bool hasPixelGrid = true;
    bool hasMinimap = true;

    bool operator==(const CanvasDisplay&) const = default;
};

/// One picture with its shapes, and the tool that works on them.
///
/// Three layers: the picture; all shapes that are not selected, kept as one image for the present zoom; and
/// the selected ones, which alone are drawn again while they are edited, at the same cost for any number of
/// others. The wheel, plus and minus zoom; the middle button, and Space with the left one, move the picture;
/// Ctrl and arrows too. Shift and the middle button drag the window of a 16-bit picture: up and down its
/// level, left and right its width. Everything else goes to the tool.
///
/// Owns contents and tool. Never changes the project: see CanvasContents. GUI thread.
class AnnotationCanvas : public QWidget
{
    Q_OBJECT
public:
    explicit AnnotationCanvas(QWidget* parent = nullptr);
    ~AnnotationCanvas() override;

    [[nodiscard]] CanvasContents& contents() const { return *m_contents; }

    /// `pixels` may be a smaller version of the picture; shapes are always in full-size coordinates. Fits a
    /// picture of another size than the one before.
    void setPicture(const QImage& pixels, const QSize& fullSize);
    void setPicture(const PicturePyramid& picture);
    /// The 16-bit levels of the picture that is shown; a window can then be laid over them.
    void setLevels(const GrayLevels& levels);
    [[nodiscard]] const GrayLevels& levels() const { return m_picture.levels(); }
    /// A window around most of the picture's values; false where it has no levels.
    bool setAutomaticWindow();
    /// The next picture is on its way: the present one stays to be seen, without shapes, and no tool works.
    void waitForPicture();
    /// No picture, and why.
    void clearPicture(const QString& reason);
    [[nodiscard]] bool isWaiting() const { return m_isWaiting; }

    void setTool(const QString& key); ///< of the tool table; the draft of the present one is forgotten
    [[nodiscard]] const QString& toolKey() const { return m_toolKey; }
    [[nodiscard]] Tool* tool() const { return m_tool.get(); }

    void setDisplay(const CanvasDisplay& display);
    [[nodiscard]] const CanvasDisplay& display() const { return m_display; }

    [[nodiscard]] const CanvasTransform& transform() const { return m_transform; }
    [[nodiscard]] bool isFitted() const { return m_isFitted; }
    void zoomToFit();
    void setZoom(double zoom);                ///< screen pixels per picture pixel, around the middle
    void zoomBy(double factor);               ///< around the cursor where it is over the canvas
    void showPlace(const QPointF& inPicture); ///< in the middle
    [[nodiscard]] std::optional<QPointF> cursorPlace() const { return m_cursor; } ///< in the picture
    [[nodiscard]] bool isSettled() const { return m_layer.isCurrent(); } ///< nothing is drawn elsewhere

    [[nodiscard]] QSize sizeHint() const override { return {480, 360}; }

signals:
    void toolChanged(const QString& key);
    void hintChanged(const QString& hint);
    void viewChanged(); ///< zoom or place
    void displayChanged();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void moveEvent(QMoveEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void setTransform(const CanvasTransform& transform, bool isFitted);
    void useTransform(const CanvasTransform& transform);
    void takeSize();
    void gestureEnded();
    [[nodiscard]] bool isInGesture() const;
    void showPicture(bool keepsPlace);
    void requestLayer();
    void updateCursor();
    void updateHint();
    void updateMinimap();
    void dragWindow(const QPointF& by);
    void pressed(const QMouseEvent& event, bool isSecond);
    [[nodiscard]] bool canWork() const;
    [[nodiscard]] bool isOfDraft(const QKeyEvent& event) const;
    [[nodiscard]] CanvasPointer pointer(const QMouseEvent& event) const;
    const QImage& backdrop();
    void paintSuggested(QPainter& painter) const;
    void paintPixelGrid(QPainter& painter) const;
    void paintGuides(QPainter& painter) const;
    void paintWorkedOn(QPainter& painter) const;

    CanvasPicture m_picture;
    std::unique_ptr<CanvasContents> m_contents;
    ShapeLayer m_layer;
    std::unique_ptr<Tool> m_tool;
    Minimap* m_minimap;
    QString m_toolKey;
    QString m_placeholder;
    QString m_hint;
    CanvasDisplay m_display;
    CanvasTransform m_transform;
    QImage m_backdrop; ///< picture and middle layer; null: to be made
    std::optional<QPointF> m_cursor;
    std::optional<AnnotationId> m_hovered;
    std::optional<QPointF> m_grabbed;            ///< origin minus mouse while the picture is moved
    Qt::MouseButton m_grabButton = Qt::NoButton; ///< that moves the picture or its window
    QSize m_sizeTaken;
    QPoint m_place; ///< in the window, when the size was last taken
    std::optional<std::pair<QPointF, ValueWindow>>
        m_windowGrab; ///< where the mouse took the window, and which
    bool m_isFitted = true;
    bool m_isDown = false;     ///< a button that went to the tool
    bool m_awaitsSize = false; ///< the view changed its size in the middle of a gesture
    bool m_isWaiting = false;
    bool m_isSpaceDown = false;
};

} // namespace trainyard::widgets
