// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "core/project/class_counts.h"
#include "core/project/class_edits.h"
#include "core/project/class_remap.h"
#include "core/project/review_edits.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <map>
#include <sstream>
#include <thread>

using namespace trainyard;
using namespace trainyard::test;

namespace {

using namespace std::chrono_literals;

/// Items, labels and classes, for comparison.
struct Labels
{
    std::vector<Item> items;
    std::map<ItemId, std::vector<Annotation>> annotations;
    std::vector<ItemClass> classes;

    bool operator==(const Labels&) const = default;
};

Labels labelsOf(Project& project)
{
    Labels labels;
    labels.items = VALUE(project.items());
    for (const Item& item : labels.items)
        labels.annotations[item.id] = VALUE(project.annotations(item.id));
    labels.classes = project.classes();
    return labels;
}

/// Memory and database say the same of every item.
bool columnsAgree(Project& project)
{
    for (const Item& item : VALUE(project.items())) {
        const ItemColumns* columns = project.column(item.id);
        if (columns == nullptr || columns->classId != item.classId ||
            columns->reviewState != item.reviewState)
            return false;
    }
    return true;
}

ItemId itemAt(Project& project, std::size_t index)
{
    return project.columns()[index].id;
}

ClassId classNamed(Project& project, const char* name)
{
    const ItemClass* found = project.classByName(name);
    return found == nullptr ? 0 : found->id;
}

void addBox(Project& project, ItemId item, ClassId classId)
{
    Annotation box;
    box.item = item;
    box.classId = classId;
    box.shape = Box{1, 2, 3, 4};
    VALUE(project.applyNow(VALUE(makeAddAnnotation(project, box))));
}

void addTag(Project& project, ItemId item, ClassId classId)
{
    Annotation tag;
    tag.item = item;
    tag.classId = classId;
    VALUE(project.applyNow(VALUE(makeAddAnnotation(project, tag))));
}

/// Every item has a class tag, in turn, and two boxes of c0 and c1.
std::unique_ptr<Project> makeLabelled(const std::filesystem::path& folder, int items)
{
    auto project = makeProject(folder, items, 3);
    std::vector<RowChange> rows;
    for (std::size_t i = 0; i < project->columns().size(); ++i) {
        const ItemId item = itemAt(*project, i);
        const Edit edit = VALUE(makeSetClass(*project, std::span(&item, 1), project->classes()[i % 3].id));
        rows.insert(rows.end(), edit.rows.begin(), edit.rows.end());
        for (int k = 0; k < 2; ++k) {
            Annotation box;
            box.id = VALUE(project->newId());
            box.item = item;
            box.classId = project->classes()[static_cast<std::size_t>(k)].id;
            box.shape = Box{static_cast<double>(i), static_cast<double>(k), 3, 4};
            rows.push_back(rowForNewAnnotation(box));
        }
    }
    VALUE(project->applyNow(Edit{"label", "labels", rows}));
    return project;
}

std::int64_t countOf(const std::filesystem::path& folder, ClassId classId)
{
    for (const ClassCount& count : VALUE(countClassLabels(folder)))
        if (count.classId == classId)
            return count.tags + count.shapes;
    return 0;
}

} // namespace

class TestClassRemap : public QObject
{
    Q_OBJECT

private slots:
    void mergeTakesEverything_data()
    {
        QTest::addColumn<int>("items");
        QTest::newRow("few") << 6;
        QTest::newRow("in several batches") << 1500;
    }

    void mergeTakesEverything()
    {
        QFETCH(int, items);
        const TemporaryFolder folder;
        auto project = makeLabelled(folder / "p", items);
        const std::vector<ItemClass> classes = project->classes();
        const ClassId from = classes[0].id;
        const ClassId into = classes[1].id;
        const Labels before = labelsOf(*project);
        const Revision merged = VALUE(mergeClasses(*project, from, into));

        // What must have become of it, said apart from the code that did it.
        Labels expected = before;
        for (Item& item : expected.items)
            item.classId = item.classId == from ? into : item.classId;
        for (auto& [item, annotations] : expected.annotations)
            for (Annotation& annotation : annotations)
                annotation.classId = annotation.classId == from ? into : annotation.classId;
        expected.classes.erase(expected.classes.begin());
        QVERIFY(labelsOf(*project) == expected);
        QVERIFY(columnsAgree(*project));
        QCOMPARE(countOf(folder / "p", from), 0);
        QCOMPARE(countOf(folder / "p", into), std::int64_t(items) * 2 + items / 3 * 2);

        const Revision undone = VALUE(project->undo());
        QVERIFY(labelsOf(*project) == before);
        QVERIFY(columnsAgree(*project));
        VALUE(project->redo());
        QVERIFY(labelsOf(*project) == expected);
        QVERIFY(columnsAgree(*project));
        VALUE(project->undo());
        VALUE(project->redo());
        QVERIFY(labelsOf(*project) == expected);
        QVERIFY(undone > merged);
        const auto rows = VALUE(project->history(1));
        QCOMPARE(rows[0].verb, std::string("redo"));
        project.reset();
        project = openProject(folder / "p");
        QVERIFY(labelsOf(*project) == expected);
        DONE(project->verify());
    }

    void twoTagsBecomeOne()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 2, 2);
        const ItemId item = itemAt(*project, 0);
        const ClassId from = project->classes()[0].id;
        const ClassId into = project->classes()[1].id;
        VALUE(project->applyNow(VALUE(makeSetClass(*project, std::span(&item, 1), from))));
        addTag(*project, item, into);
        const ItemId other = itemAt(*project, 1);
        VALUE(project->applyNow(VALUE(makeSetClass(*project, std::span(&other, 1), from))));
        VALUE(project->applyNow(
            VALUE(makeSetClass(*project, std::span(&other, 1), into, AnnotationSource::Person, "bob"))));
        const Labels both = labelsOf(*project);
        VALUE(mergeClasses(*project, from, into));
        QCOMPARE(VALUE(project->annotations(other)).size(), std::size_t(2)); // a second opinion is no double
        const auto left = VALUE(project->annotations(item));
        QCOMPARE(left.size(), std::size_t(1));
        QCOMPARE(left[0].classId, into);
        QCOMPARE(VALUE(project->item(item)).classId, into);
        VALUE(project->undo());
        QVERIFY(labelsOf(*project) == both);
    }

    void deleteWithLabels()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 5, 3);
        const std::vector<ItemClass> classes = project->classes();
        const auto tag = [&](std::size_t index, std::size_t classIndex) {
            const ItemId item = itemAt(*project, index);
            VALUE(project->applyNow(
                VALUE(makeSetClass(*project, std::span(&item, 1), classes[classIndex].id))));
        };
        tag(0, 0); // the class alone: becomes unlabelled
        tag(1, 0);
        addBox(*project, itemAt(*project, 1), classes[1].id); // a box of another class stays
        tag(2, 0);
        addTag(*project, itemAt(*project, 2), classes[2].id); // another tag becomes its class
        addBox(*project, itemAt(*project, 3), classes[0].id);
        const ItemId reviewed = itemAt(*project, 3);
        VALUE(project->applyNow(
            VALUE(makeSetReview(*project, std::span(&reviewed, 1), ReviewState::Reviewed))));
        const Labels before = labelsOf(*project);
        VALUE(deleteClass(*project, classes[0].id));
        const auto state = [&](std::size_t index) {
            return VALUE(project->item(itemAt(*project, index))).reviewState;
        };
        const auto classOf = [&](std::size_t index) {
            return VALUE(project->item(itemAt(*project, index))).classId;
        };
        const auto count = [&](std::size_t index) {
            return VALUE(project->annotations(itemAt(*project, index))).size();
        };
        QCOMPARE(classOf(0), 0);
        QVERIFY(state(0) == ReviewState::Unlabelled);
        QCOMPARE(count(0), std::size_t(0));
        QCOMPARE(classOf(1), 0);
        QVERIFY(state(1) == ReviewState::Labelled);
        QCOMPARE(count(1), std::size_t(1));
        QCOMPARE(classOf(2), classes[2].id);
        QVERIFY(state(2) == ReviewState::Labelled);
        QCOMPARE(count(3), std::size_t(0));
        QVERIFY(state(3) == ReviewState::Reviewed);
        QVERIFY(columnsAgree(*project));
        VALUE(project->undo());
        QVERIFY(labelsOf(*project) == before);
        QVERIFY(columnsAgree(*project));
    }

    void splitByItems()
    {
        const TemporaryFolder folder;
        auto project = makeLabelled(folder / "p", 9);
        const ClassId from = project->classes()[0].id;
        const Labels before = labelsOf(*project);
        LabelChoice choice;
        choice.items = {itemAt(*project, 0), itemAt(*project, 4)};
        VALUE(splitClass(*project, from, "small", 0x123456, choice));
        const ClassId small = classNamed(*project, "small");
        QVERIFY(small != 0);
        QCOMPARE(project->classById(small)->colour, 0x123456U);
        // Item 0: its tag and a box; item 4: a box (its tag is c1).
        QCOMPARE(countOf(folder / "p", small), 3);
        QCOMPARE(VALUE(project->item(itemAt(*project, 0))).classId, small);
        QCOMPARE(VALUE(project->item(itemAt(*project, 4))).classId, project->classes()[1].id);
        VALUE(project->undo());
        QVERIFY(labelsOf(*project) == before);
        LabelChoice one;
        one.annotations = {VALUE(project->labelsOfClass(from))[1].id};
        VALUE(splitClass(*project, from, "one", 0, one));
        QCOMPARE(countOf(folder / "p", classNamed(*project, "one")), 1);
        const auto nothing = splitClass(*project, from, "none", 0, LabelChoice{});
        QVERIFY(!nothing && nothing.error().code == ErrorCode::NotFound);
    }

    void whatAClassCannotBe()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 1, 2);
        const ClassId first = project->classes()[0].id;
        const ClassId second = project->classes()[1].id;
        VALUE(project->applyNow(VALUE(makeSetClassKey(*project, first, "7"))));
        VALUE(project->applyNow(VALUE(makeSetClassKey(*project, second, "7"))));
        QCOMPARE(project->classById(first)->key, std::string());
        QCOMPARE(project->classById(second)->key, std::string("7"));
        const auto isRefused = [](const Result<Edit>& edit) {
            return !edit && edit.error().code == ErrorCode::InvalidArgument;
        };
        QVERIFY(isRefused(makeSetClassKey(*project, first, "x")));
        QVERIFY(isRefused(makeSetClassKey(*project, first, "12")));
        QVERIFY(isRefused(makeRenameClass(*project, first, "c1")));
        QVERIFY(isRefused(makeRenameClass(*project, first, "")));
        QVERIFY(isRefused(makeSetClassColour(*project, first, 0x1000000)));
        QVERIFY(isRefused(makeSetClassSkeleton(*project, first, {{"a", "a"}, {}})));
        QVERIFY(isRefused(makeSetClassSkeleton(*project, first, {{"a", "b"}, {{0, 2}}})));
        QVERIFY(isRefused(makeSetClassSkeleton(*project, first, {{"a", "b"}, {{1, 1}}})));
        QVERIFY(isRefused(makeSetClassAttributes(*project, first, {{"", AttributeKind::Flag, {}, {}}})));
        QVERIFY(isRefused(makeSetClassAttributes(*project, first, {{"a", AttributeKind::Choice, {}, {}}})));
        QVERIFY(isRefused(makeSetClassAttributes(
            *project, first, {{"a", AttributeKind::Number, {}, AttributeValue(std::string("x"))}})));
        const auto merged = mergeClasses(*project, first, first);
        QVERIFY(!merged && merged.error().code == ErrorCode::InvalidArgument);
        const auto gone = mergeClasses(*project, first, 999999);
        QVERIFY(!gone && gone.error().code == ErrorCode::NotFound);
    }

    /// Imports give items a class without a tag.
    void itemsWithoutTags()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 4, 3);
        const std::vector<ItemClass> c = project->classes();
        std::vector<RowChange> rows;
        for (const ItemColumns& columns : project->columns())
            rows.push_back(
                {Table::Items,
                 columns.id,
                 {{"class_id", FieldValue(), c[0].id}, {"review_state", FieldValue(), std::int64_t(2)}}});
        VALUE(project->applyNow(Edit{"import", "classes", rows}));
        QCOMPARE(countOf(folder / "p", c[0].id), 4);
        LabelChoice choice;
        choice.items = {itemAt(*project, 3)};
        VALUE(splitClass(*project, c[0].id, "c2", 0, choice));
        QCOMPARE(VALUE(project->item(itemAt(*project, 3))).classId, c[2].id);
        VALUE(mergeClasses(*project, c[0].id, c[1].id));
        QCOMPARE(countOf(folder / "p", c[1].id), 3);
        addBox(*project, itemAt(*project, 1), c[2].id);
        const Labels before = labelsOf(*project);
        VALUE(deleteClass(*project, c[1].id));
        QVERIFY(VALUE(project->item(itemAt(*project, 0))).reviewState == ReviewState::Unlabelled);
        QVERIFY(VALUE(project->item(itemAt(*project, 1))).reviewState == ReviewState::Labelled);
        QCOMPARE(VALUE(project->item(itemAt(*project, 1))).classId, 0);
        VALUE(project->undo());
        QVERIFY(labelsOf(*project) == before);
        QVERIFY(columnsAgree(*project));
    }

    void childrenAndIssuesFollow()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 2, 4);
        const std::vector<ItemClass> c = project->classes();
        VALUE(project->applyNow(VALUE(makeSetClassParent(*project, c[1].id, c[0].id))));
        VALUE(project->applyNow(VALUE(makeSetClassParent(*project, c[2].id, c[1].id))));
        const auto circle = makeSetClassParent(*project, c[0].id, c[2].id);
        QVERIFY(!circle && circle.error().code == ErrorCode::InvalidArgument);
        const auto itself = makeSetClassParent(*project, c[0].id, c[0].id);
        QVERIFY(!itself && itself.error().code == ErrorCode::InvalidArgument);
        Issue issue;
        issue.id = VALUE(project->newId());
        issue.kind = IssueKind::WrongLabel;
        issue.item = itemAt(*project, 0);
        issue.suggested = c[1].id;
        VALUE(project->applyNow(Edit{"check", "found", {rowForNewIssue(issue)}}));
        VALUE(mergeClasses(*project, c[1].id, c[3].id));
        QCOMPARE(project->classById(c[2].id)->parent, c[3].id);
        QCOMPARE(VALUE(project->issues(std::nullopt, std::nullopt))[0].suggested, c[3].id);
        // Into a class below itself: what was between goes up.
        VALUE(project->applyNow(VALUE(makeSetClassParent(*project, c[3].id, c[0].id))));
        VALUE(mergeClasses(*project, c[0].id, c[2].id));
        QCOMPARE(project->classById(c[3].id)->parent, 0);
    }

    /// D8: labels of a class that another process deletes meanwhile are all there afterwards.
    void labelsOfADeletedClassAreKept()
    {
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        std::size_t before = 0;
        ClassId from = 0;
        ClassId into = 0;
        ClassId renamed = 0;
        {
            auto project = makeLabelled(path, 600);
            from = project->classes()[0].id;
            into = project->classes()[1].id;
            renamed = project->classes()[2].id;
            before = VALUE(project->labelsOfClass(from)).size() + VALUE(project->labelsOfClass(into)).size();
        }
        constexpr int kBoxes = 400;
        Child labeller({"strays", path, "bob@here/cli", std::to_string(from), std::to_string(kBoxes)});
        Child other({"strays", path, "eve@here/cli", std::to_string(renamed), "50"});
        QCOMPARE(labeller.readLine(), std::string("ready"));
        for (int i = 0; i < 40; ++i)
            labeller.readLine();
        auto project = openProject(path);
        VALUE(project->applyNow(VALUE(makeRenameClass(*project, renamed, "renamed"))));
        VALUE(mergeClasses(*project, from, into));
        QVERIFY(project->classById(from) == nullptr);
        std::string output;
        QCOMPARE(labeller.wait(output), 0);
        QCOMPARE(other.wait(output), 0);
        VALUE(project->refresh());
        const std::size_t strays = VALUE(project->labelsOfClass(from)).size();
        QVERIFY(strays > 0); // it labelled after the class was gone
        const auto moved = VALUE(project->labelsOfClass(into)).size();
        QCOMPARE(moved + strays, before + kBoxes);
        QVERIFY(moved > before); // and while it went
        const auto counts = VALUE(countClassLabels(path));
        const auto tombstone = std::find_if(counts.begin(), counts.end(),
                                            [&](const ClassCount& count) { return count.classId == from; });
        QVERIFY(tombstone != counts.end());
        QVERIFY(tombstone->isDeleted);
        QCOMPARE(tombstone->name, std::string("c0"));
        QCOMPARE(tombstone->successor, into);
        VALUE(adoptLabels(*project, from));
        QCOMPARE(VALUE(project->labelsOfClass(into)).size(), before + kBoxes);
        QCOMPARE(VALUE(project->labelsOfClass(from)).size(), std::size_t(0));
        VALUE(project->undo());
        QCOMPARE(VALUE(project->labelsOfClass(from)).size(), strays);
        DONE(project->verify());
    }

    /// What somebody labels while a class and its labels go keeps its picture labelled.
    void whatIsLabelledWhileAClassGoesStaysLabelled()
    {
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        ClassId from = 0;
        ClassId other = 0;
        {
            auto project = makeLabelled(path, 3000);
            from = project->classes()[0].id;
            other = project->classes()[2].id;
            VALUE(deleteClass(*project, project->classes()[1].id)); // leaves many items with one class alone
        }
        Child labeller({"strays", path, "bob@here/cli", std::to_string(other), "300"});
        QCOMPARE(labeller.readLine(), std::string("ready"));
        for (int i = 0; i < 20; ++i)
            labeller.readLine();
        auto project = openProject(path);
        VALUE(deleteClass(*project, from));
        std::string output;
        QCOMPARE(labeller.wait(output), 0);
        VALUE(project->refresh());
        int bare = 0;
        for (const ItemColumns& columns : project->columns()) {
            const auto labels = VALUE(project->annotations(columns.id));
            QVERIFY(labels.empty() == (columns.reviewState == ReviewState::Unlabelled));
            QCOMPARE(columns.classId, itemClassOf(labels, columns.classId));
            bare += labels.empty() ? 1 : 0;
        }
        QVERIFY(bare > 0);
        DONE(project->verify());
    }

    /// A picture that gets the class again while it goes loses it again.
    void whatGetsTheClassAgain()
    {
        bool wasInTime = false;
        for (int attempt = 0; attempt < 10 && !wasInTime; ++attempt) {
            const TemporaryFolder folder;
            const std::string path = (folder / "p").string();
            auto project = makeProject(path, 4000, 2);
            const ClassId from = project->classes()[0].id;
            std::vector<ItemId> all;
            for (const ItemColumns& columns : project->columns())
                all.push_back(columns.id);
            VALUE(project->applyNow(VALUE(makeSetClass(*project, all, from))));
            Child other({"again", path, "bob@here/cli", std::to_string(from)});
            QCOMPARE(other.readLine(), std::string("ready"));
            VALUE(deleteClass(*project, from));
            std::string output;
            QCOMPARE(other.wait(output), 0);
            VALUE(project->refresh());
            wasInTime = output == "given\n" && VALUE(project->labelsOfClass(from)).empty();
            if (!wasInTime)
                continue;
            QCOMPARE(VALUE(project->item(all[0])).classId, ClassId(0));
            QVERIFY(VALUE(project->item(all[0])).reviewState == ReviewState::Unlabelled);
            QVERIFY(columnsAgree(*project));
            DONE(project->verify());
        }
        QVERIFY(wasInTime);
    }

    /// A kill in the middle of a merge, or of taking it back, leaves all of it or nothing.
    void killsLeaveAllOrNothing()
    {
        const TemporaryFolder folder;
        const std::string path = (folder / "p").string();
        ClassId from = 0;
        ClassId into = 0;
        {
            auto project = makeLabelled(path, 3000);
            from = project->classes()[0].id;
            into = project->classes()[1].id;
        }
        int all = 0;
        int nothing = 0;
        for (int i = 0; i < 12; ++i) {
            const bool isUndo = openProject(path)->classById(from) == nullptr;
            {
                Child child(isUndo ? std::vector<std::string>{"undo", path, "ann@here/cli"}
                                   : std::vector<std::string>{"merge", path, "ann@here/cli",
                                                              std::to_string(from), std::to_string(into)});
                QCOMPARE(child.readLine(), std::string("ready"));
                std::string output;
                if (i % 3 == 2) {
                    QCOMPARE(child.wait(output), 0);
                    continue;
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(4 + i * 9));
                child.kill();
            }
            auto project = openProject(path);
            const bool isThere = project->classById(from) != nullptr;
            QCOMPARE(VALUE(project->labelsOfClass(from)).size(), std::size_t(isThere ? 4000 : 0));
            QCOMPARE(VALUE(project->labelsOfClass(into)).size(), std::size_t(isThere ? 4000 : 8000));
            QVERIFY(columnsAgree(*project));
            DONE(project->verify());
            ++(isThere == isUndo ? all : nothing);
        }
        qInfo("12 kills: %d times all of it, %d times nothing", all, nothing);
        QVERIFY(nothing > 0);
    }

    void reviewGoesBackToLabelled()
    {
        const TemporaryFolder folder;
        auto project = makeLabelled(folder / "p", 4);
        const std::vector<ItemId> items = {itemAt(*project, 0), itemAt(*project, 2)};
        VALUE(setReview(*project, items, ReviewState::Reviewed));
        for (const ItemId item : items) {
            QVERIFY(VALUE(project->item(item)).reviewState == ReviewState::Reviewed);
            for (const Annotation& annotation : VALUE(project->annotations(item)))
                QVERIFY(annotation.isReviewed);
        }
        QCOMPARE(nextToReview(*project, itemAt(*project, 0)), itemAt(*project, 1));
        QCOMPARE(nextToReview(*project, itemAt(*project, 1)), itemAt(*project, 3));
        QCOMPARE(nextToReview(*project, itemAt(*project, 3)), itemAt(*project, 1));
        const ItemId last = itemAt(*project, 3);
        VALUE(setReview(*project, std::span(&last, 1), ReviewState::Rejected, "box too large"));
        QCOMPARE(VALUE(reviewQueue(*project)), std::vector<ItemId>{itemAt(*project, 1)});
        addBox(*project, last, project->classes()[0].id);
        const Item again = VALUE(project->item(last));
        QVERIFY(again.reviewState == ReviewState::Labelled);
        QCOMPARE(again.reviewComment, std::string("box too large"));
        QCOMPARE(VALUE(reviewQueue(*project)), (std::vector<ItemId>{last, itemAt(*project, 1)}));
        addBox(*project, items[0], project->classes()[0].id);
        QVERIFY(VALUE(project->item(items[0])).reviewState == ReviewState::Labelled);
        const ItemId second = items[1];
        const Labels before = labelsOf(*project);
        VALUE(project->applyNow(VALUE(makeSetClass(*project, std::span(&second, 1), project->classes()[0].id,
                                                   AnnotationSource::Person, "bob"))));
        QVERIFY(labelsOf(*project).items == before.items);
        QCOMPARE(VALUE(project->annotations(second)).size(), before.annotations.at(second).size() + 1);
    }

    void manyAreReviewedAtOnce()
    {
        const TemporaryFolder folder;
        auto project = makeLabelled(folder / "p", 1300);
        const Labels before = labelsOf(*project);
        std::vector<ItemId> all;
        for (const ItemColumns& columns : project->columns())
            all.push_back(columns.id);
        VALUE(setReview(*project, all, ReviewState::Reviewed, "in bulk"));
        QCOMPARE(VALUE(project->status()).perReviewState[3], std::int64_t(1300));
        QCOMPARE(nextToReview(*project, 0), ItemId(0));
        VALUE(project->undo());
        QVERIFY(labelsOf(*project) == before);
        QVERIFY(columnsAgree(*project));
    }
};

QTEST_APPLESS_MAIN(TestClassRemap)
#include "tst_class_remap.moc"
