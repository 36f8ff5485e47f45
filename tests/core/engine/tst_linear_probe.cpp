// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/engine/linear_probe.h"
#include "tests/support/test_folders.h"

#include <QElapsedTimer>
#include <QTest>
#include <cmath>
#include <limits>

using namespace trainyard;

class LinearProbeTest : public QObject
{
    Q_OBJECT

private slots:
    void agreesWithScikitLearn_data();
    void agreesWithScikitLearn();
    void groupsAreNeverSplit();
    void fewGroupsStillWork();
    void badRequests();
    void isFastEnough();
};

namespace {

Json goldenCases()
{
    return parseJson(test::readTestFile(test::sourceFolder() / "tests/data/engine/probe.json"), "probe.json")
        ->at("cases");
}

/// Two clusters of a size; item i has label i % classes.
ProbeRequest clusters(std::size_t count, std::size_t size, std::int32_t classes)
{
    ProbeRequest request;
    request.classes = classes;
    for (std::size_t i = 0; i < count; ++i) {
        CounterRandom random(1, RandomPurpose::Sample, 0, i);
        const auto label = static_cast<std::int32_t>(i % static_cast<std::size_t>(classes));
        std::vector<float> row(size);
        for (std::size_t d = 0; d < size; ++d)
            row[d] = static_cast<float>(
                random.normal() +
                (d % static_cast<std::size_t>(classes) == static_cast<std::size_t>(label) ? 0.5 : 0.0));
        request.embeddings.push_back(std::move(row));
        request.labels.push_back(label);
        request.groups.push_back("g" + std::to_string(i));
    }
    return request;
}

} // namespace

void LinearProbeTest::agreesWithScikitLearn_data()
{
    QTest::addColumn<int>("index");
    const Json cases = goldenCases();
    QVERIFY(cases.size() >= 3);
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::addRow("%zu", i) << static_cast<int>(i);
}

void LinearProbeTest::agreesWithScikitLearn()
{
    QFETCH(int, index);
    const Json golden = goldenCases()[static_cast<std::size_t>(index)];
    ProbeRequest request;
    request.embeddings = golden["rows"].get<std::vector<std::vector<float>>>();
    request.labels = golden["labels"].get<std::vector<std::int32_t>>();
    request.groups = golden["groups"].get<std::vector<std::string>>();
    request.classes = golden["classes"];
    request.folds = golden["folds"];
    request.ridge = golden["ridge"];
    const auto probabilities = crossValidatedProbabilities(request);
    QVERIFY2(probabilities.has_value(), probabilities ? "" : probabilities.error().message.c_str());
    const auto expected = golden["probabilities"].get<std::vector<std::vector<double>>>();
    QCOMPARE(probabilities->size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        for (std::size_t k = 0; k < expected[i].size(); ++k)
            QVERIFY2(std::abs((*probabilities)[i][k] - expected[i][k]) < 2e-5,
                     qPrintable(QString("row %1: %2, expected %3")
                                    .arg(i)
                                    .arg((*probabilities)[i][k])
                                    .arg(expected[i][k])));
    }
}

/// A planted copy of each item with the opposite label: seen in training it would be answered wrongly with
/// certainty, and an item whose group is split would be recognised.
void LinearProbeTest::groupsAreNeverSplit()
{
    ProbeRequest request;
    request.classes = 2;
    request.ridge = 1e-3;
    for (std::size_t group = 0; group < 40; ++group) {
        CounterRandom random(2, RandomPurpose::Sample, 0, group);
        std::vector<float> row(64);
        for (float& value : row)
            value = static_cast<float>(random.normal());
        for (int copy = 0; copy < 3; ++copy) {
            request.embeddings.push_back(row);
            request.labels.push_back(static_cast<std::int32_t>(group % 2));
            request.groups.push_back("picture " + std::to_string(group));
        }
    }
    const auto probabilities = crossValidatedProbabilities(request);
    QVERIFY(probabilities.has_value());
    int right = 0;
    for (std::size_t i = 0; i < request.labels.size(); ++i)
        right += (*probabilities)[i][static_cast<std::size_t>(request.labels[i])] > 0.5 ? 1 : 0;
    // Noise: chance level. With a copy in the training folds all 120 would be right.
    QVERIFY2(right < 90, qPrintable(QString::number(right)));
}

void LinearProbeTest::fewGroupsStillWork()
{
    ProbeRequest request = clusters(12, 4, 2);
    for (std::size_t i = 0; i < request.groups.size(); ++i)
        request.groups[i] = i < 6 ? "a" : "b";
    const auto probabilities = crossValidatedProbabilities(request);
    QVERIFY(probabilities.has_value());
    for (const auto& row : *probabilities)
        QVERIFY(std::abs(row[0] + row[1] - 1.0) < 1e-9);
    for (std::string& group : request.groups)
        group = "a";
    QCOMPARE(crossValidatedProbabilities(request).error().code, ErrorCode::Refused);
}

void LinearProbeTest::badRequests()
{
    ProbeRequest request = clusters(12, 4, 2);
    request.labels[3] = 2;
    QCOMPARE(crossValidatedProbabilities(request).error().code, ErrorCode::InvalidArgument);
    request = clusters(12, 4, 2);
    request.embeddings[5].pop_back();
    QCOMPARE(crossValidatedProbabilities(request).error().code, ErrorCode::InvalidArgument);
    request = clusters(12, 4, 2);
    request.embeddings[5][1] = std::numeric_limits<float>::quiet_NaN();
    QCOMPARE(crossValidatedProbabilities(request).error().code, ErrorCode::InvalidArgument);
    request = clusters(12, 4, 2);
    request.groups.pop_back();
    QCOMPARE(crossValidatedProbabilities(request).error().code, ErrorCode::InvalidArgument);
}

void LinearProbeTest::isFastEnough()
{
    const ProbeRequest request = clusters(400, 1280, 3);
    QElapsedTimer timer;
    timer.start();
    const auto probabilities = crossValidatedProbabilities(request);
    QVERIFY(probabilities.has_value());
    qInfo("400 x 1280, 3 classes, 5 folds: %lld ms", static_cast<long long>(timer.elapsed()));
    int right = 0;
    for (std::size_t i = 0; i < 400; ++i)
        right += (*probabilities)[i][static_cast<std::size_t>(request.labels[i])] > 0.5 ? 1 : 0;
    QVERIFY(right > 380);
}

QTEST_APPLESS_MAIN(LinearProbeTest)
#include "tst_linear_probe.moc"
