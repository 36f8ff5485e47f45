// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/formats.h"
#include "core/labels/geometry.h"
#include "tests/core/labels/label_compare.h"
#include "tests/core/labels/memory_label_source.h"
#include "tests/core/labels/random_label_set.h"

#include <QTest>
#include <functional>

using namespace trainyard;

namespace {

/// What an annotation is after it went through a format: none, one or several.
using Lose = std::function<std::vector<FileAnnotation>(const FileAnnotation&)>;

struct Case
{
    const char* name;
    const char* format;
    std::vector<ShapeKind> kinds; ///< that the set holds; empty: all
    FormatAnswers answers;
    Lose lose;
    bool keepsSplits = true;
    double tolerance = 1e-6;
};

std::vector<FileAnnotation> one(FileAnnotation annotation)
{
    return {std::move(annotation)};
}

FileAnnotation bare(const FileAnnotation& annotation)
{
    FileAnnotation each;
    each.className = annotation.className;
    each.shape = annotation.shape;
    return each;
}

Shape polygonOf(Ring ring)
{
    return Polygon{{PolygonPart{std::move(ring), {}}}};
}

std::vector<FileAnnotation> parts(const FileAnnotation& annotation)
{
    std::vector<FileAnnotation> all;
    for (const PolygonPart& part : std::get<Polygon>(annotation.shape).parts) {
        all.push_back(annotation);
        all.back().shape = polygonOf(part.outline);
    }
    return all;
}

std::vector<FileAnnotation> yoloSegments(const FileAnnotation& annotation)
{
    FileAnnotation each = bare(annotation);
    if (const auto* box = std::get_if<Box>(&each.shape))
        each.shape = polygonOf(cornersOf(*box));
    else if (const auto* turned = std::get_if<RotatedBox>(&each.shape))
        each.shape = polygonOf(cornersOf(*turned));
    else if (const auto* mask = std::get_if<Mask>(&each.shape))
        each.shape = polygonFromMask(*mask);
    return std::holds_alternative<Polygon>(each.shape) ? parts(each) : std::vector<FileAnnotation>();
}

std::vector<FileAnnotation> labelMe(const FileAnnotation& annotation)
{
    FileAnnotation each = bare(annotation);
    if (each.shape.index() == 0)
        return one(each);
    each.attributes = annotation.attributes;
    each.score = annotation.score;
    each.group = annotation.group;
    if (auto* keypoints = std::get_if<Keypoints>(&each.shape)) {
        std::erase_if(keypoints->points,
                      [](const Keypoint& point) { return point.state == KeypointState::Absent; });
        for (Keypoint& point : keypoints->points)
            point.state = KeypointState::Visible;
    }
    return std::holds_alternative<Polygon>(each.shape) ? parts(each) : one(each);
}

std::vector<FileAnnotation> cvat(const FileAnnotation& annotation)
{
    FileAnnotation each = bare(annotation);
    each.attributes = annotation.attributes;
    each.group = annotation.group;
    each.zOrder = annotation.zOrder;
    each.flags.isOccluded = annotation.flags.isOccluded;
    each.isModel = annotation.isModel;
    return std::holds_alternative<Polygon>(each.shape) ? parts(each) : one(each);
}

std::vector<FileAnnotation> labelStudio(const FileAnnotation& annotation)
{
    FileAnnotation each = bare(annotation);
    each.score = annotation.score;
    each.isModel = annotation.isModel;
    each.sourceName = annotation.sourceName;
    if (each.shape.index() == 0)
        return one(each);
    each.attributes = annotation.attributes;
    std::vector<FileAnnotation> all;
    if (const auto* keypoints = std::get_if<Keypoints>(&annotation.shape)) {
        for (const Keypoint& point : keypoints->points)
            if (point.state != KeypointState::Absent) {
                all.push_back(each);
                all.back().shape = point.at;
            }
        return all;
    }
    return std::holds_alternative<Polygon>(each.shape) ? parts(each) : one(each);
}

Lose only(std::vector<ShapeKind> kinds)
{
    return [kinds](const FileAnnotation& annotation) {
        const bool isKept = std::find(kinds.begin(), kinds.end(), shapeKind(annotation.shape)) != kinds.end();
        return isKept ? one(bare(annotation)) : std::vector<FileAnnotation>();
    };
}

const std::vector<Case>& cases()
{
    using enum ShapeKind;
    static const std::vector<Case> kCases = {
        {"YOLO segment", "yolo", {}, {}, yoloSegments},
        {"YOLO detect", "yolo", {ClassTag, Box, Point, Polyline}, {}, only({Box})},
        {"YOLO OBB", "yolo", {Box, RotatedBox, ClassTag}, {}, only({Box, RotatedBox})},
        {"YOLO pose", "yolo", {Box, RotatedBox, Keypoints, Point}, {}, only({Box, Keypoints})},
        {"LabelMe", "labelme", {}, {{"labelme-groups", "group"}}, labelMe},
        {"CVAT", "cvat", {}, {}, cvat},
        {"Label Studio", "label-studio", {}, {}, labelStudio},
    };
    return kCases;
}

} // namespace

/// import(export(x)) is x less what the format cannot carry, as the cases say it.
class TestFormatLosses : public QObject
{
    Q_OBJECT

private slots:
    void tenThousandAnnotations_data();
    void tenThousandAnnotations();
};

void TestFormatLosses::tenThousandAnnotations_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < cases().size(); ++i)
        QTest::newRow(cases()[i].name) << static_cast<int>(i);
}

void TestFormatLosses::tenThousandAnnotations()
{
    QFETCH(int, index);
    const Case& test = cases()[static_cast<std::size_t>(index)];
    const FormatSpec* format = findLabelFormat(test.format);
    QVERIFY(format);
    RandomLabelSet random(7);
    if (!test.kinds.empty())
        random.kinds = test.kinds;
    const LabelSet labels = random.make(250, 40);
    QCOMPARE(annotationCount(labels), 10000);
    MemoryLabelTarget target;
    const auto losses = format->write(labels, target);
    QVERIFY2(losses, losses ? "" : losses.error().message.c_str());
    MemoryLabelSource source(target.files, target.pictures);
    QVERIFY(format->recognise(source) >= 50);
    if (format->questions)
        for (const FormatQuestion& question : format->questions(source))
            QVERIFY2(!question.mustAsk || test.answers.contains(question.key), question.text.c_str());
    const auto read = format->read(source, test.answers);
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    LabelSet expected = labels;
    bool hasLost = false;
    for (LabelledPicture& picture : expected.pictures) {
        std::vector<FileAnnotation> kept;
        for (const FileAnnotation& each : picture.annotations) {
            for (FileAnnotation& left : test.lose(each))
                kept.push_back(std::move(left));
            hasLost = hasLost || kept.empty() || !(kept.back() == each);
        }
        picture.annotations = std::move(kept);
        if (!test.keepsSplits)
            picture.split.clear();
    }
    const std::string difference = labelDifference(expected, *read, test.tolerance);
    QVERIFY2(difference.empty(), difference.c_str());
    QCOMPARE(hasLost, !losses->notes.empty());
}

QTEST_APPLESS_MAIN(TestFormatLosses)
#include "tst_format_losses.moc"
