// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tools/keypoints_tool.h"

#include "widgets/views/tools/tool_drawing.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QPainter>
#include <algorithm>

namespace trainyard::widgets {

ClassId KeypointsTool::drawnClass() const
{
    const ClassId current = canvas().currentClass();
    if (!isDrafting())
        return current;
    const ItemClass* chosen = canvas().classOf(current);
    const ItemClass* begun = canvas().classOf(m_class);
    const bool isAlike =
        begun == nullptr || (chosen != nullptr && chosen->skeleton.names == begun->skeleton.names);
    return isAlike ? current : m_class;
}

const Skeleton& KeypointsTool::skeleton() const
{
    static const Skeleton kNone;
    const ItemClass* itemClass = canvas().classOf(drawnClass());
    return itemClass == nullptr ? kNone : itemClass->skeleton;
}

void KeypointsTool::press(const CanvasPointer& pointer)
{
    if (skeleton().names.empty()) {
        canvas().tell(
            QCoreApplication::translate("tools", "This class has no skeleton: name its keypoints first."));
        return;
    }
    if (pointer.button == Qt::LeftButton) {
        const bool isHidden = pointer.modifiers.testFlag(Qt::ShiftModifier);
        add({toVertex(pointer.snapped), isHidden ? KeypointState::Hidden : KeypointState::Visible});
    } else if (pointer.button == Qt::RightButton) {
        add({});
    }
}

void KeypointsTool::add(Keypoint point)
{
    if (!isDrafting())
        m_class = canvas().currentClass();
    else if (drawnClass() != canvas().currentClass())
        canvas().tell(QCoreApplication::translate(
            "tools", "The class chosen since has other keypoints: these go on as they were begun."));
    m_points.push_back(point);
    if (m_points.size() >= skeleton().names.size())
        finish();
    canvas().repaint();
}

void KeypointsTool::finish()
{
    const ClassId classId = drawnClass();
    const std::size_t count = std::max(m_points.size(), skeleton().names.size());
    Keypoints shape{std::move(m_points)};
    m_points.clear();
    shape.points.resize(count);
    const bool hasOne = std::any_of(shape.points.begin(), shape.points.end(), [](const Keypoint& point) {
        return point.state != KeypointState::Absent;
    });
    Annotation made = fresh(std::move(shape));
    made.classId = classId;
    if (hasOne)
        canvas().propose({{std::move(made)}, {}, {}}, "add-keypoints", "add");
    canvas().repaint();
}

void KeypointsTool::move(const CanvasPointer& pointer)
{
    m_next = pointer.snapped;
    if (isDrafting())
        canvas().repaint();
}

bool KeypointsTool::wantsKey(const QKeyEvent& event) const
{
    return isDrafting() && (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter ||
                            event.key() == Qt::Key_Backspace || event.matches(QKeySequence::Undo));
}

bool KeypointsTool::key(const QKeyEvent& event)
{
    if (event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter)
        finish();
    else
        m_points.pop_back();
    canvas().repaint();
    return true;
}

void KeypointsTool::cancel()
{
    m_points.clear();
    canvas().repaint();
}

void KeypointsTool::paint(QPainter& painter, const CanvasTransform& transform) const
{
    const Skeleton& wanted = skeleton();
    const QColor colour = canvas().colourOf(drawnClass());
    const auto isSet = [&](int place) {
        return place >= 0 && static_cast<std::size_t>(place) < m_points.size() &&
               m_points[static_cast<std::size_t>(place)].state != KeypointState::Absent;
    };
    for (const auto& [from, to] : wanted.bones)
        if (isSet(from) && isSet(to)) {
            const Ring bone{m_points[static_cast<std::size_t>(from)].at,
                            m_points[static_cast<std::size_t>(to)].at};
            drawDraft(painter, transform, bone, false, colour);
        }
    for (const Keypoint& point : m_points)
        if (point.state != KeypointState::Absent)
            drawHandle(painter, transform.toScreen(toPoint(point.at)), colour,
                       point.state == KeypointState::Visible);
    if (isDrafting() && m_points.size() < wanted.names.size())
        drawMeasure(painter, transform.toScreen(m_next),
                    QString::fromStdString(wanted.names[m_points.size()]));
}

QString KeypointsTool::hint() const
{
    const Skeleton& wanted = skeleton();
    if (wanted.names.empty())
        return QCoreApplication::translate("tools", "This class has no skeleton: name its keypoints first.");
    return QCoreApplication::translate(
               "tools", "Click: %1 (%2 of %3). Shift: hidden; right click: not there; Enter: the "
                        "rest is not there.")
        .arg(QString::fromStdString(wanted.names[std::min(m_points.size(), wanted.names.size() - 1)]))
        .arg(m_points.size() + 1)
        .arg(wanted.names.size());
}

} // namespace trainyard::widgets
