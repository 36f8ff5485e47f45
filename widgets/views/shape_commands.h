// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/annotation_canvas.h"

#include <QObject>
#include <QString>
#include <optional>

namespace trainyard::widgets {

/// What keys and buttons do to the shapes of a canvas: the table of selection actions, selection, hiding and
/// locking, guides, zoom, and drawing the same shape again. Nothing of the clipboard, which needs the
/// project. The canvas must outlive it; GUI thread.
class ShapeCommands : public QObject
{
    Q_OBJECT
public:
    explicit ShapeCommands(AnnotationCanvas& canvas, QObject* parent = nullptr);

    /// False where the name is none of its own. What cannot be done now is told to the person.
    bool run(const QString& name);
    /// Adds copies of annotations; of the shapes of this picture beside what they copy.
    bool paste(std::span<const Annotation> annotations, bool isSamePicture);

private:
    bool runOnSelection(const QString& name);
    void repeatLast();
    void addGuide(bool isUpright);
    void changeBrush(double factor);
    void hideSelected();
    void showAll();
    void lockSelected();
    void unlockAll();

    AnnotationCanvas& m_canvas;
    CanvasContents& m_contents;
    std::optional<Annotation> m_last; ///< the shape that was made last
};

} // namespace trainyard::widgets
