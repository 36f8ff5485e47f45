// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

class QTimer;

namespace trainyard::widgets {

/// One sentence that appears over the lower edge of its window for four seconds. GUI thread.
class Toast : public QLabel
{
    Q_OBJECT
public:
    explicit Toast(QWidget* window);

    /// What it must not cover while that can be seen.
    void keepAbove(const QWidget* bar) { m_bar = bar; }
    void say(const QString& sentence);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();

    const QWidget* m_bar = nullptr;
    QTimer* m_timer;
};

} // namespace trainyard::widgets
