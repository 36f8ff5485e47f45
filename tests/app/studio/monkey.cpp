// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/studio/monkey.h"

#include "app/studio/actions.h"
#include "app/studio/workspaces.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QApplication>
#include <QLineEdit>
#include <QTest>
#include <QWheelEvent>
#include <set>

namespace trainyard::test {

namespace {

constexpr std::size_t kKeptEvents = 40;

/// Actions that leave the project, start work of minutes, or ask for a folder.
const std::set<QString> kForbidden = {
    QStringLiteral("app.new"),       QStringLiteral("app.open"),    QStringLiteral("app.close"),
    QStringLiteral("app.clean"),     QStringLiteral("app.train"),   QStringLiteral("app.evaluate"),
    QStringLiteral("app.models"),    QStringLiteral("data.import"), QStringLiteral("data.export"),
    QStringLiteral("app.workspace"),
};

constexpr Qt::Key kPlainKeys[] = {Qt::Key_Escape,      Qt::Key_Return, Qt::Key_Tab,   Qt::Key_Backspace,
                                  Qt::Key_Delete,      Qt::Key_Left,   Qt::Key_Right, Qt::Key_Up,
                                  Qt::Key_Down,        Qt::Key_Space,  Qt::Key_1,     Qt::Key_2,
                                  Qt::Key_BracketLeft, Qt::Key_Plus,   Qt::Key_Minus, Qt::Key_0,
                                  Qt::Key_B,           Qt::Key_P,      Qt::Key_E,     Qt::Key_BracketRight};

} // namespace

Monkey::Monkey(studio::MainWindow& window, std::uint64_t seed)
    : m_window(window), m_random(seed, RandomPurpose::Sample, 0, 0)
{
    for (const studio::ActionSpec& action : studio::actionTable()) {
        const bool isAtHome = !action.where || *action.where == widgets::Workspace::Data ||
                              *action.where == widgets::Workspace::Label;
        if (isAtHome && *action.shortcut != '\0' && !kForbidden.contains(QLatin1String(action.key)))
            m_keys.emplace_back(QLatin1String(action.shortcut));
    }
    QObject::connect(&m_strayWindows, &QTimer::timeout, &m_strayWindows, [this] { closeStrayWindows(); });
    m_strayWindows.start(20);
}

void Monkey::note(const QString& event)
{
    m_events.push_back(event);
    if (m_events.size() > kKeptEvents)
        m_events.pop_front();
}

void Monkey::closeStrayWindows()
{
    if (QWidget* popup = QApplication::activePopupWidget())
        popup->close();
    if (QWidget* dialog = QApplication::activeModalWidget())
        dialog->close();
}

QWidget* Monkey::randomPlace()
{
    std::vector<QWidget*> places;
    for (QWidget* widget : m_window.workspaces().findChildren<QWidget*>()) {
        const bool isLarge = widget->width() > 200 && widget->height() > 150;
        const auto* area = qobject_cast<QAbstractScrollArea*>(widget->parentWidget());
        const bool isView =
            area != nullptr ? area->viewport() == widget : widget->focusPolicy() == Qt::StrongFocus;
        if (widget->isVisible() && isLarge && isView)
            places.push_back(widget);
    }
    return places.empty() ? nullptr : places[m_random.below(places.size())];
}

QPoint Monkey::randomPoint(const QWidget& widget)
{
    return {static_cast<int>(m_random.below(static_cast<std::uint64_t>(widget.width()))),
            static_cast<int>(m_random.below(static_cast<std::uint64_t>(widget.height())))};
}

void Monkey::drag()
{
    QWidget* place = randomPlace();
    if (place == nullptr)
        return;
    constexpr Qt::KeyboardModifier kModifiers[] = {Qt::NoModifier,    Qt::NoModifier,      Qt::NoModifier,
                                                   Qt::ShiftModifier, Qt::ControlModifier, Qt::AltModifier};
    const Qt::KeyboardModifiers modifiers = kModifiers[m_random.below(std::size(kModifiers))];
    const QPoint from = randomPoint(*place);
    const QPoint to = randomPoint(*place);
    note(QStringLiteral("drag %1,%2 to %3,%4 with %5")
             .arg(from.x())
             .arg(from.y())
             .arg(to.x())
             .arg(to.y())
             .arg(static_cast<int>(modifiers)));
    const QPointer<QWidget> guard(place);
    QTest::mousePress(place, Qt::LeftButton, modifiers, from);
    for (int part = 1; part <= 4 && guard; ++part)
        QTest::mouseMove(place, from + (to - from) * part / 4);
    if (guard)
        QTest::mouseRelease(place, Qt::LeftButton, modifiers, to);
}

void Monkey::click()
{
    QWidget* place = randomPlace();
    if (place == nullptr)
        return;
    const QPoint at = randomPoint(*place);
    const bool isDouble = m_random.below(6) == 0;
    note(QStringLiteral("%1 %2,%3").arg(isDouble ? "double click" : "click").arg(at.x()).arg(at.y()));
    QTest::mouseMove(place, at);
    if (isDouble)
        QTest::mouseDClick(place, Qt::LeftButton, {}, at);
    else
        QTest::mouseClick(place, Qt::LeftButton,
                          m_random.below(5) == 0 ? Qt::ControlModifier : Qt::NoModifier, at);
}

void Monkey::wheel()
{
    QWidget* place = randomPlace();
    if (place == nullptr)
        return;
    const QPoint at = randomPoint(*place);
    const int turn = m_random.below(2) == 0 ? 120 : -120;
    note(QStringLiteral("wheel %1 at %2,%3").arg(turn).arg(at.x()).arg(at.y()));
    QWheelEvent event(at, place->mapToGlobal(QPointF(at)), {}, {0, turn}, Qt::NoButton,
                      m_random.below(2) == 0 ? Qt::ControlModifier : Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(place, &event);
}

void Monkey::pressKey()
{
    if (m_random.below(2) == 0) {
        const QKeySequence keys = m_keys[m_random.below(m_keys.size())];
        note(QStringLiteral("key ") + keys.toString());
        QTest::keySequence(&m_window, keys);
        return;
    }
    const Qt::Key key = kPlainKeys[m_random.below(std::size(kPlainKeys))];
    QWidget* target = QApplication::focusWidget() != nullptr ? QApplication::focusWidget() : &m_window;
    note(QStringLiteral("key ") + QKeySequence(key).toString());
    QTest::keyClick(target, key);
}

void Monkey::typeWord()
{
    auto* field = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    if (field == nullptr)
        return;
    const QString word = QStringLiteral("word %1").arg(m_random.below(5));
    note(QStringLiteral("type ") + word);
    QTest::keyClicks(field, word);
    if (m_random.below(2) == 0)
        QTest::keyClick(field, Qt::Key_Return);
}

void Monkey::pressButton()
{
    std::vector<QAbstractButton*> buttons;
    for (QAbstractButton* button : m_window.workspaces().findChildren<QAbstractButton*>())
        if (button->isVisible() && button->isEnabled() && !button->text().contains(QStringLiteral("…")) &&
            !button->text().startsWith(QStringLiteral("Import")) &&
            !button->text().startsWith(QStringLiteral("Go to")))
            buttons.push_back(button);
    if (buttons.empty())
        return;
    QAbstractButton* button = buttons[m_random.below(buttons.size())];
    note(QStringLiteral("button ") + (button->text().isEmpty() ? button->toolTip() : button->text()));
    QTest::mouseClick(button, Qt::LeftButton);
}

void Monkey::switchWorkspace()
{
    const bool isData = m_random.below(4) == 0;
    note(isData ? QStringLiteral("to Data") : QStringLiteral("to Label"));
    m_window.runAction(isData ? QStringLiteral("app.data") : QStringLiteral("app.label"));
}

void Monkey::act()
{
    // Out of a hundred.
    const std::uint64_t what = m_random.below(100);
    if (what < 35)
        drag();
    else if (what < 50)
        click();
    else if (what < 55)
        wheel();
    else if (what < 85)
        pressKey();
    else if (what < 90)
        typeWord();
    else if (what < 97)
        pressButton();
    else
        switchWorkspace();
    QTest::qWait(0);
}

} // namespace trainyard::test
