// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/engine/detail/plain_values.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>

using namespace trainyard;

/// AdamW and SGD against PyTorch's (tests/data/engine/make_losses.py), both ways of computing.
class OptimizerTest : public QObject
{
    Q_OBJECT

private slots:
    void agreesWithPyTorch_data();
    void agreesWithPyTorch();
};

namespace {

std::vector<float> numbers(std::uint64_t epoch, std::uint64_t index, std::size_t count)
{
    CounterRandom random(3, RandomPurpose::Sample, epoch, index);
    std::vector<float> values(count);
    for (float& value : values)
        value = static_cast<float>(2 * random.uniform() - 1);
    return values;
}

Json goldenOptimizers()
{
    return parseJson(test::readTestFile(test::sourceFolder() / "tests/data/engine/losses.json"),
                     "losses.json")
        ->at("optimizers");
}

} // namespace

void OptimizerTest::agreesWithPyTorch_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<bool>("isFused");
    const Json cases = goldenOptimizers();
    QVERIFY(cases.size() >= 4);
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const std::string name = cases[i]["name"];
        QTest::addRow("%s, fused", name.c_str()) << static_cast<int>(i) << true;
        QTest::addRow("%s, operations", name.c_str()) << static_cast<int>(i) << false;
    }
}

void OptimizerTest::agreesWithPyTorch()
{
    QFETCH(int, index);
    QFETCH(bool, isFused);
    const Json golden = goldenOptimizers()[static_cast<std::size_t>(index)];
    Recipe recipe;
    recipe.optimizer = golden["optimizer"];
    recipe.learningRate = golden["learning-rate"];
    recipe.weightDecay = golden["weight-decay"];
    recipe.momentum = golden["momentum"];
    recipe.usesNesterov = golden["nesterov"];
    recipe.schedule = "constant";
    recipe.warmupShare = 0;
    const std::size_t count = golden["count"];
    std::vector<std::vector<float>> gradients;
    for (std::uint64_t step = 0; step < golden["steps"].get<std::uint64_t>(); ++step)
        gradients.push_back(numbers(2, step, count));
    const auto weights = detail::updatedWeights(recipe, numbers(1, 0, count), gradients, isFused);
    QVERIFY2(weights.has_value(), weights ? "" : weights.error().message.c_str());
    QCOMPARE(weights->size(), count);
    for (std::size_t i = 0; i < count; ++i) {
        const double expected = golden["weights"][i];
        QVERIFY2(std::abs((*weights)[i] - expected) < 1e-6,
                 qPrintable(QString("%1: %2, expected %3").arg(i).arg((*weights)[i]).arg(expected)));
    }
}

QTEST_APPLESS_MAIN(OptimizerTest)
#include "tst_optimizer.moc"
