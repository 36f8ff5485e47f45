// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_runner.h"
#include "core/network/builders.h"
#include "tests/core/network/network_cases.h"
#include "tests/support/test_folders.h"

#include <QElapsedTimer>
#include <QTest>
#include <cmath>

using namespace trainyard;
using namespace trainyard::test;

namespace {

const char* kStarter = "resources/backbones/efficientnet-lite0.fp16.safetensors";

std::vector<double> doubles(const std::vector<float>& values)
{
    return {values.begin(), values.end()};
}

} // namespace

class NetworkRunnerTest : public QObject
{
    Q_OBJECT

private slots:
    void efficientNetEqualsItsReference();
    void bfloat16IsClose();
    void batchesDoNotMatter();
    void weightsMustFit();
    void devices();
    void engineIsDescribed();
    void embeddingSpeed();
};

/// The starter weights on one picture of 64 x 64 (tests/data/network/make_networks.py).
void NetworkRunnerTest::efficientNetEqualsItsReference()
{
    const auto weights = readSafetensors(sourceFolder() / kStarter);
    const auto golden = readSafetensors(sourceFolder() / "tests/data/network/rocket-64.safetensors");
    QVERIFY(weights.has_value() && golden.has_value());
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(1000), 64);
    const auto runner = NetworkRunner::create(*spec, *weights, "cpu");
    QVERIFY2(runner.has_value(), runner ? "" : runner.error().message.c_str());
    const auto* pixels = reinterpret_cast<const std::uint8_t*>(golden->find("pixels")->bytes.data());
    const auto expected = referenceTensors(*golden);
    for (const char* output : {"logits", "embedding"}) {
        const auto rows = (*runner)->run(pixels, 1, output);
        QVERIFY2(rows.has_value(), rows ? "" : rows.error().message.c_str());
        const double difference = largestDifference(doubles(rows->front()), expected.at(output).values);
        QVERIFY2(difference < 1e-3, qPrintable(QString("%1: %2").arg(output).arg(difference)));
    }
}

void NetworkRunnerTest::bfloat16IsClose()
{
    if (!describeEngine()["bf16"].get<bool>())
        QSKIP("this processor has no instructions for bfloat16");
    const auto weights = readSafetensors(sourceFolder() / kStarter);
    const auto golden = readSafetensors(sourceFolder() / "tests/data/network/rocket-64.safetensors");
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(1000), 64);
    const auto runner = NetworkRunner::create(*spec, *weights, "cpu");
    const auto* pixels = reinterpret_cast<const std::uint8_t*>(golden->find("pixels")->bytes.data());
    const auto rows = (*runner)->run(pixels, 1, "embedding", true);
    QVERIFY2(rows.has_value(), rows ? "" : rows.error().message.c_str());
    const std::vector<double> expected = referenceTensors(*golden).at("embedding").values;
    double product = 0;
    double own = 0;
    double other = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double value = rows->front()[i];
        product += value * expected[i];
        own += value * value;
        other += expected[i] * expected[i];
    }
    const double cosine = product / std::sqrt(own * other);
    qInfo("cosine of the embeddings: %.5f", cosine);
    QVERIFY2(cosine > 0.98 && cosine < 1.0, qPrintable(QString::number(cosine)));
}

void NetworkRunnerTest::batchesDoNotMatter()
{
    const auto spec = buildNetwork("resnet-small", numberedLabels(3), 16);
    const auto runner = NetworkRunner::create(*spec, initialTensors(*spec, 1), "cpu");
    std::vector<std::uint8_t> pixels(70 * 16 * 16 * 3);
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<std::uint8_t>(i * 2654435761U >> 8);
    const auto together = (*runner)->run(pixels.data(), 70, "logits");
    QVERIFY(together.has_value());
    QCOMPARE(together->size(), std::size_t(70));
    for (const std::size_t row : {0U, 63U, 64U, 69U}) {
        const auto alone = (*runner)->run(pixels.data() + row * 16 * 16 * 3, 1, "logits");
        QVERIFY(largestDifference(doubles(alone->front()), doubles((*together)[row])) < 1e-4);
    }
    QVERIFY(largestDifference(doubles((*together)[0]), doubles((*together)[1])) > 1e-3);
    QVERIFY((*runner)->run(pixels.data(), 0, "logits")->empty());
    QCOMPARE((*runner)->run(pixels.data(), 1, "nothing").error().code, ErrorCode::NotFound);
}

void NetworkRunnerTest::weightsMustFit()
{
    const auto spec = buildNetwork("resnet-small", numberedLabels(3), 16);
    TensorFile weights = initialTensors(*spec, 1);
    weights.tensors.push_back(NamedTensor::fromFloats("stranger", {1}, {0.0F}));
    std::erase_if(weights.tensors, [](const NamedTensor& tensor) { return tensor.name == "fc.bias"; });
    const auto runner = NetworkRunner::create(*spec, weights, "cpu");
    QVERIFY(!runner.has_value());
    QCOMPARE(runner.error().code, ErrorCode::CorruptFile);
    QVERIFY(runner.error().message.find("fc.bias is missing") != std::string::npos);
    QVERIFY(runner.error().message.find("stranger") != std::string::npos);
    const auto other = buildNetwork("resnet-small", numberedLabels(4), 16);
    const auto shape = NetworkRunner::create(*other, initialTensors(*spec, 1), "cpu");
    QVERIFY(shape.error().message.find("fc.weight has the shape [3, 192], expected [4, 192]") !=
            std::string::npos);
}

void NetworkRunnerTest::devices()
{
    const auto spec = buildNetwork("resnet-small", numberedLabels(3), 16);
    const TensorFile weights = initialTensors(*spec, 1);
    QVERIFY(NetworkRunner::create(*spec, weights, "auto").has_value());
    QCOMPARE(NetworkRunner::create(*spec, weights, "tpu").error().code, ErrorCode::InvalidArgument);
    QCOMPARE(NetworkRunner::create(*spec, weights, "cuda:x").error().code, ErrorCode::InvalidArgument);
    QCOMPARE(NetworkRunner::create(*spec, weights, "cuda:63").error().code, ErrorCode::DeviceUnavailable);
}

void NetworkRunnerTest::engineIsDescribed()
{
    const Json engine = describeEngine();
    QVERIFY(engine["libtorch"].get<std::string>().find('.') != std::string::npos);
    QVERIFY(engine["threads"].get<int>() >= 1);
    QCOMPARE(engine["devices"][0].get<std::string>(), std::string("cpu"));
    qInfo("%s", jsonLine(engine).c_str());
}

void NetworkRunnerTest::embeddingSpeed()
{
    const auto weights = readSafetensors(sourceFolder() / kStarter);
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(1000), 128);
    const auto runner = NetworkRunner::create(*spec, *weights, "cpu");
    const std::vector<std::uint8_t> pixels(128 * 128 * 3 * 64, 90);
    for (const bool usesBfloat16 : {false, true}) {
        if (usesBfloat16 && !describeEngine()["bf16"].get<bool>())
            continue;
        QVERIFY((*runner)->run(pixels.data(), 64, "embedding", usesBfloat16).has_value());
        QElapsedTimer timer;
        timer.start();
        const auto rows = (*runner)->run(pixels.data(), 64, "embedding", usesBfloat16);
        QCOMPARE(rows->front().size(), std::size_t(1280));
        qInfo("128 px, %s: %.0f pictures/s", usesBfloat16 ? "bfloat16" : "float32",
              64e3 / static_cast<double>(timer.elapsed()));
    }
}

QTEST_APPLESS_MAIN(NetworkRunnerTest)
#include "tst_network_runner.moc"
