// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/main_window.h"
#include "core/base/random.h"

#include <QKeySequence>
#include <QTimer>
#include <deque>
#include <vector>

namespace trainyard::test {

/// Random mouse and keys in the Data and Label workspaces of a real window: drags, clicks, wheels, every key
/// of the actions table that stays within the project, typed words, buttons, undo and redo. The same seed
/// gives the same order of events.
///
/// Dialogs and menus that come up are closed again. GUI thread.
class Monkey
{
public:
    Monkey(studio::MainWindow& window, std::uint64_t seed);

    void act(); ///< one event, handled before it returns
    [[nodiscard]] QStringList lastEvents() const { return {m_events.begin(), m_events.end()}; }

private:
    void note(const QString& event);
    void closeStrayWindows();
    [[nodiscard]] QWidget* randomPlace();
    [[nodiscard]] QPoint randomPoint(const QWidget& widget);
    void drag();
    void click();
    void wheel();
    void pressKey();
    void typeWord();
    void pressButton();
    void switchWorkspace();

    studio::MainWindow& m_window;
    CounterRandom m_random;
    std::vector<QKeySequence> m_keys;
    std::deque<QString> m_events;
    QTimer m_strayWindows;
};

} // namespace trainyard::test
