// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "core/project/class_edits.h"
#include "core/project/class_remap.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

/// The class of an item follows its class tags, whatever changes them.
class TestItemClass : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Project> m_project;
    ItemId m_item = 0;

    ClassId classAt(std::size_t index) { return m_project->classes()[index].id; }
    /// As memory and the database say, which have to be the same.
    ClassId classOfItem()
    {
        const ClassId stored = VALUE(m_project->item(m_item)).classId;
        return m_project->column(m_item)->classId == stored ? stored : -1;
    }
    AnnotationId addTag(ClassId classId, const char* person = "")
    {
        Annotation tag;
        tag.id = VALUE(m_project->newId());
        tag.item = m_item;
        tag.classId = classId;
        tag.sourceName = person;
        VALUE(m_project->applyNow(VALUE(makeAddAnnotation(*m_project, tag))));
        return tag.id;
    }
    void change(AnnotationId id, const std::function<void(Annotation&)>& how)
    {
        Annotation annotation = *VALUE(m_project->annotationById(id));
        how(annotation);
        VALUE(m_project->applyNow(VALUE(makeChangeAnnotation(*m_project, annotation))));
    }
    void remove(AnnotationId id)
    {
        VALUE(m_project->applyNow(VALUE(makeDeleteAnnotation(*m_project, m_item, id))));
    }
    void setClass(ClassId classId, const char* person = "")
    {
        VALUE(m_project->applyNow(VALUE(
            makeSetClass(*m_project, std::span(&m_item, 1), classId, AnnotationSource::Person, person))));
    }
    std::size_t tagCount() { return VALUE(m_project->annotations(m_item)).size(); }

private slots:
    void init()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        m_project = makeProject(*m_folder / "project", 1, 4);
        m_item = m_project->columns()[0].id;
    }
    void cleanup()
    {
        m_project.reset();
        m_folder.reset();
    }

    void tagsComeAndGo()
    {
        const AnnotationId first = addTag(classAt(1));
        QCOMPARE(classOfItem(), classAt(1));
        const AnnotationId second = addTag(classAt(2));
        const AnnotationId third = addTag(classAt(0));
        QCOMPARE(classOfItem(), classAt(1)); // stays as long as a tag says it
        remove(second);
        QCOMPARE(classOfItem(), classAt(1));
        remove(first);
        QCOMPARE(classOfItem(), classAt(0));
        remove(third);
        QCOMPARE(classOfItem(), 0);
        for (const ClassId before :
             {classAt(0), classAt(1), classAt(1), classAt(1), classAt(1), ClassId(0)}) {
            VALUE(m_project->undo());
            QCOMPARE(classOfItem(), before);
        }
        for (const ClassId after : {classAt(1), classAt(1), classAt(1), classAt(1), classAt(0), ClassId(0)}) {
            VALUE(m_project->redo());
            QCOMPARE(classOfItem(), after);
        }
        VALUE(m_project->undo());
        m_project.reset();
        m_project = openProject(*m_folder / "project");
        QCOMPARE(classOfItem(), classAt(0));
    }

    void tagsChange()
    {
        const AnnotationId first = addTag(classAt(1));
        const AnnotationId second = addTag(classAt(2));
        change(first, [&](Annotation& tag) { tag.classId = classAt(3); });
        QCOMPARE(classOfItem(), classAt(3));
        change(second, [&](Annotation& tag) { tag.classId = classAt(0); });
        QCOMPARE(classOfItem(), classAt(3));
        change(first, [](Annotation& tag) { tag.shape = Box{1, 2, 3, 4}; }); // is no tag any more
        QCOMPARE(classOfItem(), classAt(0));
        change(second, [](Annotation& tag) { tag.classId = 0; });
        QCOMPARE(classOfItem(), 0);
        VALUE(m_project->undo());
        QCOMPARE(classOfItem(), classAt(0));
        VALUE(m_project->undo());
        QCOMPARE(classOfItem(), classAt(3));
    }

    void oneGestureOfMany()
    {
        AnnotationChanges changes;
        changes.deleted = {addTag(classAt(1))};
        for (const std::size_t index : {2, 3})
            changes.added.emplace_back().classId = classAt(index);
        VALUE(m_project->applyNow(VALUE(makeAnnotationsEdit(*m_project, m_item, "change", "tags", changes))));
        QCOMPARE(classOfItem(), classAt(2));
        VALUE(m_project->undo());
        QCOMPARE(classOfItem(), classAt(1));
    }

    void shapesLeaveIt()
    {
        addTag(classAt(1));
        Annotation box;
        box.item = m_item;
        box.classId = classAt(2);
        box.shape = Box{1, 2, 3, 4};
        const Edit edit = VALUE(makeAddAnnotation(*m_project, box));
        QCOMPARE(edit.rows.size(), std::size_t(1));
        VALUE(m_project->applyNow(edit));
        QCOMPARE(classOfItem(), classAt(1));
    }

    void aKeyReplacesAllTags()
    {
        addTag(classAt(1));
        addTag(classAt(2));
        setClass(classAt(3));
        QCOMPARE(classOfItem(), classAt(3));
        QCOMPARE(tagCount(), std::size_t(1));
        VALUE(m_project->undo());
        QCOMPARE(classOfItem(), classAt(1));
        QCOMPARE(tagCount(), std::size_t(2));
        setClass(0);
        QCOMPARE(classOfItem(), 0);
        QCOMPARE(tagCount(), std::size_t(0));
    }

    void otherPeopleLeaveIt()
    {
        const AnnotationId bobs = addTag(classAt(2), "bob");
        QCOMPARE(classOfItem(), 0);
        const AnnotationId own = addTag(classAt(1));
        QCOMPARE(classOfItem(), classAt(1));
        change(bobs, [&](Annotation& tag) { tag.classId = classAt(1); });
        remove(own);
        QCOMPARE(classOfItem(), 0);
        setClass(classAt(3));
        remove(bobs);
        QCOMPARE(classOfItem(), classAt(3));
        setClass(classAt(2), "bob");
        setClass(0, "bob");
        QCOMPARE(classOfItem(), classAt(3));
    }

    void renamedClassesStay()
    {
        addTag(classAt(1));
        VALUE(m_project->applyNow(VALUE(makeRenameClass(*m_project, classAt(1), "other"))));
        QCOMPARE(classOfItem(), classAt(1));
        QCOMPARE(m_project->classById(classOfItem())->name, std::string("other"));
    }

    void mergedClasses_data()
    {
        QTest::addColumn<QList<int>>("tags");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("into"); // -1: deleted with its labels
        QTest::addColumn<int>("expected");
        QTest::addColumn<int>("left");
        QTest::newRow("its class goes into another") << QList<int>{1, 2} << 1 << 3 << 3 << 2;
        QTest::newRow("into a later tag") << QList<int>{1, 2, 3} << 1 << 3 << 3 << 2;
        QTest::newRow("another tag goes into its class") << QList<int>{1, 2} << 2 << 1 << 1 << 1;
        QTest::newRow("other tags alone") << QList<int>{1, 2, 3} << 2 << 3 << 1 << 2;
        QTest::newRow("its class is deleted") << QList<int>{1, 3, 2} << 1 << -1 << 3 << 2;
        QTest::newRow("another is deleted") << QList<int>{1, 2} << 2 << -1 << 1 << 1;
        QTest::newRow("the last is deleted") << QList<int>{1} << 1 << -1 << -1 << 0;
    }

    void mergedClasses()
    {
        QFETCH(QList<int>, tags);
        QFETCH(int, from);
        QFETCH(int, into);
        QFETCH(int, expected);
        QFETCH(int, left);
        const auto id = [all = m_project->classes()](int index) {
            return index < 0 ? ClassId(0) : all[static_cast<std::size_t>(index)].id;
        };
        for (const int tag : tags)
            addTag(id(tag));
        const ClassId before = classOfItem();
        if (into < 0)
            VALUE(deleteClass(*m_project, id(from)));
        else
            VALUE(mergeClasses(*m_project, id(from), id(into)));
        QCOMPARE(classOfItem(), id(expected));
        QCOMPARE(tagCount(), static_cast<std::size_t>(left));
        VALUE(m_project->undo());
        QCOMPARE(classOfItem(), before);
        VALUE(m_project->redo());
        QCOMPARE(classOfItem(), id(expected));
    }

    void splitClasses()
    {
        addTag(classAt(1));
        addTag(classAt(2));
        LabelChoice choice;
        choice.items = {m_item};
        VALUE(splitClass(*m_project, classAt(2), "other tag", 0, choice));
        QCOMPARE(classOfItem(), classAt(1));
        VALUE(splitClass(*m_project, classAt(1), "its tag", 0, choice));
        QCOMPARE(classOfItem(), m_project->classByName("its tag")->id);
        VALUE(m_project->undo());
        QCOMPARE(classOfItem(), classAt(1));
    }

    /// A tag that somebody gave a class when it was gone already.
    void adoptedTags()
    {
        const ClassId gone = classAt(2);
        VALUE(deleteClass(*m_project, gone));
        Annotation late;
        late.id = VALUE(m_project->newId());
        late.item = m_item;
        late.classId = gone;
        const RowChange item{Table::Items, m_item, {{"class_id", FieldValue(), FieldValue(gone)}}};
        VALUE(m_project->applyNow(Edit{"label", "late", {rowForNewAnnotation(late), item}}));
        QCOMPARE(classOfItem(), gone);
        VALUE(adoptLabels(*m_project, gone, classAt(0)));
        QCOMPARE(classOfItem(), classAt(0));
        VALUE(m_project->undo());
        QCOMPARE(classOfItem(), gone);
    }

    /// What gave the class cannot be taken back under the tag of somebody else.
    void undoBesideAnotherPerson()
    {
        addTag(classAt(1));
        {
            auto other = openProject(*m_folder / "project", "bob@here/cli");
            Annotation tag;
            tag.item = m_item;
            tag.classId = classAt(2);
            VALUE(other->applyNow(VALUE(makeAddAnnotation(*other, tag))));
        }
        VALUE(m_project->refresh());
        const auto undone = m_project->undo();
        QVERIFY(!undone && undone.error().code == ErrorCode::Refused);
        QCOMPARE(classOfItem(), classAt(1));
        QCOMPARE(tagCount(), std::size_t(2));
    }
};

QTEST_APPLESS_MAIN(TestItemClass)
#include "tst_item_class.moc"
