// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "core/project/class_edits.h"
#include "core/project/project.h"
#include "core/project/review_edits.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <map>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// Everything that a project holds, for comparison.
struct Contents
{
    std::vector<Item> items;
    std::map<ItemId, std::vector<Annotation>> annotations;
    std::vector<ItemClass> classes;
    std::vector<SourceRoot> roots;
    std::vector<Issue> issues;
    std::vector<RejectRow> rejects;
    std::string setting;

    bool operator==(const Contents&) const = default;
};

Contents contentsOf(Project& project)
{
    Contents contents;
    contents.items = VALUE(project.items());
    for (const Item& item : contents.items)
        contents.annotations[item.id] = VALUE(project.annotations(item.id));
    contents.classes = project.classes();
    contents.roots = project.roots();
    contents.issues = VALUE(project.issues(std::nullopt, std::nullopt));
    contents.rejects = VALUE(project.rejects());
    contents.setting = VALUE(project.setting("note"));
    return contents;
}

bool columnsAgree(Project& project)
{
    const std::vector<Item> items = VALUE(project.items());
    if (items.size() != project.columns().size())
        return false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const ItemColumns& columns = project.columns()[i];
        if (columns.id != items[i].id || columns.classId != items[i].classId ||
            columns.contentHash != items[i].contentHash || columns.fileState != items[i].fileState ||
            columns.reviewState != items[i].reviewState || columns.split != items[i].split ||
            columns.isExcluded != items[i].isExcluded)
            return false;
    }
    return true;
}

using MakeEdit = Edit (*)(Project&);

ItemId itemAt(Project& project, std::size_t index)
{
    return project.columns()[index].id;
}

/// One way to make each Edit. The project has three items, two classes, one issue, one reject and one box.
const std::map<std::string, MakeEdit> kEdits = {
    {"add class", [](Project& p) { return VALUE(makeAddClass(p, "neu \xc3\xa4", 0xff0000, "3")); }},
    {"set class",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 0), itemAt(p, 2)};
         return VALUE(makeSetClass(p, items, p.classes()[1].id));
     }},
    {"model sets class",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 1)};
         return VALUE(makeSetClass(p, items, p.classes()[0].id, AnnotationSource::Model, "net-1"));
     }},
    {"take class away",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 0)};
         return VALUE(makeSetClass(p, items, 0));
     }},
    {"add box",
     [](Project& p) {
         Annotation box;
         box.item = itemAt(p, 2);
         box.classId = p.classes()[0].id;
         box.shape = Box{0.0, 1.5, 3.25, 1e-3};
         box.score = 0.0;
         return VALUE(makeAddAnnotation(p, box));
     }},
    {"delete box",
     [](Project& p) {
         for (const Annotation& annotation : VALUE(p.annotations(itemAt(p, 1)))) {
             if (annotation.kind() == ShapeKind::Box)
                 return VALUE(makeDeleteAnnotation(p, itemAt(p, 1), annotation.id));
         }
         return Edit{};
     }},
    {"rename class", [](Project& p) { return VALUE(makeRenameClass(p, p.classes()[0].id, "l\xc3\xa4ngs")); }},
    {"recolour class", [](Project& p) { return VALUE(makeSetClassColour(p, p.classes()[0].id, 0)); }},
    {"class key", [](Project& p) { return VALUE(makeSetClassKey(p, p.classes()[1].id, "7")); }},
    {"class parent",
     [](Project& p) { return VALUE(makeSetClassParent(p, p.classes()[0].id, p.classes()[1].id)); }},
    {"class guide",
     [](Project& p) {
         const std::vector<ItemId> examples = {itemAt(p, 2), itemAt(p, 0)};
         return VALUE(makeSetClassGuide(p, p.classes()[1].id, "round,\nno nucleus", examples));
     }},
    {"class attributes",
     [](Project& p) {
         const std::vector<AttributeSpec> attributes = {
             {"age", AttributeKind::Number, {}, AttributeValue(3.5)},
             {"side", AttributeKind::Choice, {"left", "right"}, AttributeValue(std::string("left"))},
             {"torn", AttributeKind::Flag, {}, AttributeValue(true)},
             {"note", AttributeKind::Text, {}, std::nullopt}};
         return VALUE(makeSetClassAttributes(p, p.classes()[0].id, attributes));
     }},
    {"class skeleton",
     [](Project& p) {
         return VALUE(makeSetClassSkeleton(p, p.classes()[0].id, Skeleton{{"nose", "tail"}, {{0, 1}}}));
     }},
    {"review",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 0), itemAt(p, 1), itemAt(p, 2)};
         return VALUE(makeSetReview(p, items, ReviewState::Reviewed, "good"));
     }},
    {"reject",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 1)};
         return VALUE(makeSetReview(p, items, ReviewState::Rejected, std::string("zu gro\xdf\n")));
     }},
    {"second opinion",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 0)};
         return VALUE(makeSetClass(p, items, p.classes()[1].id, AnnotationSource::Person, "bob"));
     }},
    {"exclude",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 0), itemAt(p, 1)};
         return VALUE(makeExclude(p, items, "bl\xfcrred\n"));
     }},
    {"include",
     [](Project& p) {
         const std::vector<ItemId> items = {itemAt(p, 2)};
         return VALUE(makeInclude(p, items));
     }},
    {"split",
     [](Project& p) {
         const std::vector<std::pair<ItemId, Split>> splits = {{itemAt(p, 0), Split::Train},
                                                               {itemAt(p, 2), Split::Test}};
         return VALUE(makeSetSplit(p, splits));
     }},
    {"issue state",
     [](Project& p) {
         const std::vector<IssueId> issues = {VALUE(p.issues(std::nullopt, std::nullopt))[0].id};
         return VALUE(makeSetIssueState(p, issues, IssueState::Dismissed));
     }},
    {"setting", [](Project& p) { return VALUE(makeSetSetting(p, "note", std::string("a\0b\xff", 4))); }},
    {"relocate", [](Project& p) { return VALUE(makeRelocateRoot(p, p.roots()[0].id, "/mnt/l\xe4ngs")); }},
    {"new item",
     [](Project& p) {
         Item item;
         item.id = VALUE(p.newId());
         item.root = p.roots()[0].id;
         item.path = std::string(240, 'x') + "\n\xe9 .jpg";
         item.size = 5000000000;
         item.timeNs = -1;
         item.contentHash = 0xffffffffffffffffULL;
         item.width = 30000;
         item.height = 1;
         item.fileState = FileState::Damaged;
         item.damage = "row 12";
         item.reviewState = ReviewState::Reviewed;
         item.isExcluded = true;
         item.excludedReason = "why";
         item.classId = p.classes()[0].id;
         item.split = Split::Validation;
         item.group = "g\xff";
         item.sourcePicture = "/a/b.jpg";
         item.sourceBox = Box{0, 0, 10, 20.5};
         return Edit{"import", "one more", {rowForNewItem(item)}};
     }},
    {"merged",
     [](Project& p) {
         const ItemId item = itemAt(p, 0);
         Edit first = VALUE(makeExclude(p, std::span(&item, 1), "dark"));
         Edit second = first;
         for (FieldChange& change : second.rows[0].fields) {
             change.before = change.after;
             if (change.field == "excluded_reason")
                 change.after = std::string("blurred");
         }
         const std::vector<Edit> edits = {first, second};
         return merged("exclude", "exclude twice", edits);
     }},
};

std::unique_ptr<Project> richProject(const std::filesystem::path& folder)
{
    auto project = makeProject(folder, 3, 2);
    Annotation box;
    box.item = itemAt(*project, 1);
    box.classId = project->classes()[1].id;
    box.shape = Box{1, 2, 3, 4};
    VALUE(project->applyNow(VALUE(makeAddAnnotation(*project, box))));
    const ItemId first = itemAt(*project, 0);
    VALUE(project->applyNow(VALUE(makeSetClass(*project, std::span(&first, 1), project->classes()[0].id))));
    const ItemId last = itemAt(*project, 2);
    VALUE(project->applyNow(VALUE(makeExclude(*project, std::span(&last, 1), "dark"))));
    Issue issue;
    issue.id = VALUE(project->newId());
    issue.kind = IssueKind::NearDuplicate;
    issue.item = first;
    issue.other = last;
    issue.score = 3;
    issue.text = "near";
    RejectRow reject{VALUE(project->newId()), "data.zip", "a/b.png", "cut short", "send it again", false};
    VALUE(project->applyNow(Edit{"check", "found", {rowForNewIssue(issue), rowForNewReject(reject)}}));
    return project;
}

} // namespace

class TestProjectEdits : public QObject
{
    Q_OBJECT

private slots:
    void roundTrip_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& [name, make] : kEdits)
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void roundTrip()
    {
        QFETCH(QString, name);
        const TemporaryFolder folder;
        auto project = richProject(folder / "p");
        const Contents before = contentsOf(*project);
        const Edit edit = kEdits.at(name.toStdString())(*project);
        QVERIFY(!edit.rows.empty());

        // JSON there and back, through text.
        const Json json = editToJson(edit);
        const Edit read = VALUE(editFromJson(VALUE(parseJson(jsonLine(json), "edit")), "edit"));
        QVERIFY(read == edit);
        QVERIFY(inverted(inverted(edit)) == edit);

        VALUE(project->apply(read));
        const Contents shown = contentsOf(*project); // before it is durable
        QVERIFY(columnsAgree(*project));
        DONE(project->flush());
        const Contents after = contentsOf(*project);
        QVERIFY(shown == after);
        QVERIFY(!(after == before));

        VALUE(project->undo());
        QVERIFY(contentsOf(*project) == before);
        QVERIFY(columnsAgree(*project));
        VALUE(project->redo());
        QVERIFY(contentsOf(*project) == after);
        QVERIFY(columnsAgree(*project));

        project.reset();
        project = openProject(folder / "p");
        QVERIFY(contentsOf(*project) == after);
        QVERIFY(columnsAgree(*project));
        VALUE(project->undo());
        QVERIFY(contentsOf(*project) == before);
        DONE(project->verify());
    }

    void classTagFollowsTheClass()
    {
        const TemporaryFolder folder;
        auto project = richProject(folder / "p");
        const ItemId item = itemAt(*project, 0);
        const auto tags = VALUE(project->annotations(item));
        QCOMPARE(tags.size(), std::size_t(1));
        QCOMPARE(tags[0].classId, project->classes()[0].id);
        QVERIFY(tags[0].source == AnnotationSource::Person && tags[0].isReviewed);
        QVERIFY(VALUE(project->item(item)).reviewState == ReviewState::Labelled);

        // The same again changes nothing and makes no revision.
        const Edit same = VALUE(makeSetClass(*project, std::span(&item, 1), project->classes()[0].id));
        QVERIFY(same.rows.empty());
        const Revision revision = project->revision();
        QCOMPARE(VALUE(project->applyNow(same)), revision);

        VALUE(project->applyNow(VALUE(makeSetClass(*project, std::span(&item, 1), project->classes()[1].id,
                                                   AnnotationSource::Model, "net-7"))));
        const auto replaced = VALUE(project->annotations(item));
        QCOMPARE(replaced.size(), std::size_t(1));
        QCOMPARE(replaced[0].sourceName, std::string("net-7"));
        QVERIFY(!replaced[0].isReviewed);
        QVERIFY(VALUE(project->item(item)).reviewState == ReviewState::InWork);
    }

    void refusals()
    {
        const TemporaryFolder folder;
        auto project = richProject(folder / "p");
        QVERIFY(makeAddClass(*project, "c0", 0, "").error().code == ErrorCode::InvalidArgument);
        const ItemId absent = 999999;
        QVERIFY(makeExclude(*project, std::span(&absent, 1), "x").error().code == ErrorCode::NotFound);
        QVERIFY(makeSetClass(*project, std::span(&absent, 1), 12345).error().code == ErrorCode::NotFound);
        Annotation box;
        box.item = itemAt(*project, 0);
        box.shape = Box{0, 0, 0, 5};
        QVERIFY(makeAddAnnotation(*project, box).error().code == ErrorCode::InvalidArgument);
        const RowChange wrongField{Table::Items, 1, {{"nonsense", {}, std::int64_t{1}}}};
        QVERIFY(project->apply(Edit{"x", "x", {wrongField}}).error().code == ErrorCode::InvalidArgument);
        const RowChange wrongType{Table::Items, 1, {{"path", {}, std::int64_t{1}}}};
        QVERIFY(project->apply(Edit{"x", "x", {wrongType}}).error().code == ErrorCode::InvalidArgument);
        const RowChange notFinite{Table::Annotations, 1, {{"x", {}, std::nan("")}}};
        QVERIFY(project->apply(Edit{"x", "x", {notFinite}}).error().code == ErrorCode::InvalidArgument);
        for (const char* text :
             {"[]", "{\"verb\":\"v\",\"text\":\"t\",\"rows\":[{\"table\":\"nope\",\"id\":1}]}",
              "{\"verb\":\"v\",\"text\":\"t\",\"rows\":[{\"table\":\"items\",\"id\":1,\"fields\":"
              "{\"path\":[null,5]}}]}"}) {
            QVERIFY(editFromJson(VALUE(parseJson(text, "t")), "t").error().code == ErrorCode::InvalidFile);
        }
    }
};

QTEST_APPLESS_MAIN(TestProjectEdits)
#include "tst_project_edits.moc"
