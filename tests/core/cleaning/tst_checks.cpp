// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/checks.h"
#include "core/cleaning/leaks.h"
#include "core/cleaning/picture_compare.h"
#include "core/imaging/own_jpeg.h"
#include "core/imaging/resize.h"
#include "core/project/edits.h"
#include "tests/core/collection/import_case.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <set>

using namespace trainyard;
using test::ImportCase;
using test::smoothPicture;
namespace fs = std::filesystem;

namespace {

CheckResult checked(ImportCase& c, std::vector<IssueKind> kinds = {})
{
    auto result = checkPictures(c.project(), c.decoders(), kinds, Cancellation(), {});
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return *result;
}

Item itemOf(ItemId id, Split split, const std::string& group = {})
{
    Item item;
    item.id = id;
    item.split = split;
    item.group = group;
    return item;
}

/// "item>other" for each issue.
std::string pairsOf(const std::vector<Issue>& issues)
{
    std::string text;
    for (const Issue& issue : issues)
        text += std::to_string(issue.item) + ">" + std::to_string(issue.other) + " ";
    return text;
}

} // namespace

class TestChecks : public QObject
{
    Q_OBJECT

private slots:
    void damagedAndDuplicates();
    void nearDuplicates();
    void likenessMeasure();
    void leaks_data();
    void leaks();
    void dismissedStays();
    void staleIssuesGo();
    void fixIsUndoable();
    void fixNeverTakesBoth();
    void factsAreRebuilt();
    void cancelled();
    void realCells();
};

void TestChecks::damagedAndDuplicates()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addPicture("a/2.jpg", 2);
    c.addFile("a/3.jpg", c.bytesOf("a/1.jpg"));
    c.addFile("a/4.jpg", c.bytesOf("a/1.jpg"));
    c.addFile("a/half.jpg", test::halfOf(c.bytesOf("a/2.jpg")));
    c.import();
    const CheckResult result = checked(c);
    QCOMPARE(result.found.at(IssueKind::Damaged), 1);
    QCOMPARE(result.found.at(IssueKind::ExactDuplicate), 2);
    QCOMPARE(result.added.at(IssueKind::ExactDuplicate), 0); // the import noted them
    QCOMPARE(result.found.at(IssueKind::NearDuplicate), 0);
    QCOMPARE(result.found.at(IssueKind::Leak), 0);
    const Issue damaged = c.issues(IssueKind::Damaged).front();
    QCOMPARE(damaged.item, c.itemAt("a/half.jpg").id);
    QCOMPARE(damaged.text, c.itemAt("a/half.jpg").damage);
    const CheckResult again = checked(c);
    QCOMPARE(again.revision, result.revision);
    QCOMPARE(again.added.at(IssueKind::Damaged), 0);
}

void TestChecks::nearDuplicates()
{
    ImportCase c;
    for (std::uint64_t seed = 0; seed < 40; ++seed)
        c.addPicture("a/" + std::to_string(100 + seed) + ".jpg", seed, 96, 72);
    c.addFile("b/low.jpg", *encodeJpeg(smoothPicture(3, 96, 72), 40));
    c.addFile("b/small.jpg", *encodeJpeg(resizeImage(smoothPicture(7, 96, 72), 70, 52), 85));
    c.addFile("b/large.jpg", *encodeJpeg(resizeImage(smoothPicture(9, 96, 72), 120, 90), 85));
    Image bright = smoothPicture(11, 96, 72);
    for (std::uint8_t& value : bright.pixels)
        value = static_cast<std::uint8_t>(std::min(255, value + 4));
    c.addFile("b/bright.jpg", *encodeJpeg(bright, 85));
    c.import();
    const CheckResult result = checked(c);
    std::set<std::string> pairs;
    for (const Issue& issue : c.issues(IssueKind::NearDuplicate))
        pairs.insert(c.project().item(issue.item)->path + " " + c.project().item(issue.other)->path);
    QCOMPARE(pairs, (std::set<std::string>{"b/bright.jpg a/111.jpg", "b/large.jpg a/109.jpg",
                                           "b/low.jpg a/103.jpg", "b/small.jpg a/107.jpg"}));
    QCOMPARE(result.added.at(IssueKind::NearDuplicate), 4);
}

void TestChecks::likenessMeasure()
{
    // b = a + 3 everywhere: difference 3, correlation 1. c = 255 - a: correlation -1.
    SmallLuma a{48, 48, {}};
    for (int i = 0; i < 48 * 48; ++i)
        a.values.push_back(static_cast<std::uint8_t>(50 + i % 100));
    SmallLuma b = a;
    SmallLuma c = a;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        b.values[i] = static_cast<std::uint8_t>(a.values[i] + 3);
        c.values[i] = static_cast<std::uint8_t>(255 - a.values[i]);
    }
    QCOMPARE(likeness(a, b).meanDifference, 3.0);
    QVERIFY(std::abs(likeness(a, b).correlation - 1) < 1e-12);
    QVERIFY(isNearDuplicate(likeness(a, b)));
    QVERIFY(std::abs(likeness(a, c).correlation + 1) < 1e-12);
    QVERIFY(!isNearDuplicate(likeness(a, c)));
    SmallLuma wide = a;
    wide.width = 96;
    QCOMPARE(likeness(a, wide).shapeRatio, 2.0);
    QVERIFY(!isNearDuplicate(likeness(a, wide)));
    SmallLuma grey{48, 48, std::vector<std::uint8_t>(48 * 48, 100)};
    SmallLuma lighter{48, 48, std::vector<std::uint8_t>(48 * 48, 104)};
    QVERIFY(isNearDuplicate(likeness(grey, grey)));
    QVERIFY(!isNearDuplicate(likeness(grey, lighter)));
}

void TestChecks::leaks_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QString>("expected");
    QTest::newRow("exact, train and test") << 0 << "1>2 ";
    QTest::newRow("near, test before train") << 1 << "2>1 ";
    QTest::newRow("validation is the training side of test") << 2 << "2>1 ";
    QTest::newRow("same split") << 3 << "";
    QTest::newRow("no split") << 4 << "";
    QTest::newRow("a group over three splits") << 5 << "1>4 2>4 3>4 ";
    QTest::newRow("groups apart") << 6 << "";
    QTest::newRow("copies of one original") << 7 << "2>1 3>1 ";
}

void TestChecks::leaks()
{
    QFETCH(int, row);
    QFETCH(QString, expected);
    using enum Split;
    struct Case
    {
        std::vector<Item> items;
        std::vector<DuplicatePair> exact;
        std::vector<DuplicatePair> near;
    };
    const std::vector<Case> cases = {
        {{itemOf(1, Train), itemOf(2, Test)}, {{1, 2, 0}}, {}},
        {{itemOf(1, Test), itemOf(2, Train)}, {}, {{1, 2, 3}}},
        {{itemOf(1, Test), itemOf(2, Validation)}, {{1, 2, 0}}, {}},
        {{itemOf(1, Test), itemOf(2, Test)}, {{1, 2, 0}}, {}},
        {{itemOf(1, Test), itemOf(2, None)}, {{1, 2, 0}}, {}},
        {{itemOf(1, Train, "g"), itemOf(2, Train, "g"), itemOf(3, Validation, "g"), itemOf(4, Test, "g")},
         {},
         {}},
        {{itemOf(1, Train, "g"), itemOf(2, Test, "h"), itemOf(3, Validation)}, {}, {}},
        {{itemOf(1, Test), itemOf(2, Train), itemOf(3, Train)}, {{1, 2, 0}, {1, 3, 0}}, {}},
    };
    const Case& c = cases[static_cast<std::size_t>(row)];
    QCOMPARE(QString::fromStdString(pairsOf(findLeaks(c.items, c.exact, c.near))), expected);
}

void TestChecks::dismissedStays()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addFile("a/2.jpg", *encodeJpeg(smoothPicture(1, 64, 48), 60));
    c.import();
    QCOMPARE(checked(c).added.at(IssueKind::NearDuplicate), 1);
    const IssueId issue = c.issues(IssueKind::NearDuplicate).front().id;
    QVERIFY(
        c.project().applyNow(*makeSetIssueState(c.project(), std::span(&issue, 1), IssueState::Dismissed)));
    const CheckResult again = checked(c);
    QCOMPARE(again.added.at(IssueKind::NearDuplicate), 0);
    QCOMPARE(again.found.at(IssueKind::NearDuplicate), 0);
    // New bytes are a new question.
    c.addFile("a/2.jpg", *encodeJpeg(smoothPicture(1, 64, 48), 70));
    c.import();
    QCOMPARE(checked(c).added.at(IssueKind::NearDuplicate), 1);
}

void TestChecks::staleIssuesGo()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addFile("a/2.jpg", c.bytesOf("a/1.jpg"));
    c.import();
    const ItemId second = c.itemAt("a/2.jpg").id;
    QVERIFY(c.project().applyNow(*makeExclude(c.project(), std::span(&second, 1), "by hand")));
    QCOMPARE(checked(c).found.at(IssueKind::ExactDuplicate), 0);
    QVERIFY(c.issues(IssueKind::ExactDuplicate).empty());
    QVERIFY(c.project().applyNow(*makeInclude(c.project(), std::span(&second, 1))));
    QCOMPARE(checked(c).added.at(IssueKind::ExactDuplicate), 1);
}

void TestChecks::fixIsUndoable()
{
    ImportCase c;
    c.addPicture("train/a/1.jpg", 1);
    c.addFile("test/a/2.jpg", c.bytesOf("train/a/1.jpg"));
    c.addPicture("train/a/3.jpg", 3);
    c.import();
    QCOMPARE(checked(c).found.at(IssueKind::Leak), 1);
    const auto plan = planFix(c.project(), IssueKind::Leak, {});
    QVERIFY(plan);
    QCOMPARE(plan->items, 1);
    QCOMPARE(plan->issues, 1);
    QVERIFY(!c.itemAt("train/a/1.jpg").isExcluded); // planning changes nothing
    QVERIFY(c.project().applyNow(plan->edit));
    QVERIFY(c.itemAt("train/a/1.jpg").isExcluded);
    QVERIFY(!c.itemAt("test/a/2.jpg").isExcluded);
    QCOMPARE(c.itemAt("train/a/1.jpg").excludedReason, std::string("leak"));
    QCOMPARE(c.issues(IssueKind::Leak).front().state, IssueState::Fixed);
    QCOMPARE(checked(c).added.at(IssueKind::Leak), 0);
    QCOMPARE(planFix(c.project(), IssueKind::Leak, {})->issues, 0);
    QVERIFY(planFix(c.project(), IssueKind::Leak, {})->edit.rows.empty());
    // The check wrote a revision of its own for the duplicate that is out of the game; the fix lies below it.
    QVERIFY(c.project().undo());
    QVERIFY(c.project().undo());
    QVERIFY(!c.itemAt("train/a/1.jpg").isExcluded);
    QCOMPARE(c.issues(IssueKind::Leak).front().state, IssueState::Open);
}

void TestChecks::fixNeverTakesBoth()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addFile("a/2.jpg", c.bytesOf("a/1.jpg"));
    c.addFile("a/3.jpg", c.bytesOf("a/1.jpg"));
    c.import();
    const auto issues = c.issues(IssueKind::ExactDuplicate);
    const auto one = planFix(c.project(), IssueKind::ExactDuplicate, std::vector<IssueId>{issues[0].id});
    QCOMPARE(one->items, 1);
    QVERIFY(c.project().applyNow(one->edit));
    const ItemId original = c.itemAt("a/1.jpg").id;
    QVERIFY(c.project().applyNow(*makeExclude(c.project(), std::span(&original, 1), "by hand")));
    const auto rest = planFix(c.project(), IssueKind::ExactDuplicate, {});
    QCOMPARE(rest->issues, 1);
    QCOMPARE(rest->items, 0); // the other copies are out already: this one stays
    QVERIFY(c.project().applyNow(rest->edit));
    QVERIFY(!c.project().item(issues[1].item)->isExcluded);
}

void TestChecks::factsAreRebuilt()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addFile("a/2.jpg", *encodeJpeg(smoothPicture(1, 64, 48), 60));
    c.import();
    fs::remove_all(c.projectFolder() / "cache/facts");
    QCOMPARE(checked(c).found.at(IssueKind::NearDuplicate), 1);
    QVERIFY(fs::exists(c.projectFolder() / "cache/facts/phash/0.h5"));
}

void TestChecks::cancelled()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addFile("a/2.jpg", *encodeJpeg(smoothPicture(1, 64, 48), 60));
    c.import();
    Cancellation cancellation;
    cancellation.cancel();
    const Revision before = c.project().revision();
    const auto result = checkPictures(c.project(), c.decoders(), {}, cancellation, {});
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Cancelled);
    QCOMPARE(c.project().revision(), before);
}

void TestChecks::realCells()
{
    ImportCase c;
    ImportRequest request = c.request();
    request.source = test::sourceFolder() / "resources/samples/blood-cells";
    request.cropsBoxes = true;
    request.perClass = 135;
    c.import(request);
    const auto cells = *c.project().items();
    QCOMPARE(cells.size(), std::size_t{405});
    // Every 80th cell once more: another quality, another size.
    const double scales[] = {0.9, 1, 1.1, 0.8, 1};
    std::set<std::string> planted;
    for (std::size_t i = 0; i < 5; ++i) {
        const Item& cell = cells[40 + 80 * i];
        const Image picture = *decodeOwnJpeg(test::readTestFile(c.project().itemPath(cell)));
        const Image copy = resizeImage(picture, static_cast<int>(picture.width * scales[i] + 0.5),
                                       static_cast<int>(picture.height * scales[i] + 0.5));
        c.addFile("copies/" + std::to_string(i) + ".jpg", *encodeJpeg(copy, 75));
        planted.insert("copies/" + std::to_string(i) + ".jpg");
    }
    QCOMPARE(c.import().added, 5);
    checked(c, {IssueKind::NearDuplicate});
    std::set<std::string> found;
    int falseAlarms = 0;
    for (const Issue& issue : c.issues(IssueKind::NearDuplicate)) {
        const Item item = *c.project().item(issue.item);
        if (planted.contains(item.path))
            found.insert(item.path);
        else
            ++falseAlarms;
        qInfo("%s ~ %s: %.2f", item.path.c_str(), c.project().item(issue.other)->path.c_str(), issue.score);
    }
    QCOMPARE(found, planted);
    QVERIFY2(falseAlarms <= 5, std::to_string(falseAlarms).c_str());
}

QTEST_APPLESS_MAIN(TestChecks)
#include "tst_checks.moc"
