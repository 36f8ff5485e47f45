// SPDX-License-Identifier: GPL-3.0-or-later
// The anchor for the studio's first paint: an empty Qt window that links nothing else. Prints "first paint N
// ms".
#include "tests/bench/process_age.h"

#include <QApplication>
#include <QEvent>
#include <QMainWindow>
#include <cstdio>

namespace {

class FirstPaint : public QObject
{
public:
    bool eventFilter(QObject*, QEvent* event) override
    {
        isSeen = isSeen || event->type() == QEvent::Paint;
        return false;
    }
    bool isSeen = false;
};

} // namespace

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    QMainWindow window;
    FirstPaint paint;
    window.installEventFilter(&paint);
    window.resize(1280, 800);
    window.show();
    while (!paint.isSeen)
        QCoreApplication::processEvents();
    std::printf("first paint %.1f ms after the process began\n", trainyard::test::sinceStart());
}
