// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluation/classification.h"
#include "tests/core/evaluation/evaluation_cases.h"

#include <QTest>
#include <algorithm>
#include <map>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

namespace {

bool isClose(const std::optional<double>& found, const Json& expected)
{
    return expected.is_null() ? !found : found && test::isClose(*found, expected.get<double>());
}

Predictions ofGolden(const Json& golden)
{
    Predictions predictions;
    const std::size_t classes = golden["confusion"].size();
    for (std::size_t c = 0; c < classes; ++c)
        predictions.labels.push_back(std::string(1, static_cast<char>('a' + c)));
    for (std::size_t i = 0; i < golden["truth"].size(); ++i) {
        Prediction row;
        row.item = static_cast<ItemId>(i) + 1;
        row.label = golden["truth"][i];
        row.group = golden["groups"][i];
        row.logits = golden["logits"][i].get<std::vector<float>>();
        predictions.rows.push_back(std::move(row));
    }
    return predictions;
}

/// The definitions again, slowly: one pass over all rows for every class and figure.
struct Oracle
{
    explicit Oracle(const Predictions& predictions) : p(predictions) {}

    int answer(const Prediction& row) const
    {
        int best = 0;
        for (int c = 1; c < static_cast<int>(row.logits.size()); ++c)
            if (row.logits[static_cast<std::size_t>(c)] > row.logits[static_cast<std::size_t>(best)])
                best = c;
        return best;
    }
    double loss() const
    {
        double sum = 0;
        for (const Prediction& row : p.rows)
            sum -= std::log(probabilities(row.logits)[static_cast<std::size_t>(row.label)]);
        return sum / static_cast<double>(p.rows.size());
    }
    std::int64_t count(int truth, int given) const // -1: any
    {
        return std::count_if(p.rows.begin(), p.rows.end(), [&](const Prediction& row) {
            return (truth < 0 || row.label == truth) && (given < 0 || answer(row) == given);
        });
    }
    double accuracy() const
    {
        std::int64_t right = 0;
        for (int c = 0; c < static_cast<int>(p.labels.size()); ++c)
            right += count(c, c);
        return static_cast<double>(right) / static_cast<double>(p.rows.size());
    }
    double effectiveN() const
    {
        std::map<std::string, double> deviation;
        const double mean = accuracy();
        for (const Prediction& row : p.rows)
            deviation[row.group.empty() ? "#" + std::to_string(row.item) : row.group] +=
                (row.label == answer(row) ? 1 : 0) - mean;
        const auto n = static_cast<double>(p.rows.size());
        const auto units = static_cast<double>(deviation.size());
        if (units == n)
            return n;
        if (mean == 0 || mean == 1 || units < 2)
            return units;
        double squares = 0;
        for (const auto& [unit, sum] : deviation)
            squares += sum * sum;
        const double variance = units / (units - 1) * squares / (n * n);
        return std::min(n, mean * (1 - mean) / variance);
    }

    const Predictions& p;
};

ClassificationReport evaluated(const Predictions& predictions)
{
    auto report = evaluateClassification(predictions);
    return report ? *report : ClassificationReport{};
}

} // namespace

class TestClassification : public QObject
{
    Q_OBJECT
private slots:
    void asScikitLearn()
    {
        for (const Json& golden : evaluationGoldens()["classification"]) {
            const ClassificationReport report = evaluated(ofGolden(golden));
            QVERIFY(test::isClose(report.accuracy, golden["accuracy"].get<double>()));
            QVERIFY(Json(report.confusion) == golden["confusion"]);
            QVERIFY(isClose(report.macroF1, golden["macro_f1"]));
            QVERIFY(isClose(report.balancedAccuracy, golden["balanced_accuracy"]));
            QVERIFY(test::isClose(report.meanLoss, golden["log_loss"].get<double>()));
            QCOMPARE(report.groups, golden["units"].get<std::int64_t>());
            const double error = golden["standard_error"];
            const double spread = report.accuracy * (1 - report.accuracy);
            const auto n = static_cast<double>(report.n);
            QVERIFY(test::isClose(report.effectiveN,
                                  report.isClustered ? std::min(n, spread / (error * error)) : n, 1e-9));
            for (std::size_t c = 0; c < report.classes.size(); ++c) {
                QCOMPARE(report.classes[c].support, golden["support"][c].get<std::int64_t>());
                QVERIFY(isClose(report.classes[c].precision, golden["precision"][c]));
                QVERIFY(isClose(report.classes[c].recall, golden["recall"][c]));
                QVERIFY(isClose(report.classes[c].f1, golden["f1"][c]));
            }
        }
    }

    void asTheOracle()
    {
        for (std::uint64_t seed = 0; seed < 1000; ++seed) {
            const Predictions predictions = randomPredictions(seed);
            const Oracle oracle(predictions);
            const ClassificationReport report = evaluated(predictions);
            const QByteArray where = "seed " + QByteArray::number(static_cast<qulonglong>(seed));
            QVERIFY2(report.n == static_cast<std::int64_t>(predictions.rows.size()), where);
            QVERIFY2(test::isClose(report.accuracy, oracle.accuracy()), where);
            QVERIFY2(test::isClose(report.meanLoss, oracle.loss()), where);
            QVERIFY2(test::isClose(report.effectiveN, oracle.effectiveN(), 1e-9), where);
            for (int t = 0; t < static_cast<int>(predictions.labels.size()); ++t) {
                for (int a = 0; a < static_cast<int>(predictions.labels.size()); ++a)
                    QVERIFY2(report.confusion[static_cast<std::size_t>(t)][static_cast<std::size_t>(a)] ==
                                 oracle.count(t, a),
                             where);
                const ClassFigures& figures = report.classes[static_cast<std::size_t>(t)];
                QVERIFY2(figures.predicted == oracle.count(-1, t) && figures.support == oracle.count(t, -1),
                         where);
                QVERIFY2(figures.f1.has_value() == (figures.predicted + figures.support > 0), where);
                if (figures.precision && figures.recall && *figures.precision + *figures.recall > 0)
                    QVERIFY2(test::isClose(*figures.f1, 2 * *figures.precision * *figures.recall /
                                                            (*figures.precision + *figures.recall)),
                             where);
            }
        }
    }

    void perfectConstantAndAdversarial()
    {
        std::vector<int> truths, constant, wrong;
        for (int i = 0; i < 30; ++i) {
            truths.push_back(i % 3);
            constant.push_back(0);
            wrong.push_back((i + 1) % 3);
        }
        const ClassificationReport perfect = evaluated(predictionsOf(truths, truths, 3));
        QCOMPARE(perfect.accuracy, 1.0);
        QCOMPARE(*perfect.macroF1, 1.0);
        QVERIFY(perfect.mistakes.empty());
        QVERIFY(test::isClose(perfect.meanLoss, std::log(1 + 2 * std::exp(-2.0))));
        const ClassificationReport same = evaluated(predictionsOf(truths, constant, 3));
        QVERIFY(test::isClose(same.accuracy, 1.0 / 3));
        QVERIFY(
            test::isClose(*same.macroF1, 0.5 / 3)); // 2 * 10 / (30 + 10) for the one class, 0 for the others
        QVERIFY(test::isClose(*same.balancedAccuracy, 1.0 / 3));
        QVERIFY(!same.classes[1].precision); // never answered
        QCOMPARE(*same.classes[1].recall, 0.0);
        const ClassificationReport opposite = evaluated(predictionsOf(truths, wrong, 3));
        QCOMPARE(opposite.correct, 0);
        QCOMPARE(opposite.accuracyInterval.low, 0.0);
        QCOMPARE(opposite.mistakes.size(), std::size_t(30));
    }

    void undefinedIsNotZero()
    {
        const ClassificationReport report = evaluated(predictionsOf({0, 0, 1}, {0, 1, 1}, 4));
        QCOMPARE(report.undefinedClasses, 2);
        QVERIFY(!report.classes[3].f1 && !report.classes[3].precision && !report.classes[3].recall);
        QVERIFY(test::isClose(*report.macroF1, 2.0 / 3));
        const Json json = classificationReportToJson(report, predictionsOf({0, 0, 1}, {0, 1, 1}, 4));
        QVERIFY(json["classes"][3]["f1"].is_null() && json["classes"][3]["recall"].is_null());
    }

    void mistakesSurestFirst()
    {
        Predictions predictions = predictionsOf({0, 0, 0, 0}, {1, 1, 0, 1}, 2);
        predictions.rows[0].logits[1] = 1;
        predictions.rows[3].logits[1] = 5;
        const ClassificationReport report = evaluated(predictions);
        QCOMPARE(report.mistakes.size(), std::size_t(3));
        QCOMPARE(report.mistakes[0].row, 3);
        QCOMPARE(report.mistakes[2].row, 0);
        QVERIFY(test::isClose(report.mistakes[0].confidence, 1 / (1 + std::exp(-5.0))));
    }

    void orderDoesNotMatter()
    {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            Predictions predictions = randomPredictions(seed);
            const std::string before = classificationReportToJson(evaluated(predictions), predictions).dump();
            const auto order = permutation(static_cast<std::uint32_t>(predictions.rows.size()), seed,
                                           RandomPurpose::Shuffle, 1);
            std::vector<Prediction> shuffled;
            for (const std::uint32_t i : order)
                shuffled.push_back(predictions.rows[i]);
            predictions.rows = shuffled;
            QCOMPARE(classificationReportToJson(evaluated(predictions), predictions).dump(), before);
        }
    }

    void duplicatingTheSetKeepsTheFigures()
    {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            Predictions predictions = randomPredictions(seed);
            const ClassificationReport once = evaluated(predictions);
            const std::size_t count = predictions.rows.size();
            for (std::size_t i = 0; i < count; ++i) {
                Prediction copy = predictions.rows[i];
                copy.item += 1000;
                predictions.rows.push_back(copy);
            }
            const ClassificationReport twice = evaluated(predictions);
            QCOMPARE(twice.n, 2 * once.n);
            QVERIFY(test::isClose(twice.accuracy, once.accuracy));
            QVERIFY(test::isClose(twice.meanLoss, once.meanLoss));
            QVERIFY(test::isClose(*twice.macroF1, *once.macroF1));
            QVERIFY(test::isClose(*twice.balancedAccuracy, *once.balancedAccuracy));
        }
    }

    void relabellingPermutesTheClasses()
    {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            const Predictions predictions = randomPredictions(seed);
            // Ties are settled by the order of the classes, so the law holds where there are none.
            Predictions clear = predictions;
            for (Prediction& row : clear.rows)
                for (std::size_t c = 0; c < row.logits.size(); ++c)
                    row.logits[c] += 0.01F * static_cast<float>((c * 7 + 3) % 11);
            const ClassificationReport before = evaluated(clear);
            const auto order =
                permutation(static_cast<std::uint32_t>(clear.labels.size()), seed, RandomPurpose::Shuffle, 2);
            Predictions renamed = clear;
            for (std::size_t c = 0; c < order.size(); ++c)
                renamed.labels[order[c]] = clear.labels[c];
            for (std::size_t i = 0; i < clear.rows.size(); ++i) {
                renamed.rows[i].label =
                    static_cast<std::int32_t>(order[static_cast<std::size_t>(clear.rows[i].label)]);
                for (std::size_t c = 0; c < order.size(); ++c)
                    renamed.rows[i].logits[order[c]] = clear.rows[i].logits[c];
            }
            const ClassificationReport after = evaluated(renamed);
            QCOMPARE(after.correct, before.correct);
            QVERIFY(test::isClose(*after.macroF1, *before.macroF1));
            QVERIFY(test::isClose(after.meanLoss, before.meanLoss));
            for (std::size_t c = 0; c < order.size(); ++c)
                QVERIFY(after.classes[order[c]].f1 == before.classes[c].f1);
        }
    }

    void aConstantOnAllLogitsChangesNothing()
    {
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            Predictions predictions = randomPredictions(seed);
            const ClassificationReport before = evaluated(predictions);
            for (Prediction& row : predictions.rows)
                for (float& logit : row.logits)
                    logit += 64; // exact in float for these values
            const ClassificationReport after = evaluated(predictions);
            QCOMPARE(after.confusion, before.confusion);
            QVERIFY(test::isClose(after.meanLoss, before.meanLoss));
        }
    }

    void hugeLogitsStayFinite()
    {
        Predictions predictions = predictionsOf({0, 1}, {0, 1}, 2);
        predictions.rows[0].logits = {3.0e38F, -3.0e38F};
        const ClassificationReport report = evaluated(predictions);
        QCOMPARE(report.correct, 2);
        QVERIFY(std::isfinite(report.meanLoss));
    }
};

QTEST_APPLESS_MAIN(TestClassification)
#include "tst_classification.moc"
