// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/release/onnx_kernels.h"
#include "core/release/onnx_model.h"
#include "core/release/onnx_protobuf.h"
#include "tests/core/release/release_cases.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

class TestOnnxModel : public QObject
{
    Q_OBJECT

private slots:
    void wireFormatIsProtobufs();
    void modelSurvivesItsBytes();
    void everyTruncationIsRefusedOrHarmless();
    void damagedBytesNeverCrash();
    void externalDataIsRefused();
    void unknownOperatorsAreNamed();
    void wrongInputsAreNamed();
    void productsOfAllSizes();
};

void TestOnnxModel::wireFormatIsProtobufs()
{
    // The examples of protobuf.dev/programming-guides/encoding: 150 in field 1, "testing" in field 2, packed
    // 3, 270, 86942.
    ProtobufWriter writer;
    writer.integer(1, 150);
    writer.bytes(2, "testing");
    writer.packedIntegers(6, {3, 270, 86942});
    writer.integer(1, -2);
    writer.real(5, 1.0F);
    const std::string expected =
        std::string("\x08\x96\x01", 3) + "\x12\x07testing" + "\x32\x06\x03\x8E\x02\x9E\xA7\x05" +
        "\x08\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01" + std::string("\x2D\x00\x00\x80\x3F", 5);
    QCOMPARE(writer.text(), expected);
    ProtobufReader reader(writer.text());
    QCOMPARE(reader.next()->integer, 150);
    QCOMPARE(reader.next()->bytes, std::string_view("testing"));
    QCOMPARE(ProtobufReader::packed(reader.next()->bytes).value(),
             (std::vector<std::int64_t>{3, 270, 86942}));
    QCOMPARE(reader.next()->integer, -2);
    QCOMPARE(reader.next()->real, 1.0F);
    QVERIFY(reader.atEnd());
}

void TestOnnxModel::modelSurvivesItsBytes()
{
    const AttentionCase attention = attentionCase();
    const std::string bytes = onnxBytes(attention.spec, tensorFile(attention.parameters)).value();
    const auto model = decodeOnnx(bytes);
    QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
    QCOMPARE(encodeOnnx(*model), bytes);
    QCOMPARE(model->inputs[0].shape[1].symbol, std::string("T"));
    QCOMPARE(model->constants.size() > 14, true);
}

void TestOnnxModel::everyTruncationIsRefusedOrHarmless()
{
    const PackageContents tiny = tinyPackage(1);
    const std::string bytes = onnxBytes(tiny.network, tiny.weights).value();
    int refused = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        refused += decodeOnnx(std::string_view(bytes).substr(0, size)) ? 0 : 1;
    // Only the cuts between the trailing metadata entries leave a whole model.
    QVERIFY(refused >= static_cast<int>(bytes.size()) - 8);
}

void TestOnnxModel::damagedBytesNeverCrash()
{
    const PackageContents tiny = tinyPackage(1);
    const AttentionCase attention = attentionCase();
    const std::string files[] = {onnxBytes(tiny.network, tiny.weights).value(),
                                 onnxBytes(attention.spec, tensorFile(attention.parameters)).value()};
    const std::map<std::string, OnnxTensor> inputs{
        {"input", onnxTensor(preparedPixels(std::string(8 * 8 * 3, 'x'), tiny.network, 1))},
        {"tokens", onnxTensor(attention.runs[0].tokens)}};
    int refused = 0;
    for (std::uint64_t trial = 0; trial < 4000; ++trial) {
        CounterRandom random(99, RandomPurpose::Sample, 0, trial);
        std::string bytes = files[trial % 2];
        for (int i = 0; i < 3; ++i)
            bytes[random.below(std::min<std::size_t>(bytes.size(), 2600))] =
                static_cast<char>(random.below(256));
        refused += runOnnx(bytes, inputs) ? 0 : 1;
    }
    QVERIFY(refused > 1000);
}

void TestOnnxModel::externalDataIsRefused()
{
    // GraphProto with one initialiser whose data_location says EXTERNAL and whose location is a path.
    ProtobufWriter location;
    location.bytes(1, "location");
    location.bytes(2, "../../etc/passwd");
    ProtobufWriter tensor;
    tensor.packedIntegers(1, {1});
    tensor.integer(2, 1);
    tensor.bytes(8, "weight");
    tensor.bytes(13, location.text());
    tensor.integer(14, 1);
    ProtobufWriter graph;
    graph.bytes(5, tensor.text());
    ProtobufWriter model;
    model.integer(1, 8);
    model.bytes(7, graph.text());
    const auto read = decodeOnnx(model.text());
    QVERIFY(!read.has_value());
    QCOMPARE(read.error().code, ErrorCode::Refused);
    QVERIFY(read.error().message.find("another file") != std::string::npos);
}

void TestOnnxModel::unknownOperatorsAreNamed()
{
    const PackageContents tiny = tinyPackage(1);
    OnnxModel model = decodeOnnx(onnxBytes(tiny.network, tiny.weights).value()).value();
    model.nodes[0].type = "Einsum";
    const OnnxTensor input = onnxTensor(preparedPixels(std::string(8 * 8 * 3, 'x'), tiny.network, 1));
    const auto outputs = runOnnx(encodeOnnx(model), {{"input", input}});
    QVERIFY(!outputs.has_value());
    QCOMPARE(outputs.error().code, ErrorCode::Unsupported);
    QVERIFY(outputs.error().message.find("Einsum") != std::string::npos);
}

void TestOnnxModel::wrongInputsAreNamed()
{
    const PackageContents tiny = tinyPackage(1);
    const std::string bytes = onnxBytes(tiny.network, tiny.weights).value();
    const std::map<std::string, OnnxTensor> wrong[] = {
        {},
        {{"input", {{1, 3, 8, 9}, std::vector<float>(216)}}},
        {{"input", {{1, 3, 8, 8}, std::vector<float>(191)}}},
        {{"input", {{0, 3, 8, 8}, {}}}},
    };
    for (const auto& inputs : wrong) {
        const auto outputs = runOnnx(bytes, inputs);
        QVERIFY(!outputs.has_value());
        QCOMPARE(outputs.error().code, ErrorCode::InvalidArgument);
        QVERIFY(outputs.error().message.find("'input'") != std::string::npos);
    }
}

void TestOnnxModel::productsOfAllSizes()
{
    // Tiles and edges: every size around the tile against the definition, with whole numbers, so the sums are
    // exact.
    for (std::int64_t rows = 1; rows <= 9; ++rows) {
        for (const std::int64_t inner : {1, 3, 255, 256, 257, 600}) {
            for (const std::int64_t columns : {1, 15, 16, 17, 33}) {
                std::vector<float> a(static_cast<std::size_t>(rows * inner));
                std::vector<float> b(static_cast<std::size_t>(inner * columns));
                std::vector<float> c(static_cast<std::size_t>(rows * columns), 2.0F);
                for (std::size_t i = 0; i < a.size(); ++i)
                    a[i] = static_cast<float>(i * 7 % 11) - 5;
                for (std::size_t i = 0; i < b.size(); ++i)
                    b[i] = static_cast<float>(i * 5 % 13) - 6;
                std::vector<float> expected = c;
                for (std::int64_t i = 0; i < rows; ++i)
                    for (std::int64_t j = 0; j < columns; ++j)
                        for (std::int64_t k = 0; k < inner; ++k)
                            expected[static_cast<std::size_t>(i * columns + j)] +=
                                a[static_cast<std::size_t>(i * inner + k)] *
                                b[static_cast<std::size_t>(k * columns + j)];
                onnx_kernels::multiplyAdd(a.data(), b.data(), c.data(), rows, inner, columns);
                QCOMPARE(c, expected);
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestOnnxModel)
#include "tst_onnx_model.moc"
