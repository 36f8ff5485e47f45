// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch's headers stand before Qt's, whose macros they do not survive.
#include "core/engine/detail/step_inputs.h"
#include "tests/core/engine/training_cases.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

class TrainingInputsTest : public QObject
{
    Q_OBJECT

private slots:
    void mayGoWhileTheirThreadsWork();
};

/// A run that stops leaves its loader in the middle of a batch. So many items that a thread is still
/// shuffling them when the inputs go: the address sanitizer names every use of what has gone before the
/// thread.
void TrainingInputsTest::mayGoWhileTheirThreadsWork()
{
    constexpr std::size_t kItems = 200'000;
    const SmallDataset small = smallDataset(20, 0, 16);
    Recipe recipe = smallRecipe();
    recipe.inputEdge = 16;
    recipe.batchSize = 10;
    auto resolved = resolveRecipe(recipe, small.dataset);
    QVERIFY2(resolved.has_value(), resolved ? "" : resolved.error().message.c_str());
    resolved->totalSteps = 1'000'000;
    const auto network = trainyard::detail::TrainingNetwork::create(*resolved, {});
    QVERIFY2(network.has_value(), network ? "" : network.error().message.c_str());
    std::vector<trainyard::detail::LoadItem> items;
    for (std::size_t i = 0; i < kItems; ++i) {
        const std::size_t row = i % small.dataset.items.size();
        items.push_back(
            {small.dataset.items[row].item, static_cast<std::int64_t>(row), small.dataset.items[row].label});
    }
    for (int round = 0; round < 30; ++round) {
        trainyard::detail::TrainingInputs inputs(*small.pack, items, *resolved,
                                                 static_cast<std::uint64_t>(round));
        QVERIFY(inputs.start(**network, 0).has_value());
        if (round % 3 == 0)
            QCOMPARE(inputs.next()->items.size(), std::size_t(10));
    }
}

QTEST_APPLESS_MAIN(TrainingInputsTest)
#include "tst_training_inputs.moc"
