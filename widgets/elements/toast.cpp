// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/toast.h"

#include <QEvent>
#include <QTimer>

namespace trainyard::widgets {

namespace {

constexpr int kShownMs = 4000;
constexpr int kDistance = 24;

} // namespace

Toast::Toast(QWidget* window) : QLabel(window), m_timer(new QTimer(this))
{
    setObjectName(QStringLiteral("toast"));
    setTextFormat(Qt::PlainText);
    hide();
    m_timer->setSingleShot(true);
    connect(m_timer, &QTimer::timeout, this, &QLabel::hide);
    window->installEventFilter(this);
}

void Toast::say(const QString& sentence)
{
    setText(sentence);
    adjustSize();
    place();
    show();
    raise();
    m_timer->start(kShownMs);
}

void Toast::place()
{
    const QWidget* window = parentWidget();
    const int bottom =
        window->height() - (m_bar != nullptr && m_bar->isVisible() ? m_bar->height() : 0) - kDistance;
    move((window->width() - width()) / 2, bottom - height());
}

bool Toast::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QLabel::eventFilter(watched, event);
}

} // namespace trainyard::widgets
