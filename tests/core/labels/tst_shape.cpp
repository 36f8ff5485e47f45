// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/labels/annotation.h"

#include <QTest>
#include <limits>

using namespace trainyard;

namespace {

const Polygon kPolygon = {
    {{{{0, 0}, {10, 0}, {10, 10}}, {{{2, 1}, {4, 1}, {4, 3}}}}, {{{20, 20}, {25, 20}, {22, 27.5}}, {}}}};

/// One good shape of each kind, with its box.
struct Sample
{
    const char* name;
    Shape shape;
    std::optional<Box> bounds;
};
const std::vector<Sample> kSamples = {
    {"class-tag", {}, std::nullopt},
    {"box", Box{1.5, 0, 2, 3}, Box{1.5, 0, 2, 3}},
    {"rotated-box", RotatedBox{10, 10, 4, 2, 90}, Box{9, 8, 2, 4}},
    {"polygon", kPolygon, Box{0, 0, 25, 27.5}},
    {"polyline", Polyline{{{3, 4}, {1, 8}}}, Box{1, 4, 2, 4}},
    {"point", Vertex{0.1, 7}, Box{0.1, 7, 0, 0}},
    {"keypoints",
     Keypoints{{{{99, 99}, KeypointState::Absent},
                {{1, 2}, KeypointState::Hidden},
                {{3, 5}, KeypointState::Visible}}},
     Box{1, 2, 2, 3}},
    {"mask", Mask{-2, 5, 3, 4, {1, 2, 9}}, Box{-2, 6, 1, 2}},
    {"mask of two columns", Mask{0, 0, 3, 4, {3, 2, 7}}, Box{0, 0, 2, 4}},
};

} // namespace

class TestShape : public QObject
{
    Q_OBJECT
private slots:
    void kinds_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < kSamples.size(); ++i)
            QTest::newRow(kSamples[i].name) << static_cast<int>(i);
    }
    void kinds()
    {
        QFETCH(const int, index);
        const Sample& sample = kSamples[static_cast<std::size_t>(index)];
        QVERIFY(checkShape(sample.shape));
        const auto bounds = boundingBox(sample.shape);
        QCOMPARE(bounds.has_value(), sample.bounds.has_value());
        if (bounds) {
            QVERIFY(std::abs(bounds->x - sample.bounds->x) < 1e-12);
            QVERIFY(std::abs(bounds->y - sample.bounds->y) < 1e-12);
            QVERIFY(std::abs(bounds->width - sample.bounds->width) < 1e-12);
            QVERIFY(std::abs(bounds->height - sample.bounds->height) < 1e-12);
        }
        QVERIFY(std::string(sample.name).starts_with(shapeKindName(shapeKind(sample.shape))));
        QVERIFY(shapeKindFromName(shapeKindName(shapeKind(sample.shape))) == shapeKind(sample.shape));
        const std::string bytes = shapeToBytes(sample.shape);
        const auto read = shapeFromBytes(shapeKind(sample.shape), bounds, bytes, "row 1");
        QVERIFY(read);
        QVERIFY(*read == sample.shape);
        const auto json = shapeFromJson(*parseJson(jsonLine(shapeToJson(sample.shape)), "test"), "test");
        QVERIFY2(json, json ? "" : json.error().message.c_str());
        QVERIFY(*json == sample.shape);
    }
    void damagedBytes()
    {
        CounterRandom random(7, RandomPurpose::Sample, 0, 0);
        for (const Sample& sample : kSamples) {
            const std::string bytes = shapeToBytes(sample.shape);
            for (std::size_t length = 0; length < bytes.size(); ++length)
                QVERIFY(
                    shapeFromBytes(shapeKind(sample.shape), sample.bounds, bytes.substr(0, length), "row 1")
                        .error()
                        .message.starts_with("row 1: the stored shape is damaged at byte"));
            for (int round = 0; round < 2000 && !bytes.empty(); ++round) {
                std::string broken = bytes;
                broken[random.below(broken.size())] = static_cast<char>(random.below(256));
                // Any value or an error, but neither a crash nor a huge allocation.
                const auto read = shapeFromBytes(shapeKind(sample.shape), sample.bounds, broken, "row 1");
                QVERIFY(read || read.error().code == ErrorCode::CorruptFile);
            }
        }
        QVERIFY(!shapeFromBytes(ShapeKind::Box, std::nullopt, {}, "row 1"));
        QVERIFY(!shapeFromBytes(static_cast<ShapeKind>(99), std::nullopt, {}, "row 1"));
    }
    void whatSaysNothing()
    {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const std::vector<Shape> bad = {
            Box{0, 0, 0, 5},
            Box{nan, 0, 1, 1},
            RotatedBox{0, 0, 1, 1, nan},
            RotatedBox{0, 0, -1, 1, 0},
            Polygon{},
            Polygon{{{{{0, 0}, {1, 1}}, {}}}},
            Polygon{{{{{0, 0}, {1, 1}, {0, 1}}, {{{0, 0}}}}}},
            Polyline{{{0, 0}}},
            Vertex{nan, 0},
            Keypoints{},
            Keypoints{{{{1, 1}, KeypointState::Absent}}},
            Mask{0, 0, 2, 2, {4}},
            Mask{0, 0, 2, 2, {1, 2}},
            Mask{0, 0, 0, 2, {}},
            Mask{0, 0, 1, 1000000000, {0, 1000000000}},
            Mask{0, 0, 65535, 65535, {0, 2147483647, 2147418112}},
        };
        for (const Shape& shape : bad)
            QVERIFY(checkShape(shape).error().code == ErrorCode::InvalidArgument);
    }
    void annotationJson()
    {
        for (const Sample& sample : kSamples) {
            Annotation full;
            full.id = 7;
            full.item = 3;
            full.classId = 2;
            full.shape = sample.shape;
            full.source = AnnotationSource::Model;
            full.sourceName = "net";
            full.score = 0.25;
            full.isReviewed = true;
            full.group = 4;
            full.zOrder = -1;
            full.flags = {true, false, true};
            full.attributes = {{"age", 3.5}, {"ill", true}, {"kind", std::string("b")}};
            full.extra = R"({"coco":{"x":1}})";
            const auto read = annotationFromJson(annotationToJson(full), "test");
            QVERIFY2(read, read ? "" : read.error().message.c_str());
            QVERIFY(*read == full);
            QVERIFY(flagsFromNumber(flagsToNumber(full.flags)) == full.flags);
        }
    }
    void annotationJsonErrors()
    {
        Annotation box;
        box.id = 7;
        box.shape = Box{1.5, 0, 2, 3};
        const auto broken = [&](const char* field, const Json& value) {
            Json json = annotationToJson(box);
            json[field] = value;
            return annotationFromJson(json, "line 4").error().message;
        };
        QCOMPARE(broken("kind", "cube"), std::string("line 4: field 'kind' does not know 'cube'"));
        QCOMPARE(broken("score", 1.5), std::string("line 4: field 'score' is outside 0..1"));
        QVERIFY(broken("box", {1, 2, 3}).starts_with("line 4: a box is [x, y, width, height]"));
        QVERIFY(broken("box", {1, 2, -3, 4}).starts_with("line 4: a box is [x, y, width, height]"));
        QVERIFY(broken("attributes", {{"a", {1, 2}}}).starts_with("line 4: attribute 'a'"));
        Json bare = annotationToJson(box);
        bare.erase("box");
        QCOMPARE(annotationFromJson(bare, "line 4").error().message,
                 std::string("line 4: field 'box' is missing"));
    }
    void classTexts()
    {
        const std::vector<AttributeSpec> specs = {
            {"note", AttributeKind::Text, {}, std::nullopt},
            {"age", AttributeKind::Number, {}, AttributeValue(2.0)},
            {"side", AttributeKind::Choice, {"left", "right"}, AttributeValue(std::string("left"))},
            {"ill", AttributeKind::Flag, {}, AttributeValue(true)},
        };
        QVERIFY(*attributeSpecsFromText(attributeSpecsToText(specs), "t") == specs);
        QVERIFY(!attributeSpecsFromText(R"([{"name":"side","kind":"choice","choices":["a"],"preset":"b"}])",
                                        "t"));
        QVERIFY(!attributeSpecsFromText(R"([{"name":"side","kind":"wheel"}])", "t"));
        const Skeleton skeleton = {{"nose", "tail"}, {{0, 1}}};
        QVERIFY(*skeletonFromText(skeletonToText(skeleton), "t") == skeleton);
        QVERIFY(!skeletonFromText(R"({"names":["a"],"bones":[[0,1]]})", "t"));
        QCOMPARE(skeletonToText({}), std::string());
        QCOMPARE(attributesToText({}), std::string());
    }
};

QTEST_APPLESS_MAIN(TestShape)
#include "tst_shape.moc"
