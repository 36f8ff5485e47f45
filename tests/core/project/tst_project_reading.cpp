// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/filter.h"
#include "core/project/item_sizes.h"
#include "core/project/project.h"
#include "core/project/splitting.h"
#include "core/project/window_lock.h"
#include "core/storage/hash.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::test;

namespace {

std::vector<std::string> pathsOf(Project& project, const std::string& filter)
{
    std::vector<std::string> paths;
    for (const Item& item : VALUE(project.items(filter)))
        paths.push_back(item.path);
    return paths;
}

/// Puts items with these groups and classes into a project.
std::vector<ItemId> addItems(Project& project, const std::vector<std::pair<std::string, ClassId>>& wanted)
{
    std::vector<RowChange> rows;
    std::vector<ItemId> ids;
    for (const auto& [group, classId] : wanted) {
        Item item;
        item.id = VALUE(project.newId());
        item.root = project.roots()[0].id;
        item.path = "i" + std::to_string(item.id);
        item.contentHash = static_cast<std::uint64_t>(item.id);
        item.group = group;
        item.classId = classId;
        ids.push_back(item.id);
        rows.push_back(rowForNewItem(item));
    }
    VALUE(project.applyNow(Edit{"import", "import", rows}));
    return ids;
}

} // namespace

class TestProjectReading : public QObject
{
    Q_OBJECT

private slots:
    /// Many rows at once read like single ones, with what is not on the disk yet.
    void manyAtOnce()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 30, 2);
        std::vector<ItemId> all;
        for (const ItemColumns& columns : project->columns())
            all.push_back(columns.id);
        const ClassId first = project->classes()[0].id;
        const ClassId second = project->classes()[1].id;
        const std::span items(all);
        VALUE(project->applyNow(VALUE(makeSetClass(*project, items.first(20), first))));
        VALUE(project->apply(VALUE(makeSetClass(*project, items.subspan(10, 15), second)))); // may still wait
        VALUE(project->apply(VALUE(makeSetClass(*project, items.subspan(15, 1), 0))));
        for (int round = 0; round < 2; ++round) {
            const std::vector<ItemId> asked{all[29], all[24], all[15], all[12], all[3]};
            const auto annotations = VALUE(project->annotationsOf(asked));
            QCOMPARE(annotations.size(), std::size_t(3)); // in the order asked for
            QCOMPARE(annotations[0].item, all[24]);
            QCOMPARE(annotations[0].classId, second);
            QCOMPARE(annotations[1].item, all[12]);
            QCOMPARE(annotations[1].classId, second);
            QCOMPARE(annotations[2].item, all[3]);
            QCOMPARE(annotations[2].classId, first);
            constexpr std::array<std::string_view, 2> kFields = {"class_id", "path"};
            const auto values = VALUE(project->fieldValuesOf(Table::Items, asked, kFields));
            QCOMPARE(values.size(), asked.size() * 2);
            for (std::size_t i = 0; i < asked.size(); ++i) {
                const Item item = VALUE(project->item(asked[i]));
                QVERIFY(values[2 * i] ==
                        (item.classId == 0 ? FieldValue() : FieldValue(std::int64_t{item.classId})));
                QVERIFY(values[2 * i + 1] == FieldValue(item.path));
            }
            DONE(project->flush()); // and again from the disk
        }
        constexpr std::array<std::string_view, 1> kNone = {"nothing"};
        QVERIFY(!project->fieldValuesOf(Table::Items, all, kNone));
    }

    void sizesAreCountedByTheDatabase()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 0, 1);
        std::vector<RowChange> rows;
        for (int i = 0; i < 7; ++i) {
            Item item;
            item.id = VALUE(project->newId());
            item.root = project->roots()[0].id;
            item.path = "i" + std::to_string(i);
            item.width = i < 4 ? 640 : 32;
            item.height = i < 4 ? 480 : 32;
            item.size = 100 + i;
            rows.push_back(rowForNewItem(item));
        }
        VALUE(project->applyNow(Edit{"import", "import", rows}));
        const ItemId last = project->columns()[6].id;
        VALUE(project->applyNow(
            Edit{"remove", "remove", {{Table::Items, last, {{"alive", std::int64_t{1}, std::int64_t{0}}}}}}));
        auto sizes = VALUE(countItemSizes(folder / "p"));
        std::sort(sizes.begin(), sizes.end(),
                  [](const ItemSize& a, const ItemSize& b) { return a.width < b.width; });
        QCOMPARE(sizes,
                 (std::vector<ItemSize>{{32, 32, 2, 104 + 105}, {640, 480, 4, 100 + 101 + 102 + 103}}));
        QVERIFY(!countItemSizes(folder / "absent"));
    }

    // Expected values as SQLite's GLOB gives them: sqlite3 :memory: "SELECT 'text' GLOB 'glob'".
    void globs_data()
    {
        QTest::addColumn<QByteArray>("glob");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("matches");
        QTest::newRow("star over slash") << QByteArray("a*z") << QByteArray("a/b/z") << true;
        QTest::newRow("star at end") << QByteArray("*.png") << QByteArray("x.png.jpg") << false;
        QTest::newRow("two stars") << QByteArray("*a*b") << QByteArray("xaaxbab") << true;
        QTest::newRow("question") << QByteArray("?.png") << QByteArray("ab.png") << false;
        QTest::newRow("set") << QByteArray("img[0-9].png") << QByteArray("img7.png") << true;
        QTest::newRow("set without") << QByteArray("img[^0-9].png") << QByteArray("img7.png") << false;
        QTest::newRow("set with bracket") << QByteArray("[]]x") << QByteArray("]x") << true;
        QTest::newRow("open set") << QByteArray("[abc") << QByteArray("a") << false;
        QTest::newRow("case") << QByteArray("A*") << QByteArray("abc") << false;
        QTest::newRow("empty") << QByteArray("") << QByteArray("") << true;
        QTest::newRow("only star") << QByteArray("*") << QByteArray("") << true;
        QTest::newRow("newline") << QByteArray("a?b") << QByteArray("a\nb") << true;
    }

    void globs()
    {
        QFETCH(QByteArray, glob);
        QFETCH(QByteArray, text);
        QFETCH(bool, matches);
        QCOMPARE(matchesGlob(glob.toStdString(), text.toStdString()), matches);
    }

    void filters()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 6, 2);
        const auto id = [&](std::size_t i) { return project->columns()[i].id; };
        const std::vector<ItemId> some = {id(0), id(1), id(2)};
        VALUE(project->applyNow(VALUE(makeAddClass(*project, "red and \"white\"", 1, ""))));
        VALUE(project->applyNow(VALUE(makeSetClass(*project, some, project->classByName("c1")->id))));
        VALUE(project->applyNow(VALUE(makeExclude(*project, std::span(some).first(1), "dark"))));
        const std::vector<std::pair<ItemId, Split>> splits = {{id(1), Split::Test}, {id(5), Split::Test}};
        VALUE(project->applyNow(VALUE(makeSetSplit(*project, splits))));
        using Paths = std::vector<std::string>;
        QCOMPARE(pathsOf(*project, "").size(), std::size_t(6));
        QCOMPARE(pathsOf(*project, "class=c1"), (Paths{"p0.png", "p1.png", "p2.png"}));
        QCOMPARE(pathsOf(*project, "class=c1 and excluded=no"), (Paths{"p1.png", "p2.png"}));
        QCOMPARE(pathsOf(*project, "class=none AND split=test"), (Paths{"p5.png"}));
        QCOMPARE(pathsOf(*project, "split=test and path=p[0-3]*"), (Paths{"p1.png"}));
        QCOMPARE(pathsOf(*project, "text=4.p"), (Paths{"p4.png"}));
        QCOMPARE(pathsOf(*project, "text=p and text=3"), (Paths{"p3.png"}));
        QCOMPARE(pathsOf(*project, "review=labelled and state=ok").size(), std::size_t(3));
        QCOMPARE(pathsOf(*project, "split=test and split=train").size(), std::size_t(0));
        QCOMPARE(pathsOf(*project, "id=#" + std::to_string(id(3))), (Paths{"p3.png"}));
        QCOMPARE(pathsOf(*project, "class=\"red and \"white\"\"").size(), std::size_t(0));
        QCOMPARE(VALUE(project->itemIds("excluded=yes")), (std::vector<ItemId>{id(0)}));
        for (const char* wrong :
             {"colour=red", "split=training", "class", "excluded=maybe", "id=x", "a=b and "})
            QVERIFY2(project->items(wrong).error().code == ErrorCode::InvalidArgument, wrong);
        QVERIFY(project->items("split=training").error().message.find("train|val|test") != std::string::npos);
        QVERIFY(project->items("class=absent").error().code == ErrorCode::NotFound);
    }

    void lookups()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 3, 1);
        const Item item = VALUE(project->item(project->columns()[1].id));
        QCOMPARE(VALUE(project->itemByPath(item.root, "p1.png")), std::optional(item.id));
        QVERIFY(!VALUE(project->itemByPath(item.root, "p9.png")));
        QVERIFY(!VALUE(project->itemByPath(item.root + 1, "p1.png")));
        QCOMPARE(VALUE(project->itemsByHash(item.contentHash)), (std::vector<ItemId>{item.id}));
        // A new item is found before it is durable.
        Item twin = item;
        twin.id = VALUE(project->newId());
        twin.path = "tw\xefn\n.png";
        VALUE(project->apply(Edit{"import", "twin", {rowForNewItem(twin)}}));
        QCOMPARE(VALUE(project->itemByPath(item.root, twin.path)), std::optional(twin.id));
        QCOMPARE(VALUE(project->itemsByHash(item.contentHash)), (std::vector<ItemId>{item.id, twin.id}));
        DONE(project->flush());
        QCOMPARE(VALUE(project->itemByPath(item.root, twin.path)), std::optional(twin.id));
        QVERIFY(VALUE(project->item(twin.id)) == twin);
        QCOMPARE(project->itemPath(twin), folder.path() / "p/pictures" / twin.path);
        QVERIFY(project->item(12345678).error().code == ErrorCode::NotFound);

        const ProjectStatus status = VALUE(project->status());
        QCOMPARE(status.items, std::int64_t(4));
        QCOMPARE(status.perReviewState[0], std::int64_t(4));
        QCOMPARE(status.perClass, (std::vector<std::pair<ClassId, std::int64_t>>{{0, 4}}));
        QCOMPARE(status.revision, project->revision());
    }

    void idsAreNeverGivenTwice()
    {
        const TemporaryFolder folder;
        auto ann = makeProject(folder / "p", 0, 0);
        auto bob = openProject(folder / "p", "bob@there/cli");
        std::set<std::int64_t> ids;
        for (int i = 0; i < 5000; ++i) {
            ids.insert(VALUE(ann->newId()));
            ids.insert(VALUE(bob->newId()));
        }
        QCOMPARE(ids.size(), std::size_t(10000));
    }

    void findsTheProject()
    {
        const TemporaryFolder folder;
        makeProject(folder / "p", 0, 0).reset();
        std::filesystem::create_directories(folder / "p/a/b");
        const auto canonical = std::filesystem::canonical(folder / "p");
        QCOMPARE(Project::find(folder / "p/a/b").value(), canonical);
        QCOMPARE(Project::find(folder / "p").value(), canonical);
        QVERIFY(!Project::find(folder.path()));
    }

    void rootsMoveWithTheProject()
    {
        const TemporaryFolder folder;
        const auto base = std::filesystem::canonical(folder.path()) / "home";
        for (const char* name : {"p", "pictures/x", "p/media"})
            std::filesystem::create_directories(base / name);
        QCOMPARE(sourceRootFor(base / "p", base / "p/media"), (SourceRoot{0, "media", true}));
        QCOMPARE(sourceRootFor(base / "p", base / "pictures/x"), (SourceRoot{0, "../pictures/x", true}));
        QCOMPARE(sourceRootFor(base / "p", base / "p"), (SourceRoot{0, ".", true}));
        QCOMPARE(sourceRootFor(base / "p", folder / "elsewhere"),
                 (SourceRoot{0, (base.parent_path() / "elsewhere").string(), false}));
        // Beside a project in the root of the file system lies everything: not relative.
        QVERIFY(!sourceRootFor("/p", "/usr").isRelative);

        RootId root = 0;
        {
            auto project = makeProject(base / "p", 0, 0);
            SourceRoot beside = sourceRootFor(base / "p", base / "pictures");
            beside.id = root = VALUE(project->newId());
            VALUE(project->applyNow(Edit{"add-root", "x", {rowForNewRoot(beside)}}));
            QCOMPARE(project->rootFolder(root), base / "pictures");
        }
        std::filesystem::rename(base, base.parent_path() / "moved");
        auto project = openProject(base.parent_path() / "moved/p");
        QCOMPARE(project->rootFolder(root), base.parent_path() / "moved/pictures");
    }

    void oneWindowEdits()
    {
        const TemporaryFolder folder;
        const WindowHolder me{"ann smith", "host", ::getpid(), ":0"};
        QVERIFY(!windowHolder(folder.path()));
        {
            const FileLock lock = VALUE(acquireWindowLock(folder.path(), me));
            const auto holder = windowHolder(folder.path());
            QVERIFY(holder && holder->user == "ann_smith" && holder->pid == ::getpid() &&
                    holder->display == ":0");
            const auto second = acquireWindowLock(folder.path(), thisWindow());
            QVERIFY(!second && second.error().code == ErrorCode::Conflict);
            QVERIFY(second.error().message.find("ann_smith on host") != std::string::npos);
        }
        QVERIFY(!windowHolder(folder.path()));
        QVERIFY(!windowHolderFromLine("only three words"));
    }

    void splitKeepsGroupsTogether()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 0, 2);
        std::vector<std::pair<std::string, ClassId>> wanted;
        for (int i = 0; i < 200; ++i)
            wanted.emplace_back("patient" + std::to_string(i / 4), 0);
        addItems(*project, wanted);
        SplitRequest request;
        request.seed = 7;
        const SplitResult first = VALUE(planSplit(*project, request));
        QCOMPARE(first.groups, std::int64_t(50));
        QVERIFY(first.edit == VALUE(planSplit(*project, request)).edit); // the seed decides
        VALUE(project->applyNow(first.edit));
        // 40, 5 and 5 groups of four items.
        QCOMPARE(first.perSplit[1], std::int64_t(160));
        QCOMPARE(first.perSplit[2], std::int64_t(20));
        QCOMPARE(first.perSplit[3], std::int64_t(20));
        std::map<std::string, std::set<Split>> perGroup;
        std::map<ItemId, Split> before;
        for (const Item& item : VALUE(project->items())) {
            perGroup[item.group].insert(item.split);
            before[item.id] = item.split;
        }
        for (const auto& [group, splits] : perGroup)
            QCOMPARE(splits.size(), std::size_t(1));

        // The data grow: nothing moves, members of known groups follow them, the shares hold over all.
        wanted.clear();
        for (int i = 0; i < 200; ++i)
            wanted.emplace_back(i < 50 ? "patient" + std::to_string(i) : "late" + std::to_string(i), 0);
        const auto late = addItems(*project, wanted);
        const SplitResult second = VALUE(planSplit(*project, request));
        VALUE(project->applyNow(second.edit));
        for (const auto& [id, split] : before)
            QVERIFY(VALUE(project->item(id)).split == split);
        for (std::size_t i = 0; i < 50; ++i)
            QVERIFY(VALUE(project->item(late[i])).split == *perGroup["patient" + std::to_string(i)].begin());
        QCOMPARE(second.perSplit[1], std::int64_t(320));
        QCOMPARE(second.perSplit[2], std::int64_t(40));
        QCOMPARE(second.perSplit[3], std::int64_t(40));
        QVERIFY(VALUE(planSplit(*project, request)).edit.rows.empty());
    }

    void splitOrderIsTheHashOfTheGroup()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 0, 0);
        const auto ids = addItems(*project, {{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}});
        SplitRequest request;
        request.train = 50;
        request.validation = 25;
        request.test = 25;
        request.seed = 3;
        VALUE(project->applyNow(VALUE(planSplit(*project, request)).edit));
        // By hand: lacking 2, 1, 1 -> train; 1, 1, 1 -> train; 0, 1, 1 -> val; 0, 0, 1 -> test.
        std::vector<std::pair<std::uint64_t, std::size_t>> order;
        for (std::size_t i = 0; i < 4; ++i)
            order.emplace_back(xxh3(std::string("g") + static_cast<char>('a' + i), 3), i);
        std::sort(order.begin(), order.end());
        const Split expected[] = {Split::Train, Split::Train, Split::Validation, Split::Test};
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(VALUE(project->item(ids[order[i].second])).split == expected[i]);
    }

    void splitStratifies()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 0, 2);
        const ClassId common = project->classes()[0].id;
        const ClassId rare = project->classes()[1].id;
        std::vector<std::pair<std::string, ClassId>> wanted;
        for (int i = 0; i < 100; ++i)
            wanted.emplace_back("", i < 10 ? rare : common);
        const auto ids = addItems(*project, wanted);
        const ItemId excluded = ids[50];
        VALUE(project->applyNow(VALUE(makeExclude(*project, std::span(&excluded, 1), "dark"))));
        SplitRequest request;
        request.stratify = true;
        const SplitResult result = VALUE(planSplit(*project, request));
        VALUE(project->applyNow(result.edit));
        std::map<std::pair<ClassId, Split>, int> counts;
        for (const ItemColumns& columns : project->columns())
            ++counts[{columns.classId, columns.split}];
        QCOMPARE((counts[{rare, Split::Train}]), 8);
        QCOMPARE((counts[{rare, Split::Validation}]), 1);
        QCOMPARE((counts[{rare, Split::Test}]), 1);
        QCOMPARE((counts[{common, Split::None}]), 1);
        QVERIFY(project->column(excluded)->split == Split::None);
        QVERIFY(planSplit(*project, SplitRequest{50, 10, 10, 0, false, false}).error().code ==
                ErrorCode::InvalidArgument);
        SplitRequest again;
        again.seed = 99;
        again.reassign = true;
        const SplitResult moved = VALUE(planSplit(*project, again));
        QVERIFY(!moved.edit.rows.empty());
        QCOMPARE(moved.edit.verb, std::string("split-reassign"));
    }
};

QTEST_APPLESS_MAIN(TestProjectReading)
#include "tst_project_reading.moc"
