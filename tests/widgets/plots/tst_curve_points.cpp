// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "widgets/plots/curve_points.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

CurvePoints walk(std::size_t count, std::uint64_t seed)
{
    CounterRandom random(seed, RandomPurpose::Sample, 0, 0);
    CurvePoints points;
    double x = 0;
    double y = 0;
    for (std::size_t i = 0; i < count; ++i) {
        x += static_cast<double>(random.below(3)); // equal x occur
        y += random.uniform(-1, 1);
        points.append(x, random.below(50) == 0 ? kNan : y);
    }
    return points;
}

CurveExtent slowExtent(const CurvePoints& points, std::size_t first, std::size_t last)
{
    CurveExtent extent;
    for (std::size_t i = first; i < last; ++i)
        extent.add(points.y(i));
    return extent;
}

bool isSame(const CurveExtent& a, const CurveExtent& b)
{
    return a.low == b.low && a.high == b.high && a.lowPositive == b.lowPositive;
}

} // namespace

class TestCurvePoints : public QObject
{
    Q_OBJECT
private slots:
    void extentIsTheSlowOne()
    {
        for (const std::size_t count : {1U, 15U, 16U, 17U, 255U, 256U, 257U, 4096U, 4097U, 20000U}) {
            const CurvePoints points = walk(count, count);
            QVERIFY(isSame(points.extent(0, count), slowExtent(points, 0, count)));
            CounterRandom random(count, RandomPurpose::Sample, 1, 0);
            for (int round = 0; round < 300; ++round) {
                std::size_t first = random.below(count + 1);
                std::size_t last = random.below(count + 1);
                if (first > last)
                    std::swap(first, last);
                QVERIFY(isSame(points.extent(first, last), slowExtent(points, first, last)));
            }
        }
    }

    void everyColumnHasItsExtremes()
    {
        for (std::uint64_t seed = 0; seed < 15; ++seed) {
            const CurvePoints points = walk(3000, seed);
            CounterRandom random(seed, RandomPurpose::Sample, 2, 0);
            const double left = random.uniform(-10, 2000);
            const double right = left + random.uniform(10, 3000);
            const int columns = 1 + static_cast<int>(random.below(300));
            const auto drawn = points.columns(left, right, columns, false);
            QVERIFY(drawn.size() <= static_cast<std::size_t>(columns) * 4 + 2);
            const double step = (right - left) / columns;
            for (int k = 0; k < columns; ++k) {
                CurveExtent truth;
                const double edge = k + 1 == columns ? right : left + (k + 1) * step;
                for (std::size_t i = 0; i < points.size(); ++i)
                    if (points.x(i) >= left + k * step && points.x(i) < edge)
                        truth.add(points.y(i));
                CurveExtent found;
                for (const CurvePoint& point : drawn)
                    if (point.x == left + (k + 0.5) * step)
                        found.add(point.y);
                QVERIFY2(found.low == truth.low && found.high == truth.high,
                         qPrintable(QStringLiteral("seed %1 column %2").arg(seed).arg(k)));
            }
            QVERIFY(std::is_sorted(drawn.begin(), drawn.end(),
                                   [](const auto& a, const auto& b) { return a.x < b.x; }));
        }
    }

    void oneSpikeInTenMillion()
    {
        CurvePoints points;
        for (int i = 0; i < 10'000'000; ++i)
            points.append(i, i == 6'543'210 ? 100.0 : 1.0);
        for (const auto& [left, right] :
             {std::pair(0.0, 1e7), std::pair(6.0e6, 7.0e6), std::pair(6'543'209.5, 6'543'211.5)}) {
            const auto drawn = points.columns(left, right, 1240, false);
            const auto highest = std::max_element(drawn.begin(), drawn.end(),
                                                  [](const auto& a, const auto& b) { return a.y < b.y; });
            QVERIFY(highest != drawn.end());
            QCOMPARE(highest->y, 100.0);
            QVERIFY(std::abs(highest->x - 6'543'210) <= (right - left) / 1240);
        }
        QBENCHMARK
        {
            QVERIFY(points.columns(0, 1e7, 1240, false).size() > 1240);
        }
    }

    void whatIsNotFiniteIsRemembered()
    {
        CurvePoints points;
        for (const double y : {1.0, kNan, 2.0, kInf, -kInf, 3.0})
            points.append(static_cast<double>(points.size()), y);
        QCOMPARE(points.notFinite().size(), std::size_t(3));
        QCOMPARE(points.notFinite()[1], std::size_t(3));
        const CurveExtent extent = points.extent(0, 6);
        QCOMPARE(extent.low, 1.0);
        QCOMPARE(extent.high, 3.0);
        const auto drawn =
            points.columns(0.5, 1.5, 4, false); // only the one that is no number, with its neighbours
        QCOMPARE(drawn.size(), std::size_t(3));
        QCOMPARE(drawn.front().y, 1.0);
        QVERIFY(std::isnan(drawn[1].y));
        QCOMPARE(drawn.back().y, 2.0);
    }

    void logarithmicLeavesOutWhatIsNotPositive()
    {
        CurvePoints points;
        for (const double y : {0.0, -5.0, 0.25, 8.0})
            points.append(static_cast<double>(points.size()), y);
        QCOMPARE(points.extent(0, 4).lowPositive, 0.25);
        for (const CurvePoint& point : points.columns(0, 4, 1, true))
            QVERIFY(std::isnan(point.y) || point.y > 0);
    }

    void nearestAndFallingX()
    {
        CurvePoints points;
        points.append(1, 0);
        points.append(4, 0);
        points.append(3, 7); // falls: placed at 4
        QCOMPARE(points.x(2), 4.0);
        QCOMPARE(points.nearest(-100), std::size_t(0));
        QCOMPARE(points.nearest(2.4), std::size_t(0));
        QCOMPARE(points.nearest(2.6), std::size_t(1));
        QCOMPARE(points.nearest(100), std::size_t(2));
        points.clear();
        QCOMPARE(points.size(), std::size_t(0));
        QVERIFY(points.columns(0, 1, 10, false).empty());
    }
};

QTEST_APPLESS_MAIN(TestCurvePoints)
#include "tst_curve_points.moc"
