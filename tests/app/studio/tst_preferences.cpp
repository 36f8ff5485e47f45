// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/actions.h"
#include "app/studio/application.h"
#include "app/studio/preferences.h"
#include "tests/support/test_folders.h"

#include <QSet>
#include <QTest>

using namespace trainyard;
using namespace trainyard::studio;

/// What is kept per user, and the table of actions.
class PreferencesTest : public QObject
{
    Q_OBJECT
private:
    test::TemporaryFolder m_folder;

private slots:
    void initTestCase()
    {
        qputenv("XDG_CONFIG_HOME", QByteArray::fromStdString((m_folder / "config").native()));
        qputenv("XDG_STATE_HOME", QByteArray::fromStdString((m_folder / "state").native()));
    }

    void ownKeysOutliveTheProgram()
    {
        Preferences first;
        QCOMPARE(first.shortcut(QStringLiteral("label.next")), QKeySequence(Qt::Key_Right));
        first.setShortcut(QStringLiteral("label.next"), QKeySequence(Qt::Key_Space));
        Preferences second;
        QCOMPARE(second.shortcut(QStringLiteral("label.next")), QKeySequence(Qt::Key_Space));
        QCOMPARE(test::readTestFile(m_folder / "config" / "trainyard" / "keys.json"),
                 std::string("{\n  \"label.next\": \"Space\"\n}\n"));
        second.setShortcut(QStringLiteral("label.next"), QKeySequence(Qt::Key_Right)); // the preset again
        QCOMPARE(test::readTestFile(m_folder / "config" / "trainyard" / "keys.json"), std::string("{}\n"));
    }

    void noKeyIsAChoiceToo()
    {
        Preferences first;
        first.setShortcut(QStringLiteral("app.keys"), {});
        QVERIFY(Preferences().shortcut(QStringLiteral("app.keys")).isEmpty());
        first.setShortcut(QStringLiteral("app.keys"), QKeySequence(Qt::Key_F1));
    }

    void recentProjectsKeepTheirBytes()
    {
        const std::filesystem::path odd = m_folder / "p\xff";
        for (const auto& folder : {odd, m_folder / "b"})
            test::writeTestFile(folder / "project.trainyard", "x");
        Preferences preferences;
        preferences.addRecent(odd);
        preferences.addRecent(m_folder / "b");
        preferences.addRecent(odd);
        QCOMPARE(Preferences().recentProjects(), (std::vector<std::filesystem::path>{odd, m_folder / "b"}));
        std::filesystem::remove_all(odd);
        QCOMPARE(Preferences().recentProjects(), (std::vector<std::filesystem::path>{m_folder / "b"}));
    }

    void damagedFilesCountAsEmpty()
    {
        test::writeTestFile(m_folder / "config" / "trainyard" / "preferences.json", "{\"theme\": [");
        test::writeTestFile(m_folder / "config" / "trainyard" / "keys.json", "[]");
        const Preferences preferences;
        QCOMPARE(preferences.themeMode(), widgets::Theme::Mode::System);
        QCOMPARE(preferences.shortcut(QStringLiteral("app.undo")), QKeySequence(Qt::CTRL | Qt::Key_Z));
    }

    void relativeFoldersAreIgnored()
    {
        const QByteArray kept = qgetenv("XDG_CONFIG_HOME");
        qputenv("XDG_CONFIG_HOME", "relative/place");
        QVERIFY(configFolder().is_absolute());
        qputenv("XDG_CONFIG_HOME", kept);
    }

    void theTableHasNoClashes()
    {
        QSet<QString> keys;
        QSet<QString> shortcuts;
        for (const ActionSpec& action : actionTable()) {
            QVERIFY2(!keys.contains(QLatin1String(action.key)), action.key);
            keys.insert(QLatin1String(action.key));
            QVERIFY2(!actionText(action).isEmpty(), action.key);
            if (*action.shortcut == '\0')
                continue;
            QVERIFY2(!QKeySequence::fromString(QLatin1String(action.shortcut)).isEmpty(), action.shortcut);
            const QString place = workspaceName(action.where);
            QVERIFY2(!shortcuts.contains(place + QLatin1String(action.shortcut)), action.shortcut);
            shortcuts.insert(place + QLatin1String(action.shortcut));
            if (action.where) {
                QVERIFY2(!shortcuts.contains(workspaceName(std::nullopt) + QLatin1String(action.shortcut)),
                         action.shortcut);
            }
        }
        QCOMPARE(keys.size(), qsizetype(actionTable().size()));
    }

    void aDisplayIsNeeded()
    {
        const QByteArray kept = qgetenv("QT_QPA_PLATFORM");
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            qunsetenv(name);
        QVERIFY(!hasDisplay());
        qputenv("WAYLAND_DISPLAY", "wayland-0");
        QVERIFY(hasDisplay());
        qunsetenv("WAYLAND_DISPLAY");
        qputenv("QT_QPA_PLATFORM", kept);
        QVERIFY(hasDisplay());
    }
};

QTEST_MAIN(PreferencesTest)
#include "tst_preferences.moc"
