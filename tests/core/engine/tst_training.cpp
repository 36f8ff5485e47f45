// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/event_file.h"
#include "core/storage/metric_log.h"
#include "core/storage/read_file.h"
#include "core/training/batches.h"
#include "core/training/checkpoint.h"
#include "tests/core/engine/training_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>

using namespace trainyard;
using namespace trainyard::test;

class TrainingTest : public QObject
{
    Q_OBJECT

private slots:
    void lossesEqualPyTorch_data();
    void lossesEqualPyTorch();
    void bfloat16Learns_data();
    void bfloat16Learns();
    void seriesAreLogged();
    void frozenBackboneChangesOnlyTheHead_data();
    void frozenBackboneChangesOnlyTheHead();
    void stopsEarly();
    void numericalFailureNamesStepAndItems();
    void damagedPackIsNamed();
    void resolvingFillsIn();
    void refusals();
};

namespace {

Json goldenRuns()
{
    return parseJson(readTestFile(sourceFolder() / "tests/data/engine/losses.json"), "losses.json")
        ->at("runs");
}

double largestRelative(const std::vector<double>& got, const std::vector<double>& expected)
{
    double largest = got.size() == expected.size() ? 0.0 : 1e9;
    for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i)
        largest = std::max(largest, std::abs(got[i] - expected[i]) / std::max(1.0, std::abs(expected[i])));
    return largest;
}

TensorFile starterWeights()
{
    return *readSafetensors(sourceFolder() / "resources/backbones/efficientnet-lite0.fp16.safetensors");
}

} // namespace

void TrainingTest::lossesEqualPyTorch_data()
{
    QTest::addColumn<int>("index");
    const Json runs = goldenRuns();
    QVERIFY(runs.size() >= 2);
    for (std::size_t i = 0; i < runs.size(); ++i)
        QTest::addRow("%s", runs[i]["name"].get<std::string>().c_str()) << static_cast<int>(i);
}

/// Same first weights, pictures and batches as tests/data/engine/make_losses.py: the first 20 losses agree to
/// 1e-4.
void TrainingTest::lossesEqualPyTorch()
{
    QFETCH(int, index);
    const Json golden = goldenRuns()[static_cast<std::size_t>(index)];
    Recipe recipe = smallRecipe();
    for (const char* key : {"optimizer", "schedule"})
        QVERIFY(setRecipeValue(recipe, key, golden[key].get<std::string>()).has_value());
    for (const char* key : {"learning-rate", "weight-decay", "momentum", "nesterov", "warmup-share",
                            "batch-size", "epochs", "seed", "class-weights", "label-smoothing"})
        QVERIFY2(setRecipeValue(recipe, key, golden[key].dump()).has_value(), key);
    const SmallDataset small = smallDataset(50, 12, 16);
    TemporaryFolder folder;
    makeRun(folder.path(), recipe, small.dataset);
    RecordingObserver observer;
    const auto outcome = train(folder.path(), small.dataset, *small.pack, nullptr, observer);
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    std::vector<double> losses;
    std::vector<double> norms;
    for (const StepReport& report : observer.steps) {
        losses.push_back(report.loss);
        norms.push_back(report.gradientNorm);
    }
    const auto expectedLosses = golden["losses"].get<std::vector<double>>();
    QCOMPARE(losses.size(), expectedLosses.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(20, losses.size()); ++i)
        QVERIFY2(
            std::abs(losses[i] - expectedLosses[i]) < 1e-4 * std::max(1.0, expectedLosses[i]),
            qPrintable(QString("step %1: %2, expected %3").arg(i + 1).arg(losses[i]).arg(expectedLosses[i])));
    QVERIFY2(largestRelative(norms, golden["norms"].get<std::vector<double>>()) < 5e-3, "gradient norms");
    std::vector<double> validation;
    for (const EpochReport& report : observer.epochs)
        validation.push_back(*report.validationLoss);
    QVERIFY2(largestRelative(validation, golden["validation"].get<std::vector<double>>()) < 1e-3,
             "validation losses");
}

void TrainingTest::bfloat16Learns_data()
{
    QTest::addColumn<QString>("network");
    QTest::addColumn<int>("edge");
    QTest::newRow("resnet-small") << "resnet-small" << 16;
    QTest::newRow("efficientnet-lite0") << "efficientnet-lite0" << 32;
}

/// Beside float32 on the same data: the first loss is the same but for rounding, and it falls as far.
void TrainingTest::bfloat16Learns()
{
    QFETCH(QString, network);
    QFETCH(int, edge);
    Recipe recipe = smallRecipe();
    recipe.network = network.toStdString();
    recipe.inputEdge = edge;
    recipe.keepsStatistics = false;
    recipe.epochs = 4;
    recipe.batchSize = 10;
    const SmallDataset small = smallDataset(60, 12, edge);
    const TensorFile starter = starterWeights();
    std::vector<double> first;
    std::vector<double> last;
    for (const char* precision : {"float32", "bfloat16"}) {
        recipe.precision = precision;
        TemporaryFolder folder;
        makeRun(folder.path(), recipe, small.dataset);
        RecordingObserver observer;
        const bool hasStarter = recipe.network == "efficientnet-lite0";
        const auto outcome =
            train(folder.path(), small.dataset, *small.pack, hasStarter ? &starter : nullptr, observer);
        QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
        QCOMPARE(outcome->state, std::string("done"));
        first.push_back(observer.steps.front().loss);
        last.push_back(observer.epochs.back().trainLoss);
        QVERIFY(observer.steps.front().gradientNorm > 0);
    }
    QVERIFY2(std::abs(first[1] - first[0]) < 0.1 * first[0], // 0.07 was seen on a processor with AMX
             qPrintable(QString::number(first[1] - first[0])));
    QVERIFY2(last[1] < 0.6 * first[1], qPrintable(QString("%1 after %2; float32 %3 after %4")
                                                      .arg(last[1])
                                                      .arg(first[1])
                                                      .arg(last[0])
                                                      .arg(first[0])));
    QVERIFY2(std::abs(last[1] - last[0]) < 0.3, qPrintable(QString("%1 and %2").arg(last[0]).arg(last[1])));
}

void TrainingTest::seriesAreLogged()
{
    Recipe recipe = smallRecipe();
    recipe.epochs = 3;
    recipe.batchSize = 8;
    const SmallDataset small = smallDataset(24, 6, 16);
    TemporaryFolder folder;
    makeRun(folder.path(), recipe, small.dataset);
    RecordingObserver observer;
    const auto outcome = train(folder.path(), small.dataset, *small.pack, nullptr, observer);
    QVERIFY(outcome.has_value());
    MetricLogReader metrics(folder / "metrics.log");
    QVERIFY(*metrics.readNew());
    QCOMPARE(metrics.records().size(), std::size_t(9 + 3));
    const MetricRecord& first = metrics.records().front();
    QCOMPARE(first.step, std::int64_t(1));
    QCOMPARE(first.values[0].first, std::string("loss"));
    QCOMPARE(first.values[0].second, observer.steps[0].loss);
    QCOMPARE(first.values[1].second, learningRateAt(recipe, 0, 9));
    const MetricRecord& last = metrics.records().back();
    QCOMPARE(last.step, std::int64_t(9));
    QCOMPARE(last.values.back().first, std::string("val/accuracy"));
    int eventFiles = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        eventFiles += entry.path().filename().string().find("tfevents") != std::string::npos ? 1 : 0;
    QCOMPARE(eventFiles, 1);
    QVERIFY(std::filesystem::file_size(folder / "machine.log") > 0);
    QCOMPARE(outcome->weightsSha256, *checkpointModelSha256(folder.path(), 9));
    QVERIFY(verifyCheckpoint(folder.path(), outcome->bestStep).has_value());
    const auto resolved = loadResolved(folder.path());
    const std::vector<ItemId> batch = batchItems(*resolved, small.dataset, 2);
    QCOMPARE(batch.size(), std::size_t(8));
    QVERIFY(batchItems(*resolved, small.dataset, 0).empty() &&
            batchItems(*resolved, small.dataset, 10).empty());
}

void TrainingTest::frozenBackboneChangesOnlyTheHead_data()
{
    QTest::addColumn<bool>("isAugmented");
    QTest::newRow("embeddings once") << false;
    QTest::newRow("with augmentation") << true;
}

void TrainingTest::frozenBackboneChangesOnlyTheHead()
{
    QFETCH(bool, isAugmented);
    Recipe recipe = smallRecipe();
    recipe.network = "efficientnet-lite0";
    recipe.inputEdge = 32;
    recipe.isBackboneFrozen = true;
    recipe.flipsHorizontally = isAugmented;
    recipe.epochs = 3;
    recipe.learningRate = 0.01;
    const SmallDataset small = smallDataset(48, 12, 32);
    const TensorFile starter = starterWeights();
    TemporaryFolder folder;
    makeRun(folder.path(), recipe, small.dataset);
    RecordingObserver observer;
    const auto outcome = train(folder.path(), small.dataset, *small.pack, &starter, observer);
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    QVERIFY(observer.epochs.back().trainLoss < observer.epochs.front().trainLoss);
    const auto checkpoint = loadCheckpoint(folder.path(), outcome->step);
    const auto first = loadCheckpoint(folder.path(), 0);
    for (const NamedTensor& tensor : checkpoint->model.tensors) {
        const NamedTensor* before = first ? first->model.find(tensor.name) : nullptr;
        const bool isHead = tensor.name.starts_with("_fc.");
        const std::vector<float> starting =
            isHead ? std::vector<float>() : starter.find(tensor.name)->toFloats();
        QVERIFY2(isHead || tensor.toFloats() == starting, tensor.name.c_str());
        QVERIFY2(!isHead || before == nullptr || before->bytes != tensor.bytes, tensor.name.c_str());
    }
    QCOMPARE(checkpoint->optimizer.tensors.size(), std::size_t(4));
}

void TrainingTest::stopsEarly()
{
    Recipe recipe = smallRecipe();
    recipe.epochs = 40;
    recipe.batchSize = 8;
    recipe.earlyStopEpochs = 2;
    recipe.learningRate = 0.05;
    recipe.schedule = "constant";
    SmallDataset small = smallDataset(24, 6, 16);
    for (DatasetItem& item :
         small.dataset.items) // truth in validation is another one: the loss can only rise
        item.label = item.split == Split::Validation ? (item.label + 1) % 3 : item.label;
    TemporaryFolder folder;
    makeRun(folder.path(), recipe, small.dataset);
    RecordingObserver observer;
    const auto outcome = train(folder.path(), small.dataset, *small.pack, nullptr, observer);
    QVERIFY(outcome.has_value());
    QCOMPARE(outcome->state, std::string("done"));
    QVERIFY2(observer.epochs.size() < 40, qPrintable(QString::number(observer.epochs.size())));
    QVERIFY(!observer.epochs.back().isBest);
    const std::size_t steps = observer.steps.size();
    const auto again = train(folder.path(), small.dataset, *small.pack, nullptr, observer);
    QVERIFY(again.has_value());
    QCOMPARE(observer.steps.size(), steps);
    QCOMPARE(again->weightsSha256, outcome->weightsSha256);
}

void TrainingTest::numericalFailureNamesStepAndItems()
{
    Recipe recipe = smallRecipe();
    recipe.optimizer = "sgd";
    recipe.learningRate = 100;
    recipe.momentum = 0.99;
    recipe.weightDecay = 10;
    recipe.schedule = "constant";
    recipe.warmupShare = 0;
    recipe.epochs = 50;
    recipe.batchSize = 8;
    recipe.checkpointSteps = 1;
    const SmallDataset small = smallDataset(24, 0, 16);
    TemporaryFolder folder;
    makeRun(folder.path(), recipe, small.dataset);
    RecordingObserver observer;
    const auto outcome = train(folder.path(), small.dataset, *small.pack, nullptr, observer);
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code, ErrorCode::NumericalFailure);
    const auto failed = static_cast<std::int64_t>(observer.steps.size()) + 1;
    QVERIFY2(outcome.error().message.find("step " + std::to_string(failed) + ":") != std::string::npos,
             outcome.error().message.c_str());
    const auto resolved = loadResolved(folder.path());
    for (const ItemId item : batchItems(*resolved, small.dataset, failed))
        QVERIFY(outcome.error().message.find("#" + std::to_string(item)) != std::string::npos);
    QCOMPARE(listCheckpoints(folder.path()).back(), failed - 1);
    QVERIFY(verifyCheckpoint(folder.path(), failed - 1).has_value());
}

void TrainingTest::damagedPackIsNamed()
{
    const SmallDataset small = smallDataset(24, 6, 16);
    small.pack->damage(5);
    TemporaryFolder folder;
    Recipe recipe = smallRecipe();
    recipe.batchSize = 8;
    makeRun(folder.path(), recipe, small.dataset);
    RecordingObserver observer;
    const auto outcome = train(folder.path(), small.dataset, *small.pack, nullptr, observer);
    QVERIFY(!outcome.has_value());
    QCOMPARE(outcome.error().code, ErrorCode::CorruptFile);
    QVERIFY(outcome.error().message.find("#105") != std::string::npos);
}

void TrainingTest::resolvingFillsIn()
{
    const SmallDataset small = smallDataset(50, 12, 16);
    Recipe recipe;
    recipe.network = "resnet-small";
    recipe.isBackboneFrozen = true; // has no effect: the network has no starter weights
    recipe.batchSize = 7;
    recipe.epochs = 3;
    const auto resolved = resolveRecipe(recipe, small.dataset);
    QVERIFY(resolved.has_value());
    QCOMPARE(resolved->device.substr(0, 3), std::string(resolved->device[1] == 'p' ? "cpu" : "cud"));
    QVERIFY(resolved->precision == "float32" || resolved->precision == "bfloat16");
    QVERIFY(resolved->threads >= 1);
    QVERIFY(!resolved->recipe.isBackboneFrozen);
    QVERIFY(resolved->recipe.inputEdge > 0);
    QCOMPARE(resolved->stepsPerEpoch, std::int64_t(7)); // 50 = 6 * 7 + 8: no batch of one
    QCOMPARE(resolved->totalSteps, std::int64_t(21));
    QVERIFY(resolved->build.find("libtorch") != std::string::npos);
}

void TrainingTest::refusals()
{
    SmallDataset small = smallDataset(0, 12, 16);
    QCOMPARE(resolveRecipe(smallRecipe(), small.dataset).error().code, ErrorCode::Refused);
    small = smallDataset(12, 0, 16);
    Recipe recipe = smallRecipe();
    recipe.device = "cuda:15";
    QCOMPARE(resolveRecipe(recipe, small.dataset).error().code, ErrorCode::DeviceUnavailable);
    TemporaryFolder folder;
    makeRun(folder.path(), smallRecipe(), small.dataset);
    RecordingObserver observer;
    small.dataset.hash = "another";
    QCOMPARE(train(folder.path(), small.dataset, *small.pack, nullptr, observer).error().code,
             ErrorCode::Conflict);
    small.dataset.hash = std::string(64, '7');
    const SmallDataset other = smallDataset(12, 0, 20);
    QCOMPARE(train(folder.path(), small.dataset, *other.pack, nullptr, observer).error().code,
             ErrorCode::InvalidArgument);
}

QTEST_APPLESS_MAIN(TrainingTest)
#include "tst_training.moc"
