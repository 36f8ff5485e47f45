// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/held_input.h"

#include <QCoreApplication>
#include <QMouseEvent>
#include <QWidget>

namespace trainyard::studio {

namespace {

/// Events by which a person does something; a mouse that only moves does nothing.
bool isGesture(const QEvent& event)
{
    switch (event.type()) {
    case QEvent::MouseMove:
        return static_cast<const QMouseEvent&>(event).buttons() != Qt::NoButton;
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonRelease:
    case QEvent::MouseButtonDblClick:
    case QEvent::Wheel:
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
        return true;
    default:
        return false;
    }
}

} // namespace

HeldInput::HeldInput(QWidget& window) : QObject(&window), m_window(window) {}

void HeldInput::hold()
{
    if (m_isHolding)
        return;
    m_isHolding = true;
    QCoreApplication::instance()->installEventFilter(this);
}

void HeldInput::release()
{
    m_isHolding = false;
    QCoreApplication::instance()->removeEventFilter(this);
    while (!m_isHolding && !m_kept.empty()) {
        Kept next = std::move(m_kept.front());
        m_kept.pop_front();
        if (next.event == nullptr)
            next.action();
        else if (next.target)
            QCoreApplication::sendEvent(next.target, next.event.get());
    }
}

void HeldInput::keep(std::function<void()> action)
{
    m_kept.push_back({nullptr, nullptr, std::move(action)});
}

bool HeldInput::isOurs(QObject* watched) const
{
    if (!watched->isWidgetType())
        return false;
    for (auto* widget = static_cast<QWidget*>(watched); widget != nullptr; widget = widget->parentWidget())
        if (widget == &m_window)
            return true;
    return false;
}

bool HeldInput::eventFilter(QObject* watched, QEvent* event)
{
    if (!isGesture(*event) || !isOurs(watched))
        return false;
    m_kept.push_back({watched, std::unique_ptr<QEvent>(event->clone()), {}});
    return true;
}

} // namespace trainyard::studio
