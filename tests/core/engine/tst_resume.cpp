// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metric_log.h"
#include "core/storage/read_file.h"
#include "core/training/checkpoint.h"
#include "tests/core/engine/training_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

/// A run that was cut and goes on ends with the same bytes as one that was not.
class ResumeTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void everyCutEndsWithTheSameBytes_data();
    void everyCutEndsWithTheSameBytes();
    void leavingOutAStatePartIsSeen_data();
    void leavingOutAStatePartIsSeen();
    void damagedCheckpointIsLeftOut();
    void stopAndPauseKeepACheckpoint_data();
    void stopAndPauseKeepACheckpoint();
    void otherThreadCountIsSaid();

private:
    SmallDataset m_small;
    TemporaryFolder m_reference;
    std::string m_weights;
    std::vector<MetricRecord> m_series;
};

namespace {

constexpr std::int64_t kSteps = 60; // 5 epochs of 12 steps

/// Everything that depends on chance or on state: augmentation, drop-out, drop-path, shuffling, AdamW, batch
/// statistics.
Recipe fullRecipe()
{
    Recipe recipe = smallRecipe();
    recipe.inputEdge = 32;
    recipe.flipsHorizontally = true;
    recipe.flipsVertically = true;
    recipe.cropScale = 0.6;
    recipe.cropPadding = 2;
    recipe.colourJitter = 0.3;
    recipe.epochs = 5;
    recipe.batchSize = 4;
    recipe.seed = 21;
    return recipe;
}

void makeTinyRun(const fs::path& folder, const Dataset& dataset)
{
    makeRun(folder, fullRecipe(), dataset, tinyNetwork(dataset.labels, 32));
}

TrainingCommand leaveAt(std::int64_t cut, std::int64_t step)
{
    return step == cut ? TrainingCommand::Pause : TrainingCommand::Continue;
}

std::vector<MetricRecord> series(const fs::path& run)
{
    MetricLogReader reader(run / "metrics.log");
    static_cast<void>(reader.readNew());
    return reader.records();
}

} // namespace

void ResumeTest::initTestCase()
{
    m_small = smallDataset(48, 9, 32);
    makeTinyRun(m_reference.path(), m_small.dataset);
    RecordingObserver observer;
    const auto outcome = train(m_reference.path(), m_small.dataset, *m_small.pack, nullptr, observer);
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    QCOMPARE(outcome->step, kSteps);
    m_weights = outcome->weightsSha256;
    m_series = series(m_reference.path());
    QCOMPARE(m_series.size(), std::size_t(kSteps + 5));
}

void ResumeTest::everyCutEndsWithTheSameBytes_data()
{
    QTest::addColumn<int>("cut");
    for (int cut = 1; cut < kSteps; ++cut)
        QTest::addRow("%d", cut) << cut;
}

void ResumeTest::everyCutEndsWithTheSameBytes()
{
    QFETCH(int, cut);
    TemporaryFolder folder;
    makeTinyRun(folder.path(), m_small.dataset);
    RecordingObserver first;
    first.decide = [cut](std::int64_t step) { return leaveAt(cut, step); };
    const auto paused = train(folder.path(), m_small.dataset, *m_small.pack, nullptr, first);
    QVERIFY2(paused.has_value(), paused ? "" : paused.error().message.c_str());
    QCOMPARE(paused->state, std::string("paused"));
    QCOMPARE(paused->step, std::int64_t(cut));
    RecordingObserver second;
    const auto outcome = train(folder.path(), m_small.dataset, *m_small.pack, nullptr, second);
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    QCOMPARE(outcome->weightsSha256, m_weights);
    QCOMPARE(second.steps.front().step, std::int64_t(cut) + 1);
    QVERIFY(series(folder.path()) == m_series);
    const auto end = loadCheckpoint(folder.path(), kSteps);
    const auto expected = loadCheckpoint(m_reference.path(), kSteps);
    QVERIFY(end->state == expected->state && end->optimizer.tensors == expected->optimizer.tensors);
}

void ResumeTest::leavingOutAStatePartIsSeen_data()
{
    QTest::addColumn<QString>("part");
    for (const char* part : {"nothing", "seed", "position", "optimizer", "updates", "batch statistics"})
        QTest::newRow(part) << part;
}

/// Takes one part of the state back to its beginning in the checkpoint of step 31, as if it had not been
/// saved.
void ResumeTest::leavingOutAStatePartIsSeen()
{
    QFETCH(QString, part);
    TemporaryFolder folder;
    makeTinyRun(folder.path(), m_small.dataset);
    RecordingObserver observer;
    observer.decide = [](std::int64_t step) { return leaveAt(31, step); };
    QVERIFY(train(folder.path(), m_small.dataset, *m_small.pack, nullptr, observer).has_value());
    auto checkpoint = loadCheckpoint(folder.path(), 31);
    QVERIFY(checkpoint.has_value());
    if (part == "seed")
        checkpoint->state["seed"] = 0;
    if (part == "position") { // the epoch starts anew
        checkpoint->state["position"] = 0;
        checkpoint->state["step"] = 24;
    }
    if (part == "optimizer") {
        for (NamedTensor& tensor : checkpoint->optimizer.tensors)
            tensor.bytes.assign(tensor.bytes.size(), '\0');
    }
    if (part == "updates")
        checkpoint->optimizer.metadata["updates"] = "0";
    if (part == "batch statistics") {
        for (NamedTensor& tensor : checkpoint->model.tensors) {
            const bool isMean = tensor.name.ends_with(".mean");
            if (isMean || tensor.name.ends_with(".variance"))
                tensor = NamedTensor::fromFloats(
                    tensor.name, tensor.shape,
                    std::vector<float>(static_cast<std::size_t>(tensor.elementCount()),
                                       isMean ? 0.0F : 1.0F));
        }
    }
    QVERIFY(saveCheckpoint(posixIo(), folder.path(), 31, *checkpoint).has_value());
    observer.decide = nullptr;
    const auto outcome = train(folder.path(), m_small.dataset, *m_small.pack, nullptr, observer);
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    if (part == "nothing")
        QCOMPARE(outcome->weightsSha256, m_weights);
    else
        QVERIFY(outcome->weightsSha256 != m_weights);
}

void ResumeTest::damagedCheckpointIsLeftOut()
{
    TemporaryFolder folder;
    makeTinyRun(folder.path(), m_small.dataset);
    RecordingObserver observer;
    observer.decide = [](std::int64_t step) { return leaveAt(30, step); };
    QVERIFY(train(folder.path(), m_small.dataset, *m_small.pack, nullptr, observer).has_value());
    const fs::path file = folder / "checkpoints" / "30" / "optimizer.safetensors";
    std::string bytes = readTestFile(file);
    bytes[bytes.size() / 2] ^= 4;
    writeTestFile(file, bytes);
    RecordingObserver second;
    const auto outcome = train(folder.path(), m_small.dataset, *m_small.pack, nullptr, second);
    QVERIFY2(outcome.has_value(), outcome ? "" : outcome.error().message.c_str());
    QCOMPARE(outcome->weightsSha256, m_weights);
    QCOMPARE(second.steps.front().step, std::int64_t(25));
    QVERIFY(series(folder.path()) == m_series);
    QVERIFY2(second.notes.front().find("optimizer.safetensors") != std::string::npos,
             second.notes.front().c_str());
}

void ResumeTest::stopAndPauseKeepACheckpoint_data()
{
    QTest::addColumn<int>("command");
    QTest::addColumn<QString>("state");
    QTest::newRow("stop") << static_cast<int>(TrainingCommand::Stop) << "stopped";
    QTest::newRow("pause") << static_cast<int>(TrainingCommand::Pause) << "paused";
}

void ResumeTest::stopAndPauseKeepACheckpoint()
{
    QFETCH(int, command);
    QFETCH(QString, state);
    TemporaryFolder folder;
    makeTinyRun(folder.path(), m_small.dataset);
    RecordingObserver observer;
    observer.decide = [command](std::int64_t step) {
        if (step == 2)
            return TrainingCommand::Checkpoint;
        return step == 5 ? static_cast<TrainingCommand>(command) : TrainingCommand::Continue;
    };
    const auto outcome = train(folder.path(), m_small.dataset, *m_small.pack, nullptr, observer);
    QVERIFY(outcome.has_value());
    QCOMPARE(outcome->state, state.toStdString());
    QCOMPARE(outcome->step, std::int64_t(5));
    QVERIFY((listCheckpoints(folder.path()) == std::vector<std::int64_t>{2, 5}));
}

void ResumeTest::otherThreadCountIsSaid()
{
    TemporaryFolder folder;
    makeTinyRun(folder.path(), m_small.dataset);
    RecordingObserver observer;
    observer.decide = [](std::int64_t step) { return leaveAt(3, step); };
    QVERIFY(train(folder.path(), m_small.dataset, *m_small.pack, nullptr, observer).has_value());
    auto resolved = loadResolved(folder.path());
    resolved->threads = 1;
    QVERIFY(saveResolved(folder.path(), *resolved).has_value());
    observer.decide = [](std::int64_t step) { return leaveAt(4, step); };
    QVERIFY(train(folder.path(), m_small.dataset, *m_small.pack, nullptr, observer).has_value());
    bool isSaid = false;
    for (const std::string& note : observer.notes)
        isSaid = isSaid || note.find("threads 2 then, 1 now") != std::string::npos;
    QVERIFY(isSaid);
}

QTEST_APPLESS_MAIN(ResumeTest)
#include "tst_resume.moc"
