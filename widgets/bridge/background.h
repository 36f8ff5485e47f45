// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <memory>
#include <utility>

namespace trainyard::widgets {

/// The threads of runInBackground(). Not Qt's global pool: Qt paints on that one, so work that fills it would
/// keep the window from being painted. The program's end waits for what runs here.
QThreadPool& backgroundPool();

/// Runs `work` on a thread of a pool, then `done` with its value on the GUI thread, unless `context` is gone
/// by then. `work` must own or share everything that it touches.
template <typename Work, typename Done>
void runInBackground(QThreadPool& pool, QObject* context, Work work, Done done)
{
    pool.start(
        [guard = QPointer<QObject>(context), work = std::move(work), done = std::move(done)]() mutable {
            auto value = std::make_shared<decltype(work())>(work());
            QMetaObject::invokeMethod(
                QCoreApplication::instance(),
                [guard, value, done = std::move(done)]() mutable {
                    if (guard)
                        done(std::move(*value));
                },
                Qt::QueuedConnection);
        });
}

/// The same on the background pool.
template <typename Work, typename Done>
void runInBackground(QObject* context, Work work, Done done)
{
    runInBackground(backgroundPool(), context, std::move(work), std::move(done));
}

} // namespace trainyard::widgets
