// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/labels/brush_codec.h"
#include "core/labels/mask_ops.h"
#include "tests/core/labels/format_case.h"
#include "tests/core/labels/format_rows.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// Its masks are decoded without bytes, and counted; it asks to stop at the n-th of them, or when a file is
/// begun.
class CountingSource : public MemoryLabelSource
{
public:
    using MemoryLabelSource::MemoryLabelSource;
    Result<IndexPicture> indexPicture(std::string_view) override
    {
        if (++decoded == stopAt)
            m_stop.cancel();
        return IndexPicture{2, 2, IndexPicture::Kind::Gray8, {1, 0, 0, 0}};
    }
    void report(const Progress&) override
    {
        if (stopsWhenReported)
            m_stop.cancel();
    }
    [[nodiscard]] const Cancellation& cancellation() const override { return m_stop; }

    int decoded = 0;
    int stopAt = 0;
    bool stopsWhenReported = false;

private:
    Cancellation m_stop;
};

} // namespace

/// Answers, sizes, names and marks that single formats have in their own way; and that what is written comes
/// back.
class TestFormatDetails : public QObject
{
    Q_OBJECT

private slots:
    void studioChoices();
    void studioSizes();
    void studioBrushes();
    void namesAreText_data();
    void namesAreText();
    void namesAreTakenQuickly();
    void listedNames_data();
    void listedNames();
    void kittiFlags();
    void huggingFaceLists();
    void openImagesEdges();
    void openImagesMasks();
    void cocoGroups();
    void cocoStops();
    void yoloConfigs_data();
    void yoloConfigs();
};

void TestFormatDetails::studioChoices()
{
    const LabelSet whole =
        readSet("label-studio",
                {{"t.json",
                  studio(R"({"type":"choices","from_name":"kind","value":{"choices":["cat","dog","true"]}},)"
                         R"({"type":"textarea","from_name":"says","value":{"text":["a man on a horse"]}},)"
                         R"({"type":"rating","from_name":"stars","value":{"rating":4}})")}},
                {{"a.jpg", kSize}});
    QCOMPARE(described(whole), std::string("a.jpg < t.json: cat dog true\n"));
    QCOMPARE(rejected(whole), std::string());
    QVERIFY(hasNote(whole.losses, "2 answers about whole pictures"));
    // The answers about a shape may come before it.
    const LabelSet shape = readSet(
        "label-studio",
        {{"t.json",
          studio(R"({"id":"r","type":"choices","from_name":"kind","value":{"choices":["old","red","big"]}},)"
                 R"({"id":"r","type":"choices","from_name":"whole","value":{"choices":["true"]}},)"
                 R"({"id":"r","type":"textarea","from_name":"says","value":{"text":["neigh"]}},)"
                 R"({"id":"r","type":"keypointlabels","value":{"x":5,"y":5,"keypointlabels":["a"]}})")}},
        {{"a.jpg", kSize}});
    QCOMPARE(described(shape), std::string("a.jpg < t.json: a\n"));
    QVERIFY(first(shape).attributes ==
            Attributes({{"kind", std::string("old")}, {"whole", true}, {"says", std::string("neigh")}}));
    QVERIFY(hasNote(shape.losses, "2 further choices"));
}

void TestFormatDetails::studioSizes()
{
    const auto box = [](int width, int height, const PictureSize& size) {
        return readSet("label-studio", {{"t.json", studio(studioBox(width, height))}}, {{"a.jpg", size}});
    };
    // Percent are of the picture, in whatever size it was shown.
    QVERIFY(areClose(first(box(100, 50, kSize)).shape, Box{50, 10, 20, 5}, 1e-9));
    QVERIFY(areClose(first(box(1000, 500, kSize)).shape, Box{50, 10, 20, 5}, 1e-9));
    QVERIFY(areClose(first(box(50, 100, {50, 100, 6})).shape, Box{25, 20, 10, 10}, 1e-9));
    // Shown as the file keeps it: 100 x 50, a quarter turn clockwise makes it upright.
    QVERIFY(areClose(first(box(100, 50, {50, 100, 6})).shape, Box{35, 50, 5, 20}, 1e-9));
    const LabelSet turned = box(50, 100, kSize);
    QCOMPARE(annotationCount(turned), 0);
    QCOMPARE(rejected(turned), std::string("t.json, task 1, result 1: the label file speaks of a picture of "
                                           "50x100, but the picture is 100x50\n"));
}

void TestFormatDetails::studioBrushes()
{
    const Mask mask{2, 1, 2, 2, {0, 4}};
    const auto brush = [&](int width, int height, const PictureSize& size) {
        Json result = {{"type", "brushlabels"}, {"original_width", width}, {"original_height", height}};
        result["value"] = {{"format", "rle"},
                           {"rle", encodeBrush(mask, width, height)},
                           {"brushlabels", Json::array({"a"})}};
        return readSet("label-studio", {{"t.json", studio(jsonLine(result))}}, {{"a.jpg", size}});
    };
    QVERIFY(tightMask(std::get<Mask>(first(brush(8, 4, {8, 4, 1})).shape)) == mask);
    const LabelSet other = brush(8, 4, {16, 8, 1});
    QCOMPARE(annotationCount(other), 0);
    QVERIFY(rejected(other).find("speaks of a picture of 8x4") != std::string::npos);
    QVERIFY(tightMask(std::get<Mask>(first(brush(8, 4, {4, 8, 6})).shape)) == (Mask{1, 2, 2, 2, {0, 4}}));
}

void TestFormatDetails::namesAreText_data()
{
    addFormatRows(true);
}

/// Names that are no text, and one name in two splits: what was written is found again, each label at its own
/// picture.
void TestFormatDetails::namesAreText()
{
    QFETCH(QString, format);
    const std::string key = format.toStdString();
    LabelSet labels = boxesOf({"train/0001.jpg", "val/0001.jpg", "train/caf\xE9.jpg", "train/caf\xE8.jpg"});
    double x = 10;
    for (LabelledPicture& picture : labels.pictures) {
        picture.width = picture.height = 32;
        FileAnnotation tag;
        tag.className = "cat";
        picture.annotations[0].shape = Box{x -= 2, 5, 10, 10};
        picture.annotations.push_back(tag);
    }
    const MemoryLabelTarget target = writtenSet(key.c_str(), labels);
    const LabelSet back = readSet(key.c_str(), target.files, target.pictures);
    QCOMPARE(rejected(back), std::string());
    std::size_t labelled = 0;
    for (const LabelledPicture& picture : back.pictures) {
        if (picture.annotations.empty())
            continue;
        ++labelled;
        if (picture.embedded)
            continue;
        QVERIFY2(target.pictures.contains(picture.path) || target.files.contains(picture.path),
                 picture.path.c_str());
        QVERIFY(picture.path.find('\xE9') == std::string::npos);
        const auto box = boundingBox(picture.annotations[0].shape);
        if (box && picture.path.find("0001") != std::string::npos)
            QVERIFY2(std::abs(box->x - (picture.split == "train" ? 8 : 6)) < 0.1, picture.path.c_str());
    }
    QCOMPARE(labelled, std::size_t(4));
}

void TestFormatDetails::namesAreTakenQuickly()
{
    NameBook names;
    QCOMPARE(names.take("x", "a.jpg"), std::string("x/a.jpg"));
    QCOMPARE(names.take("x", "a-2.png"), std::string("x/a-2.png"));
    QCOMPARE(names.take("x", "b/a.png"), std::string("x/a-3.png"));
    QCOMPARE(names.take("y", "a.jpg"), std::string("y/a.jpg"));
    QCOMPARE(names.take("x", "c\xE9.j\xE9"), std::string("x/c\xEF\xBF\xBD.j\xEF\xBF\xBD"));
    QCOMPARE(names.take("x", "c\xE8.jpg"), std::string("x/c\xEF\xBF\xBD-2.jpg"));
    // Trying every number anew takes 5,000,000,000 steps for these.
    for (int i = 1; i <= 100'000; ++i)
        (void)names.take("z", std::to_string(i) + "/image.png");
    QCOMPARE(names.take("z", "image.png"), std::string("z/image-100001.png"));
}

void TestFormatDetails::listedNames_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("list");
    QTest::addColumn<QString>("place");
    QTest::newRow("IDX") << "idx"
                         << "classes.txt"
                         << "line 2";
    QTest::newRow("YOLO, yaml") << "yolo"
                                << "data.yaml"
                                << "number 1";
    QTest::newRow("YOLO, names") << "yolo"
                                 << "obj.names"
                                 << "number 1";
    QTest::newRow("CIFAR") << "cifar"
                           << "batches.meta.txt"
                           << "line 2";
    QTest::newRow("Hugging Face") << "hugging-face"
                                  << "README.md"
                                  << "number 1";
    QTest::newRow("CVAT") << "cvat"
                          << "a.xml"
                          << "line 3, <label>";
    QTest::newRow("Open Images") << "open-images"
                                 << "class-descriptions.csv"
                                 << "line 2";
}

/// A name that is none is said once, and its labels are kept by the class's number.
void TestFormatDetails::listedNames()
{
    QFETCH(QString, format);
    QFETCH(QString, list);
    QFETCH(QString, place);
    const std::string key = format.toStdString();
    const std::string file = list.toStdString();
    for (const std::string& name : {std::string("b\xFF"), std::string(300, 'b')}) {
        if (key == "cvat" && name.size() < 300)
            continue; // XML that is not UTF-8 is refused as a whole
        std::map<std::string, Files> sources;
        sources["idx"] = {{file, "a\n" + name + "\n"},
                          {"train-images-idx3-ubyte", bigEndian({0x803, 2, 1, 1}) + "\x07\x07"},
                          {"train-labels-idx1-ubyte", bigEndian({0x801, 2}) + "\x01\x01"}};
        sources["yolo"] = {{file, file == "data.yaml" ? "names: [a, " + name + "]\n" : "a\n" + name + "\n"},
                           {"a.txt", "1 .5 .5 .2 .2\n1 .5 .5 .1 .1\n"}};
        const std::string record = "\x01" + std::string(32 * 32 * 3, 'x');
        sources["cifar"] = {{file, "a\n" + name + "\n"}, {"data_batch_1.bin", record + record}};
        sources["hugging-face"] = {
            {file, "---\n  names:\n    '0': a\n    '1': " + name + "\n---\n"},
            {"metadata.jsonl",
             R"({"file_name":"a.jpg","objects":{"bbox":[[1,1,4,4],[2,2,4,4]],"categories":[1,1]}})"}};
        sources["cvat"] = {{file, "<annotations><meta><task><labels>\n<label><name>a</name></label>\n"
                                  "<label><name>" +
                                      name + "</name></label></labels></task></meta><image name=\"a.jpg\">" +
                                      "<tag label=\"" + name + "\"/><tag label=\"" + name +
                                      "\"/></image></annotations>"}};
        sources["open-images"] = {{file, "0,a\n1," + name + "\n"},
                                  {"b.csv", "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\n"
                                            "a,xclick,1,1,0.1,0.5,0.1,0.5\na,xclick,1,1,0.2,0.5,0.1,0.5\n"}};
        const LabelSet set = readSet(key.c_str(), sources[key], {{"a.jpg", kSize}});
        QCOMPARE(set.rejections.size(), std::size_t(1));
        QCOMPARE(set.rejections[0].path, file);
        QCOMPARE(set.rejections[0].place, place.toStdString());
        QVERIFY2(set.rejections[0].reason.starts_with("the class name"), set.rejections[0].reason.c_str());
        QCOMPARE(annotationCount(set), 2);
        QCOMPARE(first(set).className, std::string(key == "cvat" ? "2" : "1"));
        QVERIFY(std::none_of(set.classes.begin(), set.classes.end(),
                             [&](const FileClass& each) { return each.name == name; }));
    }
}

void TestFormatDetails::kittiFlags()
{
    const std::string rest = " 0 1 1 9 9 1 1 1 1 1 1 0\n";
    const auto written = [&](const std::string& start, bool isTruncated, bool isOccluded) {
        LabelSet labels =
            readSet("kitti", {{"label_2/1.txt", "Car " + start + rest}}, {{"image_2/1.png", kSize}});
        ShapeFlags& flags = labels.pictures[0].annotations[0].flags;
        flags.isTruncated = isTruncated;
        flags.isOccluded = isOccluded;
        const std::string row = writtenSet("kitti", labels).files["label_2/1.txt"];
        return row.substr(4, row.size() - 4 - rest.size());
    };
    QCOMPARE(written("0.35 2", true, true), std::string("0.35 2"));
    QCOMPARE(written("0.35 2", false, true), std::string("0 2"));
    QCOMPARE(written("0.35 2", true, false), std::string("0.35 0"));
    QCOMPARE(written("-1 -1", false, false), std::string("-1 -1"));
    QCOMPARE(written("-1 -1", true, true), std::string("1 1"));
}

void TestFormatDetails::huggingFaceLists()
{
    const std::string readme = "---\n  names:\n    '0': a\n---\n";
    const std::string row =
        R"({"file_name":"a.jpg","width":100,"height":50,"objects":{"bbox":[[1.0,1.0,4.0,4.0],[2.0,2.0,4.0,4.0]],)"
        R"("categories":[0,0],"area":[16,null],"id":["x","y"],"outline":[[1,2.5],[]],"odd":[1,"b"]}})";
    const LabelSet set =
        readSet("hugging-face", {{"README.md", readme}, {"metadata.jsonl", row}}, {{"a.jpg", kSize}});
    LossReport losses;
    MemoryLabelTarget target = writtenSet("hugging-face", set, &losses);
    const auto json = parseJson(target.files["metadata.jsonl"], "metadata.jsonl");
    QVERIFY(json);
    const Json& objects = (*json)["objects"];
    QCOMPARE(objects["bbox"].size(), std::size_t(2));
    QCOMPARE(objects["area"].dump(), std::string("[16,null]"));
    QCOMPARE(objects["id"].dump(), std::string(R"(["x","y"])"));
    QCOMPARE(objects["outline"].dump(), std::string("[[1,2.5],[]]"));
    QVERIFY(!objects.contains("odd")); // no feature of datasets holds numbers and texts
    QVERIFY(hasNote(losses, "1 lists of 'objects'"));
    // datasets refuses columns that the head of the README does not name.
    const std::string& head = target.files["README.md"];
    for (const char* feature :
         {"- name: \"area\"\n      dtype: int64\n", "- name: \"id\"\n      dtype: string\n",
          "- name: \"outline\"\n      sequence: float64\n"})
        QVERIFY2(head.find(feature) != std::string::npos, head.c_str());
}

void TestFormatDetails::openImagesEdges()
{
    LabelSet labels = boxesOf({"a.jpg"});
    labels.pictures[0].annotations.resize(4, labels.pictures[0].annotations[0]);
    labels.pictures[0].annotations[1].shape = Box{-2, 40, 20, 13};
    labels.pictures[0].annotations[2].shape = Box{200, 5, 20, 10};
    labels.pictures[0].annotations[3].shape = Box{0.1, 0.2, 99.9, 49.8}; // rounding is no cut
    LossReport losses;
    const MemoryLabelTarget target = writtenSet("open-images", labels, &losses);
    const LabelSet back = readSet("open-images", target.files, target.pictures);
    QCOMPARE(rejected(back), std::string());
    QCOMPARE(annotationCount(back), 3);
    QVERIFY(areClose(back.pictures[0].annotations[1].shape, Box{0, 40, 18, 10}, 1e-6));
    QVERIFY(hasNote(losses, "1 boxes were cut"));
    QVERIFY(hasNote(losses, "1 shapes outside"));
    QCOMPARE(losses.labelsLeftOut, 1);
}

void TestFormatDetails::openImagesMasks()
{
    const Files table = {{"masks.csv", "MaskPath,ImageID,LabelName\nm.png,a,cat\nm.png,a,dog\nn.png,a,cat\n"
                                       "m.png,b,cat\n"}};
    const Pictures pictures = {
        {"a.jpg", kSize}, {"b.jpg", {20000, 10000, 1}}, {"m.png", {2, 2, 1}}, {"n.png", {2, 2, 1}}};
    const auto read = findLabelFormat("open-images")->read;
    CountingSource source(table, pictures);
    const auto labels = read(source, {});
    QVERIFY(labels);
    QCOMPARE(described(*labels), std::string("a.jpg < masks.csv: cat dog cat\n"));
    QVERIFY(first(*labels).shape == Shape(Mask{0, 0, 50, 25, {0, 1250}}));
    QCOMPARE(source.decoded, 2); // a mask that the next row names too is not decoded again
    QCOMPARE(rejected(*labels), std::string("masks.csv, line 5: its picture is too large for a mask\n"));
    CountingSource stopped(table, pictures);
    stopped.stopAt = 1;
    const auto cancelled = read(stopped, {});
    QVERIFY(!cancelled && cancelled.error().code == ErrorCode::Cancelled);
    QCOMPARE(stopped.decoded, 1);
}

void TestFormatDetails::cocoGroups()
{
    const auto record = [](int id, const std::string& fields) {
        return R"({"id":)" + std::to_string(id) + R"(,"image_id":1,"category_id":1,"bbox":[10,10,20,20])" +
               fields + "}";
    };
    const std::string pair = R"(,"keypoints":[12,12,2])";
    const LabelSet set = readSet(
        "coco",
        {{"a.json", coco(record(1, pair) + "," + record(2, pair) + "," + record(3, R"(,"group":1)") + "," +
                         record(4, R"(,"group":9223372036854775807)") + "," + record(5, R"(,"group":-1)"))}},
        {{"a.jpg", kSize}});
    std::vector<std::int64_t> groups;
    for (const FileAnnotation& each : set.pictures[0].annotations)
        groups.push_back(each.group);
    QCOMPARE(groups, (std::vector<std::int64_t>{2, 2, 3, 3, 1})); // 1 is taken, though later
    QCOMPARE(set.rejections.size(), std::size_t(2));
    for (const Rejection& each : set.rejections) {
        QCOMPARE(each.path, std::string("a.json"));
        QVERIFY2(each.place.starts_with("line 1"), each.place.c_str());
        QCOMPARE(each.reason, std::string("the field 'group' is not between 0 and 2^53"));
    }
}

void TestFormatDetails::cocoStops()
{
    CountingSource source({{"a.json", coco(R"({"id":1,"image_id":1,"category_id":1,"bbox":[1,1,2,2]})")}},
                          {{"a.jpg", kSize}});
    source.stopsWhenReported = true;
    const auto labels = findLabelFormat("coco")->read(source, {});
    QVERIFY(!labels && labels.error().code == ErrorCode::Cancelled);
}

void TestFormatDetails::yoloConfigs_data()
{
    QTest::addColumn<QStringList>("pictures");
    QTest::addColumn<QString>("head");
    QTest::newRow("none") << QStringList{"a.jpg"} << "path: .\ntrain: images\nval: images\ntask";
    QTest::newRow("all") << QStringList{"train/a.jpg", "val/b.jpg", "test/c.jpg"}
                         << "path: .\ntrain: images/train\nval: images/val\ntest: images/test\n";
    QTest::newRow("without train") << QStringList{"val/b.jpg", "test/c.jpg"}
                                   << "path: .\ntrain: images/val\nval: images/val\ntest: images/test\n";
    QTest::newRow("test") << QStringList{"test/c.jpg"}
                          << "path: .\ntrain: images/test\nval: images/test\ntest: images/test\n";
}

void TestFormatDetails::yoloConfigs()
{
    QFETCH(QStringList, pictures);
    QFETCH(QString, head);
    std::vector<std::string> paths;
    for (const QString& each : pictures)
        paths.push_back(each.toStdString());
    const std::string config = writtenSet("yolo", boxesOf(paths)).files["data.yaml"];
    QVERIFY2(config.starts_with(head.toStdString()), config.c_str());
}

QTEST_APPLESS_MAIN(TestFormatDetails)
#include "tst_format_details.moc"
