// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/builders.h"
#include "core/network/catalogue.h"
#include "tests/core/network/network_cases.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

class TestNetworkShapes : public QObject
{
    Q_OBJECT

private slots:
    void samePaddingIsTensorFlows_data();
    void samePaddingIsTensorFlows();
    void knownNetworksHaveTheirNamesAndCounts_data();
    void knownNetworksHaveTheirNamesAndCounts();
    void smallNetworkFitsItsBudget();
    void attentionShapesFollowTheLength();
    void wrongInputsAreRefused();
    void countsOfAHandMadeNetwork();
    void dropPathGrowsWithDepth();
};

void TestNetworkShapes::samePaddingIsTensorFlows_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<int>("kernel");
    QTest::addColumn<int>("stride");
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("after");
    QTest::newRow("k3 s1") << 224 << 3 << 1 << 1 << 1;
    QTest::newRow("k3 s2 even") << 224 << 3 << 2 << 0 << 1;
    QTest::newRow("k3 s2 odd") << 7 << 3 << 2 << 1 << 1;
    QTest::newRow("k5 s2 even") << 56 << 5 << 2 << 1 << 2;
    QTest::newRow("k5 s2 odd") << 7 << 5 << 2 << 2 << 2;
    QTest::newRow("k1 s2") << 8 << 1 << 2 << 0 << 0;
    QTest::newRow("k2 s1") << 5 << 2 << 1 << 0 << 1;
    QTest::newRow("k5 larger than picture") << 3 << 5 << 3 << 1 << 1;
}

void TestNetworkShapes::samePaddingIsTensorFlows()
{
    QFETCH(int, size);
    QFETCH(int, kernel);
    QFETCH(int, stride);
    QFETCH(int, before);
    QFETCH(int, after);
    QCOMPARE(samePadding(size, kernel, stride), (std::pair<std::int64_t, std::int64_t>(before, after)));
}

void TestNetworkShapes::knownNetworksHaveTheirNamesAndCounts_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<qint64>(
        "parameters"); // published: torchvision's resnet18, TensorFlow's efficientnet-lite0
    QTest::newRow("resnet18") << "resnet18" << qint64{11689512};
    QTest::newRow("efficientnet-lite0") << "efficientnet-lite0" << qint64{4652008};
}

void TestNetworkShapes::knownNetworksHaveTheirNamesAndCounts()
{
    QFETCH(QString, name);
    QFETCH(qint64, parameters);
    const Json facts = goldenJson("network/networks.json")[name.toStdString()];
    const auto spec = buildNetwork(name.toStdString(), numberedLabels(1000), facts["edge"].get<int>());
    QVERIFY2(spec.has_value(), spec ? "" : spec.error().message.c_str());
    std::map<std::string, Shape> tensors;
    for (const ParameterSpec& parameter : spec->parameters)
        tensors[parameter.name] = parameter.shape;
    QCOMPARE(tensors, (facts["tensors"].get<std::map<std::string, Shape>>()));
    const auto counts = countNetwork(*spec);
    QVERIFY(counts.has_value());
    QCOMPARE(counts->parameters, parameters);
    QCOMPARE(counts->parameters, facts["parameters"].get<std::int64_t>());
    QCOMPARE(counts->multiplyAdds, facts["multiply_adds"].get<std::int64_t>());
}

void TestNetworkShapes::smallNetworkFitsItsBudget()
{
    const auto spec = buildNetwork("resnet-small", numberedLabels(10), 32);
    QVERIFY(spec.has_value());
    const auto counts = countNetwork(*spec);
    QVERIFY(counts.has_value());
    // Convolutions 9 (3*32 + 32*64 + 2*64*64 + 64*128 + 128*192 + 2*192*192), two numbers a normalised
    // channel, and the head.
    QCOMPARE(counts->parameters, 9 * (96 + 2048 + 8192 + 8192 + 24576 + 73728) +
                                     2 * (32 + 64 + 2 * 64 + 128 + 192 + 2 * 192) + 192 * 10 + 10);
    // Each convolution's weights times the positions it is applied at.
    QCOMPARE(counts->multiplyAdds,
             9 * ((96 + 2048) * 1024 + (8192 + 8192) * 256 + 24576 * 64 + 73728 * 16) + 1920);
}

void TestNetworkShapes::attentionShapesFollowTheLength()
{
    const NetworkSpec spec = attentionCase().spec;
    for (const std::int64_t length : {1, 4, 7}) {
        const auto shapes = inferShapes(spec, {{"tokens", {3, length, 8}}});
        QVERIFY2(shapes.has_value(), shapes ? "" : shapes.error().message.c_str());
        QCOMPARE(shapes->at("products"), (Shape{3, 2, length, length}));
        QCOMPARE(shapes->at("mixed.join"), (Shape{3, length, 8}));
        QCOMPARE(shapes->at("up"), (Shape{3, length, 12}));
        QCOMPARE(shapes->at("scores"), (Shape{3, length, 8}));
    }
}

void TestNetworkShapes::wrongInputsAreRefused()
{
    const NetworkSpec spec = attentionCase().spec;
    QVERIFY(!inferShapes(spec, {}).has_value());
    QVERIFY(!inferShapes(spec, {{"tokens", {3, 4}}}).has_value());
    QVERIFY(!inferShapes(spec, {{"tokens", {3, 4, 9}}}).has_value());
    QVERIFY(!inferShapes(spec, {{"tokens", {3, 0, 8}}}).has_value());
    const auto huge = inferShapes(spec, {{"tokens", {1, std::int64_t{1} << 31, 8}}});
    QVERIFY(!huge.has_value());
    QVERIFY(huge.error().message.find("products") != std::string::npos);
}

void TestNetworkShapes::countsOfAHandMadeNetwork()
{
    NetworkSpec spec;
    spec.name = "by hand";
    spec.inputs = {{"input", {{-1, "N"}, {2, {}}, {-1, "H"}, {-1, "W"}}}};
    spec.outputs = {{"out", {{-1, "N"}, {3, {}}, {-1, "H"}, {-1, "W"}}}};
    spec.preprocess.height = 5;
    spec.preprocess.width = 4;
    spec.parameters = {{"w", {3, 2, 3, 3}, "kaiming-normal", true}};
    Operation convolution{"conv", "conv2d", {"input"}, {"out"}, {{"weight", "w"}}, {{"padding", "same"}},
                          {},     false};
    spec.operations = {convolution};
    QVERIFY(validateNetwork(spec).has_value());
    const auto counts = countNetwork(spec);
    QVERIFY(counts.has_value());
    QCOMPARE(counts->parameters, 54);
    QCOMPARE(counts->multiplyAdds, 54 * 20);
    QCOMPARE(counts->activationBytes, 4 * (2 * 20 + 3 * 20));
}

void TestNetworkShapes::dropPathGrowsWithDepth()
{
    const auto spec = buildNetwork("efficientnet-lite0", numberedLabels(3), 128);
    QVERIFY(spec.has_value());
    std::vector<std::pair<std::string, double>> rates;
    for (const Operation& operation : spec->operations) {
        if (operation.type == "drop-path")
            rates.emplace_back(operation.block, realAttribute(operation, "rate"));
    }
    // Blocks that add their input: all but the first of each stage.
    QCOMPARE(rates.size(), std::size_t{9});
    for (const auto& [block, rate] : rates)
        QCOMPARE(rate, 0.2 * std::stoi(block.substr(std::string("_blocks.").size())) / 16);
}

QTEST_APPLESS_MAIN(TestNetworkShapes)
#include "tst_network_shapes.moc"
