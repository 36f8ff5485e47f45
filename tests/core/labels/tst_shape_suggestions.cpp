// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/shape_suggestions.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

ShapeSuggestion suggestion(ItemId item, double score, const Shape& shape, const std::string& model = "net")
{
    return {item, 0xf000000000000001ULL, "cat", shape, score, model};
}

} // namespace

class TestShapeSuggestions : public QObject
{
    Q_OBJECT
private slots:
    void whatWasWrittenIsReadByFallingScore()
    {
        const TemporaryFolder folder;
        ShapeSuggestionStore store(folder.path());
        QVERIFY(store.open()->empty());
        const auto low = suggestion(3, 0.25, Box{1, 2, 3, 4});
        const auto high = suggestion(3, 0.75, Mask{0, 0, 2, 2, {1, 2, 1}});
        const auto other = suggestion(5, 0.5, Vertex{7, 8}, "other");
        QVERIFY(store.replace("net", {low, high}));
        QVERIFY(store.replace("other", {other}));
        const auto open = store.open();
        QVERIFY(open);
        QCOMPARE(open->size(), std::size_t(2));
        QVERIFY((open->at(3) == std::vector<ShapeSuggestion>{high, low}));
        QVERIFY((open->at(5) == std::vector<ShapeSuggestion>{other}));
        QVERIFY(store.replace("net", {low}));
        QVERIFY((store.open()->at(3) == std::vector<ShapeSuggestion>{low}));
    }
    void decisionsStay()
    {
        const TemporaryFolder folder;
        ShapeSuggestionStore store(folder.path());
        const auto a = suggestion(1, 0.9, Box{1, 2, 3, 4});
        const auto b = suggestion(1, 0.8, Box{5, 2, 3, 4});
        const auto c = suggestion(2, 0.7, Box{6, 2, 3, 4});
        QVERIFY(store.replace("net", {a, b, c}));
        QVERIFY(store.decide(std::vector{a}, SuggestionDecision::Accepted));
        QVERIFY(store.decide(std::vector{b}, SuggestionDecision::Rejected));
        QVERIFY(store.decide(std::vector{c}, SuggestionDecision::Corrected));
        QVERIFY(ShapeSuggestionStore(folder.path()).open()->empty());
        QVERIFY((store.counts()->at("net") == SuggestionCounts{1, 1, 1}));
        // A corrected one was accepted before; an acceptance that is undone leaves it open again.
        QVERIFY(store.decide(std::vector{a}, SuggestionDecision::Corrected));
        QVERIFY(store.decide(std::vector{b}, SuggestionDecision::Reopened));
        QVERIFY((store.counts()->at("net") == SuggestionCounts{0, 2, 0}));
        QVERIFY((store.open()->at(1) == std::vector<ShapeSuggestion>{b}));
        QVERIFY(store.decide(std::vector{b}, SuggestionDecision::Rejected));
        // The same shape with another score is still decided; another shape is not.
        auto again = a;
        again.score = 0.5;
        const auto fresh = suggestion(1, 0.4, Box{9, 2, 3, 4});
        QVERIFY(store.replace("net", {again, fresh}));
        QVERIFY((store.open()->at(1) == std::vector<ShapeSuggestion>{fresh}));
    }
    void whatDoesNotReadIsLeftOut()
    {
        const TemporaryFolder folder;
        ShapeSuggestionStore store(folder.path());
        QVERIFY(store.replace("net", {suggestion(1, 0.9, Box{1, 2, 3, 4})}));
        const std::filesystem::path place = folder / "cache/suggestions";
        const auto file = std::filesystem::directory_iterator(place)->path();
        writeTestFile(file, readTestFile(file) + "{\"item\":1,\"hash\":1}\nnot json\n");
        writeTestFile(place / "9.jsonl", "{\"format\":\"other\"}\n");
        QCOMPARE(store.open()->at(1).size(), std::size_t(1));
        QVERIFY(store.replace("", {}).error().code == ErrorCode::InvalidArgument);
        QVERIFY(store.replace("net", {suggestion(1, 1.5, Box{1, 2, 3, 4})}).error().code ==
                ErrorCode::InvalidArgument);
        QVERIFY(store.replace("net", {suggestion(1, 0.5, Box{1, 2, 0, 4})}).error().code ==
                ErrorCode::InvalidArgument);
    }
};

QTEST_APPLESS_MAIN(TestShapeSuggestions)
#include "tst_shape_suggestions.moc"
