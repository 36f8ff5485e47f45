// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/workspaces.h"
#include "core/project/opinions.h"
#include "tests/app/studio/label_fixture.h"
#include "tests/app/studio/studio_driver.h"
#include "widgets/dialogs/person_dialog.h"
#include "widgets/elements/opinion_bar.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/views/class_list.h"
#include "widgets/views/gallery_view.h"

#include <QLineEdit>
#include <QListWidget>
#include <QTest>

using namespace trainyard;
using namespace trainyard::test;
using namespace trainyard::widgets;

/// A second person labels in the window without seeing what the first one said, with real keys and mouse.
class TestSecondOpinion : public QObject
{
    Q_OBJECT
private:
    LabelFixture m_window;

    OpinionBar& bar() const { return *m_window.panel().findChild<OpinionBar*>(); }
    std::vector<Annotation> of(const std::string& person, ItemId item) const
    {
        auto annotations = *m_window.project().annotations(item);
        std::erase_if(annotations, [&](const Annotation& one) { return opinionOf(one) != person; });
        return annotations;
    }
    ClassId markedClass() const
    {
        const auto chosen =
            m_window.panel().findChild<ClassList*>()->findChild<QListWidget*>()->selectedItems();
        return chosen.isEmpty() ? 0 : chosen.first()->data(Qt::UserRole).toLongLong();
    }
    void begin(const QString& name)
    {
        m_window.key(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        auto* dialog = m_window.panel().findChild<PersonDialog*>();
        QVERIFY(dialog != nullptr && dialog->isVisible());
        QTest::keyClicks(dialog->field(), name);
        QTest::keyClick(dialog->field(), Qt::Key_Return);
        QTRY_VERIFY(bar().isVisible());
        QVERIFY(QTest::qWaitForWindowActive(&m_window.window()));
        m_window.canvas().setFocus();
    }
    void end()
    {
        QVERIFY(press(bar(), QStringLiteral("End")));
        QTRY_VERIFY(!bar().isVisible());
        m_window.canvas().setFocus();
    }

private slots:
    void init() { m_window.open(); }
    void cleanup() { m_window.close(); }

    void classesOfPictures()
    {
        const ItemId first = m_window.item();
        const ClassId cat = m_window.classId("cat");
        const ClassId dog = m_window.classId("dog");
        m_window.tool("select");
        m_window.key(Qt::Key_1); // goes on to the next picture
        QTRY_VERIFY(m_window.item() != first);
        m_window.key(Qt::Key_Left);
        QTRY_COMPARE(m_window.item(), first);
        QCOMPARE(markedClass(), cat);
        const auto own = of("", first);
        QCOMPARE(own.size(), std::size_t(1));

        begin(QStringLiteral("Ann"));
        QVERIFY2(bar().sentence().contains(QLatin1String("Ann")), qPrintable(bar().sentence()));
        QCOMPARE(m_window.item(), first);
        QCOMPARE(markedClass(), ClassId(0));          // it says nothing of the cat
        m_window.key(Qt::Key_Z, Qt::ControlModifier); // the first person's work is not Ann's to take back
        QVERIFY(of("", first) == own);
        m_window.key(Qt::Key_2);
        QTRY_VERIFY(m_window.item() != first); // on to the next that Ann did not label
        QVERIFY(of("", first) == own);
        QCOMPARE(of("Ann", first).size(), std::size_t(1));
        QCOMPARE(of("Ann", first)[0].classId, dog);
        QCOMPARE(m_window.project().column(first)->classId, static_cast<std::int32_t>(cat));
        m_window.key(Qt::Key_Z, Qt::ControlModifier);
        QTRY_VERIFY(of("Ann", first).empty());
        QTRY_COMPARE(m_window.item(), first);
        m_window.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(of("", first) == own);
        m_window.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_COMPARE(of("Ann", first).size(), std::size_t(1));
        QTRY_COMPARE(markedClass(), dog);
        m_window.key(Qt::Key_N); // the next one that Ann did not label, not this one
        QVERIFY(m_window.item() != first);

        end();
        m_window.window().session().view.setCurrentItem(first);
        QTRY_COMPARE(markedClass(), cat);
        QVERIFY(of("", first) == own);
        QCOMPARE(of("Ann", first).size(), std::size_t(1));
    }

    void shapes()
    {
        const ItemId item = m_window.item();
        Annotation box = LabelFixture::made(Box{4, 4, 12, 10}, m_window.classId("cat"));
        m_window.put({box});
        const auto own = of("", item);
        const ReviewState state = m_window.project().column(item)->reviewState;
        QTRY_COMPARE(m_window.contents().shapes().size(), std::size_t(1));

        begin(QStringLiteral("Ann"));
        QVERIFY(m_window.contents().shapes().empty());
        m_window.tool("box");
        m_window.key(Qt::Key_2);
        m_window.drag(20, 6, 40, 20);
        m_window.drag(6, 6, 12, 12);
        QCOMPARE(of("Ann", item).size(), std::size_t(2));
        for (const Annotation& annotation : of("Ann", item)) {
            QCOMPARE(annotation.classId, m_window.classId("dog"));
            QVERIFY(annotation.source == AnnotationSource::Person);
        }
        QCOMPARE(m_window.contents().shapes().size(), std::size_t(2));
        m_window.key(Qt::Key_A, Qt::ControlModifier);
        m_window.key(Qt::Key_1); // the class of all that can be selected
        for (const Annotation& annotation : of("Ann", item))
            QCOMPARE(annotation.classId, m_window.classId("cat"));
        m_window.key(Qt::Key_Delete);
        QVERIFY(of("Ann", item).empty());
        QVERIFY(of("", item) == own);
        m_window.undo();
        QCOMPARE(of("Ann", item).size(), std::size_t(2));
        QVERIFY(m_window.project().column(item)->reviewState == state);
        m_window.key(Qt::Key_R, Qt::ControlModifier); // no review by who sees no labels
        QVERIFY(m_window.project().column(item)->reviewState == state);

        end();
        QTRY_COMPARE(m_window.contents().shapes().size(), std::size_t(1));
        QCOMPARE(m_window.contents().shapes()[0].id, own[0].id);
        QVERIFY(of("", item) == own);
        QCOMPARE(of("Ann", item).size(), std::size_t(2));
        const auto people = itemsWithOpinions(m_window.project().folder());
        QVERIFY(people && people->size() == 1 && people->at("Ann") == std::vector<ItemId>{item});
    }

    void theGalleryTellsNothing()
    {
        const ItemId item = m_window.item();
        m_window.tool("select");
        m_window.key(Qt::Key_1);
        begin(QStringLiteral("Ann"));
        m_window.window().runAction(QStringLiteral("app.data"));
        auto* panel = m_window.window().findChild<GalleryPanel*>();
        GalleryView* gallery = panel->gallery();
        QTRY_VERIFY(!gallery->visibleItems().empty());
        gallery->setFocus();
        QTest::keyClick(gallery, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(gallery, Qt::Key_2);
        QCOMPARE(m_window.project().column(item)->classId,
                 static_cast<std::int32_t>(m_window.classId("cat")));
        gallery->setCurrentItem(item);
        QVERIFY2(!gallery->currentText().contains(QLatin1String("cat")), qPrintable(gallery->currentText()));
        m_window.window().workspaces().show(Workspace::Label);
        end();
        QVERIFY2(gallery->currentText().contains(QLatin1String("cat")), qPrintable(gallery->currentText()));
    }
};

QTEST_MAIN(TestSecondOpinion)
#include "tst_second_opinion.moc"
