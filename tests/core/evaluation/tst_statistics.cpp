// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/comparison.h"
#include "core/evaluation/statistics.h"
#include "tests/core/evaluation/evaluation_cases.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

bool isNear(double a, double b, double tolerance)
{
    return std::abs(a - b) <= tolerance;
}

/// Share of binomial outcomes whose interval holds the true share, summed exactly.
double wilsonCoverage(int n, double p)
{
    double covered = 0;
    for (int k = 0; k <= n; ++k) {
        const Interval interval = wilsonInterval(static_cast<double>(k) / n, n);
        if (interval.low <= p && p <= interval.high)
            covered += std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0) +
                                k * std::log(p) + (n - k) * std::log1p(-p));
    }
    return covered;
}

} // namespace

class TestStatistics : public QObject
{
    Q_OBJECT
private slots:
    void wilsonKnownAnswers()
    {
        const Interval most = wilsonInterval(0.9, 100);
        QVERIFY(isNear(most.low, 0.825634, 5e-7) && isNear(most.high, 0.944771, 5e-7));
        const Interval none = wilsonInterval(0, 50);
        QVERIFY(none.low == 0 && isNear(none.high, 0.071348, 5e-7));
        const Interval unknown = wilsonInterval(0, 0);
        QVERIFY(unknown.low == 0 && unknown.high == 1);
    }

    void wilsonSolvesItsEquation()
    {
        for (const Json& row : evaluationGoldens()["wilson"]) {
            const Interval interval = wilsonInterval(row[0], row[1]);
            QVERIFY2(isNear(interval.low, row[2], 1e-9) && isNear(interval.high, row[3], 1e-9),
                     row.dump().c_str());
        }
    }

    void wilsonCoversExactly_data()
    {
        QTest::addColumn<int>("n");
        QTest::addColumn<double>("p");
        QTest::addColumn<double>("coverage");
        QTest::newRow("1000 at 0.05") << 1000 << 0.05 << 0.950417;
        QTest::newRow("1000 at 0.1") << 1000 << 0.1 << 0.949098;
        QTest::newRow("1000 at 0.3") << 1000 << 0.3 << 0.950857;
        QTest::newRow("1000 at 0.5") << 1000 << 0.5 << 0.946322;
        QTest::newRow("small n misses 95 %") << 50 << 0.01 << 0.910565;
        QTest::newRow("tiny n misses 95 %") << 20 << 0.05 << 0.924516;
    }
    void wilsonCoversExactly()
    {
        QFETCH(int, n);
        QFETCH(double, p);
        QFETCH(double, coverage);
        const double found = wilsonCoverage(n, p);
        QVERIFY2(isNear(found, coverage, 1e-6), qPrintable(QString::number(found, 'g', 10)));
    }

    void incompleteBetaAsScipy()
    {
        for (const Json& row : evaluationGoldens()["beta"])
            QVERIFY2(isClose(incompleteBeta(row[0], row[1], row[2]), row[3], 1e-11), row.dump().c_str());
        QCOMPARE(incompleteBeta(2, 3, 0), 0.0);
        QCOMPARE(incompleteBeta(2, 3, 1), 1.0);
    }

    void studentAsScipy()
    {
        const Json goldens = evaluationGoldens();
        for (const Json& row : goldens["student"])
            QVERIFY2(isClose(studentTwoSidedP(row[0], row[1]), row[2], 1e-9), row.dump().c_str());
        for (const Json& row : goldens["student_point"])
            QVERIFY2(isClose(studentTwoSidedPoint(row[0], row[1]), row[2], 1e-9), row.dump().c_str());
        // Closed forms: Cauchy for one degree of freedom, and t / sqrt(2 + t^2) for two.
        for (const double t : {0.1, 1.0, 7.5}) {
            QVERIFY(isClose(studentTwoSidedP(t, 1), 1 - 2 / M_PI * std::atan(t)));
            QVERIFY(isClose(studentTwoSidedP(t, 2), 1 - t / std::sqrt(2 + t * t)));
        }
    }

    void chiSquaredAsScipy()
    {
        for (const Json& row : evaluationGoldens()["chi2"])
            QVERIFY2(isClose(chiSquaredP(row[0]), row[1]), row.dump().c_str());
    }

    void mcnemarKnownAnswers()
    {
        QCOMPARE(mcnemarP(3, 12), 0.03515625);
        QVERIFY(isNear(mcnemarP(10, 20), 0.100348, 5e-7));
        QCOMPARE(mcnemarP(0, 0), 1.0);
        for (const Json& row : evaluationGoldens()["mcnemar"]) {
            QVERIFY2(isClose(mcnemarP(row[0], row[1]), row[2], 1e-11), row.dump().c_str());
            QCOMPARE(mcnemarP(row[0], row[1]), mcnemarP(row[1], row[0]));
        }
    }

    void pairedScoreKnownAnswers_data()
    {
        QTest::addColumn<int>("b");
        QTest::addColumn<int>("c");
        QTest::addColumn<int>("n");
        QTest::addColumn<double>("low");
        QTest::newRow("10 8 200") << 10 << 8 << 200 << -0.047346;
        QTest::newRow("3 12 100") << 3 << 12 << 100 << 0.028858;
        QTest::newRow("40 30 1000") << 40 << 30 << 1000 << -0.024121;
        QTest::newRow("0 0 200") << 0 << 0 << 200 << -0.013347;
    }
    void pairedScoreKnownAnswers()
    {
        QFETCH(int, b);
        QFETCH(int, c);
        QFETCH(int, n);
        QFETCH(double, low);
        const Interval oneSided = pairedScoreInterval(b, c, n, 1.644853626951473);
        QVERIFY2(isNear(oneSided.low, low, 1e-6), qPrintable(QString::number(oneSided.low, 'g', 10)));
        const Interval mirrored = pairedScoreInterval(c, b, n, 1.644853626951473);
        QVERIFY(isNear(mirrored.high, -low, 1e-6));
        const double difference = static_cast<double>(c - b) / n;
        const Interval both = pairedScoreInterval(b, c, n);
        QVERIFY(both.low < oneSided.low && both.low <= difference && difference <= both.high);
    }

    void clusteredMeanByHand()
    {
        // Values 1 1 0 | 0 0 | 1, mean 0.5; deviations of the units 0.5, -1, 0.5: squares 1.5; 3/2 * 1.5
        // / 36.
        const std::vector<double> values{1, 1, 0, 0, 0, 1};
        const std::vector<std::int32_t> units{0, 0, 0, 1, 1, 2};
        const ClusteredMean mean = clusteredMean(values, units);
        QCOMPARE(mean.mean, 0.5);
        QCOMPARE(mean.units, 3);
        QVERIFY(isClose(mean.standardError, std::sqrt(2.25 / 36)));
        const Proportion share = proportionOf(values, units);
        QVERIFY(isClose(share.effectiveN, 0.25 / (2.25 / 36)));
        QCOMPARE(share.interval, wilsonInterval(0.5, share.effectiveN));
    }

    void proportionAtTheEnds()
    {
        const std::vector<double> ones(6, 1.0);
        const std::vector<std::int32_t> pairsOfTwo{0, 0, 1, 1, 2, 2};
        QCOMPARE(proportionOf(ones, pairsOfTwo).effectiveN, 3.0); // p = 1: as many as units
        const std::vector<std::int32_t> alone{0, 1, 2, 3, 4, 5};
        QCOMPARE(proportionOf(ones, alone).effectiveN, 6.0);
        const std::vector<double> halves{1, 0, 1, 0, 1, 0};
        QCOMPARE(proportionOf(halves, pairsOfTwo).effectiveN,
                 6.0); // no spread between units: never more than n
        const std::vector<std::int32_t> together(6, 0);
        QCOMPARE(proportionOf(halves, together).effectiveN, 1.0);
        QCOMPARE(proportionOf({}, {}).interval, Interval{});
    }
};

QTEST_APPLESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
