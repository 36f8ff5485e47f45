// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/engine/suggestion_probe.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>
#include <limits>
#include <numeric>

using namespace trainyard;

class SuggestionProbeTest : public QObject
{
    Q_OBJECT

private slots:
    void rowsHaveLengthOne();
    void badRowsAreRefused();
    void projectionKeepsDistances();
    void agreesWithScikitLearn_data();
    void agreesWithScikitLearn();
    void warmAndColdStartsMeet();
    void aClassMayComeLater();
    void manyExamplesAreThinnedFairly();
    void heldOutProbabilitiesFindAPlantedMistake();
    void nothingIsAnsweredBeforeTheFirstFit();
};

namespace {

Json goldenCases()
{
    return parseJson(test::readTestFile(test::sourceFolder() / "tests/data/engine/suggestion_probe.json"),
                     "suggestion_probe.json")
        ->at("cases");
}

float halfToFloat(std::uint16_t bits)
{
    const int exponent = bits >> 10 & 31;
    const float fraction = static_cast<float>(bits & 1023) / 1024.0F;
    return exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1.0F + fraction, exponent - 15);
}

struct Clusters
{
    EmbeddingMatrix matrix;
    std::vector<ProbeExample> examples; ///< of all rows: class 10 + row % classes
};

Clusters clusters(std::size_t count, std::size_t size, std::size_t classes, double distance)
{
    Clusters result;
    for (std::size_t i = 0; i < count; ++i) {
        CounterRandom random(5, RandomPurpose::Sample, 0, i);
        std::vector<float> row(size);
        for (std::size_t d = 0; d < size; ++d)
            row[d] = static_cast<float>(random.normal() + (d % classes == i % classes ? distance : 0.0));
        result.examples.push_back({*result.matrix.append(row), static_cast<ClassId>(10 + i % classes)});
    }
    return result;
}

std::vector<std::int64_t> rowsOf(std::span<const ProbeExample> examples)
{
    std::vector<std::int64_t> rows;
    for (const ProbeExample& example : examples)
        rows.push_back(example.row);
    return rows;
}

int rightOnes(const SuggestionProbe& probe, const EmbeddingMatrix& matrix,
              std::span<const ProbeExample> examples)
{
    const auto answers = probe.answer(matrix, rowsOf(examples));
    int right = 0;
    for (std::size_t i = 0; i < examples.size(); ++i)
        right += answers->best[i] == examples[i].classId ? 1 : 0;
    return right;
}

} // namespace

void SuggestionProbeTest::rowsHaveLengthOne()
{
    EmbeddingMatrix matrix;
    QCOMPARE(*matrix.append(std::vector<float>{3, 0, 4}), 0);
    QCOMPARE(*matrix.append(std::vector<float>{0, 2, 0}), 1);
    QVERIFY(matrix.replace(1, std::vector<float>{1, 1, 0}).has_value());
    QCOMPARE(matrix.rows(), 2);
    QCOMPARE(matrix.width(), 3);
    const float expected[] = {0.6F, 0, 0.8F, std::sqrt(0.5F), std::sqrt(0.5F), 0};
    for (std::size_t i = 0; i < 6; ++i)
        QVERIFY(std::abs(halfToFloat(matrix.halves()[i]) - expected[i]) < 1e-3F);
}

void SuggestionProbeTest::badRowsAreRefused()
{
    EmbeddingMatrix matrix;
    QVERIFY(!matrix.append(std::vector<float>{0, 0}));
    QVERIFY(!matrix.append(std::vector<float>{1, std::numeric_limits<float>::quiet_NaN()}));
    QCOMPARE(matrix.rows(), 0);
    QVERIFY(matrix.append(std::vector<float>{1, 2}).has_value());
    QCOMPARE(matrix.append(std::vector<float>{1, 2, 3}).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(matrix.rows(), 1);
}

void SuggestionProbeTest::projectionKeepsDistances()
{
    const Clusters data = clusters(40, 600, 2, 1.0);
    const auto rows = rowsOf(data.examples);
    const auto projected = projectedRows(data.matrix, rows, 256, 1);
    QVERIFY(projected.has_value());
    QCOMPARE(projected->size(), std::size_t{40 * 256});
    for (std::size_t i = 1; i < 40; ++i) {
        double before = 0;
        double after = 0;
        for (std::size_t d = 0; d < 600; ++d) {
            const float difference = halfToFloat(data.matrix.halves()[d] & 0x7fff) *
                                         (data.matrix.halves()[d] & 0x8000 ? -1.0F : 1.0F) -
                                     halfToFloat(data.matrix.halves()[i * 600 + d] & 0x7fff) *
                                         (data.matrix.halves()[i * 600 + d] & 0x8000 ? -1.0F : 1.0F);
            before += static_cast<double>(difference) * static_cast<double>(difference);
        }
        for (std::size_t d = 0; d < 256; ++d) {
            const float difference = (*projected)[d] - (*projected)[i * 256 + d];
            after += static_cast<double>(difference) * static_cast<double>(difference);
        }
        const double ratio = std::sqrt(after / before);
        QVERIFY2(ratio > 0.8 && ratio < 1.2, qPrintable(QString::number(ratio))); // four deviations
    }
}

void SuggestionProbeTest::agreesWithScikitLearn_data()
{
    QTest::addColumn<int>("index");
    const Json cases = goldenCases();
    QVERIFY(cases.size() >= 3);
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::addRow("%zu", i) << static_cast<int>(i);
}

void SuggestionProbeTest::agreesWithScikitLearn()
{
    QFETCH(int, index);
    const Json golden = goldenCases()[static_cast<std::size_t>(index)];
    const auto rows = golden["rows"].get<std::vector<std::vector<float>>>();
    const auto labels = golden["labels"].get<std::vector<ClassId>>();
    const auto known = golden["known"].get<std::size_t>();
    const auto expected = golden["probabilities"].get<std::vector<std::vector<float>>>();
    EmbeddingMatrix matrix;
    std::vector<ProbeExample> examples;
    std::vector<std::int64_t> asked;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t row = *matrix.append(rows[i]);
        if (i < known)
            examples.push_back({row, labels[i] + 1});
        else
            asked.push_back(row);
    }
    SuggestionProbe probe;
    QVERIFY(probe.fit(matrix, examples).has_value());
    QCOMPARE(probe.classes().size(), golden["classes"].get<std::size_t>());
    for (std::size_t k = 0; k < probe.classes().size(); ++k) {
        const auto answers = probe.answer(matrix, asked, probe.classes()[k]);
        QVERIFY(answers.has_value());
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const float truth = expected[i][k];
            QVERIFY2(
                std::abs(answers->ofClass[i] - truth) < 5e-3F,
                qPrintable(QString("row %1: %2, expected %3").arg(i).arg(answers->ofClass[i]).arg(truth)));
            const float highest = *std::max_element(expected[i].begin(), expected[i].end());
            QVERIFY(std::abs(answers->probability[i] - highest) < 5e-3F);
            if (truth == highest && highest > 0.52F)
                QCOMPARE(answers->best[i], probe.classes()[k]);
        }
    }
}

/// The problem has one minimum: where a fit starts must not show in its answers.
void SuggestionProbeTest::warmAndColdStartsMeet()
{
    const Clusters data = clusters(120, 64, 3, 0.6);
    SuggestionProbe warm;
    for (const std::size_t known : {10U, 30U, 60U})
        QVERIFY(warm.fit(data.matrix, std::span(data.examples).first(known)).has_value());
    SuggestionProbe cold;
    QVERIFY(cold.fit(data.matrix, std::span(data.examples).first(60)).has_value());
    const auto rows = rowsOf(std::span(data.examples).last(60));
    const auto a = warm.answer(data.matrix, rows, 11);
    const auto b = cold.answer(data.matrix, rows, 11);
    for (std::size_t i = 0; i < rows.size(); ++i)
        QVERIFY(std::abs(a->ofClass[i] - b->ofClass[i]) < 5e-3F);
}

void SuggestionProbeTest::aClassMayComeLater()
{
    const Clusters data = clusters(150, 64, 3, 1.0);
    std::vector<ProbeExample> two;
    for (const ProbeExample& example : std::span(data.examples).first(90))
        if (example.classId != 11)
            two.push_back(example);
    SuggestionProbe probe;
    QVERIFY(probe.fit(data.matrix, two).has_value());
    QCOMPARE(probe.classes(), (std::vector<ClassId>{10, 12}));
    const auto rows = rowsOf(std::span(data.examples).last(60));
    QCOMPARE(probe.answer(data.matrix, rows, 11)->ofClass[0], 0.0F);
    QVERIFY(probe.fit(data.matrix, std::span(data.examples).first(90)).has_value());
    QCOMPARE(probe.classes(), (std::vector<ClassId>{10, 11, 12}));
    const int right = rightOnes(probe, data.matrix, std::span(data.examples).last(60));
    QVERIFY2(right > 54, qPrintable(QString::number(right)));
}

/// 12,000 examples are more than a fit takes; a class with three of them must keep some.
void SuggestionProbeTest::manyExamplesAreThinnedFairly()
{
    Clusters data = clusters(12'000, 16, 2, 1.0);
    for (std::size_t i = 0; i < 3; ++i) {
        std::vector<float> row(16, 0.0F);
        row[7] = 10.0F;
        row[8] = -5.0F - static_cast<float>(i);
        data.examples.push_back({*data.matrix.append(row), 99});
    }
    SuggestionProbe probe;
    QVERIFY(probe.fit(data.matrix, data.examples).has_value());
    QCOMPARE(probe.classes(), (std::vector<ClassId>{10, 11, 99}));
    const int right = rightOnes(probe, data.matrix, data.examples);
    QVERIFY2(right > 11'500, qPrintable(QString::number(right)));
}

void SuggestionProbeTest::heldOutProbabilitiesFindAPlantedMistake()
{
    Clusters data = clusters(100, 64, 2, 1.0);
    data.examples[80].classId = data.examples[80].classId == 10 ? 11 : 10;
    const auto all = std::span(data.examples);
    const auto values = SuggestionProbe::heldOut(data.matrix, all.first(60), all.last(40));
    QVERIFY(values.has_value());
    QCOMPARE(values->size(), std::size_t{40});
    QCOMPARE(std::min_element(values->begin(), values->end()) - values->begin(), 20);
    QVERIFY((*values)[20] < 0.2F);
    std::vector<ProbeExample> stranger{{3, 77}};
    QCOMPARE(SuggestionProbe::heldOut(data.matrix, all.first(60), stranger)->front(), 0.0F);
}

void SuggestionProbeTest::nothingIsAnsweredBeforeTheFirstFit()
{
    const Clusters data = clusters(6, 8, 2, 1.0);
    SuggestionProbe probe;
    QVERIFY(!probe.isFitted());
    QCOMPARE(probe.answer(data.matrix, rowsOf(data.examples)).error().code, ErrorCode::Refused);
    const std::vector<ProbeExample> one{data.examples[0], data.examples[2]};
    QCOMPARE(probe.fit(data.matrix, one).error().code, ErrorCode::Refused);
    QVERIFY(!probe.isFitted());
}

QTEST_APPLESS_MAIN(SuggestionProbeTest)
#include "tst_suggestion_probe.moc"
