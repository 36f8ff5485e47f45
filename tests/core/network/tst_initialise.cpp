// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/initialise.h"

#include <QTest>
#include <algorithm>
#include <cmath>

using namespace trainyard;

class TestInitialise : public QObject
{
    Q_OBJECT

private slots:
    void kaimingNormalHasItsDeviation();
    void uniformFanInHasItsBounds();
    void constants();
    void valuesDependOnSeedAndNameAlone();
};

void TestInitialise::kaimingNormalHasItsDeviation()
{
    const ParameterSpec parameter{"conv.weight", {64, 32, 3, 3}, "kaiming-normal", true};
    const std::vector<float> values = initialValues(parameter, 1);
    QCOMPARE(values.size(), std::size_t{64 * 32 * 9});
    double sum = 0;
    double squares = 0;
    for (const float value : values) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const double deviation = std::sqrt(2.0 / (32 * 9));
    const double count = static_cast<double>(values.size());
    QVERIFY(std::abs(sum / count) < 4 * deviation / std::sqrt(count));
    QVERIFY(std::abs(std::sqrt(squares / count) / deviation - 1) < 4 / std::sqrt(2 * count));
    QVERIFY(*std::max_element(values.begin(), values.end()) > 3 * deviation); // a normal, not a uniform
}

void TestInitialise::uniformFanInHasItsBounds()
{
    const std::vector<float> values = initialValues({"fc.weight", {1000, 100}, "uniform-fan-in", true}, 3);
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    QVERIFY(*low >= -0.1F && *low < -0.0999F);
    QVERIFY(*high <= 0.1F && *high > 0.0999F);
}

void TestInitialise::constants()
{
    QCOMPARE(initialValues({"a", {2, 2}, "zeros", true}, 5), std::vector<float>(4, 0.0F));
    QCOMPARE(initialValues({"a", {3}, "ones", false}, 5), std::vector<float>(3, 1.0F));
    QVERIFY(!isInitialiser("random"));
}

void TestInitialise::valuesDependOnSeedAndNameAlone()
{
    const ParameterSpec first{"first", {8, 8}, "kaiming-normal", true};
    ParameterSpec second = first;
    second.name = "second";
    QCOMPARE(initialValues(first, 1), initialValues(first, 1));
    QVERIFY(initialValues(first, 1) != initialValues(first, 2));
    QVERIFY(initialValues(first, 1) != initialValues(second, 1));
}

QTEST_APPLESS_MAIN(TestInitialise)
#include "tst_initialise.moc"
