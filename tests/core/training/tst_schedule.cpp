// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/recipe.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>

using namespace trainyard;

/// Learning rates against PyTorch's schedulers (tests/data/training/make_schedules.py).
class ScheduleTest : public QObject
{
    Q_OBJECT

private slots:
    void agreesWithPyTorch_data();
    void agreesWithPyTorch();
    void constantStaysAfterWarmup();
    void neverNegativeOrAbovePeak();
};

namespace {

Json goldenCases()
{
    const auto golden = parseJson(
        test::readTestFile(test::sourceFolder() / "tests/data/training/schedules.json"), "schedules.json");
    return golden->at("cases");
}

} // namespace

void ScheduleTest::agreesWithPyTorch_data()
{
    QTest::addColumn<int>("index");
    const Json cases = goldenCases();
    QVERIFY(cases.size() >= 6);
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::addRow("%s %zu", cases[i]["schedule"].get<std::string>().c_str(), i) << static_cast<int>(i);
}

void ScheduleTest::agreesWithPyTorch()
{
    QFETCH(int, index);
    const Json golden = goldenCases()[static_cast<std::size_t>(index)];
    Recipe recipe;
    recipe.schedule = golden["schedule"];
    recipe.learningRate = golden["peak"];
    recipe.warmupShare = golden["warmupShare"];
    const std::int64_t total = golden["total"];
    for (std::int64_t step = 0; step < total; ++step) {
        const double expected = golden["rates"][static_cast<std::size_t>(step)];
        const double rate = learningRateAt(recipe, step, total);
        QVERIFY2(std::abs(rate - expected) <= 1e-12 * recipe.learningRate + 1e-9 * expected,
                 qPrintable(QString("step %1: %2, expected %3")
                                .arg(step)
                                .arg(rate, 0, 'g', 17)
                                .arg(expected, 0, 'g', 17)));
    }
}

void ScheduleTest::constantStaysAfterWarmup()
{
    Recipe recipe;
    recipe.schedule = "constant";
    recipe.learningRate = 0.5;
    recipe.warmupShare = 0.4;
    QCOMPARE(learningRateAt(recipe, 0, 10), 0.1);
    QCOMPARE(learningRateAt(recipe, 3, 10), 0.4);
    QCOMPARE(learningRateAt(recipe, 4, 10), 0.5);
    QCOMPARE(learningRateAt(recipe, 9, 10), 0.5);
}

void ScheduleTest::neverNegativeOrAbovePeak()
{
    for (const char* schedule : {"cosine", "one-cycle", "constant"}) {
        for (std::int64_t total = 1; total < 12; ++total) {
            Recipe recipe;
            recipe.schedule = schedule;
            recipe.learningRate = 1.0;
            recipe.warmupShare = 0.3;
            for (std::int64_t step = 0; step < total; ++step) {
                const double rate = learningRateAt(recipe, step, total);
                QVERIFY2(rate >= 0.0 && rate <= 1.0 + 1e-12,
                         qPrintable(
                             QString("%1, step %2 of %3: %4").arg(schedule).arg(step).arg(total).arg(rate)));
            }
        }
    }
}

QTEST_APPLESS_MAIN(ScheduleTest)
#include "tst_schedule.moc"
