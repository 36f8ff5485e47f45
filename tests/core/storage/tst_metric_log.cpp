// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metric_log.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>
#include <filesystem>
#include <limits>

using namespace trainyard;
using test::PowerLossModel;
namespace fs = std::filesystem;

namespace {

MetricRecord record(std::int64_t step)
{
    return {step, step / 10, {{"loss", 1.0 / static_cast<double>(step + 1)}, {"val/accuracy", 0.5}}};
}

void append(MetricLogWriter& writer, std::int64_t first, std::int64_t last)
{
    for (std::int64_t step = first; step <= last; ++step)
        QVERIFY(writer.append(record(step)));
}

std::vector<std::int64_t> steps(const fs::path& path)
{
    MetricLogReader reader(path);
    QTest::qVerify(bool(reader.readNew()), "readNew", "", __FILE__, __LINE__);
    std::vector<std::int64_t> found;
    for (const MetricRecord& one : reader.records())
        found.push_back(one.step);
    return found;
}

std::vector<std::int64_t> range(std::int64_t first, std::int64_t last)
{
    std::vector<std::int64_t> numbers;
    for (std::int64_t i = first; i <= last; ++i)
        numbers.push_back(i);
    return numbers;
}

} // namespace

class TestMetricLog : public QObject
{
    Q_OBJECT

private slots:
    void recordsComeBackExactly()
    {
        const test::TemporaryFolder folder;
        const MetricRecord odd{-1, INT64_MAX, {{"", -0.0}, {"n\xC3\xA4me", 1e-310}, {"inf", INFINITY}}};
        {
            auto writer = MetricLogWriter::open(posixIo(), folder / "m.log").value();
            QVERIFY(writer.append(record(1)));
            QVERIFY(writer.append(odd));
            QVERIFY(writer.append({3, 0, {}}));
            QVERIFY(writer.append({4, 0, {{"nan", std::numeric_limits<double>::quiet_NaN()}}}));
        }
        MetricLogReader reader(folder / "m.log");
        QVERIFY(reader.readNew().value());
        QCOMPARE(reader.records().size(), std::size_t{4});
        QCOMPARE(reader.records()[0], record(1));
        QCOMPARE(reader.records()[1], odd);
        QVERIFY(std::signbit(reader.records()[1].values[0].second));
        QVERIFY(std::isnan(reader.records()[3].values[0].second));
        QVERIFY(!reader.readNew().value());
    }

    void readerFollowsTheWriter()
    {
        const test::TemporaryFolder folder;
        MetricLogReader reader(folder / "m.log");
        QVERIFY(!reader.readNew().value());
        auto writer = MetricLogWriter::open(posixIo(), folder / "m.log").value();
        for (std::int64_t step = 1; step <= 5; ++step) {
            QVERIFY(writer.append(record(step)));
            QVERIFY(reader.readNew().value());
            QCOMPARE(reader.records().size(), static_cast<std::size_t>(step));
        }
        QCOMPARE(reader.generation(), std::int64_t{0});
    }

    void rewindDropsWhatLiesBeyond()
    {
        const test::TemporaryFolder folder;
        const fs::path path = folder / "m.log";
        {
            auto writer = MetricLogWriter::open(posixIo(), path).value();
            append(writer, 1, 9);
        }
        MetricLogReader follower(path);
        QVERIFY(follower.readNew().value());
        {
            auto writer = MetricLogWriter::open(posixIo(), path, 6).value();
            append(writer, 7, 12);
        }
        QCOMPARE(steps(path), range(1, 12));
        QVERIFY(follower.readNew().value());
        QCOMPARE(follower.records().size(), std::size_t{12});
        QCOMPARE(follower.generation(), std::int64_t{1});
        QVERIFY(MetricLogWriter::open(posixIo(), path, 0).has_value());
        QVERIFY(steps(path).empty());
    }

    /// The series of an interrupted and resumed run is that of an uninterrupted one.
    void resumedSeriesEqualsTheUninterruptedOne()
    {
        for (std::int64_t cut = 0; cut <= 20; ++cut) {
            const test::TemporaryFolder folder;
            {
                auto writer = MetricLogWriter::open(posixIo(), folder / "m").value();
                append(writer, 1, cut);
            }
            const std::int64_t checkpoint = cut / 5 * 5;
            {
                auto writer = MetricLogWriter::open(posixIo(), folder / "m", checkpoint).value();
                append(writer, checkpoint + 1, 20);
            }
            QCOMPARE(steps(folder / "m"), range(1, 20));
        }
    }

    void everyTruncationKeepsAPrefixAndGoesOn()
    {
        const test::TemporaryFolder folder;
        std::vector<std::size_t> ends;
        {
            auto writer = MetricLogWriter::open(posixIo(), folder / "whole").value();
            for (std::int64_t step = 1; step <= 4; ++step) {
                append(writer, step, step);
                ends.push_back(fs::file_size(folder / "whole"));
            }
        }
        const std::string whole = test::readTestFile(folder / "whole");
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            const fs::path path = folder / "cut";
            test::writeTestFile(path, whole.substr(0, size));
            const auto kept = static_cast<std::int64_t>(
                std::count_if(ends.begin(), ends.end(), [&](std::size_t end) { return end <= size; }));
            QCOMPARE(steps(path), range(1, kept));
            auto writer = MetricLogWriter::open(posixIo(), path).value();
            append(writer, kept + 1, 4);
            QCOMPARE(test::readTestFile(path), whole);
        }
    }

    /// Every byte, flipped: exactly the record in which it lies is missing, and the place is counted or cut.
    void everyFlippedByteIsFound()
    {
        const test::TemporaryFolder folder;
        const fs::path path = folder / "m";
        {
            auto writer = MetricLogWriter::open(posixIo(), path).value();
            append(writer, 1, 5);
        }
        const std::string whole = test::readTestFile(path);
        const std::size_t size = (whole.size() - 8) / 5;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            for (const char mask : {'\x01', '\x80'}) {
                std::string flipped = whole;
                flipped[i] = static_cast<char>(flipped[i] ^ mask);
                test::writeTestFile(folder / "f", flipped);
                MetricLogReader reader(folder / "f");
                const auto read = reader.readNew();
                if (i < 8) {
                    QVERIFY(!read);
                    continue;
                }
                const auto broken = static_cast<std::int64_t>((i - 8) / size + 1);
                std::vector<std::int64_t> expected = range(1, 5);
                std::erase(expected, broken);
                std::vector<std::int64_t> found;
                for (const MetricRecord& one : reader.records())
                    found.push_back(one.step);
                QCOMPARE(found, expected);
                QCOMPARE(reader.damagedPlaces(), std::int64_t{broken < 5 ? 1 : 0});
                auto writer = MetricLogWriter::open(posixIo(), folder / "f").value();
                QCOMPARE(writer.cutBytes(), std::uint64_t{broken < 5 ? 0 : size});
            }
        }
    }

    void everyFaultKeepsWhatWasAcknowledged()
    {
        bool isGood = true;
        test::forEveryFault([&](test::FaultyIoEnv& env, const test::FaultCase& fault) {
            const test::TemporaryFolder folder;
            std::vector<std::int64_t> durable;
            if (auto writer = MetricLogWriter::open(env, folder / "m")) {
                for (std::int64_t step = 1; step <= 3; ++step) {
                    if (writer->append(record(step)) && writer->sync())
                        durable.push_back(step);
                }
            }
            MetricLogReader reader(folder / "m");
            isGood = reader.readNew().has_value() && reader.damagedPlaces() == 0;
            std::vector<std::int64_t> found;
            for (const MetricRecord& one : reader.records())
                found.push_back(one.step);
            isGood = isGood && std::is_sorted(found.begin(), found.end()) &&
                     std::includes(found.begin(), found.end(), durable.begin(), durable.end());
            if (!isGood)
                QWARN(fault.text().c_str());
            return isGood;
        });
        QVERIFY(isGood);
    }

    void powerLossKeepsWhatWasSynced()
    {
        for (int call = 1;; ++call) {
            const test::TemporaryFolder folder;
            test::FaultyIoEnv env(folder.path());
            env.failAt(call, test::Fault::Crash, true);
            std::int64_t durable = 0;
            if (auto writer = MetricLogWriter::open(env, folder / "m")) {
                for (std::int64_t step = 1; step <= 30; ++step) {
                    if (writer->append(record(step)) && step % 10 == 0 && writer->sync())
                        durable = step;
                }
            }
            for (int variant = 0; variant < 20; ++variant) {
                const test::TemporaryFolder after;
                const auto loss =
                    variant < 4 ? static_cast<PowerLossModel::Loss>(variant) : PowerLossModel::Loss::Random;
                env.model().materialise(after.path(), loss, static_cast<std::uint64_t>(variant));
                const std::vector<std::int64_t> found = steps(after / "m");
                const std::vector<std::int64_t> promised = range(1, durable);
                QVERIFY2(std::includes(found.begin(), found.end(), promised.begin(), promised.end()),
                         qPrintable(QString("call %1, variant %2").arg(call).arg(variant)));
                QVERIFY(MetricLogWriter::open(posixIo(), after / "m").has_value()); // and a run can go on
            }
            if (!env.wasReached())
                break;
        }
    }

    void foreignAndNewerFilesAreRefused()
    {
        const test::TemporaryFolder folder;
        test::writeTestFile(folder / "text", "step,loss\n1,2\n");
        test::writeTestFile(folder / "newer", "TYMETR2\n");
        for (const auto& [name, code] :
             {std::pair{"text", ErrorCode::CorruptFile}, {"newer", ErrorCode::Unsupported}}) {
            MetricLogReader reader(folder / name);
            QCOMPARE(reader.readNew().error().code, code);
            QCOMPARE(MetricLogWriter::open(posixIo(), folder / name).error().code, code);
        }
    }

    void readsVersion1()
    {
        const fs::path path = test::sourceFolder() / "tests/data/compat/v1/metrics.log";
        QCOMPARE(steps(path), range(1, 8));
        MetricLogReader reader(path);
        QVERIFY(reader.readNew().value());
        QCOMPARE(reader.records()[2], record(3));
        QCOMPARE(reader.generation(), std::int64_t{1});
    }
};

QTEST_APPLESS_MAIN(TestMetricLog)
#include "tst_metric_log.moc"
