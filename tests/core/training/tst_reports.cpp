// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/reports.h"

#include <QTest>

using namespace trainyard;

class ReportsTest : public QObject
{
    Q_OBJECT

private slots:
    void stepRoundTrip();
    void epochRoundTrip_data();
    void epochRoundTrip();
    void missingFieldIsNamed();
};

void ReportsTest::stepRoundTrip()
{
    const StepReport report{17, 400, 2, 0.6931, 1e-3, 4.25, 812.5};
    const auto json = parseJson(jsonLine(stepReportToJson(report)), "event");
    QVERIFY(json.has_value());
    const auto read = stepReportFromJson(*json, "event");
    QVERIFY(read.has_value());
    QVERIFY(*read == report);
}

void ReportsTest::epochRoundTrip_data()
{
    QTest::addColumn<bool>("hasValidation");
    QTest::newRow("with validation") << true;
    QTest::newRow("without validation") << false;
}

void ReportsTest::epochRoundTrip()
{
    QFETCH(bool, hasValidation);
    EpochReport report{3, 120, 0.25, 0.9, std::nullopt, std::nullopt, true};
    if (hasValidation) {
        report.validationLoss = 0.5;
        report.validationAccuracy = 0.75;
    }
    const auto json = parseJson(jsonLine(epochReportToJson(report)), "event");
    QVERIFY(json.has_value());
    const auto read = epochReportFromJson(*json, "event");
    QVERIFY(read.has_value());
    QVERIFY(*read == report);
}

void ReportsTest::missingFieldIsNamed()
{
    Json json = stepReportToJson(StepReport{});
    json.erase("gradientNorm");
    const auto read = stepReportFromJson(json, "events.jsonl");
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code, ErrorCode::InvalidFile);
    QVERIFY(read.error().message.find("gradientNorm") != std::string::npos);
}

QTEST_APPLESS_MAIN(ReportsTest)
#include "tst_reports.moc"
