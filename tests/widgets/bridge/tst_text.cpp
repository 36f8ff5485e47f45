// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/text.h"

#include <QDir>
#include <QLocale>
#include <QTest>

using namespace trainyard::widgets;

/// How bytes, numbers and times are worded.
class TextTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QLocale::setDefault(QLocale::c()); }

    void bytesThatCouldHarmAreEscaped()
    {
        QCOMPARE(shown("a\nb"), QStringLiteral("a\\x0Ab"));
        QCOMPARE(shown("\xff"), QStringLiteral("\\xFF"));
        QCOMPARE(shown("Zürich"), QStringLiteral("Zürich"));
    }

    void durations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("seconds") << 12.4 << "12 s";
        QTest::newRow("minutes and seconds") << 200.0 << "3 min 20 s";
        QTest::newRow("minutes") << 1000.0 << "17 min";
        QTest::newRow("hours") << 7500.0 << "2 h 5 min";
        QTest::newRow("below zero") << -3.0 << "0 s";
    }
    void durations()
    {
        QFETCH(double, seconds);
        QTEST(durationText(seconds), "text");
    }

    void commandsCanBePastedIntoAShell()
    {
        QCOMPARE(shellCommand({"trainyard", "import", "/tmp/my pictures", "--copy"}),
                 QStringLiteral("trainyard import '/tmp/my pictures' --copy"));
        QCOMPARE(shellCommand({"a'b"}), QStringLiteral("'a'\\''b'"));
        QCOMPARE(shellCommand({""}), QStringLiteral("''"));
        QCOMPARE(shellCommand({"$HOME"}), QStringLiteral("'$HOME'"));
    }

    void longPathsLoseTheirMiddle()
    {
        const std::filesystem::path home = toPath(QDir::homePath());
        QCOMPARE(shortPath(home / "x"), QStringLiteral("~/x"));
        const QString text = shortPath("/" + std::string(200, 'a') + "/end", 40);
        QCOMPARE(text.size(), qsizetype(40));
        QVERIFY(text.endsWith(QStringLiteral("/end")));
    }

    void shares() { QCOMPARE(percentText(0.9234), QStringLiteral("92.3 %")); }
};

QTEST_GUILESS_MAIN(TextTest)
#include "tst_text.moc"
