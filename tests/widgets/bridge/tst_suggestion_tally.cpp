// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_folders.h"
#include "widgets/bridge/suggestion_list.h"
#include "widgets/bridge/suggestion_tally.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// What became of suggestions is counted once an item, and survives the window.
class SuggestionTallyTest : public QObject
{
    Q_OBJECT
private slots:
    void anItemCountsOnce()
    {
        SuggestionTally tally;
        tally.classIs(1, 10, 10, "m");
        tally.classIs(2, 11, 10, "m");
        tally.classIs(3, 11, 0, "m"); // nothing was suggested
        QCOMPARE(tally.counts().at("m"), (SuggestionCounts{1, 1, 0}));
        tally.classIs(1, 11, 0, "m"); // thought better of it
        QCOMPARE(tally.counts().at("m"), (SuggestionCounts{0, 2, 0}));
        tally.classIs(2, 0, 0, "m"); // undone
        QCOMPARE(tally.counts().at("m"), (SuggestionCounts{0, 1, 0}));
        tally.classIs(2, 10, 10, "other");
        QCOMPARE(tally.counts().at("other"), (SuggestionCounts{1, 0, 0}));
    }

    void rejectedUntilTheModelThinksOtherwise()
    {
        SuggestionTally tally;
        tally.reject(1, 10, "m");
        tally.reject(1, 10, "m");
        tally.reject(2, 0, "m");
        QCOMPARE(tally.counts().at("m"), (SuggestionCounts{0, 0, 1}));
        QVERIFY(tally.isRejected(1, 10));
        QVERIFY(!tally.isRejected(1, 11));
        QVERIFY(!tally.isRejected(2, 10));
        tally.classIs(1, 11, 10, "m"); // then it was given another class
        QCOMPARE(tally.counts().at("m"), (SuggestionCounts{0, 1, 0}));
    }

    void theFileKeepsCountsAndModel()
    {
        const test::TemporaryFolder folder;
        SuggestionTally tally = SuggestionTally::load(folder.path());
        QVERIFY(tally.counts().empty());
        tally.classIs(1, 10, 10, "m");
        tally.reject(2, 10, "n");
        tally.setLastModel("n");
        QVERIFY(tally.save(folder.path()).has_value());
        const SuggestionTally again = SuggestionTally::load(folder.path());
        QCOMPARE(again.counts(), tally.counts());
        QCOMPARE(again.lastModel(), std::string("n"));
        test::writeTestFile(folder / "cache/class-suggestions.json", "{\"format_version\": 1, \"models\": 3");
        QVERIFY(SuggestionTally::load(folder.path()).counts().empty());
    }

    void listsFromAnswersAreSortedAndChecked()
    {
        const Json answer{{"model", "m"},
                          {"ready", true},
                          {"items", {5, 2, 9}},
                          {"classes", {1, 2, 3}},
                          {"probabilities", {0.5, 0.75, 1.0}}};
        const auto list = suggestionsFromAnswer(answer);
        QVERIFY(list.has_value());
        QCOMPARE(list->items, (std::vector<ItemId>{2, 5, 9}));
        QCOMPARE(*list->find(5), (Suggestion{1, 0.5F}));
        QCOMPARE(*list->find(9), (Suggestion{3, 1.0F}));
        QVERIFY(!list->find(3));
        Json uneven = answer;
        uneven["classes"] = {1, 2};
        QCOMPARE(suggestionsFromAnswer(uneven).error().code, ErrorCode::CorruptFile);
        QVERIFY(suggestionsFromAnswer({{"model", "m"}, {"ready", false}})->items.empty());
    }
};

QTEST_APPLESS_MAIN(SuggestionTallyTest)
#include "tst_suggestion_tally.moc"
