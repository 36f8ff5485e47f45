// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/actions.h"
#include "app/studio/application.h"
#include "app/studio/data_workspace.h"
#include "app/studio/main_window.h"
#include "app/studio/top_bar.h"
#include "app/studio/workspaces.h"
#include "core/project/window_lock.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/dialogs/command_palette.h"
#include "widgets/dialogs/keys_dialog.h"
#include "widgets/elements/notice.h"
#include "widgets/elements/toast.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/panels/label_panel.h"
#include "widgets/panels/split_panel.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QComboBox>
#include <QLineEdit>
#include <QListWidget>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabBar>
#include <QTest>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::widgets;

namespace {

/// What of a window's visible controls a screen reader could not name.
QStringList unnamedControls(QWidget* window)
{
    QStringList unnamed;
    for (QWidget* widget : window->findChildren<QWidget*>()) {
        const bool isControl = qobject_cast<QAbstractButton*>(widget) != nullptr ||
                               qobject_cast<QComboBox*>(widget) != nullptr ||
                               qobject_cast<QAbstractSpinBox*>(widget) != nullptr ||
                               qobject_cast<QAbstractItemView*>(widget) != nullptr ||
                               qobject_cast<QProgressBar*>(widget) != nullptr ||
                               qobject_cast<QTabBar*>(widget) != nullptr ||
                               (qobject_cast<QLineEdit*>(widget) != nullptr &&
                                qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) == nullptr) ||
                               (qobject_cast<QAbstractSlider*>(widget) != nullptr &&
                                qobject_cast<QScrollBar*>(widget) == nullptr);
        const bool isInside = qobject_cast<QComboBox*>(widget->parentWidget()) != nullptr ||
                              widget->objectName().startsWith(QLatin1String("qt_")) ||
                              QByteArray(widget->metaObject()->className()).startsWith("QComboBoxPrivate") ||
                              QByteArray(widget->metaObject()->className()) == "QLineEditIconButton" ||
                              QByteArray(widget->metaObject()->className()) == "QComboBoxListView" ||
                              QByteArray(widget->metaObject()->className()) == "QHeaderView" ||
                              QByteArray(widget->metaObject()->className()) == "QTableCornerButton";
        const auto* button = qobject_cast<QAbstractButton*>(widget);
        const bool hasText = button != nullptr && !button->text().isEmpty();
        if (isControl && !isInside && widget->isVisible() && widget->accessibleName().isEmpty() && !hasText)
            unnamed << QLatin1String(widget->metaObject()->className()) + QLatin1Char(' ') +
                           widget->objectName() + QStringLiteral(" in ") +
                           QLatin1String(widget->parentWidget()->metaObject()->className());
    }
    return unnamed;
}

} // namespace

/// The real window with real keys and clicks on a small project.
class MainWindowTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<Application> m_application;

    std::filesystem::path project() const { return m_folder->path() / "pets"; }
    MainWindow& window() const { return *m_application->mainWindow(); }
    Project& document() const { return window().session().document->project(); }
    template <typename Panel>
    Panel& panel() const
    {
        return *window().findChild<Panel*>();
    }
    void openSample(int count, int labelled)
    {
        test::makeSampleProject(project(), count, labelled);
        m_application = std::make_unique<Application>(test::builtPrograms());
        QVERIFY(test::openProjectIn(*m_application, project()));
        QVERIFY(m_application->mainWindow() != nullptr);
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        for (const auto& [name, folder] :
             {std::pair{"XDG_CONFIG_HOME", "config"}, std::pair{"XDG_STATE_HOME", "state"},
              std::pair{"XDG_RUNTIME_DIR", "run"}}) {
            std::filesystem::create_directories(*m_folder / folder);
            qputenv(name, QByteArray::fromStdString((*m_folder / folder).native()));
        }
    }
    void cleanup()
    {
        m_application.reset();
        m_folder.reset();
    }

    void workspacesAreBuiltWhenFirstOpened()
    {
        openSample(12, 5);
        QVERIFY(window().workspaces().built(Workspace::Data) != nullptr);
        for (int i = 1; i < kWorkspaceCount; ++i)
            QVERIFY(window().workspaces().built(static_cast<Workspace>(i)) == nullptr);
        for (int i = 0; i < kWorkspaceCount; ++i) {
            QTest::keyClick(&window(), static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
            QCOMPARE(window().workspaces().current(), static_cast<Workspace>(i));
            QVERIFY(window().workspaces().built(static_cast<Workspace>(i))->isVisible());
            const QStringList unnamed = unnamedControls(&window());
            QVERIFY2(unnamed.isEmpty(), unnamed.join(QStringLiteral("; ")).toUtf8());
        }
    }

    void theGalleryFilters()
    {
        openSample(12, 5);
        auto& gallery = panel<GalleryPanel>();
        QCOMPARE(gallery.gallery()->items().size(), std::size_t(12));
        QTest::keyClick(&window(), Qt::Key_F, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("0003"));
        QTRY_COMPARE(gallery.gallery()->items().size(), std::size_t(1));
        QTest::keyClick(&window(), Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(gallery.gallery()->items().size(), std::size_t(12));
        ItemFilter filter;
        filter.split = Split::Train;
        window().session().view.showItems(filter);
        QCOMPARE(gallery.gallery()->items().size(), std::size_t(3));
    }

    void aKeyGivesTheClassAndGoesOn()
    {
        openSample(6, 2);
        QTest::keyClick(&window(), Qt::Key_3, Qt::ControlModifier);
        auto& label = panel<LabelPanel>();
        QTest::keyClick(&window(), Qt::Key_N);
        const ItemId first = window().session().view.currentItem();
        QCOMPARE(first, document().columns()[2].id);
        QTest::keyClick(&window(), Qt::Key_1);
        QCOMPARE(document().column(first)->classId, std::int32_t(document().classByName("cat")->id));
        QCOMPARE(window().session().view.currentItem(), document().columns()[3].id);
        QCOMPARE(label.statusText(), QStringLiteral("Saving…"));
        QTRY_VERIFY(label.statusText().startsWith(QStringLiteral("Saved · revision")));
        QTest::keyClick(&window(), Qt::Key_2);
        QCOMPARE(document().columns()[3].classId, std::int32_t(document().classByName("dog")->id));

        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(document().columns()[3].classId, 0);
        QCOMPARE(window().session().view.currentItem(), document().columns()[3].id); // it shows what it undid
        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(document().columns()[3].classId, std::int32_t(document().classByName("dog")->id));
        QTest::keyClick(&window(), Qt::Key_Left);
        QCOMPARE(window().session().view.currentItem(), document().columns()[2].id);
    }

    void digitsInAFieldAreText()
    {
        openSample(4, 0);
        QTest::keyClick(&window(), Qt::Key_3, Qt::ControlModifier);
        QTest::keyClick(&window(), Qt::Key_E, Qt::ControlModifier);
        auto* field = qobject_cast<QLineEdit*>(QApplication::focusWidget());
        QVERIFY(field != nullptr);
        QTest::keyClicks(field, QStringLiteral("bird 1"));
        QCOMPARE(field->text(), QStringLiteral("bird 1"));
        for (const ItemColumns& item : document().columns())
            QCOMPARE(item.classId, 0);
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(document().classByName("bird 1") != nullptr);
        QCOMPARE(document().classByName("bird 1")->key, std::string("3"));
    }

    void splitNow()
    {
        openSample(40, 0);
        window().runAction(QStringLiteral("data.split"));
        auto& split = panel<SplitPanel>();
        QVERIFY(split.isVisible());
        QPushButton* apply = nullptr;
        for (QPushButton* button : split.findChildren<QPushButton*>())
            if (button->text() == QStringLiteral("Split now"))
                apply = button;
        QVERIFY(apply != nullptr && apply->isEnabled());
        QTest::mouseClick(apply, Qt::LeftButton);
        std::int64_t counts[4] = {};
        for (const ItemColumns& item : document().columns())
            ++counts[static_cast<int>(item.split)];
        QCOMPARE(counts[0], 0);
        QCOMPARE(counts[1], 32);
        QCOMPARE(counts[2], 4);
        QCOMPARE(counts[3], 4);
        QVERIFY(!split.isVisible());
    }

    void thePaletteFindsAndRuns()
    {
        openSample(4, 0);
        QTest::keyClick(&window(), Qt::Key_K, Qt::ControlModifier);
        auto* palette = window().findChild<CommandPalette*>();
        QVERIFY(palette != nullptr);
        QTest::keyClicks(palette->field(), QStringLiteral("go mod"));
        QCOMPARE(palette->list()->count(), 1);
        QTest::keyClick(palette->field(), Qt::Key_Return);
        QCOMPARE(window().workspaces().current(), Workspace::Models);
    }

    void keysCanBeChanged()
    {
        openSample(4, 0);
        QTest::keyClick(&window(), Qt::Key_F1);
        auto* keys = window().findChild<KeysDialog*>();
        QVERIFY(keys != nullptr);
        QVERIFY(!keys->setShortcut(QStringLiteral("app.data"), QKeySequence(Qt::CTRL | Qt::Key_K)));
        QVERIFY(keys->message().contains(QStringLiteral("belongs to")));
        QVERIFY(keys->setShortcut(QStringLiteral("app.models"), QKeySequence(Qt::CTRL | Qt::Key_M)));
        keys->close();
        window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        QTest::keyClick(&window(), Qt::Key_M, Qt::ControlModifier);
        QCOMPARE(window().workspaces().current(), Workspace::Models);
    }

    void aSecondWindowIsReadOnlyAndSaysWho()
    {
        openSample(4, 0);
        auto second = Session::open(openProjectFiles(project()), test::builtPrograms());
        QVERIFY(second.has_value());
        QVERIFY((*second)->document->isReadOnly());
        QVERIFY2((*second)->document->readOnlyReason().contains(QString::fromStdString(thisWindow().user)),
                 (*second)->document->readOnlyReason().toUtf8());
    }

    void movedPicturesAreSaid()
    {
        openSample(4, 0);
        for (Notice* notice : window().findChildren<Notice*>())
            QVERIFY(!notice->isVisible());
        m_application.reset();
        std::filesystem::rename(project() / "pictures", *m_folder / "elsewhere");
        m_application = std::make_unique<Application>(test::builtPrograms());
        QVERIFY(test::openProjectIn(*m_application, project()));
        QStringList said;
        for (Notice* notice : window().findChildren<Notice*>())
            if (notice->isVisible())
                said << notice->sentence() + QLatin1Char('|') + notice->button()->text();
        QCOMPARE(said.size(), 1);
        QVERIFY2(said[0].contains(QStringLiteral("pictures")) &&
                     said[0].endsWith(QStringLiteral("|Locate folder…")),
                 said[0].toUtf8());
        // The button leads back.
        test::answerFolderDialog(*m_folder / "elsewhere");
        QVERIFY(test::press(window(), QStringLiteral("Locate folder")));
        for (Notice* notice : window().findChildren<Notice*>())
            QVERIFY(!notice->isVisible());
        QVERIFY2(window().findChild<Toast*>()->text().startsWith(QStringLiteral("4 pictures found")),
                 window().findChild<Toast*>()->text().toUtf8());
        Project& opened = window().session().document->project();
        const auto item = opened.item(opened.columns()[0].id);
        QVERIFY(item.has_value());
        QVERIFY(std::filesystem::exists(opened.itemPath(*item)));
    }

    void theThemeIsRemembered()
    {
        openSample(2, 0);
        const QColor before = window().palette().color(QPalette::Window);
        QTest::keyClick(&window(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
        const QColor after = window().palette().color(QPalette::Window);
        QVERIFY(std::abs(before.lightness() - after.lightness()) > 100);
        QVERIFY(Preferences().themeMode() != Theme::Mode::System);
    }
};

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
