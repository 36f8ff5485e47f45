// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/application.h"
#include "app/studio/main_window.h"
#include "core/project/edits.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/elements/review_bar.h"
#include "widgets/elements/suggestion_bar.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/panels/label_panel.h"
#include "widgets/views/annotation_canvas.h"
#include "widgets/views/gallery_view.h"
#include "widgets/views/tools/tool.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::test;
using namespace trainyard::widgets;

/// What a model suggests and what a reviewer says, in the real window with the real worker, by keys.
class LabelAssistTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Application> m_application;

    MainWindow& window() const { return *m_application->mainWindow(); }
    ProjectDocument& document() const { return *window().session().document; }
    Suggestions& suggestions() const { return *window().session().suggestions; }
    ItemId item(std::size_t place) const { return document().project().columns()[place].id; }
    ClassId classOf(std::size_t place) const { return document().project().column(item(place))->classId; }
    std::vector<Annotation> annotations(std::size_t place) const
    {
        return *document().project().annotations(item(place));
    }
    LabelPanel& panel() const { return *window().findChild<LabelPanel*>(); }
    void show(std::size_t place)
    {
        window().session().view.setCurrentItem(item(place));
        panel().canvas()->setFocus();
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(panel().canvas(), key, modifiers);
    }

    void openWindow()
    {
        QVERIFY(openProjectIn(*m_application, m_folder->path() / "pets"));
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        window().runAction(QStringLiteral("app.label"));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        makeUser(m_folder->path());
        makeSampleProject(m_folder->path() / "pets", 8, 4);
        m_application = std::make_unique<Application>(builtPrograms());
    }
    void cleanup()
    {
        m_application.reset();
        m_folder.reset();
    }
    void suggestedClasses()
    {
        openWindow();
        if (QTest::currentTestFailed())
            return;
        for (std::size_t place = 4; place < 8; ++place)
            QTRY_VERIFY_WITH_TIMEOUT(suggestions().suggestion(item(place)).has_value(), kJobMs);
        show(4);
        const Suggestion first = *suggestions().suggestion(item(4));
        QTRY_VERIFY(button(*window().findChild<SuggestionBar*>(), QStringLiteral("Accept")) != nullptr);
        key(Qt::Key_A);
        QCOMPARE(classOf(4), first.classId);
        QCOMPARE(annotations(4).size(), std::size_t(1));
        QVERIFY(annotations(4)[0].source == AnnotationSource::Model && annotations(4)[0].isReviewed);
        QCOMPARE(annotations(4)[0].sourceName, suggestions().model());
        QCOMPARE(window().session().view.currentItem(), item(5)); // the next one without a class
        key(Qt::Key_W, Qt::ShiftModifier);
        QVERIFY(!suggestions().suggestion(item(5)));

        // A page of the gallery with one key, as one step of the undo; the wrong one was picked out.
        window().runAction(QStringLiteral("app.data"));
        auto* gallery = window().findChild<GalleryPanel*>()->gallery();
        gallery->setFocus();
        QTRY_COMPARE(gallery->visibleItems().size(), std::size_t(8));
        QTest::keyClick(gallery, Qt::Key_A);
        QVERIFY(classOf(6) != 0 && classOf(7) != 0);
        QCOMPARE(classOf(5), ClassId(0));
        window().runAction(QStringLiteral("app.undo"));
        QTRY_VERIFY(classOf(6) == 0 && classOf(7) == 0);
        QVERIFY(classOf(4) != 0);
    }

    void suggestedShapes()
    {
        {
            auto project =
                std::move(*Project::open(m_folder->path() / "pets", Project::OpenMode::ReadOnly, "test"));
            const ItemColumns& columns = project->columns()[0];
            ShapeSuggestionStore store(m_folder->path() / "pets");
            QVERIFY(store.replace("net",
                                  {{columns.id, columns.contentHash, "cat", Box{2, 2, 10, 8}, 0.9, "net"},
                                   {columns.id, columns.contentHash, "eye", Vertex{20, 12}, 0.8, "net"},
                                   {columns.id, columns.contentHash, "dog", Box{5, 5, 6, 6}, 0.2, "net"}}));
        }
        openWindow();
        if (QTest::currentTestFailed())
            return;
        show(0);
        const CanvasContents& contents = panel().canvas()->contents();
        QTRY_COMPARE_WITH_TIMEOUT(window().session().shapeSuggestions->suggestions(item(0)).size(),
                                  std::size_t(2), 10'000);
        QVERIFY(contents.suggestedAt({7, 6}).has_value());
        QVERIFY(!contents.suggestedAt({40, 28}).has_value());
        key(Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(annotations(0).size(), std::size_t(2));
        for (const Annotation& annotation : annotations(0))
            QVERIFY(annotation.source == AnnotationSource::Model && annotation.sourceName == "net");
        QVERIFY(!contents.suggestedAt({7, 6}).has_value()); // it is a shape now
        window().runAction(QStringLiteral("app.undo"));
        QTRY_VERIFY(annotations(0).empty());
        QVERIFY(contents.suggestedAt({7, 6}).has_value());
        window().session().shapeSuggestions->setThreshold(0.1);
        QCOMPARE(window().session().shapeSuggestions->suggestions(item(0)).size(), std::size_t(3));
    }

    /// An order that the worker makes comes a little later; by then another queue may have been chosen.
    void aQueueChosenSinceStays()
    {
        openWindow();
        if (QTest::currentTestFailed())
            return;
        for (std::size_t place = 4; place < 8; ++place)
            QTRY_VERIFY_WITH_TIMEOUT(suggestions().suggestion(item(place)).has_value(), kJobMs);
        auto* queues = test::named<QComboBox>(panel(), QStringLiteral("Which pictures to go through"));
        QVERIFY(queues != nullptr);
        const auto says = [&](const QString& place) {
            for (const QLabel* label : panel().findChildren<QLabel*>())
                if (label->text() == place)
                    return true;
            return false;
        };
        QVERIFY(says(QStringLiteral("1 of 8")));
        queues->setCurrentIndex(queues->count() - 1);
        QTRY_VERIFY(says(QStringLiteral("1 of 4"))); // those that have no class
        queues->setCurrentIndex(0);
        QVERIFY(!says(QStringLiteral("1 of 4")));
        queues->setCurrentIndex(queues->count() - 1); // the answer comes when it is not wanted any more
        queues->setCurrentIndex(0);
        show(2);
        QSignalSpy answered(&suggestions(), &Suggestions::listChanged);
        const ItemId labelled = item(7); // which asks for suggestions, answered after the order
        QVERIFY(document()
                    .apply(makeSetClass(document().project(), std::span(&labelled, 1), classOf(0)))
                    .has_value());
        QTRY_VERIFY_WITH_TIMEOUT(!answered.isEmpty(), kJobMs);
        QVERIFY(says(QStringLiteral("3 of 8")));
        QCOMPARE(window().session().view.currentItem(), item(2));

        // Nor does it take away what is being drawn.
        panel().canvas()->setTool(QStringLiteral("polygon"));
        queues->setCurrentIndex(queues->count() - 1);
        QTest::mouseClick(panel().canvas(), Qt::LeftButton, {}, panel().canvas()->rect().center());
        QVERIFY(panel().canvas()->tool()->isDrafting());
        QTRY_VERIFY(says(QStringLiteral("1 of 4")));
        QVERIFY(panel().canvas()->tool()->isDrafting());
        QCOMPARE(window().session().view.currentItem(), item(2));
        panel().canvas()->setTool(QStringLiteral("select"));
        queues->setCurrentIndex(0);

        // What failed is said until suggestions come again.
        emit suggestions().failed(QStringLiteral("The worker is ill."), {});
        QVERIFY(says(QStringLiteral("The worker is ill.")));
        emit suggestions().progressChanged();
        QVERIFY(says(QStringLiteral("The worker is ill.")));
        QVERIFY(document().undo().has_value());
        QTRY_VERIFY_WITH_TIMEOUT(!says(QStringLiteral("The worker is ill.")), kJobMs);
    }

    void review()
    {
        openWindow();
        if (QTest::currentTestFailed())
            return;
        show(0);
        key(Qt::Key_R, Qt::ControlModifier);
        const auto state = [this](std::size_t place) {
            return document().project().column(item(place))->reviewState;
        };
        QVERIFY(state(0) == ReviewState::Reviewed);
        key(Qt::Key_N, Qt::ShiftModifier);
        QCOMPARE(window().session().view.currentItem(), item(1));
        key(Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier); // asks for a reason first
        QVERIFY(state(1) == ReviewState::Labelled);
        auto* comment = window().findChild<ReviewBar*>()->findChild<QLineEdit*>();
        fill(*comment, QStringLiteral("a dog"));
        panel().canvas()->setFocus();
        key(Qt::Key_R, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(state(1) == ReviewState::Rejected);
        QCOMPARE(document().project().item(item(1))->reviewComment, std::string("a dog"));
        // Who changes a reviewed picture asks for another look.
        show(0);
        key(Qt::Key_2);
        QVERIFY(state(0) == ReviewState::Labelled);
    }
};

QTEST_MAIN(LabelAssistTest)
#include "tst_label_assist.moc"
