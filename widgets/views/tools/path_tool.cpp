// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/path_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLineF>
#include <QPainter>

namespace trainyard::widgets {

void PathTool::press(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        return;
    m_next = pointer.snapped;
    const double reach = canvas().reach();
    if (isClosed() && m_path.size() >= 3 && QLineF(toPoint(m_path.front()), pointer.at).length() <= reach)
        return end();
    if (m_path.empty() || !(m_path.back() == toVertex(m_next)))
        m_path.push_back(toVertex(m_next));
    canvas().repaint();
}

void PathTool::move(const CanvasPointer& pointer)
{
    m_next = pointer.snapped;
    if (isDrafting())
        canvas().repaint();
}

void PathTool::doubleClick(const CanvasPointer& pointer)
{
    if (pointer.button != Qt::LeftButton)
        press(pointer);
    else if (isDrafting()) // else its first press closed the outline
        end();
}

bool PathTool::wantsKey(const QKeyEvent& event) const
{
    if (!isDrafting())
        return false;
    const bool isUndo = event.matches(QKeySequence::Undo);
    return event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter ||
           event.key() == Qt::Key_Backspace || isUndo;
}

bool PathTool::key(const QKeyEvent& event)
{
    if (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter) {
        end();
        return true;
    }
    m_path.pop_back();
    canvas().repaint();
    return true;
}

void PathTool::end()
{
    if (m_path.size() < (isClosed() ? 3U : 2U)) {
        canvas().tell(QCoreApplication::translate("tools", "A few more clicks are needed first."));
        return;
    }
    std::vector<Vertex> path = std::move(m_path);
    m_path.clear();
    finish(std::move(path));
    canvas().repaint();
}

std::vector<Annotation> PathTool::chosenOrAll() const
{
    std::set<AnnotationId> ids = canvas().selection();
    if (ids.empty())
        ids = canvas().shapesIn(QRectF(-1e9, -1e9, 2e9, 2e9));
    std::vector<Annotation> chosen;
    for (const Annotation& annotation : canvas().shapes())
        if (ids.contains(annotation.id))
            chosen.push_back(annotation);
    return chosen;
}

void PathTool::cancel()
{
    m_path.clear();
    canvas().repaint();
}

void PathTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    if (!isDrafting())
        return;
    std::vector<Vertex> line = m_path;
    line.push_back(toVertex(m_next));
    drawDraft(painter, transform, line, isClosed() && line.size() > 2, draftColour());
    for (std::size_t i = 0; i < m_path.size(); ++i) {
        const bool closes = i == 0 && isClosed() && m_path.size() >= 3 &&
                            QLineF(toPoint(m_path[0]), m_next).length() <= canvas().reach();
        drawHandle(painter, transform.toScreen(toPoint(m_path[i])), draftColour(), closes);
    }
}

QString PathTool::hint() const
{
    if (!isDrafting())
        return startHint();
    return isClosed()
               ? QCoreApplication::translate("tools",
                                             "Click on. Enter, a double click or the first vertex closes; "
                                             "Backspace takes one back; Esc: not.")
               : QCoreApplication::translate(
                     "tools", "Click on. Enter or a double click ends; Backspace takes one back; Esc: not.");
}

} // namespace trainyard::widgets
