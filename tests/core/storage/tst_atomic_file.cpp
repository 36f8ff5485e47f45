// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/atomic_file.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <filesystem>

using namespace trainyard;
using test::FaultCase;
using test::FaultyIoEnv;
using test::PowerLossModel;
namespace fs = std::filesystem;

namespace {

int fileCount(const fs::path& folder)
{
    return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

constexpr PowerLossModel::Loss kLosses[] = {PowerLossModel::Loss::Drop, PowerLossModel::Loss::Keep,
                                            PowerLossModel::Loss::KeepEntries,
                                            PowerLossModel::Loss::KeepBytes};

} // namespace

class TestAtomicFile : public QObject
{
    Q_OBJECT

private slots:
    void createsAndReplaces()
    {
        const test::TemporaryFolder folder;
        const fs::path path = folder / "file.json";
        QVERIFY(writeFileAtomically(posixIo(), path, "one"));
        QVERIFY(writeFileAtomically(posixIo(), path, "two"));
        QCOMPARE(test::readTestFile(path), std::string("two"));
        QCOMPARE(fileCount(folder.path()), 1);
    }

    void createOnlyRefusesAPresentFile()
    {
        const test::TemporaryFolder folder;
        const fs::path path = folder / "file";
        QVERIFY(writeFileAtomically(posixIo(), path, "one", AtomicMode::CreateOnly));
        const auto refused = writeFileAtomically(posixIo(), path, "two", AtomicMode::CreateOnly);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(test::readTestFile(path), std::string("one"));
        QCOMPARE(fileCount(folder.path()), 1);
    }

    void longNamesFit()
    {
        const test::TemporaryFolder folder;
        const fs::path path = folder / std::string(255, 'n');
        QVERIFY(writeFileAtomically(posixIo(), path, "x"));
        QCOMPARE(test::readTestFile(path), std::string("x"));
    }

    void everyFaultLeavesOldOrNew()
    {
        const std::string oldBytes(3000, 'o');
        const std::string newBytes(5000, 'n');
        const int runs = test::forEveryFault([&](FaultyIoEnv& env, const FaultCase& fault) {
            const test::TemporaryFolder folder;
            const fs::path path = folder / "labels.json";
            test::writeTestFile(path, oldBytes);
            const Result<void> result = writeFileAtomically(env, path, newBytes);
            const std::string bytes = test::readTestFile(path);
            const bool isSound = result ? bytes == newBytes : bytes == oldBytes || bytes == newBytes;
            const bool isNamed = result || (result.error().message.find(path.string()) != std::string::npos &&
                                            result.error().message.find("5000 bytes") != std::string::npos);
            // A fault that happens once must not leave a temporary file, unless it hit the removal itself.
            const bool isClean = fault.isForEver || fileCount(folder.path()) == 1;
            const bool isFalseSuccess = result && env.wasReached();
            if (!isSound || !isNamed || !isClean || isFalseSuccess)
                QWARN((fault.text() + ": " + (result ? "success" : result.error().message)).c_str());
            m_isGood = isSound && isNamed && isClean && !isFalseSuccess;
            return m_isGood;
        });
        QVERIFY(m_isGood);
        QVERIFY2(runs >= 6 * 2 * 6, qPrintable(QString::number(runs))); // six calls
    }

    void stagingFilesGoWithEveryFault()
    {
        const int runs = test::forEveryFault([&](FaultyIoEnv& env, const FaultCase& fault) {
            const test::TemporaryFolder folder;
            const fs::path path = folder / "pack.h5";
            test::writeTestFile(path, "old");
            Result<void> result;
            {
                AtomicFile file(env, path);
                test::writeTestFile(file.stagingPath(), "new");
                result = file.commit();
            }
            const std::string bytes = test::readTestFile(path);
            m_isGood = (result ? bytes == "new" && !env.wasReached() : bytes == "old" || bytes == "new") &&
                       (fault.isForEver || fileCount(folder.path()) == 1);
            if (!m_isGood)
                QWARN(fault.text().c_str());
            return m_isGood;
        });
        QVERIFY(m_isGood);
        QVERIFY(runs >= 6 * 2 * 5);
    }

    void abandonedStagingFilesAreRemoved()
    {
        const test::TemporaryFolder folder;
        {
            const AtomicFile file(posixIo(), folder / "x");
            test::writeTestFile(file.stagingPath(), "half");
        }
        QCOMPARE(fileCount(folder.path()), 0);
    }

    /// The machine loses its power at every call and after the last: the file has the old bytes or the new
    /// ones, and the new ones once success was reported.
    void powerLossLeavesOldOrNew()
    {
        const std::string oldBytes(3000, 'o');
        const std::string newBytes(5000, 'n');
        int states = 0;
        for (int call = 1;; ++call) {
            const test::TemporaryFolder folder;
            test::writeTestFile(folder / "labels.json", oldBytes);
            FaultyIoEnv env(folder.path());
            env.failAt(call, test::Fault::Crash, true);
            const bool isAcknowledged = bool(writeFileAtomically(env, folder / "labels.json", newBytes));
            for (int variant = 0; variant < 40; ++variant, ++states) {
                const test::TemporaryFolder after;
                env.model().materialise(after.path(),
                                        variant < 4 ? kLosses[variant] : PowerLossModel::Loss::Random,
                                        static_cast<std::uint64_t>(variant));
                const std::string bytes = test::readTestFile(after / "labels.json");
                QVERIFY2(bytes == newBytes || (bytes == oldBytes && !isAcknowledged),
                         qPrintable(QString("call %1, variant %2").arg(call).arg(variant)));
            }
            if (!env.wasReached()) {
                QVERIFY(isAcknowledged);
                break;
            }
        }
        QVERIFY(states >= 240);
    }

    /// The bench must be able to fail: a save without any sync loses an acknowledged file in some variant.
    void theModelCatchesAMissingSync()
    {
        const test::TemporaryFolder folder;
        test::writeTestFile(folder / "f", "old");
        FaultyIoEnv env(folder.path());
        const int fd = env.openForWriting(folder / "t", IoEnv::Create::Exclusive).value();
        const std::string bytes = "new";
        QVERIFY(env.write(fd, std::as_bytes(std::span(bytes)), folder / "t"));
        QVERIFY(env.close(fd, folder / "t"));
        QVERIFY(env.rename(folder / "t", folder / "f", IoEnv::Rename::Replace));
        const test::TemporaryFolder dropped;
        env.model().materialise(dropped.path(), PowerLossModel::Loss::Drop);
        QCOMPARE(test::readTestFile(dropped / "f"), std::string("old"));
        const test::TemporaryFolder named;
        env.model().materialise(named.path(), PowerLossModel::Loss::KeepEntries);
        QCOMPARE(test::readTestFile(named / "f"), std::string());
    }

private:
    bool m_isGood = true;
};

QTEST_APPLESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
