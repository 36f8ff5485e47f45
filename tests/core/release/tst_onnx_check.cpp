// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/builders.h"
#include "core/release/onnx_check.h"
#include "tests/core/release/release_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

class TestOnnxCheck : public QObject
{
    Q_OBJECT

private slots:
    void pictureOperationsEqualPyTorch_data();
    void pictureOperationsEqualPyTorch();
    void efficientNetEqualsPyTorch();
    void whatOpenCvCannotRunIsSaid();
    void brokenFilesAreErrors();
};

void TestOnnxCheck::pictureOperationsEqualPyTorch_data()
{
    const std::set<std::string> types{"conv2d", "batch-norm", "max-pool", "global-average-pool", "flatten"};
    QTest::addColumn<int>("index");
    int index = 0;
    for (const OperationCase& one : operationCases()) {
        if (one.inputs.at("a").shape.size() == 4 && types.contains(one.spec.operations[0].type))
            QTest::newRow(one.name.c_str()) << index;
        ++index;
    }
}

void TestOnnxCheck::pictureOperationsEqualPyTorch()
{
    QFETCH(int, index);
    const OperationCase one = operationCases()[static_cast<std::size_t>(index)];
    const TemporaryFolder folder;
    writeTestFile(folder / "case.onnx", onnxBytes(one.spec, tensorFile(one.parameters)).value());
    const auto answer = runOpenCvDnn(folder / "case.onnx", onnxTensor(one.inputs.at("a")), "out");
    QVERIFY2(answer.has_value(), answer ? "" : (answer.error().message + answer.error().context).c_str());
    QCOMPARE(answer->shape, one.output.shape);
    QVERIFY(largestDifference(doubles(answer->values), one.output.values) < 5e-6);
}

void TestOnnxCheck::efficientNetEqualsPyTorch()
{
    const auto weights =
        readSafetensors(sourceFolder() / "resources/backbones/efficientnet-lite0.fp16.safetensors");
    QVERIFY2(weights.has_value(), weights ? "" : weights.error().message.c_str());
    const auto golden = readSafetensors(sourceFolder() / "tests/data/network/rocket-64.safetensors");
    QVERIFY(golden.has_value());
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(1000), 64);
    QVERIFY(spec.has_value());
    const TemporaryFolder folder;
    writeTestFile(folder / "model.onnx", onnxBytes(*spec, *weights).value());
    const OnnxTensor input = onnxTensor(preparedPixels(golden->find("pixels")->bytes, *spec, 1));
    for (const char* output : {"logits", "embedding"}) {
        const auto answer = runOpenCvDnn(folder / "model.onnx", input, output);
        QVERIFY2(answer.has_value(), answer ? "" : (answer.error().message + answer.error().context).c_str());
        const auto expected = referenceTensors(*golden);
        QVERIFY(largestDifference(doubles(answer->values), expected.at(output).values) < 1e-4);
    }
}

void TestOnnxCheck::whatOpenCvCannotRunIsSaid()
{
    const AttentionCase attention = attentionCase();
    const TemporaryFolder folder;
    writeTestFile(folder / "model.onnx", onnxBytes(attention.spec, tensorFile(attention.parameters)).value());
    const auto answer = runOpenCvDnn(folder / "model.onnx", onnxTensor(attention.runs[0].tokens), "states");
    QVERIFY(!answer.has_value());
    QCOMPARE(answer.error().code, ErrorCode::Unsupported);
    QVERIFY(answer.error().message.find("LayerNormalization") != std::string::npos);
}

void TestOnnxCheck::brokenFilesAreErrors()
{
    const PackageContents tiny = tinyPackage(1);
    const std::string bytes = onnxBytes(tiny.network, tiny.weights).value();
    const OnnxTensor input = onnxTensor(preparedPixels(std::string(8 * 8 * 3, 'x'), tiny.network, 1));
    const TemporaryFolder folder;
    QCOMPARE(runOpenCvDnn(folder / "absent.onnx", input).error().code, ErrorCode::NotFound);
    writeTestFile(folder / "cut.onnx", bytes.substr(0, bytes.size() / 2));
    QCOMPARE(runOpenCvDnn(folder / "cut.onnx", input).error().code, ErrorCode::CorruptFile);
    writeTestFile(folder / "whole.onnx", bytes);
    QCOMPARE(runOpenCvDnn(folder / "whole.onnx", {{1, 3, 8, 8}, {1, 2}}).error().code,
             ErrorCode::InvalidArgument);
    QVERIFY(!runOpenCvDnn(folder / "whole.onnx", input, "no such output").has_value());
    QVERIFY(runOpenCvDnn(folder / "whole.onnx", input).has_value());
}

QTEST_APPLESS_MAIN(TestOnnxCheck)
#include "tst_onnx_check.moc"
