// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/builders.h"
#include "core/network/catalogue.h"
#include "core/release/onnx_emitters.h"
#include "core/release/onnx_operators.h"
#include "tests/core/release/release_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;
using namespace trainyard::test;

namespace {

OnnxModel decoded(const NetworkSpec& spec, const TensorFile& weights)
{
    const auto bytes = onnxBytes(spec, weights);
    if (!bytes)
        qFatal("%s", bytes.error().message.c_str());
    const auto model = decodeOnnx(*bytes);
    if (!model)
        qFatal("%s", model.error().message.c_str());
    return *model;
}

} // namespace

class TestOnnx : public QObject
{
    Q_OBJECT

private slots:
    void everyCatalogueEntryHasAnEmitterAndItsOperators();
    void operationEqualsPyTorch_data();
    void operationEqualsPyTorch();
    void attentionEqualsPyTorchAndOnnxRuntimeAtTwoLengths();
    void tinyClassifierEqualsOnnxRuntime();
    void efficientNetEqualsPyTorch();
    void smallNetworkEqualsTheReference();
    void paddingIsWrittenForTheInputSize();
    void modelSaysWhatItIs();
    void namesNeverClash();
    void outputOfATrainOnlyOperationIsKept();
    void weightsMustFit();
};

void TestOnnx::everyCatalogueEntryHasAnEmitterAndItsOperators()
{
    for (const OperationKind& kind : operationKinds())
        QVERIFY2(onnxEmitter(kind.type) != nullptr, kind.type);
    for (const OperationCase& one : operationCases()) {
        if (one.spec.operations[0].isTrainOnly)
            continue;
        for (const OnnxNode& node : decoded(one.spec, tensorFile(one.parameters)).nodes)
            QVERIFY2(onnxOperator(node.type) != nullptr, node.type.c_str());
    }
    QVERIFY(onnxEmitter("lstm") == nullptr);
}

void TestOnnx::operationEqualsPyTorch_data()
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const OperationCase& one : operationCases())
        QTest::newRow(one.name.c_str()) << index++;
}

void TestOnnx::operationEqualsPyTorch()
{
    QFETCH(int, index);
    const OperationCase one = operationCases()[static_cast<std::size_t>(index)];
    const auto bytes = onnxBytes(one.spec, tensorFile(one.parameters));
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().message.c_str());
    std::map<std::string, OnnxTensor> inputs;
    for (const auto& [name, tensor] : one.inputs)
        inputs[name] = onnxTensor(tensor);
    const auto outputs = runOnnx(*bytes, inputs);
    QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
    QCOMPARE(outputs->at("out").shape, one.output.shape);
    QVERIFY(largestDifference(doubles(outputs->at("out").values), one.output.values) < 3e-6);
}

void TestOnnx::attentionEqualsPyTorchAndOnnxRuntimeAtTwoLengths()
{
    const AttentionCase attention = attentionCase();
    const auto bytes = onnxBytes(attention.spec, tensorFile(attention.parameters));
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().message.c_str());
    const Json runtime = goldenJson("release/onnxruntime.json")["attention"];
    for (std::size_t i = 0; i < attention.runs.size(); ++i) {
        const AttentionCase::Run& run = attention.runs[i];
        const auto outputs = runOnnx(*bytes, {{"tokens", onnxTensor(run.tokens)}});
        QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
        QCOMPARE(outputs->size(), std::size_t{2});
        for (const auto& [name, expected] :
             {std::pair("states", &run.states), std::pair("scores", &run.scores)}) {
            const std::vector<double> actual = doubles(outputs->at(name).values);
            QCOMPARE(outputs->at(name).shape, expected->shape);
            QVERIFY(largestDifference(actual, expected->values) < 5e-6);
            QVERIFY(largestDifference(actual, tensorFromJson(runtime[i][name]).values) < 5e-6);
        }
    }
}

void TestOnnx::tinyClassifierEqualsOnnxRuntime()
{
    const PackageContents tiny = tinyPackage(1);
    const Json runtime = goldenJson("release/onnxruntime.json")["tiny"];
    const auto bytes = onnxBytes(tiny.network, tiny.weights);
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().message.c_str());
    const auto outputs = runOnnx(*bytes, {{"input", onnxTensor(tensorFromJson(runtime["input"]))}});
    QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
    for (const char* name : {"logits", "embedding"})
        QVERIFY(largestDifference(doubles(outputs->at(name).values), tensorFromJson(runtime[name]).values) <
                2e-6);
}

void TestOnnx::efficientNetEqualsPyTorch()
{
    const auto weights =
        readSafetensors(sourceFolder() / "resources/backbones/efficientnet-lite0.fp16.safetensors");
    QVERIFY2(weights.has_value(), weights ? "" : weights.error().message.c_str());
    const auto golden = readSafetensors(sourceFolder() / "tests/data/network/rocket-64.safetensors");
    QVERIFY(golden.has_value());
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(1000), 64);
    QVERIFY(spec.has_value());
    const auto bytes = onnxBytes(*spec, *weights);
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().message.c_str());
    const ReferenceTensor input = preparedPixels(golden->find("pixels")->bytes, *spec, 1);
    const auto outputs = runOnnx(*bytes, {{"input", onnxTensor(input)}});
    QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
    const auto expected = referenceTensors(*golden);
    QVERIFY(largestDifference(doubles(outputs->at("logits").values), expected.at("logits").values) < 1e-4);
    QVERIFY(largestDifference(doubles(outputs->at("embedding").values), expected.at("embedding").values) <
            1e-4);
}

void TestOnnx::smallNetworkEqualsTheReference()
{
    const auto spec = buildNetwork("resnet-small", numberedLabels(10), 32);
    QVERIFY(spec.has_value());
    const TensorFile weights = initialTensors(*spec, 5);
    std::string pixels(2 * 32 * 32 * 3, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<char>(i * i % 251);
    const ReferenceTensor input = preparedPixels(pixels, *spec, 2);
    const auto expected = runReference(*spec, referenceTensors(weights), {{"input", input}});
    const auto outputs = runOnnx(onnxBytes(*spec, weights).value(), {{"input", onnxTensor(input)}});
    QVERIFY(expected.has_value() && outputs.has_value());
    const std::vector<double>& logits = expected->at("logits").values;
    const double size = std::abs(*std::max_element(logits.begin(), logits.end()));
    QVERIFY(size > 0.1);
    QVERIFY(largestDifference(doubles(outputs->at("logits").values), logits) < 1e-5 * std::max(size, 1.0));
}

void TestOnnx::paddingIsWrittenForTheInputSize()
{
    using Pads = std::vector<std::int64_t>;
    for (const auto& [edge, expected] :
         {std::pair(224, Pads{0, 0, 1, 1}), std::pair(225, Pads{1, 1, 1, 1})}) {
        const auto spec = buildNetwork("efficientnet-lite0", {"a", "b"}, edge);
        QVERIFY(spec.has_value());
        const OnnxModel model = decoded(*spec, initialTensors(*spec, 1));
        QCOMPARE(model.nodes[0].type, std::string("Conv"));
        QCOMPARE(std::get<Pads>(model.nodes[0].attributes.at("pads")), expected);
        QVERIFY(!model.nodes[0].attributes.contains("auto_pad"));
    }
}

void TestOnnx::modelSaysWhatItIs()
{
    const PackageContents tiny = tinyPackage(1);
    const OnnxModel model = decoded(tiny.network, tiny.weights);
    QCOMPARE(model.opset, 17);
    QCOMPARE(model.irVersion, 8);
    QCOMPARE(model.metadata.at("labels"), std::string(R"(["cat","dog","red fox"])"));
    QVERIFY(model.metadata.at("preprocess").find("\"resize\":\"stretch\"") != std::string::npos);
    QVERIFY(!model.metadata.at("trainyard_version").empty());
    QCOMPARE(model.inputs.size(), std::size_t{1}); // no initialisers among the inputs
    QCOMPARE(model.inputs[0].shape[0].symbol, std::string("N"));
    QCOMPARE(model.inputs[0].shape[2].value, 8);
    QCOMPARE(model.outputs.size(), std::size_t{2});
    for (const OnnxNode& node : model.nodes)
        QVERIFY2(node.type != "Dropout" && node.type != "Identity", node.type.c_str());
    QCOMPARE(std::count_if(model.nodes.begin(), model.nodes.end(),
                           [](const OnnxNode& node) { return node.type == "BatchNormalization"; }),
             2);
}

void TestOnnx::namesNeverClash()
{
    // A parameter, a value and a constant of an emitter all want the name "x/factor".
    NetworkSpec spec;
    spec.name = "names";
    spec.inputs = {{"in", {{2, {}}, {3, {}}}}};
    spec.outputs = {{"x/factor", {{2, {}}, {3, {}}}}};
    spec.parameters = {{"x/factor", {3, 3}, "uniform-fan-in", true}};
    spec.operations = {
        {"x", "scale", {"in"}, {"scaled"}, {}, {{"factor", 2.0}}, {}, false},
        {"y", "linear", {"scaled"}, {"x/factor"}, {{"weight", "x/factor"}}, Json::object(), {}, false}};
    const std::map<std::string, ReferenceTensor> parameters{
        {"x/factor", {{3, 3}, {1, 0, 0, 0, 1, 0, 1, 1, 1}}}};
    const auto bytes = onnxBytes(spec, tensorFile(parameters));
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().message.c_str());
    const auto outputs = runOnnx(*bytes, {{"in", {{2, 3}, {1, 2, 3, 4, 5, 6}}}});
    QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
    QCOMPARE(outputs->at("x/factor").values, (std::vector<float>{2, 4, 12, 8, 10, 30}));
}

void TestOnnx::outputOfATrainOnlyOperationIsKept()
{
    NetworkSpec spec;
    spec.name = "dropped";
    spec.inputs = {{"in", {{-1, "N"}, {2, {}}}}};
    spec.outputs = {{"out", {{-1, "N"}, {2, {}}}}};
    spec.operations = {{"relu", "relu", {"in"}, {"positive"}, {}, Json::object(), {}, false},
                       {"drop", "dropout", {"positive"}, {"out"}, {}, Json::object(), {}, true}};
    const auto bytes = onnxBytes(spec, {});
    QVERIFY2(bytes.has_value(), bytes ? "" : bytes.error().message.c_str());
    const auto outputs = runOnnx(*bytes, {{"in", {{1, 2}, {-1, 3}}}});
    QVERIFY2(outputs.has_value(), outputs ? "" : outputs.error().message.c_str());
    QCOMPARE(outputs->at("out").values, (std::vector<float>{0, 3}));
}

void TestOnnx::weightsMustFit()
{
    const PackageContents tiny = tinyPackage(1);
    for (std::size_t i = 0; i < tiny.weights.tensors.size(); ++i) {
        const std::string name = tiny.weights.tensors[i].name;
        TensorFile missing = tiny.weights;
        missing.tensors.erase(missing.tensors.begin() + static_cast<std::ptrdiff_t>(i));
        TensorFile reshaped = tiny.weights;
        reshaped.tensors[i].shape.push_back(1);
        TensorFile integers = tiny.weights;
        integers.tensors[i].type = TensorType::I32;
        for (const TensorFile* weights : {&missing, &reshaped, &integers}) {
            const auto bytes = onnxBytes(tiny.network, *weights);
            QVERIFY(!bytes.has_value());
            QCOMPARE(bytes.error().code, ErrorCode::CorruptFile);
            QVERIFY2(bytes.error().message.find("'" + name + "'") != std::string::npos,
                     bytes.error().message.c_str());
        }
    }
}

QTEST_APPLESS_MAIN(TestOnnx)
#include "tst_onnx.moc"
