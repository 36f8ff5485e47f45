// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEvent>
#include <QObject>
#include <QPointer>
#include <deque>
#include <functional>
#include <memory>

class QWidget;

namespace trainyard::studio {

/// Keeps what mouse and keyboard do to a window and its dialogs while something goes on that they must not
/// meet, and does it afterwards in the same order. The window goes on painting, and the mouse may move over
/// it. GUI thread; the window must outlive it.
class HeldInput : public QObject
{
    Q_OBJECT
public:
    explicit HeldInput(QWidget& window);

    void hold();
    /// Does what was kept, as far as none of it calls hold() again; then the rest stays kept.
    void release();
    [[nodiscard]] bool isHolding() const { return m_isHolding; }
    void keep(std::function<void()> action); ///< what a shortcut or a menu asked for, in its turn

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Kept
    {
        QPointer<QObject> target;
        std::unique_ptr<QEvent> event; ///< null: `action` instead
        std::function<void()> action;
    };
    [[nodiscard]] bool isOurs(QObject* watched) const;

    QWidget& m_window;
    std::deque<Kept> m_kept;
    bool m_isHolding = false;
};

} // namespace trainyard::studio
