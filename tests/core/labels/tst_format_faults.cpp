// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/format_list.h"
#include "core/labels/formats.h"
#include "tests/core/labels/memory_label_source.h"
#include "tests/core/labels/random_label_set.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;

namespace {

FormatSpec formatOf(const std::string& key)
{
    const FormatSpec* format = findLabelFormat(key);
    if (format == nullptr)
        qFatal("no format %s", key.c_str());
    return *format;
}

constexpr int kFiles = 1000;

/// Formats whose files are text or bytes that this test can break one by one.
const std::vector<std::string>& formats()
{
    static const std::vector<std::string> kFormats = {
        "yolo",         "labelme",    "cvat",     "label-studio", "dota", "kitti", "csv",       "open-images",
        "hugging-face", "webdataset", "mask-png", "mask-colour",  "idx",  "cifar", "cityscapes"};
    return kFormats;
}

/// One of the ways in which files break: a byte, a word, a piece lost or doubled, an end too early.
std::string broken(std::string bytes, CounterRandom& random)
{
    constexpr const char* kWords[] = {"nan",
                                      "-1",
                                      "1e999",
                                      "\"",
                                      "{",
                                      "}",
                                      "[[",
                                      "]",
                                      "<x>",
                                      "</",
                                      "\xFF",
                                      "null",
                                      "",
                                      "\n\n",
                                      ",",
                                      ";",
                                      "99999999999999999999",
                                      "&a;",
                                      "\r",
                                      "0",
                                      "-"};
    const int times = 1 + static_cast<int>(random.below(3));
    for (int i = 0; i < times && !bytes.empty(); ++i) {
        const std::size_t at = random.below(bytes.size());
        const std::size_t length = std::min<std::size_t>(bytes.size() - at, 1 + random.below(20));
        switch (random.below(5)) {
        case 0:
            bytes[at] = static_cast<char>(random.below(256));
            break;
        case 1:
            bytes.replace(at, std::min<std::size_t>(length, 4), kWords[random.below(std::size(kWords))]);
            break;
        case 2:
            bytes.erase(at, length);
            break;
        case 3:
            bytes.insert(at, bytes.substr(at, length));
            break;
        default:
            bytes.resize(at);
        }
    }
    return bytes;
}

LabelSet smallSet(const std::string& format)
{
    RandomLabelSet random(11);
    random.width = random.height = format == "idx" || format == "cifar" ? 32 : 64;
    if (format == "idx" || format == "cifar")
        random.kinds = {ShapeKind::ClassTag};
    return random.make(3, 6);
}

bool saysWhere(const Rejection& rejection)
{
    const std::string text = rejection.place + " " + rejection.reason;
    for (const char* word : {"line ", "byte ", "shape ", "task ", "object ", "flag ", "number ", "colour "})
        if (text.find(word) != std::string::npos)
            return true;
    return rejection.path.ends_with(".png"); // a mask has no lines: the file is the record
}

} // namespace

class TestFormatFaults : public QObject
{
    Q_OBJECT

private slots:
    void malformedFiles_data();
    void malformedFiles();
    void goodRecordsStay_data();
    void goodRecordsStay();
    void anyOrientation_data();
    void anyOrientation();
};

void TestFormatFaults::malformedFiles_data()
{
    QTest::addColumn<QString>("format");
    for (const std::string& key : formats())
        QTest::newRow(key.c_str()) << QString::fromStdString(key);
}

/// Accepted + rejected = read, every rejection names its file and place, nothing crashes.
void TestFormatFaults::malformedFiles()
{
    QFETCH(QString, format);
    const FormatSpec own = formatOf(format.toStdString());
    const FormatSpec* writer = &own;
    const FormatSpec* reader = writer->read ? writer : findLabelFormat("mask-png");
    MemoryLabelTarget target;
    QVERIFY(writer->write(smallSet(format.toStdString()), target));
    std::vector<std::string> names;
    for (const auto& [name, bytes] : target.files)
        names.push_back(name);
    CounterRandom random(3, RandomPurpose::Sample, 0, 0);
    std::int64_t rejected = 0;
    std::int64_t accepted = 0;
    int failed = 0;
    for (int i = 0; i < kFiles; ++i) {
        auto files = target.files;
        std::string& bytes = files[names[random.below(names.size())]];
        bytes = broken(bytes, random);
        MemoryLabelSource source(files, target.pictures);
        (void)reader->recognise(source);
        if (reader->questions)
            (void)reader->questions(source);
        const auto read = reader->read(source, {});
        if (!read) { // the whole of it cannot be used: the message says where
            QVERIFY2(read.error().message.find("line ") != std::string::npos, read.error().message.c_str());
            ++failed;
            continue;
        }
        accepted += annotationCount(*read);
        rejected += std::ssize(read->rejections);
        QCOMPARE(annotationCount(*read) + std::ssize(read->rejections), read->read);
        for (const LabelledPicture& picture : read->pictures)
            for (const FileAnnotation& each : picture.annotations)
                QVERIFY(checkShape(each.shape));
        for (const Rejection& each : read->rejections) {
            QVERIFY(files.contains(each.path));
            QVERIFY2(saysWhere(each), (each.path + ": " + each.place + ": " + each.reason).c_str());
        }
    }
    QVERIFY(accepted > rejected);
    QVERIFY(rejected + failed > 0);
}

void TestFormatFaults::goodRecordsStay_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("files"); ///< name, bytes, name, bytes, by "|"
    QTest::addColumn<int>("accepted");
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("reason");
    QTest::newRow("YOLO, word") << "yolo"
                                << "a.txt|0 .5 .5 .1 .1\n0 .5 x .1 .1\n0 .2 .2 .1 .1\n"
                                << 2 << "line 2"
                                << "column 3 is 'x'";
    QTest::newRow("YOLO, pixels") << "yolo"
                                  << "a.txt|0 .5 .5 .1 .1\r\n\r\n1 320 240 10 10\r\n"
                                  << 1 << "line 3"
                                  << "fraction";
    QTest::newRow("YOLO, unknown class") << "yolo"
                                         << "data.yaml|names: [cat]\n|a.txt|0 .5 .5 .1 .1\n7 .5 .5 .1 .1\n"
                                         << 1 << "line 2"
                                         << "class 7";
    QTest::newRow("YOLO, columns") << "yolo"
                                   << "a.txt|0 .5 .5 .1 .1\n0 .5 .5 .1 .1\n0 .5\n"
                                   << 2 << "line 3"
                                   << "2 columns";
    QTest::newRow("LabelMe")
        << "labelme"
        << R"(a.json|{"imagePath":"a.jpg","shapes":[{"label":"a","points":[[1,1],[9,9]],"shape_type":"rectangle"},)"
           R"({"label":"a","points":[[1,1],[2,2]],"shape_type":"polygon"}]})"
        << 1 << "shape 2"
        << "three vertices";
    QTest::newRow("CVAT") << "cvat"
                          << "a.xml|<annotations>\n<image name=\"a.jpg\" width=\"64\" height=\"48\">\n<box "
                             "label=\"a\" xtl=\"1\" ytl=\"1\" "
                             "xbr=\"5\" ybr=\"5\"/>\n<box label=\"a\" xtl=\"one\" ytl=\"1\" xbr=\"5\" "
                             "ybr=\"5\"/>\n</image></annotations>"
                          << 1 << "line 4"
                          << "xtl=\"one\"";
    QTest::newRow("Label Studio")
        << "label-studio"
        << R"(t.json|[{"data":{"image":"a.jpg"},"annotations":[{"result":[)"
           R"({"type":"rectanglelabels","value":{"x":1,"y":1,"width":5,"height":5,"rectanglelabels":["a"]}},)"
           R"({"type":"rectanglelabels","value":{"x":"?","y":1,"width":5,"height":5,"rectanglelabels":["a"]}}]}]}])"
        << 1 << "task 1, result 2"
        << "not numbers";
    QTest::newRow("DOTA") << "dota"
                          << "a.txt|1 1 5 1 5 5 1 5 ship 0\n1 1 5 1 5 5 1 ship 0\n"
                          << 1 << "line 2"
                          << "column";
    QTest::newRow("KITTI") << "kitti"
                           << "a.txt|Car 0 0 0 1 1 9 9 1 1 1 1 1 1 0\nCar 0 0 0 1 1 9 9\n"
                           << 1 << "line 2"
                           << "8 columns";
    QTest::newRow("CSV") << "csv"
                         << "t.csv|filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,64,48,cat,1,1,9,"
                            "9\na.jpg,64,48,cat,1,1,,9\n"
                         << 1 << "line 3"
                         << "3 of the four";
    QTest::newRow("CSV, class") << "csv"
                                << "t.csv|filename;class\na.jpg;cat\n;cat\n"
                                << 1 << "line 3"
                                << "no file name";
    QTest::newRow("Open Images") << "open-images"
                                 << "b.csv|ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\na,xclick,"
                                    "/m/1,1,0.1,0.5,0.1,0.5\nb,xclick,/m/1,1,0.1,0.5,0.1,0.5\n"
                                 << 1 << "line 3"
                                 << "no picture named 'b'";
    QTest::newRow("Hugging Face") << "hugging-face"
                                  << "metadata.jsonl|{\"file_name\":\"a.jpg\",\"objects\":{\"bbox\":[[1,1,4,"
                                     "4],[1,1,4]],\"categories\":[0,1]}}\nnonsense\n"
                                  << 1 << "line 1, object 2"
                                  << "four numbers";
}

void TestFormatFaults::goodRecordsStay()
{
    QFETCH(QString, format);
    QFETCH(QString, files);
    QFETCH(int, accepted);
    QFETCH(QString, place);
    QFETCH(QString, reason);
    const FormatSpec* spec = findLabelFormat(format.toStdString());
    QVERIFY(spec);
    const QStringList parts = files.split('|');
    std::map<std::string, std::string> all;
    for (int i = 0; i + 1 < parts.size(); i += 2)
        all[parts[i].toStdString()] = parts[i + 1].toStdString();
    MemoryLabelSource source(all, {{"a.jpg", {64, 48, 1}}});
    const auto read = spec->read(source, {});
    QVERIFY(read);
    QCOMPARE(annotationCount(*read), accepted);
    QVERIFY(!read->rejections.empty());
    const Rejection& first = read->rejections.front();
    QVERIFY2(QString::fromStdString(first.place).startsWith(place), first.place.c_str());
    QVERIFY2(QString::fromStdString(first.reason).contains(reason), first.reason.c_str());
    QVERIFY(all.contains(first.path));
    QVERIFY(!first.remedy.empty());
}

void TestFormatFaults::anyOrientation_data()
{
    malformedFiles_data();
}

/// Places are of the upright picture, whatever turned it: the reader says so, by its frame or by the size.
void TestFormatFaults::anyOrientation()
{
    QFETCH(QString, format);
    const std::string key = format.toStdString();
    if (key == "webdataset" || key == "idx" || key == "cifar")
        return; // their pictures lie inside, upright
    const FormatSpec own = formatOf(key);
    const FormatSpec* writer = &own;
    const FormatSpec* reader = writer->read ? writer : findLabelFormat("mask-png");
    RandomLabelSet random(5);
    random.width = 80;
    random.height = 60;
    random.kinds = {ShapeKind::Box, ShapeKind::Polygon};
    const LabelSet labels = random.make(3, 4);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        MemoryLabelTarget target;
        QVERIFY(writer->write(labels, target));
        for (auto& [name, size] : target.pictures)
            size.orientation = orientation;
        MemoryLabelSource source(target.files, target.pictures);
        const auto read = reader->read(source, {});
        QVERIFY(read);
        QCOMPARE(read->pictures.size(), labels.pictures.size());
        for (const LabelledPicture& picture : read->pictures) {
            const bool saysSize = picture.width == 80 && picture.height == 60;
            QVERIFY(picture.frame != CoordinateFrame::Stored);
            QVERIFY(saysSize || picture.width == 0);
            for (const FileAnnotation& each : picture.annotations) {
                const auto box = boundingBox(each.shape);
                QVERIFY(box && box->x > -1e-6 && box->x + box->width < 80 + 1e-6 && box->y > -1e-6 &&
                        box->y + box->height < 60 + 1e-6);
            }
        }
    }
}

QTEST_APPLESS_MAIN(TestFormatFaults)
#include "tst_format_faults.moc"
