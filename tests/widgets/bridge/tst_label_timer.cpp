// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_folders.h"
#include "widgets/bridge/label_timer.h"

#include <QFile>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;
using namespace std::chrono_literals;

class TestLabelTimer : public QObject
{
    Q_OBJECT
private slots:
    void countsWorkAndNotRest()
    {
        const test::TemporaryFolder folder;
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString((folder / "state").native()));
        const std::filesystem::path project = folder / "pets";
        std::filesystem::create_directories(project);
        std::chrono::milliseconds now = 1000s;
        const LabelTimer::Clock clock = [&now] { return now; };
        std::filesystem::path file;
        {
            LabelTimer timer(project, clock, "2026-11-24");
            file = timer.file();
            QCOMPARE(timer.line("box"), QString());
            QCOMPARE(timer.dayLine(), QString());
            QCOMPARE(timer.dayDetails(), QString());
            timer.gesture();
            now += 3s;
            timer.gesture();
            now += 1s;
            timer.labelled("box"); // 4 s
            QCOMPARE(timer.secondsPerLabel("box"), 4.0);
            QCOMPARE(timer.dayLine(), QString("1 label, 4.0 s"));
            now += 31s; // rest
            timer.gesture();
            now += 2s;
            timer.labelled("box"); // 2 s
            QCOMPARE(timer.labelsToday("box"), 2);
            QCOMPARE(timer.secondsPerLabel("box"), 3.0);
            now += 30s; // just not rest
            timer.labelled("class");
            QCOMPARE(timer.secondsPerLabel("class"), 30.0);
            QCOMPARE(timer.line("box"), QString("3.0 s a box, 2 today"));
            QCOMPARE(timer.dayLine(), QString("3 labels, 12.0 s each")); // 4 + 2 + 30 seconds
            QCOMPARE(timer.dayDetails(), QString("3.0 s a box, 2 today\n30.0 s a class, 1 today"));
        }
        QVERIFY(file.native().starts_with((folder / "state/trainyard").native()));
        QVERIFY(std::filesystem::is_empty(project)); // nothing of it lies in the project
        LabelTimer again(project, clock, "2026-11-24");
        QCOMPARE(again.labelsToday("box"), 2);
        QCOMPARE(again.secondsPerLabel("box"), 3.0);
        LabelTimer tomorrow(project, clock, "2026-11-25");
        QCOMPARE(tomorrow.labelsToday("box"), 0);
        LabelTimer other(folder / "birds", clock, "2026-11-24");
        QCOMPARE(other.labelsToday("box"), 0);
    }

    void aBrokenFileIsNoFigures()
    {
        const test::TemporaryFolder folder;
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString((folder / "state").native()));
        std::filesystem::path file;
        {
            LabelTimer timer(
                folder / "p", [] { return 0ms; }, "2026-11-24");
            timer.labelled("box");
            file = timer.file();
        }
        for (const char* bytes :
             {"{", "[]", "{\"days\":{\"2026-11-24\":3}}",
              "{\"days\":{\"2026-11-24\":{\"box\":{\"labels\":\"x\",\"seconds\":-1}}}}"}) {
            QFile broken(QString::fromStdString(file.string()));
            QVERIFY(broken.open(QIODevice::WriteOnly));
            broken.write(bytes);
            broken.close();
            LabelTimer timer(
                folder / "p", [] { return 0ms; }, "2026-11-24");
            QCOMPARE(timer.labelsToday("box"), 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestLabelTimer)
#include "tst_label_timer.moc"
