// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/checks.h"
#include "core/project/edits.h"
#include "tests/core/collection/import_case.h"

#include <QTest>
#include <limits>

using namespace trainyard;
using test::ImportCase;

class TestLabelDoubts : public QObject
{
    Q_OBJECT

private slots:
    void byHand();
    void golden();
    void oddInput();
    void recorded();
};

void TestLabelDoubts::byHand()
{
    // Classes 10 and 20. Thresholds: t10 = (0.9 + 0.6 + 0.3) / 3 = 0.6, t20 = (0.8 + 0.4) / 2 = 0.6.
    const std::vector<ClassId> classes = {10, 20};
    const std::vector<ItemProbabilities> items = {
        {1, 10, {0.9, 0.1}}, {2, 10, {0.6, 0.4}}, {3, 10, {0.3, 0.7}}, // 3: p20 = 0.7 >= 0.6: in doubt
        {4, 20, {0.2, 0.8}}, {5, 20, {0.6, 0.4}},                      // 5: p10 = 0.6 >= 0.6: in doubt
    };
    const auto doubts = findLabelDoubts(items, classes);
    QCOMPARE(doubts.size(), std::size_t{2});
    QCOMPARE(doubts[0].item, 3);
    QCOMPARE(doubts[0].suggested, 20);
    QCOMPARE(doubts[0].selfConfidence, 0.3);
    QCOMPARE(doubts[1].item, 5);
    QCOMPARE(doubts[1].label, 20);
    QCOMPARE(doubts[1].suggested, 10);
    QCOMPARE(doubts[1].selfConfidence, 0.4);
}

void TestLabelDoubts::golden()
{
    const Json golden = *parseJson(
        test::readTestFile(test::sourceFolder() / "tests/data/cleaning/label_doubts.json"), "golden");
    const std::vector<ClassId> classes = {3, 5, 7, 11};
    std::vector<ItemProbabilities> items;
    for (std::size_t i = 0; i < golden["labels"].size(); ++i)
        items.push_back({static_cast<ItemId>(i), classes[golden["labels"][i].get<std::size_t>()],
                         golden["probabilities"][i].get<std::vector<double>>()});
    const auto doubts = findLabelDoubts(items, classes);
    QCOMPARE(doubts.size(), golden["doubts"].size());
    QVERIFY(doubts.size() > 10);
    for (std::size_t i = 0; i < doubts.size(); ++i) {
        const Json& expected = golden["doubts"][i];
        QCOMPARE(doubts[i].item, expected["item"].get<ItemId>());
        QCOMPARE(doubts[i].label, classes[expected["label"].get<std::size_t>()]);
        QCOMPARE(doubts[i].suggested, classes[expected["suggested"].get<std::size_t>()]);
        QCOMPARE(doubts[i].selfConfidence, expected["self"].get<double>());
    }
}

void TestLabelDoubts::oddInput()
{
    const std::vector<ClassId> classes = {1, 2, 3};
    QVERIFY(findLabelDoubts({}, classes).empty());
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<ItemProbabilities> items = {
        {1, 1, {0.5, 0.5, 0}},                      // a tie with its own label is no doubt
        {2, 2, {0.5, 0.5, 0}}, {3, 1, {nan, 1, 0}}, // takes no part
        {4, 9, {0, 1, 0}},                          // of no known class
        {5, 1, {0.1, 0.9}},                         // too short
        {6, 2, {0, 0.1, 0.9}}, // class 3 has no items, so nothing is sure enough to be one
    };
    QVERIFY(findLabelDoubts(items, classes).empty());
}

void TestLabelDoubts::recorded()
{
    ImportCase c;
    c.addPicture("cat/1.jpg", 1);
    c.addPicture("cat/2.jpg", 2);
    c.addPicture("dog/3.jpg", 3);
    c.import();
    const ClassId cat = c.project().classByName("cat")->id;
    const ClassId dog = c.project().classByName("dog")->id;
    const ItemId first = c.itemAt("cat/1.jpg").id;
    const ItemId second = c.itemAt("cat/2.jpg").id;
    const std::vector<LabelDoubt> doubts = {{first, cat, dog, 0.1}, {second, cat, dog, 0.25}};
    auto result = recordLabelDoubts(c.project(), doubts);
    QVERIFY(result);
    QCOMPARE(result->added[IssueKind::WrongLabel], 2);
    QCOMPARE(c.issues(IssueKind::WrongLabel)[1].text,
             std::string("labelled cat (25 % likely), looks like dog"));
    result = recordLabelDoubts(c.project(), doubts);
    QCOMPARE(result->added[IssueKind::WrongLabel], 0);
    QCOMPARE(result->found[IssueKind::WrongLabel], 2);
    // Dismissed stays dismissed; no longer in doubt is closed; a fix excludes and never relabels.
    const IssueId dismissed = c.issues(IssueKind::WrongLabel)[0].id;
    QVERIFY(c.project().applyNow(
        *makeSetIssueState(c.project(), std::span(&dismissed, 1), IssueState::Dismissed)));
    result = recordLabelDoubts(c.project(), doubts);
    QCOMPARE(result->found[IssueKind::WrongLabel], 1);
    QCOMPARE(c.issues(IssueKind::WrongLabel).size(), std::size_t{2});
    const auto plan = planFix(c.project(), IssueKind::WrongLabel, {});
    QVERIFY(plan);
    QCOMPARE(plan->items, 1);
    QVERIFY(c.project().applyNow(plan->edit));
    QVERIFY(c.itemAt("cat/2.jpg").isExcluded);
    QCOMPARE(c.itemAt("cat/2.jpg").classId, cat);
    QVERIFY(!c.itemAt("cat/1.jpg").isExcluded);
    const std::vector<LabelDoubt> other = {{c.itemAt("dog/3.jpg").id, dog, cat, 0.2}};
    QVERIFY(recordLabelDoubts(c.project(), other));
    QVERIFY(recordLabelDoubts(c.project(), {}));
    QCOMPARE(c.issues(IssueKind::WrongLabel).back().state, IssueState::Fixed);
}

QTEST_APPLESS_MAIN(TestLabelDoubts)
#include "tst_label_doubts.moc"
