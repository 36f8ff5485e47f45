// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/builders.h"
#include "core/network/catalogue.h"
#include "tests/core/network/network_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <png.h>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

namespace {

const char* kStarter = "resources/backbones/efficientnet-lite0.fp16.safetensors";

std::string readPng(const std::filesystem::path& path)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&image, path.c_str()) == 0)
        return {};
    image.format = PNG_FORMAT_RGB;
    std::string pixels(PNG_IMAGE_SIZE(image), '\0');
    png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr);
    return pixels;
}

} // namespace

class TestNetworkReference : public QObject
{
    Q_OBJECT

private slots:
    void operationEqualsPyTorch_data();
    void operationEqualsPyTorch();
    void everyCatalogueEntryHasACase();
    void attentionBlockEqualsPyTorchAtTwoLengths();
    void efficientNetEqualsPyTorchAt64Pixels();
    void efficientNetEqualsTheStarterReferenceAt224Pixels();
    void missingAndMisshapenParametersAreNamed();
};

void TestNetworkReference::operationEqualsPyTorch_data()
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const OperationCase& one : operationCases())
        QTest::newRow(one.name.c_str()) << index++;
}

void TestNetworkReference::operationEqualsPyTorch()
{
    QFETCH(int, index);
    const OperationCase one = operationCases()[static_cast<std::size_t>(index)];
    const auto values = runReference(one.spec, one.parameters, one.inputs);
    QVERIFY2(values.has_value(), values ? "" : values.error().message.c_str());
    QCOMPARE(values->at("out").shape, one.output.shape);
    QVERIFY(largestDifference(values->at("out").values, one.output.values) < 1e-12);
}

void TestNetworkReference::everyCatalogueEntryHasACase()
{
    std::set<std::string> tested;
    for (const OperationCase& one : operationCases())
        tested.insert(one.spec.operations[0].type);
    for (const OperationKind& kind : operationKinds()) {
        QVERIFY2(tested.contains(kind.type), kind.type);
        QVERIFY2(kind.reference != nullptr && kind.shape != nullptr, kind.type);
    }
    QCOMPARE(tested.size(), operationKinds().size());
}

void TestNetworkReference::attentionBlockEqualsPyTorchAtTwoLengths()
{
    const AttentionCase attention = attentionCase();
    QCOMPARE(attention.runs.size(), std::size_t{2});
    QCOMPARE(attention.runs[0].tokens.shape, (std::vector<std::int64_t>{2, 4, 8}));
    QCOMPARE(attention.runs[1].tokens.shape, (std::vector<std::int64_t>{1, 7, 8}));
    for (const AttentionCase::Run& run : attention.runs) {
        const auto values = runReference(attention.spec, attention.parameters, {{"tokens", run.tokens}});
        QVERIFY2(values.has_value(), values ? "" : values.error().message.c_str());
        QVERIFY(largestDifference(values->at("states").values, run.states.values) < 1e-12);
        QVERIFY(largestDifference(values->at("scores").values, run.scores.values) < 1e-12);
    }
}

void TestNetworkReference::efficientNetEqualsPyTorchAt64Pixels()
{
    const auto weights = readSafetensors(sourceFolder() / kStarter);
    QVERIFY2(weights.has_value(), weights ? "" : weights.error().message.c_str());
    const auto golden = readSafetensors(sourceFolder() / "tests/data/network/rocket-64.safetensors");
    QVERIFY2(golden.has_value(), golden ? "" : golden.error().message.c_str());
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(1000), 64);
    QVERIFY(spec.has_value());
    const ReferenceTensor input = preparedPixels(golden->find("pixels")->bytes, *spec, 1);
    const auto values = runReference(*spec, referenceTensors(*weights), {{"input", input}});
    QVERIFY2(values.has_value(), values ? "" : values.error().message.c_str());
    const auto expected = referenceTensors(*golden);
    QVERIFY(largestDifference(values->at("logits").values, expected.at("logits").values) < 2e-6);
    QVERIFY(largestDifference(values->at("embedding").values, expected.at("embedding").values) < 2e-6);
}

void TestNetworkReference::efficientNetEqualsTheStarterReferenceAt224Pixels()
{
    // From the starter weights' own reference.json (PyTorch 2.15, float32), picture rocket-224.png.
    const std::vector<double> logits{0.03376,  -0.19082, -1.74153, -1.00843,
                                     -1.06574, -1.07523, -0.36175, -0.79848};
    const std::vector<double> embedding{0.36374, 0.36659, 0.56454, 0.19607, 0.06098, 0.0, 1.32869, 0.0063};
    const auto weights = readSafetensors(sourceFolder() / kStarter);
    QVERIFY2(weights.has_value(), weights ? "" : weights.error().message.c_str());
    const std::string pixels = readPng(sourceFolder() / "tests/data/network/rocket-224.png");
    QCOMPARE(pixels.size(), std::size_t{224 * 224 * 3});
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(1000), 224);
    QVERIFY(spec.has_value());
    const auto values =
        runReference(*spec, referenceTensors(*weights), {{"input", preparedPixels(pixels, *spec, 1)}});
    QVERIFY2(values.has_value(), values ? "" : values.error().message.c_str());
    const std::vector<double>& out = values->at("logits").values;
    const std::vector<double>& features = values->at("embedding").values;
    QVERIFY(largestDifference({out.begin(), out.begin() + 8}, logits) < 1e-4);
    QVERIFY(largestDifference({features.begin(), features.begin() + 8}, embedding) < 1e-4);
    QCOMPARE(std::max_element(out.begin(), out.end()) - out.begin(), 657);
    QVERIFY(std::abs(*std::max_element(out.begin(), out.end()) - 7.31675) < 1e-4);
}

void TestNetworkReference::missingAndMisshapenParametersAreNamed()
{
    AttentionCase attention = attentionCase();
    auto parameters = attention.parameters;
    parameters.erase("shared.bias");
    const auto missing = runReference(attention.spec, parameters, {{"tokens", attention.runs[0].tokens}});
    QVERIFY(!missing.has_value());
    QVERIFY(missing.error().message.find("shared.bias") != std::string::npos);
    parameters["shared.bias"] = {{9}, std::vector<double>(9)};
    const auto misshapen = runReference(attention.spec, parameters, {{"tokens", attention.runs[0].tokens}});
    QVERIFY(!misshapen.has_value());
    QVERIFY(misshapen.error().message.find("[9], expected [8]") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestNetworkReference)
#include "tst_network_reference.moc"
