// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/project_task.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>

using namespace trainyard;
using namespace trainyard::test;

/// Several class tags of one item, and the project's task that says so.
class TestTagEdits : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aSecondTagStandsBesideTheFirst();
    void theOldestTagIsTheItemsClass();
    void manyItemsBecomeAlike();
    void aClassWithoutATagIsKept();
    void shapesKeepAnItemLabelled();
    void shapesKeepAnItemWithoutAClassLabelled();
    void secondOpinionsStay();
    void whatIsNotThereIsSaid();
    void theTaskIsASetting();

private:
    [[nodiscard]] ItemId item(std::size_t index) const { return m_project->columns()[index].id; }
    [[nodiscard]] ClassId classAt(std::size_t index) const { return m_project->classes()[index].id; }
    [[nodiscard]] std::vector<ClassId> tags(std::size_t index) const
    {
        return VALUE(tagsOf(*m_project, item(index)));
    }
    void toggle(std::vector<ItemId> items, ClassId classId)
    {
        VALUE(m_project->applyNow(VALUE(makeToggleTag(*m_project, items, classId))));
    }
    /// Of the third class, on the first item.
    void putBox()
    {
        Annotation box;
        box.id = VALUE(m_project->newId());
        box.item = item(0);
        box.classId = classAt(2);
        box.shape = Box{0, 0, 4, 4};
        VALUE(m_project->applyNow({"put", "", {rowForNewAnnotation(box)}}));
    }
    using Classes = std::vector<ClassId>;

    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Project> m_project;
};

void TestTagEdits::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    m_project = makeProject(m_folder->path() / "p", 4, 3);
}

void TestTagEdits::cleanup()
{
    m_project.reset();
    m_folder.reset();
}

void TestTagEdits::aSecondTagStandsBesideTheFirst()
{
    const Revision before = m_project->revision();
    toggle({item(0)}, classAt(1));
    toggle({item(0)}, classAt(0));
    QCOMPARE(m_project->revision(), before + 2);
    QVERIFY(tags(0) == (Classes{classAt(1), classAt(0)}));
    QCOMPARE(m_project->columns()[0].reviewState, ReviewState::Labelled);
    QVERIFY(VALUE(m_project->itemsWithLabel(classAt(0))) == std::vector{item(0)});
    toggle({item(0)}, classAt(1));
    QVERIFY(tags(0) == Classes{classAt(0)});
    QVERIFY(VALUE(m_project->itemsWithLabel(classAt(1))).empty());
    VALUE(m_project->undo());
    QVERIFY(tags(0) == (Classes{classAt(1), classAt(0)}));
}

void TestTagEdits::theOldestTagIsTheItemsClass()
{
    for (const std::size_t place : {2, 0, 1})
        toggle({item(0)}, classAt(place));
    QCOMPARE(m_project->columns()[0].classId, static_cast<std::int32_t>(classAt(2)));
    toggle({item(0)}, classAt(2));
    QCOMPARE(m_project->columns()[0].classId, static_cast<std::int32_t>(classAt(0)));
    toggle({item(0)}, classAt(0));
    toggle({item(0)}, classAt(1));
    QCOMPARE(m_project->columns()[0].classId, 0);
    QCOMPARE(m_project->columns()[0].reviewState, ReviewState::Unlabelled);
    DONE(m_project->verify());
}

void TestTagEdits::manyItemsBecomeAlike()
{
    toggle({item(1)}, classAt(0));
    const Revision before = m_project->revision();
    const std::vector<ItemId> all{item(0), item(1), item(2)};
    toggle(all, classAt(0)); // two lack it: they get it
    QCOMPARE(m_project->revision(), before + 1);
    QVERIFY(VALUE(m_project->itemsWithLabel(classAt(0))) == all);
    QCOMPARE(VALUE(m_project->annotations(item(1))).size(), std::size_t(1)); // not twice
    toggle(all, classAt(0));                                                 // all have it: all lose it
    QVERIFY(VALUE(m_project->itemsWithLabel(classAt(0))).empty());
    VALUE(m_project->undo());
    QVERIFY(VALUE(m_project->itemsWithLabel(classAt(0))) == all);
    QVERIFY(tags(3).empty());
}

/// As imports may leave it: the item names its class, and no tag does.
void TestTagEdits::aClassWithoutATagIsKept()
{
    const Edit edit{
        "import",
        "",
        {{Table::Items, item(0), {{"class_id", {}, classAt(0)}, {"review_state", {}, std::int64_t{2}}}}}};
    VALUE(m_project->applyNow(edit));
    QVERIFY(tags(0) == Classes{classAt(0)});
    toggle({item(0)}, classAt(1));
    QVERIFY(tags(0) == (Classes{classAt(0), classAt(1)}));
    QCOMPARE(VALUE(m_project->annotations(item(0))).size(), std::size_t(2));
    QCOMPARE(m_project->columns()[0].classId, static_cast<std::int32_t>(classAt(0)));
    VALUE(m_project->undo());
    toggle({item(0)}, classAt(0));
    QVERIFY(tags(0).empty());
    QCOMPARE(m_project->columns()[0].classId, 0);
}

void TestTagEdits::shapesKeepAnItemLabelled()
{
    putBox();
    toggle({item(0)}, classAt(0));
    toggle({item(0)}, classAt(0));
    QCOMPARE(m_project->columns()[0].reviewState, ReviewState::Labelled);
    QCOMPARE(VALUE(m_project->annotations(item(0))).size(), std::size_t(1));
    QVERIFY(VALUE(m_project->itemsWithLabel(classAt(2))) == std::vector{item(0)}); // by its shape
}

void TestTagEdits::shapesKeepAnItemWithoutAClassLabelled()
{
    putBox();
    const ItemId two[] = {item(0), item(1)};
    for (const ClassId given : {classAt(1), ClassId{0}})
        VALUE(m_project->applyNow(VALUE(makeSetClass(*m_project, two, given))));
    QCOMPARE(m_project->columns()[0].classId, ClassId{0});
    QCOMPARE(m_project->columns()[0].reviewState, ReviewState::Labelled);
    QCOMPARE(m_project->columns()[1].reviewState, ReviewState::Unlabelled);
}

void TestTagEdits::secondOpinionsStay()
{
    const ItemId one = item(0);
    VALUE(m_project->applyNow(
        VALUE(makeSetClass(*m_project, std::span(&one, 1), classAt(0), AnnotationSource::Person, "bea"))));
    QVERIFY(tags(0).empty());
    toggle({one}, classAt(0));
    toggle({one}, classAt(0));
    const auto left = VALUE(m_project->annotations(one));
    QCOMPARE(left.size(), std::size_t(1));
    QCOMPARE(left[0].sourceName, std::string("bea"));
    QVERIFY(VALUE(m_project->itemsWithLabel(classAt(0))).empty());
}

void TestTagEdits::whatIsNotThereIsSaid()
{
    const ItemId one = item(0);
    const ItemId none = 123456;
    QCOMPARE(makeToggleTag(*m_project, std::span(&none, 1), classAt(0)).error().code, ErrorCode::NotFound);
    QCOMPARE(makeToggleTag(*m_project, std::span(&one, 1), 123456).error().code, ErrorCode::NotFound);
    QCOMPARE(makeToggleTag(*m_project, std::span(&one, 1), 0).error().code, ErrorCode::InvalidArgument);
}

void TestTagEdits::theTaskIsASetting()
{
    QCOMPARE(taskOf(*m_project), ProjectTask::Classify);
    VALUE(m_project->applyNow(VALUE(makeSetSetting(*m_project, "task", "tag"))));
    QCOMPARE(taskOf(*m_project), ProjectTask::Tag);
    VALUE(m_project->undo());
    QCOMPARE(taskOf(*m_project), ProjectTask::Classify);
    VALUE(m_project->applyNow(VALUE(makeSetSetting(*m_project, "task", "of another program"))));
    QCOMPARE(taskOf(*m_project), ProjectTask::Classify);
    for (const ProjectTask task : kProjectTasks)
        QVERIFY(projectTaskFromName(projectTaskName(task)) == task);
}

QTEST_APPLESS_MAIN(TestTagEdits)
#include "tst_tag_edits.moc"
