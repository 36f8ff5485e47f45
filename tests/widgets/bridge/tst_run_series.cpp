// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metric_log.h"
#include "tests/support/test_folders.h"
#include "widgets/bridge/run_series.h"

#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace trainyard;
using namespace trainyard::widgets;

/// A growing metrics.log arrives whole, in order, and again after a rewind.
class RunSeriesTest : public QObject
{
    Q_OBJECT
private slots:
    void everyPointArrivesOnce()
    {
        const test::TemporaryFolder folder;
        RunSeries series(folder.path());
        RunSeries::Batch all;
        connect(&series, &RunSeries::appended, &series, [&](const RunSeries::Batch& points) {
            for (const auto& [name, part] : points) {
                auto& own = all[name];
                own.steps.insert(own.steps.end(), part.steps.begin(), part.steps.end());
                own.values.insert(own.values.end(), part.values.begin(), part.values.end());
            }
        });
        connect(&series, &RunSeries::restarted, &series, [&] { all.clear(); });
        auto writer = MetricLogWriter::open(posixIo(), folder / "metrics.log");
        QVERIFY(writer.has_value());
        for (std::int64_t step = 1; step <= 100; ++step) {
            MetricRecord record{step, 0, {{"loss", 1.0 / static_cast<double>(step)}}};
            if (step % 50 == 0)
                record.values.emplace_back("val/accuracy", 0.5);
            QVERIFY(writer->append(record).has_value());
        }
        QTRY_COMPARE(all[QStringLiteral("loss")].steps.size(), std::size_t(100));
        QCOMPARE(all[QStringLiteral("val/accuracy")].steps, (std::vector<double>{50, 100}));
        QCOMPARE(all[QStringLiteral("loss")].values[3], 0.25);

        auto again = MetricLogWriter::open(posixIo(), folder / "metrics.log", 60);
        QVERIFY(again.has_value());
        QVERIFY(again->append({61, 1, {{"loss", 9.0}}}).has_value());
        QTRY_COMPARE(all[QStringLiteral("loss")].steps.size(), std::size_t(61));
        QCOMPARE(all[QStringLiteral("loss")].values.back(), 9.0);
        QCOMPARE(all[QStringLiteral("val/accuracy")].steps, (std::vector<double>{50}));
    }

    /// A job that reports faster than the log is read does not keep it from being read.
    void aBusyJobDoesNotHoldUpItsCurves()
    {
        const test::TemporaryFolder folder;
        RunSeries series(folder.path());
        QTimer reports;
        connect(&reports, &QTimer::timeout, &series, [&] { series.setLive(true); });
        reports.start(20);
        QTest::qWait(50); // the first look of the series finds nothing
        auto writer = MetricLogWriter::open(posixIo(), folder / "metrics.log");
        QVERIFY(writer.has_value());
        QVERIFY(writer->append({1, 0, {{"loss", 1.0}}}).has_value());
        QSignalSpy appended(&series, &RunSeries::appended);
        QVERIFY(appended.wait(5000));
    }
};

QTEST_GUILESS_MAIN(RunSeriesTest)
#include "tst_run_series.moc"
