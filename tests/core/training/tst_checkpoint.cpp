// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/training/checkpoint.h"
#include "core/training/run_folder.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QCryptographicHash>
#include <QTest>

using namespace trainyard;
namespace fs = std::filesystem;

namespace {

Checkpoint someCheckpoint(std::uint64_t seed)
{
    Checkpoint checkpoint;
    CounterRandom random(seed, RandomPurpose::Sample, 0, 0);
    std::vector<float> values(24);
    for (float& value : values)
        value = static_cast<float>(random.normal());
    checkpoint.model.tensors.push_back(NamedTensor::fromFloats("fc.weight", {4, 6}, values));
    checkpoint.model.metadata["format"] = "pt";
    checkpoint.optimizer.tensors.push_back(NamedTensor::fromFloats("fc.weight.m", {4, 6}, values));
    checkpoint.state = Json{{"step", seed}, {"epoch", 2}};
    return checkpoint;
}

bool isSame(const Checkpoint& a, const Checkpoint& b)
{
    return a.model.tensors == b.model.tensors && a.optimizer.tensors == b.optimizer.tensors &&
           a.state == b.state;
}

const char* const kNames[] = {"model.safetensors", "optimizer.safetensors", "state.json", "manifest.json"};

} // namespace

class CheckpointTest : public QObject
{
    Q_OBJECT

private slots:
    void comesBackAsItWas();
    void everyFlipIsDetected();
    void everyTruncationIsDetected();
    void missingFilesAreDetected();
    void theNewestIntactOneIsTaken();
    void damagedOneIsReplaced();
    void pruneKeepsNewestAndBest();
    void pruneCountsOnlyIntactOnes();
    void faultsLeaveAnIntactCheckpoint();
    void modelSha256IsTheFiles();
};

void CheckpointTest::comesBackAsItWas()
{
    test::TemporaryFolder run;
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 12, someCheckpoint(12)).has_value());
    const auto loaded = loadCheckpoint(run.path(), 12);
    QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().message.c_str());
    QVERIFY(isSame(*loaded, someCheckpoint(12)));
    QVERIFY(!fs::exists(run.path() / "checkpoints" / "12.tmp"));
    QCOMPARE(loadCheckpoint(run.path(), 13).error().code, ErrorCode::NotFound);
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 12, someCheckpoint(12)).has_value());
    QVERIFY(verifyCheckpoint(run.path(), 12).has_value());
}

void CheckpointTest::everyFlipIsDetected()
{
    test::TemporaryFolder run;
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 5, someCheckpoint(5)).has_value());
    for (const char* name : kNames) {
        const fs::path file = run.path() / "checkpoints" / "5" / name;
        const std::string intact = test::readTestFile(file);
        QVERIFY(intact.size() > 10);
        for (std::size_t i = 0; i < intact.size(); ++i) {
            std::string flipped = intact;
            flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
            test::writeTestFile(file, flipped);
            const auto loaded = loadCheckpoint(run.path(), 5);
            QVERIFY2(!loaded.has_value(), qPrintable(QString("%1, byte %2").arg(name).arg(i)));
            QVERIFY2(loaded.error().code == ErrorCode::CorruptFile &&
                         loaded.error().message.find(name) != std::string::npos,
                     loaded.error().message.c_str());
        }
        test::writeTestFile(file, intact);
    }
    QVERIFY(loadCheckpoint(run.path(), 5).has_value());
}

void CheckpointTest::everyTruncationIsDetected()
{
    test::TemporaryFolder run;
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 5, someCheckpoint(5)).has_value());
    for (const char* name : kNames) {
        const fs::path file = run.path() / "checkpoints" / "5" / name;
        const std::string intact = test::readTestFile(file);
        for (std::size_t size = 0; size < intact.size(); ++size) {
            test::writeTestFile(file, intact.substr(0, size));
            QVERIFY2(!loadCheckpoint(run.path(), 5).has_value(),
                     qPrintable(QString("%1, %2 bytes").arg(name).arg(size)));
        }
        test::writeTestFile(file, intact + "x");
        QVERIFY(!loadCheckpoint(run.path(), 5).has_value());
        test::writeTestFile(file, intact);
    }
}

void CheckpointTest::missingFilesAreDetected()
{
    for (const char* name : kNames) {
        test::TemporaryFolder run;
        QVERIFY(saveCheckpoint(posixIo(), run.path(), 5, someCheckpoint(5)).has_value());
        fs::remove(run.path() / "checkpoints" / "5" / name);
        QCOMPARE(loadCheckpoint(run.path(), 5).error().code, ErrorCode::CorruptFile);
    }
}

void CheckpointTest::theNewestIntactOneIsTaken()
{
    test::TemporaryFolder run;
    std::vector<std::string> skipped;
    QCOMPARE(loadNewestCheckpoint(run.path(), skipped).error().code, ErrorCode::NotFound);
    for (const std::int64_t step : {10, 20, 100})
        QVERIFY(saveCheckpoint(posixIo(), run.path(), step, someCheckpoint(static_cast<std::uint64_t>(step)))
                    .has_value());
    QCOMPARE(loadNewestCheckpoint(run.path(), skipped)->first, std::int64_t(100));
    QVERIFY(skipped.empty());
    test::writeTestFile(run.path() / "checkpoints" / "100" / "model.safetensors", "broken");
    const auto newest = loadNewestCheckpoint(run.path(), skipped);
    QCOMPARE(newest->first, std::int64_t(20));
    QVERIFY(isSame(newest->second, someCheckpoint(20)));
    QCOMPARE(skipped.size(), std::size_t(1));
    QVERIFY(skipped[0].find("100") != std::string::npos &&
            skipped[0].find("model.safetensors") != std::string::npos);
}

void CheckpointTest::damagedOneIsReplaced()
{
    test::TemporaryFolder run;
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 7, someCheckpoint(7)).has_value());
    test::writeTestFile(run.path() / "checkpoints" / "7" / "state.json", "{}");
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 7, someCheckpoint(7)).has_value());
    QVERIFY(isSame(*loadCheckpoint(run.path(), 7), someCheckpoint(7)));
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 7, someCheckpoint(8)).has_value());
    QVERIFY(isSame(*loadCheckpoint(run.path(), 7), someCheckpoint(8)));
}

void CheckpointTest::pruneKeepsNewestAndBest()
{
    test::TemporaryFolder run;
    for (std::int64_t step = 1; step <= 6; ++step)
        QVERIFY(saveCheckpoint(posixIo(), run.path(), step, someCheckpoint(static_cast<std::uint64_t>(step)))
                    .has_value());
    fs::create_directories(run.path() / "checkpoints" / "9.tmp");
    QVERIFY(pruneCheckpoints(posixIo(), run.path(), 0, 3).has_value());
    QVERIFY((listCheckpoints(run.path()) == std::vector<std::int64_t>{3, 5, 6}));
    QVERIFY(!fs::exists(run.path() / "checkpoints" / "9.tmp"));
    QVERIFY(!fs::exists(run.path() / "checkpoints" / "1"));
}

void CheckpointTest::pruneCountsOnlyIntactOnes()
{
    test::TemporaryFolder run;
    for (std::int64_t step = 1; step <= 4; ++step)
        QVERIFY(saveCheckpoint(posixIo(), run.path(), step, someCheckpoint(static_cast<std::uint64_t>(step)))
                    .has_value());
    test::writeTestFile(run.path() / "checkpoints" / "4" / "model.safetensors", "broken");
    QVERIFY(pruneCheckpoints(posixIo(), run.path(), 2, -1).has_value());
    QVERIFY(verifyCheckpoint(run.path(), 2).has_value() && verifyCheckpoint(run.path(), 3).has_value());
    QVERIFY(!fs::exists(run.path() / "checkpoints" / "1"));
}

/// Every call of save and prune fails in every way: an intact checkpoint is there always, and a later save
/// succeeds.
void CheckpointTest::faultsLeaveAnIntactCheckpoint()
{
    std::int64_t failures = 0;
    const int runs = test::forEveryFault([&](test::FaultyIoEnv& io, const test::FaultCase& fault) {
        test::TemporaryFolder run;
        for (const std::int64_t step : {1, 2}) {
            if (!saveCheckpoint(posixIo(), run.path(), step,
                                someCheckpoint(static_cast<std::uint64_t>(step))))
                return false;
        }
        auto done = saveCheckpoint(io, run.path(), 3, someCheckpoint(3));
        if (done)
            done = pruneCheckpoints(io, run.path(), 2, -1);
        failures += done ? 0 : 1;
        std::vector<std::string> skipped;
        const auto newest = loadNewestCheckpoint(run.path(), skipped);
        const bool isIntact =
            newest && newest->first >= 2 &&
            isSame(newest->second, someCheckpoint(static_cast<std::uint64_t>(newest->first)));
        const bool isRepaired = saveCheckpoint(posixIo(), run.path(), 3, someCheckpoint(3)).has_value() &&
                                pruneCheckpoints(posixIo(), run.path(), 2, -1).has_value() &&
                                listCheckpoints(run.path()) == std::vector<std::int64_t>{2, 3};
        if (!isIntact || !isRepaired)
            qWarning("%s: %s", fault.text().c_str(), isIntact ? "not repaired" : "not intact");
        return isIntact && isRepaired;
    });
    qInfo("%d faulty runs, %lld of them reported an error", runs, static_cast<long long>(failures));
    QVERIFY(runs > 100);
    QVERIFY(failures > runs / 2);
}

void CheckpointTest::modelSha256IsTheFiles()
{
    test::TemporaryFolder run;
    QVERIFY(saveCheckpoint(posixIo(), run.path(), 1, someCheckpoint(1)).has_value());
    const QByteArray bytes =
        QByteArray::fromStdString(test::readTestFile(run.path() / "checkpoints" / "1" / "model.safetensors"));
    const QByteArray expected = QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
    QCOMPARE(*checkpointModelSha256(run.path(), 1), expected.toStdString());
}

QTEST_APPLESS_MAIN(CheckpointTest)
#include "tst_checkpoint.moc"
