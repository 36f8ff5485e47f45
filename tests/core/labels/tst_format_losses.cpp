// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/format_list.h"
#include "core/labels/formats.h"
#include "core/labels/geometry.h"
#include "tests/core/labels/label_compare.h"
#include "tests/core/labels/memory_label_source.h"
#include "tests/core/labels/random_label_set.h"

#include <QTest>
#include <functional>

using namespace trainyard;

namespace {

FormatSpec formatOf(const std::string& key)
{
    const FormatSpec* format = findLabelFormat(key);
    if (format == nullptr)
        qFatal("no format %s", key.c_str());
    return *format;
}

using Annotations = std::vector<FileAnnotation>;
/// What the annotations of a picture are after they went through a format.
using Lose = std::function<Annotations(const LabelledPicture&)>;

Lose forEach(std::function<Annotations(const FileAnnotation&)> lose)
{
    return [lose](const LabelledPicture& picture) {
        Annotations all;
        for (const FileAnnotation& each : picture.annotations)
            for (FileAnnotation& left : lose(each))
                all.push_back(std::move(left));
        return all;
    };
}

struct Case
{
    const char* name;
    const char* format;
    std::vector<ShapeKind> kinds; ///< that the set holds; empty: all
    FormatAnswers answers;
    Lose lose;
    double tolerance = 1e-6;
    bool hasGroups = true;
    int side = 0; ///< of all pictures; 0: any
    int perPicture = 40;
    bool keepsPaths = true; ///< else pictures are compared in their order
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

/// Flags of the picture come after its shapes, each class once.
Annotations labelMe(const LabelledPicture& picture)
{
    Annotations shapes;
    Annotations tags;
    for (const FileAnnotation& annotation : picture.annotations) {
        FileAnnotation each = bare(annotation);
        if (each.shape.index() == 0) {
            if (std::none_of(tags.begin(), tags.end(),
                             [&](const auto& tag) { return tag.className == each.className; }))
                tags.push_back(each);
            continue;
        }
        each.attributes = annotation.attributes;
        each.score = annotation.score;
        each.group = annotation.group;
        if (auto* keypoints = std::get_if<Keypoints>(&each.shape)) {
            std::erase_if(keypoints->points,
                          [](const Keypoint& point) { return point.state == KeypointState::Absent; });
            for (Keypoint& point : keypoints->points)
                point.state = KeypointState::Visible;
        }
        const auto* polygon = std::get_if<Polygon>(&each.shape);
        Annotations all = polygon ? parts(each) : one(each);
        shapes.insert(shapes.end(), all.begin(), all.end());
    }
    // Parts of one outline share a group that no other has.
    std::int64_t highest = 0;
    for (const FileAnnotation& each : picture.annotations)
        highest = std::max(highest, each.group);
    std::size_t at = 0;
    for (const FileAnnotation& each : picture.annotations) {
        if (each.shape.index() == 0)
            continue;
        ++highest;
        const auto* polygon = std::get_if<Polygon>(&each.shape);
        const std::size_t count = polygon ? polygon->parts.size() : 1;
        for (std::size_t i = 0; i < count; ++i, ++at)
            if (count > 1 && each.group == 0)
                shapes[at].group = highest;
    }
    shapes.insert(shapes.end(), tags.begin(), tags.end());
    return shapes;
}

/// Parts of one outline share a group that no other has.
Annotations cvat(const LabelledPicture& picture)
{
    Annotations all;
    std::int64_t freeGroup = 0;
    for (const FileAnnotation& each : picture.annotations)
        freeGroup = std::max(freeGroup, each.group);
    for (const FileAnnotation& annotation : picture.annotations) {
        FileAnnotation each = bare(annotation);
        ++freeGroup;
        each.attributes = annotation.attributes;
        each.group = annotation.group;
        each.zOrder = annotation.zOrder;
        each.flags.isOccluded = annotation.flags.isOccluded;
        each.isModel = annotation.isModel;
        if (!std::holds_alternative<Polygon>(each.shape)) {
            all.push_back(each);
            continue;
        }
        Annotations split = parts(each);
        for (FileAnnotation& part : split) {
            if (split.size() > 1 && part.group == 0)
                part.group = freeGroup;
            all.push_back(std::move(part));
        }
    }
    return all;
}

/// A person's results come before the models'.
Annotations labelStudio(const LabelledPicture& picture)
{
    Annotations all;
    for (const bool isModel : {false, true})
        for (const FileAnnotation& annotation : picture.annotations) {
            if (annotation.isModel != isModel)
                continue;
            FileAnnotation each = bare(annotation);
            each.score = annotation.score;
            each.isModel = annotation.isModel;
            each.sourceName = annotation.sourceName;
            if (each.shape.index() != 0)
                each.attributes = annotation.attributes;
            if (const auto* keypoints = std::get_if<Keypoints>(&annotation.shape)) {
                for (const Keypoint& point : keypoints->points)
                    if (point.state != KeypointState::Absent) {
                        each.shape = point.at;
                        all.push_back(each);
                    }
                continue;
            }
            const auto* polygon = std::get_if<Polygon>(&each.shape);
            Annotations split = polygon ? parts(each) : one(each);
            all.insert(all.end(), split.begin(), split.end());
        }
    return all;
}

bool hasArea(const Shape& shape)
{
    const ShapeKind kind = shapeKind(shape);
    return kind == ShapeKind::Box || kind == ShapeKind::RotatedBox || kind == ShapeKind::Polygon ||
           kind == ShapeKind::Mask;
}

std::string withoutBlanks(std::string name, char instead)
{
    std::replace(name.begin(), name.end(), ' ', instead);
    return name;
}

Annotations dota(const FileAnnotation& annotation)
{
    FileAnnotation each = bare(annotation);
    each.className = withoutBlanks(each.className, '-');
    if (!hasArea(each.shape))
        return {};
    const auto* polygon = std::get_if<Polygon>(&each.shape);
    const bool isCorners = polygon && polygon->parts.size() == 1 && polygon->parts[0].outline.size() == 4 &&
                           polygon->parts[0].holes.empty();
    if (!isCorners && !std::holds_alternative<RotatedBox>(each.shape))
        each.shape = *boundingBox(each.shape);
    return one(each);
}

Annotations boxes(const FileAnnotation& annotation)
{
    FileAnnotation each = bare(annotation);
    if (!hasArea(each.shape))
        return {};
    each.shape = *boundingBox(each.shape);
    return one(each);
}

Annotations kitti(const FileAnnotation& annotation)
{
    Annotations all = boxes(annotation);
    for (FileAnnotation& each : all) {
        each.className = withoutBlanks(each.className, '_');
        each.flags.isOccluded = annotation.flags.isOccluded;
        each.flags.isTruncated = annotation.flags.isTruncated;
        each.isModel = annotation.isModel;
        if (each.isModel)
            each.score = annotation.score;
        if (each.className == "7")
            return {};
    }
    return all;
}

Annotations csvTable(const FileAnnotation& annotation)
{
    Annotations all = annotation.shape.index() == 0 ? one(bare(annotation)) : boxes(annotation);
    for (FileAnnotation& each : all) {
        each.isModel = annotation.isModel;
        each.score = annotation.score;
    }
    return all;
}

Annotations openImages(const FileAnnotation& annotation)
{
    Annotations all = boxes(annotation);
    for (FileAnnotation& each : all) {
        each.flags = annotation.flags;
        each.isModel = annotation.isModel;
        each.score = annotation.score;
    }
    return all;
}

/// The first class of a picture, then its boxes.
Annotations huggingFace(const LabelledPicture& picture)
{
    Annotations all;
    for (const FileAnnotation& each : picture.annotations)
        if (each.shape.index() == 0 && all.empty())
            all = one(bare(each));
    for (const FileAnnotation& each : picture.annotations)
        for (FileAnnotation& box : boxes(each))
            all.push_back(std::move(box));
    return all;
}

Annotations firstTag(const LabelledPicture& picture)
{
    for (const FileAnnotation& each : picture.annotations)
        if (each.shape.index() == 0)
            return one(bare(each));
    return {};
}

/// One mask for each class, in the order of the classes; what lies in front hides what is behind.
Annotations masks(const LabelledPicture& picture)
{
    std::vector<const FileAnnotation*> order;
    for (const FileAnnotation& each : picture.annotations)
        if (hasArea(each.shape))
            order.push_back(&each);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->zOrder < b->zOrder; });
    std::map<std::string, Mask> byClass;
    for (const FileAnnotation* each : order) {
        const Mask mask = rasterised(each->shape, picture.width, picture.height);
        if (mask.width == 0)
            continue;
        for (auto& [name, other] : byClass)
            other = subtractedMasks(other, mask);
        Mask& own = byClass[each->className];
        own = own.width == 0 ? mask : unitedMasks(own, mask);
    }
    Annotations all;
    for (const std::string& name : RandomLabelSet(0).classes)
        if (const auto found = byClass.find(name); found != byClass.end() && found->second.width > 0) {
            FileAnnotation each;
            each.className = name;
            each.shape = tightMask(found->second);
            all.push_back(std::move(each));
        }
    return all;
}

/// Outlines from back to front; the depth is the place in the list.
Annotations cityscapes(const LabelledPicture& picture)
{
    std::vector<const FileAnnotation*> order;
    for (const FileAnnotation& each : picture.annotations)
        order.push_back(&each);
    std::stable_sort(order.begin(), order.end(),
                     [](const auto* a, const auto* b) { return a->zOrder < b->zOrder; });
    Annotations all;
    for (const FileAnnotation* annotation : order)
        for (FileAnnotation& each : yoloSegments(*annotation)) {
            each.zOrder = std::ssize(all) + 1;
            each.flags.isCrowd = annotation->flags.isCrowd;
            all.push_back(std::move(each));
        }
    return all;
}

Annotations same(const FileAnnotation& annotation)
{
    return one(annotation);
}

Lose only(std::vector<ShapeKind> kinds)
{
    return forEach([kinds](const FileAnnotation& annotation) {
        const bool isKept = std::find(kinds.begin(), kinds.end(), shapeKind(annotation.shape)) != kinds.end();
        return isKept ? one(bare(annotation)) : std::vector<FileAnnotation>();
    });
}

bool hasHolesAndParts(const LabelSet& labels)
{
    int holes = 0;
    int parts = 0;
    for (const LabelledPicture& picture : labels.pictures)
        for (const FileAnnotation& annotation : picture.annotations)
            if (const auto* polygon = std::get_if<Polygon>(&annotation.shape)) {
                parts += polygon->parts.size() > 1 ? 1 : 0;
                for (const PolygonPart& part : polygon->parts)
                    holes += part.holes.empty() ? 0 : 1;
            }
    return holes > 100 && parts > 100;
}

const std::vector<Case>& cases()
{
    using enum ShapeKind;
    static const std::vector<Case> kCases = {
        {"YOLO segment", "yolo", {}, {}, forEach(yoloSegments)},
        {"YOLO detect", "yolo", {ClassTag, Box, Point, Polyline}, {}, only({Box})},
        {"YOLO OBB", "yolo", {Box, RotatedBox, ClassTag}, {}, only({Box, RotatedBox})},
        {"YOLO pose", "yolo", {Box, RotatedBox, Keypoints, Point}, {}, only({Box, Keypoints}), 1e-6, false},
        {"LabelMe", "labelme", {}, {{"labelme-groups", "group"}}, labelMe},
        {"CVAT", "cvat", {}, {}, cvat},
        {"Label Studio", "label-studio", {}, {}, labelStudio},
        {"DOTA", "dota", {}, {}, forEach(dota), 1e-5},
        {"KITTI", "kitti", {}, {}, forEach(kitti), 1e-5},
        {"CSV", "csv", {}, {}, forEach(csvTable)},
        {"CSV of classes", "csv", {ClassTag}, {}, forEach(csvTable)},
        {"Open Images", "open-images", {}, {}, forEach(openImages)},
        {"Hugging Face", "hugging-face", {}, {}, huggingFace},
        {"WebDataset", "webdataset", {}, {}, forEach(same), 1e-9, true, 64, 40},
        {"masks", "mask-png", {}, {}, masks},
        {"masks in colour", "mask-colour", {}, {}, masks},
        {"Cityscapes", "cityscapes", {}, {}, cityscapes},
        {"IDX", "idx", {ClassTag, Box}, {}, firstTag, 0, true, 32, 4, false},
        {"CIFAR", "cifar", {ClassTag, Box}, {}, firstTag, 0, true, 32, 4, false},
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
    const FormatSpec own = formatOf(test.format);
    const FormatSpec* format = &own;
    RandomLabelSet random(7);
    if (!test.kinds.empty())
        random.kinds = test.kinds;
    random.hasGroups = test.hasGroups;
    random.width = random.height = test.side;
    const LabelSet labels = random.make(10000 / test.perPicture, test.perPicture);
    QCOMPARE(annotationCount(labels), 10000);
    if (test.kinds.empty())
        QVERIFY(hasHolesAndParts(labels));
    MemoryLabelTarget target;
    const auto losses = format->write(labels, target);
    QVERIFY2(losses, losses ? "" : losses.error().message.c_str());
    MemoryLabelSource source(target.files, target.pictures);
    const FormatSpec* reader = format->read ? format : findLabelFormat("mask-png");
    QVERIFY(reader->recognise(source) >= 50);
    for (const FormatSpec& other : labelFormats())
        QVERIFY2(other.key == reader->key || other.recognise(source) < reader->recognise(source),
                 other.key.data());
    if (reader->questions)
        for (const FormatQuestion& question : reader->questions(source))
            QVERIFY2(!question.mustAsk || test.answers.contains(question.key), question.text.c_str());
    auto read = reader->read(source, test.answers);
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    LabelSet expected = labels;
    bool hasLost = false;
    for (LabelledPicture& picture : expected.pictures) {
        Annotations kept = test.lose(picture);
        hasLost = hasLost || kept != picture.annotations;
        picture.annotations = std::move(kept);
    }
    if (std::string(test.format) == "cityscapes")
        for (LabelledPicture& picture : read->pictures)
            picture.path.erase(picture.path.rfind("_leftImg8bit"), 12);
    if (std::string(test.format) == "webdataset")
        for (LabelledPicture& picture : read->pictures)
            picture.path.replace(picture.path.size() - 3, 3, "jpg");
    if (!test.keepsPaths) {
        std::erase_if(expected.pictures, [](const auto& picture) { return picture.annotations.empty(); });
        const auto bySplit = [](const auto& a, const auto& b) { return a.split < b.split; };
        std::stable_sort(expected.pictures.begin(), expected.pictures.end(), bySplit);
        std::stable_sort(read->pictures.begin(), read->pictures.end(), bySplit);
        QCOMPARE(read->pictures.size(), expected.pictures.size());
        for (std::size_t i = 0; i < read->pictures.size(); ++i)
            read->pictures[i].path = expected.pictures[i].path;
    }
    if (std::string(test.format) == "mask-colour") // in the order of their colours
        for (LabelSet* set : {&expected, &*read})
            for (LabelledPicture& picture : set->pictures)
                std::sort(picture.annotations.begin(), picture.annotations.end(),
                          [](const auto& a, const auto& b) { return a.className < b.className; });
    const std::string difference = labelDifference(expected, *read, test.tolerance);
    QVERIFY2(difference.empty(), difference.c_str());
    if (hasLost)
        QVERIFY(!losses->notes.empty());
}

QTEST_APPLESS_MAIN(TestFormatLosses)
#include "tst_format_losses.moc"
