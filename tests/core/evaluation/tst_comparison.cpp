// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/comparison.h"
#include "tests/core/evaluation/evaluation_cases.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// Two models over n items of one class of two: `onlyA` items right under A alone, `onlyB` under B alone, the
/// rest right.
std::pair<Predictions, Predictions> twoModels(int n, int onlyA, int onlyB)
{
    std::vector<int> truths(static_cast<std::size_t>(n), 0);
    std::vector<int> a = truths;
    std::vector<int> b = truths;
    for (int i = 0; i < onlyA; ++i)
        b[static_cast<std::size_t>(i)] = 1;
    for (int i = onlyA; i < onlyA + onlyB; ++i)
        a[static_cast<std::size_t>(i)] = 1;
    return {predictionsOf(truths, a, 2), predictionsOf(truths, b, 2)};
}

} // namespace

class TestComparison : public QObject
{
    Q_OBJECT
private slots:
    void verdicts_data()
    {
        QTest::addColumn<int>("onlyA");
        QTest::addColumn<int>("onlyB");
        QTest::addColumn<QString>("test");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("B better") << 3 << 12 << "exact McNemar"
                                  << "B is better on this test set (p = 0.035)";
        QTest::newRow("A better") << 12 << 3 << "exact McNemar"
                                  << "A is better on this test set (p = 0.035)";
        QTest::newRow("no telling") << 10 << 20 << "McNemar"
                                    << "A and B cannot be told apart on this test set (p = 0.10)";
        QTest::newRow("equal") << 0 << 0 << "exact McNemar"
                               << "A and B cannot be told apart on this test set (p = 1.00)";
        QTest::newRow("clear") << 1 << 60 << "McNemar"
                               << "B is better on this test set (p < 0.001)";
    }
    void verdicts()
    {
        QFETCH(int, onlyA);
        QFETCH(int, onlyB);
        QFETCH(QString, test);
        QFETCH(QString, verdict);
        const auto [a, b] = twoModels(100, onlyA, onlyB);
        const auto comparison = compareModels(a, "A", b, "B");
        QVERIFY(comparison);
        QCOMPARE(QString::fromStdString(comparison->test), test);
        QCOMPARE(QString::fromStdString(comparison->verdict), verdict);
        QCOMPARE(comparison->common, 100);
        QCOMPARE(comparison->aRightBWrong, onlyA);
        QCOMPARE(comparison->aWrongBRight, onlyB);
        QCOMPARE(comparison->difference, (onlyB - onlyA) / 100.0);
        QCOMPARE(comparison->flipped.size(), std::size_t(onlyA + onlyB));
        QCOMPARE(comparison->accuracyA, (100 - onlyB) / 100.0);
        QCOMPARE(comparison->intervalA, wilsonInterval(comparison->accuracyA, 100));
        QVERIFY(comparison->differenceInterval.low <= comparison->difference &&
                comparison->difference <= comparison->differenceInterval.high);
    }

    void onlyTheSameItemsCount()
    {
        auto [a, b] = twoModels(10, 0, 0);
        a.rows.erase(a.rows.begin()); // item 1 only in B
        b.rows.pop_back();            // item 10 only in A
        b.rows[1].contentHash = 1;    // item 2 has other bytes
        b.rows[2].label = 1;          // item 3 has another label
        const auto comparison = compareModels(a, "A", b, "B");
        QVERIFY(comparison);
        QCOMPARE(comparison->onlyA, 1);
        QCOMPARE(comparison->onlyB, 1);
        QCOMPARE(comparison->differing, 2);
        QCOMPARE(comparison->common, 6);
    }

    void classesAreMatchedByName()
    {
        auto [a, b] = twoModels(30, 2, 5);
        const auto before = compareModels(a, "A", b, "B");
        b.labels = {"other", "class-1", "class-0"};
        for (Prediction& row : b.rows) {
            row.label = row.label == 0 ? 2 : 1;
            row.logits = {-1, row.logits[1], row.logits[0]};
        }
        const auto after = compareModels(a, "A", b, "B");
        QVERIFY(before && after);
        QCOMPARE(comparisonToJson(*after).dump(), comparisonToJson(*before).dump());
    }

    void swappingTheModelsMirrors()
    {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            const Predictions a = randomPredictions(seed);
            Predictions b = a;
            CounterRandom random(seed, RandomPurpose::Sample, 1, 0);
            for (Prediction& row : b.rows)
                for (float& logit : row.logits)
                    logit += static_cast<float>(random.below(3));
            const auto ab = compareModels(a, "A", b, "B");
            const auto ba = compareModels(b, "B", a, "A");
            QVERIFY(ab && ba);
            QVERIFY(isClose(ab->pValue, ba->pValue));
            QCOMPARE(ab->difference, -ba->difference);
            QVERIFY(isClose(ab->differenceInterval.low, -ba->differenceInterval.high, 1e-9));
            QCOMPARE(ab->flipped, ba->flipped);
            QVERIFY(ab->pValue >= 0 && ab->pValue <= 1);
        }
    }

    void clusteredByHand()
    {
        // Five units of two items; B gains 2, 1, 1, 0, -1 of them.
        auto [a, b] = twoModels(10, 0, 0);
        const std::vector<int> gains{2, 1, 1, 0, -1};
        for (std::size_t unit = 0; unit < 5; ++unit) {
            for (std::size_t i = 0; i < 2; ++i) {
                const std::size_t row = 2 * unit + i;
                a.rows[row].group = b.rows[row].group = "unit-" + std::to_string(unit);
                const int gain = gains[unit] == 2 ? 1 : (i == 0 ? gains[unit] : 0);
                if (gain != 0)
                    std::swap((gain > 0 ? a : b).rows[row].logits[0], (gain > 0 ? a : b).rows[row].logits[1]);
            }
        }
        const auto comparison = compareModels(a, "A", b, "B");
        QVERIFY(comparison);
        QCOMPARE(QString::fromStdString(comparison->test), QStringLiteral("clustered paired difference"));
        QCOMPARE(comparison->units, 5);
        QCOMPARE(comparison->difference, 0.3);
        // Deviations of the units from 2 * 0.3: 1.4, 0.4, 0.4, -0.6, -1.6; squares 5.2; SE^2 = 5/4 * 5.2 /
        // 100.
        const double t = 0.3 / std::sqrt(0.065);
        QVERIFY(isClose(comparison->pValue, studentTwoSidedP(t, 4)));
        const double half = studentTwoSidedPoint(0.05, 4) * std::sqrt(0.065);
        QVERIFY(isClose(comparison->differenceInterval.low, 0.3 - half));
    }

    void fewUnitsCannotConvince()
    {
        auto [a, b] = twoModels(40, 0, 40);
        for (std::size_t i = 0; i < 40; ++i)
            a.rows[i].group = b.rows[i].group = i < 20 ? "left" : "right";
        const auto two = compareModels(a, "A", b, "B");
        QVERIFY(two);
        QCOMPARE(two->pValue, 0.5); // two units that agree: 2 * 0.5^2
        QVERIFY(QString::fromStdString(two->verdict).contains("cannot be told apart"));
        for (std::size_t i = 0; i < 40; ++i)
            a.rows[i].group = b.rows[i].group = "one";
        const auto one = compareModels(a, "A", b, "B");
        QVERIFY(one);
        QCOMPARE(one->pValue, 1.0);
    }

    void clusteringOfOneSideHolds()
    {
        auto [a, b] = twoModels(40, 0, 10);
        for (std::size_t i = 0; i < 40; ++i) {
            a.rows[i].group = "item:" + std::to_string(a.rows[i].item);
            b.rows[i].group = "picture-" + std::to_string(i / 4);
        }
        const auto comparison = compareModels(a, "A", b, "B");
        QVERIFY(comparison);
        QCOMPARE(comparison->units, 10);
        QCOMPARE(QString::fromStdString(comparison->test), QStringLiteral("clustered paired difference"));
    }

    void malformedAnswersAreWrong()
    {
        auto [a, b] = twoModels(20, 0, 0);
        b.rows[4].logits[0] = std::numeric_limits<float>::quiet_NaN();
        const auto comparison = compareModels(a, "A", b, "B");
        QVERIFY(comparison);
        QCOMPARE(comparison->common, 20);
        QCOMPARE(comparison->aRightBWrong, 1);
        QCOMPARE(comparison->flipped, std::vector<ItemId>{5});
    }

    void nothingInCommonIsRefused()
    {
        auto [a, b] = twoModels(5, 0, 0);
        for (Prediction& row : b.rows)
            row.item += 100;
        const auto comparison = compareModels(a, "A", b, "B");
        QVERIFY(!comparison);
        QCOMPARE(comparison.error().code, ErrorCode::Refused);
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
