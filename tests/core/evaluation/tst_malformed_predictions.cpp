// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/classification.h"
#include "tests/core/evaluation/evaluation_cases.h"

#include <QTest>
#include <limits>

using namespace trainyard;
using namespace trainyard::test;

/// Items in = scored + listed: whatever is wrong with a prediction, it is counted.
class TestMalformedPredictions : public QObject
{
    Q_OBJECT
private slots:
    void countsAsWrong_data()
    {
        QTest::addColumn<QVector<float>>("logits");
        QTest::addColumn<QString>("reason");
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const float inf = std::numeric_limits<float>::infinity();
        QTest::newRow("NaN at the truth") << QVector<float>{nan, 0, 0} << "not a number";
        QTest::newRow("NaN elsewhere") << QVector<float>{9, 0, nan} << "not a number";
        QTest::newRow("infinite") << QVector<float>{inf, 0, 0} << "infinite value";
        QTest::newRow("nothing finite") << QVector<float>{-inf, -inf, -inf} << "no finite value";
        QTest::newRow("too short") << QVector<float>{9, 0} << "2 values for 3 classes";
        QTest::newRow("too long") << QVector<float>{9, 0, 0, 0} << "4 values for 3 classes";
        QTest::newRow("missing") << QVector<float>{} << "0 values for 3 classes";
    }
    void countsAsWrong()
    {
        QFETCH(QVector<float>, logits);
        QFETCH(QString, reason);
        Predictions predictions = predictionsOf({0, 1, 2, 0}, {0, 1, 2, 0}, 3);
        predictions.rows[0].logits.assign(logits.begin(), logits.end());
        const auto report = evaluateClassification(predictions);
        QVERIFY(report);
        QCOMPARE(report->n, 4);
        QCOMPARE(report->correct, 3);
        QCOMPARE(report->classes[0].support, 2);
        QCOMPARE(*report->classes[0].recall, 0.5);
        QCOMPARE(report->malformed.size(), std::size_t(1));
        QCOMPARE(report->malformed[0].row, 0);
        QVERIFY(QString::fromStdString(report->malformed[0].reason).contains(reason));
        QVERIFY(std::isfinite(report->meanLoss));
        const Json json = classificationReportToJson(*report, predictions);
        QCOMPARE(json["malformed"][0]["item"].get<int>(), 1);
        QCOMPARE(json["mean_loss"]["n"].get<int>(), 3);
    }

    void impossibleTruthHasInfiniteLoss()
    {
        Predictions predictions = predictionsOf({0, 1}, {0, 1}, 2);
        predictions.rows[0].logits = {-std::numeric_limits<float>::infinity(), 0};
        const auto report = evaluateClassification(predictions);
        QVERIFY(report && std::isinf(report->meanLoss));
        QCOMPARE(report->correct, 1);
        QVERIFY(classificationReportToJson(*report, predictions)["mean_loss"]["value"].is_null());
    }

    void sameRowTwiceCountsOnce()
    {
        Predictions predictions = predictionsOf({0, 1, 1}, {0, 1, 0}, 2);
        predictions.rows.push_back(predictions.rows[0]);
        const auto report = evaluateClassification(predictions);
        QVERIFY(report);
        QCOMPARE(report->n, 3);
        QCOMPARE(report->correct, 2);
        QVERIFY(report->malformed.empty());
        QCOMPARE(report->repeated.size(), std::size_t(1));
        QCOMPARE(report->n + static_cast<std::int64_t>(report->repeated.size()), 4);
    }

    void contradictingRowsCountAsWrong()
    {
        Predictions predictions = predictionsOf({0, 1, 1}, {0, 1, 0}, 2);
        Prediction other = predictions.rows[0];
        other.logits = {0, 3};
        predictions.rows.push_back(other);
        const auto report = evaluateClassification(predictions);
        QVERIFY(report);
        QCOMPARE(report->n, 3);
        QCOMPARE(report->correct, 1);
        QCOMPARE(report->malformed.size(), std::size_t(1));
        std::swap(predictions.rows[0], predictions.rows[3]);
        const auto swapped = evaluateClassification(predictions);
        QVERIFY(swapped);
        QCOMPARE(swapped->correct, 1);
        QCOMPARE(classificationReportToJson(*swapped, predictions)["malformed"][0]["item"].get<int>(), 1);
    }

    void everythingMalformed()
    {
        Predictions predictions = predictionsOf({0, 1}, {0, 1}, 2);
        for (Prediction& row : predictions.rows)
            row.logits.clear();
        const auto report = evaluateClassification(predictions);
        QVERIFY(report);
        QCOMPARE(report->correct, 0);
        QCOMPARE(report->n, 2);
        QCOMPARE(*report->balancedAccuracy, 0.0);
    }

    void refused_data()
    {
        QTest::addColumn<int>("label");
        QTest::addColumn<bool>("hasRows");
        QTest::newRow("no rows") << 0 << false;
        QTest::newRow("label below the classes") << -1 << true;
        QTest::newRow("label beyond the classes") << 2 << true;
    }
    void refused()
    {
        QFETCH(int, label);
        QFETCH(bool, hasRows);
        Predictions predictions = predictionsOf({0, 1}, {0, 1}, 2);
        predictions.rows[1].label = label;
        if (!hasRows)
            predictions.rows.clear();
        const auto report = evaluateClassification(predictions);
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Refused);
    }
};

QTEST_APPLESS_MAIN(TestMalformedPredictions)
#include "tst_malformed_predictions.moc"
