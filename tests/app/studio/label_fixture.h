// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/application.h"
#include "app/studio/main_window.h"
#include "tests/support/test_folders.h"
#include "widgets/panels/label_panel.h"
#include "widgets/views/annotation_canvas.h"

#include <QEvent>
#include <memory>

namespace trainyard::test {

/// The Label workspace of a project with pictures of 48 x 32 pixels, and hands for its canvas: mouse events
/// at places of the picture, keys as the window gets them. Aborts a test where the window does not come.
class LabelFixture
{
public:
    /// The classes "cat" (key 1, with a skeleton of three keypoints), "dog" (key 2, with an attribute of each
    /// kind).
    void open();
    /// A project that is there already, in a window of this size.
    void openAt(const std::filesystem::path& folder, const QSize& size);
    void close();

    [[nodiscard]] studio::MainWindow& window() const { return *m_application->mainWindow(); }
    [[nodiscard]] widgets::LabelPanel& panel() const { return *window().findChild<widgets::LabelPanel*>(); }
    [[nodiscard]] widgets::AnnotationCanvas& canvas() const { return *panel().canvas(); }
    [[nodiscard]] widgets::CanvasContents& contents() const { return canvas().contents(); }
    [[nodiscard]] Project& project() const { return window().session().document->project(); }
    [[nodiscard]] ItemId item() const { return window().session().view.currentItem(); }
    [[nodiscard]] ClassId classId(const char* name) const { return project().classByName(name)->id; }

    /// As the project has them, back to front, without class tags.
    [[nodiscard]] std::vector<Annotation> shapes() const;
    [[nodiscard]] Annotation only() const; ///< the one shape; a class tag where there is another number
    /// Puts shapes into the project as one Edit that no tool made.
    std::vector<AnnotationId> put(std::vector<Annotation> annotations);
    [[nodiscard]] static Annotation made(Shape shape, ClassId classId = 0);

    void tool(const char* key);
    void key(int key, Qt::KeyboardModifiers modifiers = {}); ///< while the canvas has the focus
    void press(double x, double y, Qt::KeyboardModifiers modifiers = {},
               Qt::MouseButton button = Qt::LeftButton);
    void move(double x, double y, Qt::KeyboardModifiers modifiers = {},
              Qt::MouseButton held = Qt::LeftButton);
    void release(double x, double y, Qt::KeyboardModifiers modifiers = {},
                 Qt::MouseButton button = Qt::LeftButton);
    void click(double x, double y, Qt::KeyboardModifiers modifiers = {},
               Qt::MouseButton button = Qt::LeftButton);
    void doubleClick(double x, double y, Qt::MouseButton button = Qt::LeftButton);
    void drag(double x, double y, double toX, double toY, Qt::KeyboardModifiers modifiers = {});
    void undo() { key(Qt::Key_Z, Qt::ControlModifier); }
    void redo() { key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }

private:
    void mouse(QEvent::Type type, double x, double y, Qt::MouseButton button, Qt::MouseButtons held,
               Qt::KeyboardModifiers modifiers);

    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<studio::Application> m_application;
};

/// True where both say the same to a twentieth of a pixel.
bool isNear(const Shape& left, const Shape& right, double tolerance = 0.05);

} // namespace trainyard::test
