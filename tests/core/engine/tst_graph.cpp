// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/plain_values.h"
#include "core/network/builders.h"
#include "core/network/catalogue.h"
#include "tests/core/network/network_cases.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

/// What the engine computes for a network, against PyTorch and against the plain references.
class GraphTest : public QObject
{
    Q_OBJECT

private slots:
    void everyCatalogueEntryIsComputed();
    void operationEqualsPyTorch_data();
    void operationEqualsPyTorch();
    void attentionBlockAtTwoLengths();
    void everyValueEqualsTheReference();
    void unknownValuesAreNamed();
};

void GraphTest::everyCatalogueEntryIsComputed()
{
    for (const OperationKind& kind : operationKinds())
        QVERIFY2(detail::isKnownOperation(kind.type), kind.type);
    QVERIFY(!detail::isKnownOperation("conv3d"));
}

void GraphTest::operationEqualsPyTorch_data()
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const OperationCase& one : operationCases())
        QTest::newRow(one.name.c_str()) << index++;
}

void GraphTest::operationEqualsPyTorch()
{
    QFETCH(int, index);
    const OperationCase one = operationCases()[static_cast<std::size_t>(index)];
    const auto values = detail::graphValues(one.spec, one.parameters, one.inputs, {"out"});
    QVERIFY2(values.has_value(), values ? "" : values.error().message.c_str());
    QCOMPARE(values->at("out").shape, one.output.shape);
    QVERIFY(largestDifference(values->at("out").values, one.output.values) < 2e-5);
}

void GraphTest::attentionBlockAtTwoLengths()
{
    const AttentionCase attention = attentionCase();
    for (const AttentionCase::Run& run : attention.runs) {
        const auto values = detail::graphValues(attention.spec, attention.parameters,
                                                {{"tokens", run.tokens}}, {"states", "scores"});
        QVERIFY2(values.has_value(), values ? "" : values.error().message.c_str());
        QVERIFY(largestDifference(values->at("states").values, run.states.values) < 2e-5);
        QVERIFY(largestDifference(values->at("scores").values, run.scores.values) < 2e-5);
    }
}

/// Each value is asked for alone: work in place must never show.
void GraphTest::everyValueEqualsTheReference()
{
    const auto spec = buildNetwork("resnet-small", numberedLabels(4), 16);
    QVERIFY(spec.has_value());
    const auto parameters = referenceTensors(initialTensors(*spec, 3));
    std::string pixels(2 * 16 * 16 * 3, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<char>(i * 37 % 251);
    const ReferenceTensor input = preparedPixels(pixels, *spec, 2);
    const auto reference = runReference(*spec, parameters, {{"input", input}});
    QVERIFY(reference.has_value());
    std::vector<std::string> all;
    for (const Operation& operation : spec->operations) {
        const std::string& name = operation.outputs.front();
        all.push_back(name);
        const auto values = detail::graphValues(*spec, parameters, {{"input", input}}, {name});
        QVERIFY2(values.has_value(), name.c_str());
        QVERIFY2(largestDifference(values->at(name).values, reference->at(name).values) < 2e-4, name.c_str());
    }
    const auto values = detail::graphValues(*spec, parameters, {{"input", input}}, all);
    for (const std::string& name : all)
        QVERIFY2(largestDifference(values->at(name).values, reference->at(name).values) < 2e-4, name.c_str());
}

void GraphTest::unknownValuesAreNamed()
{
    const auto spec = buildNetwork("resnet-small", numberedLabels(4), 16);
    const auto parameters = referenceTensors(initialTensors(*spec, 3));
    const ReferenceTensor input = preparedPixels(std::string(16 * 16 * 3, 'a'), *spec, 1);
    const auto unknown = detail::graphValues(*spec, parameters, {{"input", input}}, {"no-such-value"});
    QCOMPARE(unknown.error().code, ErrorCode::NotFound);
    QVERIFY(unknown.error().message.find("no-such-value") != std::string::npos);
    const auto incomplete = detail::graphValues(*spec, parameters, {}, {"logits"});
    QCOMPARE(incomplete.error().code, ErrorCode::Refused);
}

QTEST_APPLESS_MAIN(GraphTest)
#include "tst_graph.moc"
