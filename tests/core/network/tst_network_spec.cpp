// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/builders.h"
#include "tests/core/network/network_cases.h"

#include <QTest>
#include <functional>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// A change of the attention block's JSON that makes it wrong, and what the error must say.
struct Breakage
{
    const char* name;
    ErrorCode code;
    const char* says;
    std::function<void(Json&)> apply;
};

Json& operation(Json& spec, const std::string& name)
{
    for (Json& one : spec["operations"]) {
        if (one["name"] == name)
            return one;
    }
    qFatal("no operation %s", name.c_str());
}

const std::vector<Breakage>& breakages()
{
    constexpr ErrorCode kFile = ErrorCode::InvalidFile;
    constexpr ErrorCode kUnsupported = ErrorCode::Unsupported;
    static const std::vector<Breakage> list{
        {"other format", kFile, "format", [](Json& j) { j["format"] = "onnx"; }},
        {"newer version", kUnsupported, "newer", [](Json& j) { j["version"] = 2; }},
        {"version 0", kFile, "version 0", [](Json& j) { j["version"] = 0; }},
        {"unknown field", kFile, "'extra' is not known", [](Json& j) { j["extra"] = 1; }},
        {"unknown field inside", kFile, "operations[3]",
         [](Json& j) { j["operations"][3]["path"] = "/etc"; }},
        {"field missing", kFile, "'labels' is missing", [](Json& j) { j.erase("labels"); }},
        {"field of wrong type", kFile, "'outputs' has the wrong type",
         [](Json& j) { j["outputs"] = "states"; }},
        {"not an object", kFile, "expected an object", [](Json& j) { j["inputs"][0] = 3; }},
        {"dimension 0", kFile, "dimension", [](Json& j) { j["inputs"][0]["shape"][2] = 0; }},
        {"dimension fraction", kFile, "dimension", [](Json& j) { j["inputs"][0]["shape"][2] = 8.5; }},
        {"unknown operation", kUnsupported, "lstm", [](Json& j) { operation(j, "up")["type"] = "lstm"; }},
        {"missing attribute", kFile, "'order' is missing",
         [](Json& j) { operation(j, "key.heads").erase("attributes"); }},
        {"unknown attribute", kFile, "'dilation' is not known",
         [](Json& j) {
             operation(j, "up")["attributes"] = {{"dilation", 2}};
         }},
        {"attribute out of range", kFile, "'rate'",
         [](Json& j) { operation(j, "weights.dropout")["attributes"]["rate"] = 1.5; }},
        {"attribute not a number", kFile, "'factor'",
         [](Json& j) { operation(j, "scaled")["attributes"]["factor"] = "half"; }},
        {"not a permutation", kFile, "permutation",
         [](Json& j) {
             operation(j, "key.heads")["attributes"]["order"] = {0, 2, 2, 1};
         }},
        {"order too short", kFile, "permutation",
         [](Json& j) { operation(j, "key.heads")["attributes"]["order"] = Json::array(); }},
        {"reshape does not divide", kFile, "does not fit",
         [](Json& j) {
             operation(j, "query.split")["attributes"]["shape"] = {0, 0, 3, -1};
         }},
        {"reshape with two rests", kFile, "does not fit",
         [](Json& j) {
             operation(j, "query.split")["attributes"]["shape"] = {0, 0, -1, -1};
         }},
        {"role unknown", kFile, "'gain' is not known",
         [](Json& j) { operation(j, "up")["parameters"]["gain"] = "up.bias"; }},
        {"role missing", kFile, "'weight' is missing",
         [](Json& j) { operation(j, "norm1")["parameters"].erase("weight"); }},
        {"parameter missing", kFile, "'nowhere' does not exist",
         [](Json& j) { operation(j, "up")["parameters"]["weight"] = "nowhere"; }},
        {"parameter unused", kFile, "used by no operation",
         [](Json& j) { operation(j, "up")["parameters"].erase("bias"); }},
        {"parameter twice", kFile, "there twice",
         [](Json& j) { j["parameters"].push_back(j["parameters"][0]); }},
        {"parameter of wrong shape", kFile, "weight", [](Json& j) { j["parameters"][0]["shape"] = {9}; }},
        {"parameter too large", kFile, "shape",
         [](Json& j) {
             j["parameters"][0]["shape"] = {std::int64_t{1} << 40, std::int64_t{1} << 40};
         }},
        {"parameter negative", kFile, "shape", [](Json& j) { j["parameters"][0]["shape"] = {-8}; }},
        {"initialiser unknown", kFile, "initialiser",
         [](Json& j) { j["parameters"][0]["initialiser"] = "magic"; }},
        {"name with control character", kFile, "control",
         [](Json& j) { operation(j, "up")["name"] = "a\nb"; }},
        {"name empty", kFile, "1 to 256", [](Json& j) { operation(j, "up")["name"] = ""; }},
        {"operation name twice", kFile, "there twice", [](Json& j) { operation(j, "up")["name"] = "gelu"; }},
        {"value made twice", kFile, "made twice", [](Json& j) { operation(j, "gelu")["outputs"] = {"up"}; }},
        {"value not made before", kFile, "not made before",
         [](Json& j) { operation(j, "norm1")["inputs"] = {"states"}; }},
        {"too few inputs", kFile, "needs 2 inputs",
         [](Json& j) { operation(j, "states")["inputs"] = {"down"}; }},
        {"two outputs", kFile, "one output",
         [](Json& j) {
             operation(j, "up")["outputs"] = {"x", "y"};
         }},
        {"no operations", kFile, "operations", [](Json& j) { j["operations"] = Json::array(); }},
        {"train-only by claim", kFile, "cannot be train-only",
         [](Json& j) { operation(j, "gelu")["train_only"] = true; }},
        {"dropout always on", kFile, "must be train-only",
         [](Json& j) { operation(j, "weights.dropout").erase("train_only"); }},
        {"output unknown", kFile, "'logits' is not a value",
         [](Json& j) { j["outputs"][0]["name"] = "logits"; }},
        {"output twice", kFile, "there twice", [](Json& j) { j["outputs"][1]["name"] = "states"; }},
        {"output shape wrong", kFile, "declared as", [](Json& j) { j["outputs"][0]["shape"][2] = 9; }},
        {"output dimension unknown", kFile, "'K' is not one of an input",
         [](Json& j) { j["outputs"][0]["shape"][1] = "K"; }},
        {"output length fixed", kFile, "declared as", [](Json& j) { j["outputs"][0]["shape"][1] = 2; }},
        {"postprocess unknown", kUnsupported, "nms", [](Json& j) { j["postprocess"] = {"nms"}; }},
        {"labels twice", kFile, "there twice",
         [](Json& j) {
             j["labels"] = {"cat", "cat"};
         }},
        {"resize rule unknown", kFile, "resize", [](Json& j) { j["preprocess"]["resize"] = "crop"; }},
        {"scale 0", kFile, "scales",
         [](Json& j) {
             j["preprocess"]["scale"] = {1, 0, 1};
         }},
        {"mean of two channels", kFile, "mean",
         [](Json& j) {
             j["preprocess"]["mean"] = {1, 2};
         }},
    };
    return list;
}

} // namespace

class TestNetworkSpec : public QObject
{
    Q_OBJECT

private slots:
    void builtNetworksSurviveJson_data();
    void builtNetworksSurviveJson();
    void attentionSurvivesJson();
    void brokenNetworksAreRefused_data();
    void brokenNetworksAreRefused();
    void sharedParameterIsOneParameter();
    void classifierLabelsMustFit();
    void unknownNetworkNamesWhatThereIs();
    void hostileAttributesDoNotCrash();
};

void TestNetworkSpec::builtNetworksSurviveJson_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<int>("edge");
    for (const NetworkKind& kind : networkKinds()) {
        QTest::addRow("%s", kind.name) << kind.name << kind.defaultEdge;
        QTest::addRow("%s at 97", kind.name) << kind.name << 97;
    }
}

void TestNetworkSpec::builtNetworksSurviveJson()
{
    QFETCH(QString, name);
    QFETCH(int, edge);
    const auto spec = buildNetwork(name.toStdString(), {"cat", "dog", "Bär \"quoted\""}, edge);
    QVERIFY2(spec.has_value(), spec ? "" : spec.error().message.c_str());
    const auto json = parseJson(jsonText(networkToJson(*spec)), "network.json");
    QVERIFY(json.has_value());
    const auto back = networkFromJson(*json, "network.json");
    QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
    QVERIFY(*back == *spec);
    QCOMPARE(back->outputs[0].name, std::string("logits"));
    QCOMPARE(back->outputs[0].shape[1].value, 3);
    QCOMPARE(back->operations.back().type, std::string("linear"));
}

void TestNetworkSpec::attentionSurvivesJson()
{
    const Json golden = goldenJson("network/attention.json")["spec"];
    const auto spec = networkFromJson(golden, "attention.json");
    QVERIFY2(spec.has_value(), spec ? "" : spec.error().message.c_str());
    QCOMPARE(jsonText(networkToJson(*spec)), jsonText(golden));
}

void TestNetworkSpec::brokenNetworksAreRefused_data()
{
    QTest::addColumn<int>("index");
    int index = 0;
    for (const Breakage& breakage : breakages())
        QTest::newRow(breakage.name) << index++;
}

void TestNetworkSpec::brokenNetworksAreRefused()
{
    QFETCH(int, index);
    const Breakage& breakage = breakages()[static_cast<std::size_t>(index)];
    Json spec = goldenJson("network/attention.json")["spec"];
    breakage.apply(spec);
    const auto read = networkFromJson(spec, "broken.json");
    QVERIFY(!read.has_value());
    QVERIFY2(read.error().message.find(breakage.says) != std::string::npos, read.error().message.c_str());
    QVERIFY2(read.error().message.starts_with("broken.json"), read.error().message.c_str());
    QCOMPARE(read.error().code, breakage.code);
}

void TestNetworkSpec::sharedParameterIsOneParameter()
{
    const NetworkSpec spec = attentionCase().spec;
    int users = 0;
    for (const Operation& one : spec.operations)
        users += one.parameters.contains("weight") && one.parameters.at("weight") == "shared.weight" ? 1 : 0;
    QCOMPARE(users, 2);
    const auto counts = countNetwork(spec);
    QVERIFY(counts.has_value());
    // Two norms of 2 x 8, four 8 x 8 layers with bias (one of them used twice), 8 x 12 up and 12 x 8 down
    // with bias.
    QCOMPARE(counts->parameters, 2 * 16 + 4 * 72 + (96 + 12) + (96 + 8));
}

void TestNetworkSpec::classifierLabelsMustFit()
{
    auto spec = buildNetwork("resnet-small", {"cat", "dog"}, 32);
    QVERIFY(spec.has_value());
    spec->labels.push_back("bird");
    const auto valid = validateNetwork(*spec);
    QVERIFY(!valid.has_value());
    QVERIFY(valid.error().message.find("3 labels") != std::string::npos);
}

void TestNetworkSpec::unknownNetworkNamesWhatThereIs()
{
    const auto spec = buildNetwork("resnet-99", {"cat"}, 32);
    QVERIFY(!spec.has_value());
    QCOMPARE(spec.error().code, ErrorCode::InvalidArgument);
    QVERIFY(spec.error().message.find("resnet-small, resnet18, efficientnet-lite0") != std::string::npos);
    QVERIFY(!buildNetwork("resnet18", {}, 32).has_value());
    QVERIFY(!buildNetwork("resnet18", {"cat"}, 0).has_value());
    QVERIFY(!buildNetwork("resnet18", {"cat", "cat"}, 32).has_value());
}

void TestNetworkSpec::hostileAttributesDoNotCrash()
{
    // Every attribute of every operation of two networks, replaced by every kind of JSON value: read or
    // refused.
    const std::vector<Json> values{Json(),
                                   true,
                                   -1,
                                   0,
                                   1,
                                   65536,
                                   65537,
                                   1e300,
                                   -0.5,
                                   "same",
                                   "x",
                                   Json::array(),
                                   Json({1, 2, 3}),
                                   Json({1, 2, 3, 4}),
                                   Json({-1, -1, -1, -1}),
                                   Json({0, 1e9, "a", {}}),
                                   std::uint64_t{18446744073709551615U},
                                   Json::object()};
    const auto small = buildNetwork("resnet18", {"cat", "dog"}, 32);
    QVERIFY(small.has_value());
    int refused = 0;
    int tried = 0;
    for (const Json& spec : {networkToJson(*small), goldenJson("network/attention.json")["spec"]}) {
        for (std::size_t i = 0; i < spec["operations"].size(); i += 3) {
            const Json attributes = jsonValue(spec["operations"][i], "attributes", Json(Json::object()));
            for (const auto& [key, old] : attributes.items()) {
                for (const Json& value : values) {
                    Json broken = spec;
                    broken["operations"][i]["attributes"][key] = value;
                    const auto read = networkFromJson(broken, "x");
                    refused += read.has_value() ? 0 : 1;
                    ++tried;
                }
            }
        }
    }
    QVERIFY(tried > 500);
    QVERIFY(refused > tried / 2 && refused < tried);
}

QTEST_APPLESS_MAIN(TestNetworkSpec)
#include "tst_network_spec.moc"
