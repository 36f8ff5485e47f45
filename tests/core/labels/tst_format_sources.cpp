// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/labels/format_case.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

/// Which picture a label file means, and what becomes of several files about one.
class TestFormatSources : public QObject
{
    Q_OBJECT

private slots:
    void yoloStaysInItsTree_data();
    void yoloStaysInItsTree();
    void yoloCaptions();
    void rowFilesStayInTheirTree();
    void rowFilesStayInTheirFolder_data();
    void rowFilesStayInTheirFolder();
    void labelMeStaysInItsTree_data();
    void labelMeStaysInItsTree();
    void labelMeFindsPicturesBeside_data();
    void labelMeFindsPicturesBeside();
    void labelMeTellsFilesApart();
    void packedTwins();
    void fineBeforeCoarse();
    void cocoTakesRepetitionsOnce();
    void cocoKeepsWhatIsNotTheSame();
    void cocoKeypoints_data();
    void cocoKeypoints();
    void cocoSplits_data();
    void cocoSplits();
    void cvatTasks();
    void cvatFrames_data();
    void cvatFrames();
};

void TestFormatSources::yoloStaysInItsTree_data()
{
    QTest::addColumn<QStringList>("pictures");
    QTest::addColumn<QStringList>("labels");
    QTest::addColumn<QString>("expected");
    QTest::newRow("another split") << QStringList{"valid/images/1.jpg"}
                                   << QStringList{"train/labels/1.txt", "valid/labels/1.txt"}
                                   << "valid/images/1.jpg < valid/labels/1.txt: 0\n";
    QTest::newRow("another tree") << QStringList{"two/images/1.jpg"} << QStringList{"one/labels/1.txt"} << "";
    QTest::newRow("another folder below")
        << QStringList{"images/a/2.jpg", "images/b/1.jpg"} << QStringList{"labels/a/1.txt"} << "";
    QTest::newRow("another split below")
        << QStringList{"images/val/1.jpg"} << QStringList{"labels/train/1.txt"} << "";
    // The nearer file first, the other apart, for an import to refuse.
    QTest::newRow("beside") << QStringList{"b/1.jpg"} << QStringList{"a/1.txt", "b/1.txt"}
                            << "b/1.jpg < a/1.txt: 0\nb/1.jpg < b/1.txt: 0\n";
    QTest::newRow("one tree") << QStringList{"images/1.jpg"} << QStringList{"labels/train/1.txt"}
                              << "images/1.jpg < labels/train/1.txt: 0\n";
    QTest::newRow("in images") << QStringList{"images/1.jpg"} << QStringList{"1.txt"}
                               << "images/1.jpg < 1.txt: 0\n";
}

void TestFormatSources::yoloStaysInItsTree()
{
    QFETCH(QStringList, pictures);
    QFETCH(QStringList, labels);
    QFETCH(QString, expected);
    Files files;
    for (const QString& each : labels)
        files[each.toStdString()] = "0 .5 .5 .2 .2\n";
    Pictures sizes;
    for (const QString& each : pictures)
        sizes[each.toStdString()] = kSize;
    const LabelSet set = readSet("yolo", files, sizes);
    QCOMPARE(described(set), expected.toStdString());
    QCOMPARE(set.rejections.size(), static_cast<std::size_t>(labels.size() - expected.count('\n')));
    if (QTest::currentDataTag() == std::string("beside")) {
        QCOMPARE(set.pictures[0].labelFile, std::string("b/1.txt"));
        QCOMPARE(set.pictures[0].annotations.size(), std::size_t(1));
    }
}

/// A sentence beside a picture is no label file; an empty one says that there is nothing.
void TestFormatSources::yoloCaptions()
{
    const Pictures pictures = {{"images/train/a.jpg", kSize}, {"images/train/b.jpg", kSize}};
    const Files captions = {{"images/train/a.txt", "a photo of a cat\n"}, {"images/train/b.txt", "\n"}};
    Files both = captions;
    both["labels/train/a.txt"] = "0 .5 .5 .2 .2\n";
    const LabelSet set = readSet("yolo", both, pictures);
    QCOMPARE(described(set), std::string("images/train/a.jpg < labels/train/a.txt: 0\n"));
    QCOMPARE(set.pictures.size(), std::size_t(2));
    QVERIFY(hasNote(set.losses, "1 text files that are no labels"));
    const LabelSet alone = readSet("yolo", captions, pictures);
    QCOMPARE(alone.pictures[0].isLabelled, false);
    QCOMPARE(alone.pictures[1].isLabelled, true);
}

void TestFormatSources::rowFilesStayInTheirTree()
{
    const std::string row = "Car 0 0 0 1 1 9 9 1 1 1 1 1 1 0\n";
    const LabelSet missing =
        readSet("kitti", {{"training/label_2/000000.txt", row}}, {{"testing/image_2/000000.png", kSize}});
    QCOMPARE(described(missing), std::string());
    QCOMPARE(rejected(missing), std::string("training/label_2/000000.txt, : its picture "
                                            "'training/image_2/000000' is not in the source\n"));
    const LabelSet both = readSet("dota",
                                  {{"a/1.txt", "1 1 5 1 5 5 1 5 ship 0\n"},
                                   {"b/1.txt", "1 1 5 1 5 5 1 5 ship 0\n1 1 5 1 5 5 1 5 boat 0\n"}},
                                  {{"b/1.png", kSize}});
    QCOMPARE(described(both), std::string("b/1.png < a/1.txt: ship\nb/1.png < b/1.txt: ship boat\n"));
    QCOMPARE(both.pictures[0].labelFile, std::string("b/1.txt"));
}

void TestFormatSources::rowFilesStayInTheirFolder_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("labels");
    QTest::addColumn<QStringList>("pictures");
    QTest::addColumn<QString>("rejected");
    QTest::newRow("another camera") << "kitti"
                                    << "label_2/5.txt" << QStringList{"image_2/6.png", "image_3/5.png"}
                                    << "its picture 'image_2/5' is not in the source";
    QTest::newRow("a mask") << "yolo"
                            << "labels/a.txt" << QStringList{"images/b.jpg", "masks/a.png"}
                            << "no picture of this name is in the source, so its size is unknown";
    QTest::newRow("two pictures") << "kitti"
                                  << "label_2/5.txt" << QStringList{"image_2/5.jpg", "image_2/5.png"}
                                  << "several pictures are named 'image_2/5'";
}

/// Where the folder holds pictures, but not this one, another folder's is not meant.
void TestFormatSources::rowFilesStayInTheirFolder()
{
    QFETCH(QString, format);
    QFETCH(QString, labels);
    QFETCH(QStringList, pictures);
    QFETCH(QString, rejected);
    Pictures sizes;
    for (const QString& each : pictures)
        sizes[each.toStdString()] = kSize;
    const std::string row = format == "yolo" ? "0 .5 .5 .2 .2\n" : "Car 0 0 0 1 1 9 9 1 1 1 1 1 1 0\n";
    const LabelSet set = readSet(format.toUtf8(), {{labels.toStdString(), row}}, sizes);
    QCOMPARE(described(set), std::string());
    QCOMPARE(set.rejections.size(), std::size_t(1));
    QCOMPARE(set.rejections[0].reason, rejected.toStdString());
}

void TestFormatSources::labelMeStaysInItsTree_data()
{
    QTest::addColumn<QString>("picture");
    QTest::addColumn<QString>("labels");
    QTest::addColumn<QString>("imagePath");
    QTest::addColumn<bool>("isFound");
    QTest::newRow("another split") << "valid/1.jpg"
                                   << "train/1.json"
                                   << "1.jpg" << false;
    QTest::newRow("beside others") << "b/1.jpg"
                                   << "a/1.json"
                                   << "1.jpg" << false;
    QTest::newRow("in a tree") << "y/images/1.jpg"
                               << "x/json/1.json"
                               << "../images/1.jpg" << false;
    QTest::newRow("renamed") << "a/1.jpg"
                             << "a/1.json"
                             << "old.jpg" << true;
    QTest::newRow("moved") << "photos/1.jpg"
                           << "json/1.json"
                           << "1.jpg" << true;
    QTest::newRow("another machine") << "json/1.jpg"
                                     << "json/1.json"
                                     << "C:\\\\data\\\\1.jpg" << true;
}

void TestFormatSources::labelMeStaysInItsTree()
{
    QFETCH(QString, picture);
    QFETCH(QString, labels);
    QFETCH(QString, imagePath);
    QFETCH(bool, isFound);
    const std::string path = picture.toStdString();
    const LabelSet set = readSet("labelme", {{labels.toStdString(), labelMe(imagePath.toStdString(), "cat")}},
                                 {{path, kSize}, {"a/2.jpg", kSize}, {"x/images/2.jpg", kSize}});
    QCOMPARE(described(set).starts_with(path + " < "), isFound);
}

void TestFormatSources::labelMeFindsPicturesBeside_data()
{
    QTest::addColumn<QString>("folder");
    QTest::newRow("images") << "images";
    QTest::newRow("JPEGImages") << "JPEGImages";
}

void TestFormatSources::labelMeFindsPicturesBeside()
{
    QFETCH(QString, folder);
    const std::string a = "a/" + folder.toStdString() + "/1.jpg";
    const std::string b = "b/" + folder.toStdString() + "/1.jpg";
    const LabelSet set =
        readSet("labelme",
                {{"a/labels/1.json", labelMe("1.jpg", "cat")}, {"b/labels/1.json", labelMe("1.jpg", "dog")}},
                {{a, kSize}, {b, kSize}});
    QCOMPARE(described(set), a + " < a/labels/1.json: cat\n" + b + " < b/labels/1.json: dog\n");
    QVERIFY(!set.pictures[0].isGuess);
    // A picture that is missing where the source's own top is the shared folder.
    const LabelSet missing = readSet("labelme", {{"labels/1.json", labelMe("../images/1.jpg", "cat")}},
                                     {{"images/2.jpg", kSize}, {"masks/1.png", kSize}});
    QCOMPARE(rejected(missing),
             std::string("labels/1.json, : its picture 'images/1.jpg' is not in the source\n"));
}

void TestFormatSources::labelMeTellsFilesApart()
{
    const LabelSet set =
        readSet("labelme", {{"a/1.json", labelMe("1.jpg", "cat")}, {"b/1.json", labelMe("1.jpg", "cat")}},
                {{"b/1.jpg", kSize}});
    QCOMPARE(described(set), std::string("b/1.jpg < a/1.json: cat\nb/1.jpg < b/1.json: cat\n"));
    QCOMPARE(set.pictures[0].labelFile, std::string("b/1.json")); // read first: it is beside
    for (const LabelledPicture& picture : set.pictures)
        QCOMPARE(std::get<Polygon>(picture.annotations[0].shape).parts.size(), std::size_t(1));
}

/// torchvision leaves both in MNIST/raw.
void TestFormatSources::packedTwins()
{
    const std::string pictures = bigEndian({0x803, 1, 1, 1}) + "\x07";
    // gzip.compress(pictures, 9, mtime=0) of Python
    const std::string packed("\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x63\x60\xe0\x60\x66\x60\x60\x60\x84"
                             "\x61\x76\x00\x98\x04\xe6\xd9\x11\x00\x00\x00",
                             30);
    const std::string labels = bigEndian({0x801, 1}) + "\x03";
    const std::string name = "raw/train-images-idx3-ubyte";
    const Files files = {{name, pictures}, {name + ".gz", packed}, {"raw/train-labels-idx1-ubyte", labels}};
    const LabelSet both = readSet("idx", files, {});
    QCOMPARE(annotationCount(both), 1);
    QCOMPARE(first(both).className, std::string("3"));
    QVERIFY(hasNote(both.losses, "unpacked"));
    Files alone = files;
    alone.erase(name);
    QCOMPARE(annotationCount(readSet("idx", alone, {})), 1);
}

void TestFormatSources::fineBeforeCoarse()
{
    const LabelSet set = readSet("cityscapes",
                                 {{"gtCoarse/train/a/a_1_gtCoarse_polygons.json", cityOutline("road")},
                                  {"gtFine/train/a/a_1_gtFine_polygons.json", cityOutline("car")}},
                                 {{"leftImg8bit/train/a/a_1_leftImg8bit.png", kSize}});
    const std::string path = "leftImg8bit/train/a/a_1_leftImg8bit.png < ";
    QCOMPARE(described(set), path + "gtCoarse/train/a/a_1_gtCoarse_polygons.json: road\n" + path +
                                 "gtFine/train/a/a_1_gtFine_polygons.json: car\n");
    QCOMPARE(first(set).className, std::string("car"));
}

/// As in COCO's own files, where persons stand in both with one id.
void TestFormatSources::cocoTakesRepetitionsOnce()
{
    const std::string outline =
        R"("id":7,"image_id":1,"category_id":1,"bbox":[10,10,20,20],"segmentation":[[10,10,30,10,30,30,10,30]])";
    const std::string keypoints = outline + R"(,"keypoints":[12,12,2,20,20,1],"num_keypoints":2)";
    const Files files = {{"annotations/instances_train2017.json", coco("{" + outline + "}")},
                         {"annotations/person_keypoints_train2017.json", coco("{" + keypoints + "}")}};
    const LabelSet set = readSet("coco", files, {{"train2017/a.jpg", kSize}});
    QCOMPARE(set.pictures.size(), std::size_t(1));
    const auto& found = set.pictures[0].annotations;
    QCOMPARE(found.size(), std::size_t(2));
    QVERIFY(std::holds_alternative<Polygon>(found[0].shape));
    QVERIFY(std::holds_alternative<Keypoints>(found[1].shape));
    QCOMPARE(found[1].className, std::string("person"));
    QVERIFY(found[0].group > 0 && found[0].group == found[1].group);
    QVERIFY(hasNote(set.losses, "1 annotations that another file gives too"));
    const Files twice = {{"a.json", coco("{" + keypoints + "}")}, {"b.json", coco("{" + keypoints + "}")}};
    QCOMPARE(annotationCount(readSet("coco", twice, {{"a.jpg", kSize}})), 2);
}

void TestFormatSources::cocoKeepsWhatIsNotTheSame()
{
    const auto box = [](int id, int x) {
        return R"({"id":)" + std::to_string(id) + R"(,"image_id":1,"category_id":1,"bbox":[)" +
               std::to_string(x) + ",10,20,20]}";
    };
    const Pictures pictures = {{"a.jpg", kSize}};
    // Another id, another place, and twice in one file.
    QCOMPARE(annotationCount(
                 readSet("coco", {{"a.json", coco(box(1, 5))}, {"b.json", coco(box(2, 5))}}, pictures)),
             2);
    QCOMPARE(annotationCount(
                 readSet("coco", {{"a.json", coco(box(1, 5))}, {"b.json", coco(box(1, 40))}}, pictures)),
             2);
    QCOMPARE(annotationCount(readSet("coco", {{"a.json", coco(box(1, 5) + "," + box(1, 5))}}, pictures)), 2);
    // One name in two folders that lack it is not one picture.
    const LabelSet missing =
        readSet("coco", {{"train/x.json", coco(box(1, 5))}, {"valid/x.json", coco(box(2, 5))}}, {});
    QCOMPARE(missing.pictures.size(), std::size_t(2));
}

void TestFormatSources::cocoKeypoints_data()
{
    const QString box = R"("bbox":[10,10,20,20])";
    const QString outline = R"("segmentation":[[10,10,30,10,30,30,10,30]])";
    const QString inside = R"("keypoints":[12,12,2,20,20,1])";
    const QString others = R"("keypoints":[13,12,2,20,20,1])";
    const QString outside = R"("keypoints":[70,12,2,80,20,1])";
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("second");
    QTest::addColumn<QString>("kinds"); // of the annotations, by their groups
    QTest::newRow("of this box") << box << inside << "1:box 1:keypoints ";
    QTest::newRow("at its edge") << box << R"("keypoints":[8,8,2,32,32,1])"
                                 << "1:box 1:keypoints ";
    QTest::newRow("of another object") << box << outside << "0:box 0:keypoints ";
    QTest::newRow("twice") << inside << inside << "0:keypoints ";
    QTest::newRow("unlike") << inside << others << "0:keypoints 0:keypoints ";
    QTest::newRow("unlike in one box")
        << box + "," + inside << box + "," + others << "1:box 1:keypoints 2:box 2:keypoints ";
    QTest::newRow("outline later") << inside << outline << "1:keypoints 1:polygon ";
    QTest::newRow("outline of another object") << outside << outline << "0:keypoints 0:polygon ";
}

/// Files that number their records from 1 each do not speak of one object.
void TestFormatSources::cocoKeypoints()
{
    QFETCH(QString, first);
    QFETCH(QString, second);
    QFETCH(QString, kinds);
    const auto file = [](const QString& fields) {
        return coco(R"({"id":1,"image_id":1,"category_id":1,)" + fields.toStdString() + "}");
    };
    const LabelSet set =
        readSet("coco", {{"a.json", file(first)}, {"b.json", file(second)}}, {{"a.jpg", kSize}});
    QString found;
    for (const FileAnnotation& each : set.pictures[0].annotations) {
        const std::string_view name = shapeKindName(shapeKind(each.shape));
        found += QString::number(each.group) + ":" + QString::fromUtf8(name.data(), name.size()) + " ";
    }
    QCOMPARE(found, kinds);
}

void TestFormatSources::cocoSplits_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("split");
    for (const char* file : {"coco_latest/annotations.json", "latest.json", "contest.json", "evaluation.json",
                             "interval.json", "constraints.json"})
        QTest::newRow(file) << file << "";
    QTest::newRow("train2017") << "annotations/instances_train2017.json"
                               << "train";
    QTest::newRow("keypoints") << "annotations/person_keypoints_val2017.json"
                               << "val";
    QTest::newRow("test-dev") << "image_info_test-dev2017.json"
                              << "test";
    QTest::newRow("folder") << "valid/_annotations.coco.json"
                            << "val";
    QTest::newRow("blank") << "my train.json"
                           << "train";
}

void TestFormatSources::cocoSplits()
{
    QFETCH(QString, file);
    QFETCH(QString, split);
    const std::string box = R"({"id":1,"image_id":1,"category_id":1,"bbox":[5,10,20,20]})";
    const LabelSet set = readSet("coco", {{file.toStdString(), coco(box)}}, {{"a.jpg", kSize}});
    QCOMPARE(set.pictures[0].split, split.toStdString());
}

void TestFormatSources::cvatTasks()
{
    const Files files = {{"one/annotations.xml", cvatTrack("cat")},
                         {"two/annotations.xml", cvatTrack("dog")}};
    const LabelSet set = readSet(
        "cvat", files, {{"one/images/frame_000000.PNG", kSize}, {"two/images/frame_000000.PNG", kSize}});
    QCOMPARE(described(set), std::string("one/images/frame_000000.PNG < one/annotations.xml: cat\n"
                                         "two/images/frame_000000.PNG < two/annotations.xml: dog\n"));
    const LabelSet missing = readSet("cvat", files, {{"one/images/frame_000000.PNG", kSize}});
    QCOMPARE(described(missing), std::string("one/images/frame_000000.PNG < one/annotations.xml: cat\n"));
    QCOMPARE(missing.rejections.size(), std::size_t(1));
    QCOMPARE(missing.rejections[0].path, std::string("two/annotations.xml"));
    // Of one task alone the pictures may have any names.
    QCOMPARE(described(readSet("cvat", {{"a.xml", cvatTrack("cat")}}, {{"x.png", kSize}})),
             std::string("x.png < a.xml: cat\n"));
    // One picture, two files: an import sees both.
    const std::string image = "<annotations><image name=\"a.jpg\" width=\"100\" height=\"50\"><tag "
                              "label=\"x\"/></image></annotations>";
    QCOMPARE(described(readSet("cvat", {{"a.xml", image}, {"b.xml", image}}, {{"a.jpg", kSize}})),
             std::string("a.jpg < a.xml: x\na.jpg < b.xml: x\n"));
}

void TestFormatSources::cvatFrames_data()
{
    QTest::addColumn<QStringList>("pictures");
    QTest::addColumn<QString>("size");
    QTest::addColumn<QString>("expected"); // the picture of frame 0
    QTest::newRow("by its name") << QStringList{"frame_000000.png", "frame_000001.png"} << "2"
                                 << "frame_000000.png";
    QTest::newRow("a frame is missing") << QStringList{"frame_000001.png", "frame_000002.png"} << "2"
                                        << "";
    QTest::newRow("other names") << QStringList{"x.png", "y.png"} << "2"
                                 << "x.png";
    QTest::newRow("no size") << QStringList{"x.png", "y.png"} << ""
                             << "x.png";
    QTest::newRow("not all are there") << QStringList{"x.png", "y.png"} << "3"
                                       << "";
}

/// The order of the pictures tells only where all are there and none is named as a frame.
void TestFormatSources::cvatFrames()
{
    QFETCH(QStringList, pictures);
    QFETCH(QString, size);
    QFETCH(QString, expected);
    std::string file = cvatTrack("cat");
    file.insert(file.find("<track"), "<meta><task><size>" + size.toStdString() + "</size></task></meta>");
    Pictures sizes;
    for (const QString& each : pictures)
        sizes[each.toStdString()] = kSize;
    const LabelSet set = readSet("cvat", {{"a.xml", file}}, sizes);
    QCOMPARE(described(set), expected.isEmpty() ? std::string() : expected.toStdString() + " < a.xml: cat\n");
    QCOMPARE(set.rejections.size(), std::size_t(expected.isEmpty() ? 1 : 0));
}

QTEST_APPLESS_MAIN(TestFormatSources)
#include "tst_format_sources.moc"
