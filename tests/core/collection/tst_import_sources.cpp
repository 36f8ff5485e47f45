// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/export.h"
#include "core/labels/formats.h"
#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "tests/core/collection/import_case.h"
#include "tests/core/labels/format_rows.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;
using test::ImportCase;
using test::vocText;

namespace {

constexpr const char* kRow = "0 .5 .5 .25 .25\n"; ///< of YOLO

std::string labelMe(const std::string& label)
{
    return R"({"imagePath":"1.jpg","imageHeight":48,"imageWidth":64,"shapes":[{"label":")" + label +
           R"(","group_id":1,"points":[[1,1],[9,1],[9,9]]}]})";
}

/// The file names of label files with what is wrong with them.
std::string rejected(const ImportCase& c, const ImportResult& result)
{
    std::string text;
    for (const Rejection& each : result.rejections) {
        std::string reason = each.reason;
        const std::string folder = c.source().native() + "/";
        if (const std::size_t at = reason.find(folder); at != std::string::npos)
            reason.erase(at, folder.size());
        text += each.path.substr(folder.size()) + ": " + reason + "\n";
    }
    return text;
}

} // namespace

/// Whole imports of sources whose label files do not fit its pictures, and of exports.
class TestImportSources : public QObject
{
    Q_OBJECT

private slots:
    void oneLabelFileForEachPicture_data();
    void oneLabelFileForEachPicture();
    void guessesComeLast_data();
    void guessesComeLast();
    void missingPicturesStayMissing_data();
    void missingPicturesStayMissing();
    void broaderClassesEnd_data();
    void broaderClassesEnd();
    void exportsComeBack_data();
    void exportsComeBack();
};

void TestImportSources::oneLabelFileForEachPicture_data()
{
    QTest::addColumn<QString>("ending");
    QTest::newRow("YOLO") << ".txt";
    QTest::newRow("LabelMe") << ".json";
    QTest::newRow("Pascal VOC") << ".xml";
}

/// The one beside the picture counts, whatever comes first by its name; the other is named.
void TestImportSources::oneLabelFileForEachPicture()
{
    QFETCH(QString, ending);
    const std::string file = "1" + ending.toStdString();
    const bool isYolo = file == "1.txt";
    const bool isVoc = file == "1.xml";
    ImportCase c;
    c.addPicture("b/1.jpg", 1, 64, 48);
    for (const std::string folder : {"a", "b"}) {
        const std::string label = folder == "a" ? "wrong" : "right";
        c.addFile(folder + "/" + file, isYolo  ? kRow + std::string(folder == "a" ? kRow : "")
                                       : isVoc ? vocText("1.jpg", 64, 48, {label + " 1 1 20 20"})
                                               : labelMe(label));
    }
    const ImportResult result = c.import();
    QCOMPARE(rejected(c, result), "a/" + file + ": its picture is described by b/" + file + " already\n");
    const auto labels = c.project().annotations(c.itemAt("b/1.jpg").id);
    QCOMPARE(labels->size(), std::size_t(1));
    const std::string name = c.project().classById(labels->front().classId)->name;
    QCOMPARE(name, std::string(isYolo ? "0" : "right"));
}

void TestImportSources::guessesComeLast_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("bytes"); // with % for the class
    QTest::newRow("CVAT") << "cvat"
                          << "annotations.xml"
                          << R"(<annotations><image name="1.jpg" width="64" height="48"><tag label="%"/>)"
                             "</image></annotations>";
    QTest::newRow("Label Studio") << "label-studio"
                                  << "tasks.json"
                                  << R"([{"data":{"image":"1.jpg"},"annotations":[{"result":[)"
                                     R"({"type":"choices","from_name":"c","value":{"choices":["%"]}}]}]}])";
    QTest::newRow("Hugging Face") << "hugging-face"
                                  << "metadata.jsonl"
                                  << R"({"file_name":"1.jpg","label":"%"})";
    QTest::newRow("CSV table") << "csv"
                               << "labels.csv"
                               << "filename,class\n1.jpg,%\n";
    QTest::newRow("Open Images") << "open-images"
                                 << "boxes.csv"
                                 << "ImageID,LabelName,XMin,XMax,YMin,YMax\n1,%,0.1,0.5,0.1,0.5\n";
}

/// A picture goes to its own task's labels, though another task that lacks one of its name comes first.
void TestImportSources::guessesComeLast()
{
    QFETCH(QString, format);
    QFETCH(QString, file);
    QFETCH(QString, bytes);
    ImportCase c;
    const std::string picture = "two/images/1.jpg";
    c.addPicture(picture, 1, 64, 48);
    for (const QString task : {"one", "two"})
        c.addFile((task + "/" + file).toStdString(),
                  QString(bytes).replace('%', task == "one" ? "wrong" : "right").toStdString());
    ImportRequest request = c.request();
    request.format = format.toStdString();
    const ImportResult result = c.import(request);
    QCOMPARE(result.rejections.size(), std::size_t(1));
    QVERIFY2(rejected(c, result).starts_with("one/" + file.toStdString()), rejected(c, result).c_str());
    const auto labels = c.project().annotations(c.itemAt(picture).id);
    QCOMPARE(labels->size(), std::size_t(1));
    QCOMPARE(c.project().classById(labels->front().classId)->name, std::string("right"));
}

void TestImportSources::missingPicturesStayMissing_data()
{
    QTest::addColumn<QString>("labels");
    QTest::addColumn<QString>("bytes");
    QTest::addColumn<QString>("picture");
    QTest::newRow("YOLO") << "train/labels/1.txt" << kRow << "valid/images/1.jpg";
    QTest::newRow("KITTI") << "training/label_2/1.txt"
                           << "Car 0 0 0 1 1 9 9 1 1 1 1 1 1 0\n"
                           << "testing/image_2/1.jpg";
    QTest::newRow("KITTI, two drives") << "one/label_2/1.txt"
                                       << "Car 0 0 0 1 1 9 9 1 1 1 1 1 1 0\n"
                                       << "two/image_2/1.jpg";
    QTest::newRow("LabelMe") << "train/1.json" << QString::fromStdString(labelMe("cat")) << "valid/1.jpg";
    QTest::newRow("Pascal VOC") << "train/1.xml"
                                << QString::fromStdString(vocText("1.jpg", 64, 48, {"cat 1 1 20 20"}))
                                << "valid/1.jpg";
    QTest::newRow("COCO") << "annotations/instances_val.json"
                          << R"({"images":[{"id":1,"file_name":"1.jpg","width":64,"height":48}],)"
                             R"("categories":[{"id":1,"name":"cat"}],"annotations":)"
                             R"([{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,9,9]}]})"
                          << "images/train/1.jpg";
}

/// Labels of a picture that is not there do not land on another one of its name.
void TestImportSources::missingPicturesStayMissing()
{
    QFETCH(QString, labels);
    QFETCH(QString, bytes);
    QFETCH(QString, picture);
    const std::string file = labels.toStdString();
    ImportCase c;
    c.addPicture(picture.toStdString(), 1, 64, 48);
    c.addFile(file, bytes.toStdString());
    const ImportResult result = c.import();
    QCOMPARE(result.added, 1);
    QCOMPARE(result.rejected, 1);
    QVERIFY2(rejected(c, result).starts_with(file + ": "), rejected(c, result).c_str());
    QVERIFY2(rejected(c, result).find("is in the source") != std::string::npos ||
                 rejected(c, result).find("is not in the source") != std::string::npos,
             rejected(c, result).c_str());
    QVERIFY(c.project().annotations(c.itemAt(picture.toStdString()).id)->empty());
}

void TestImportSources::broaderClassesEnd_data()
{
    QTest::addColumn<QStringList>("known");
    QTest::newRow("both made") << QStringList();
    QTest::newRow("one known") << QStringList{"person"};
    QTest::newRow("the other known") << QStringList{"human"};
    QTest::newRow("both known") << QStringList{"person", "human"};
}

/// Each of two classes is the broader one of the other: the first that says so has it.
void TestImportSources::broaderClassesEnd()
{
    QFETCH(QStringList, known);
    ImportCase c;
    for (const QString& name : known)
        QVERIFY(c.project().applyNow(*makeAddClass(c.project(), name.toStdString(), 0, {})));
    c.addPicture("1.jpg", 1, 64, 48);
    c.addFile("labels.json", R"({"images":[{"id":1,"file_name":"1.jpg","width":64,"height":48}],)"
                             R"("categories":[{"id":1,"name":"person","supercategory":"human"},)"
                             R"({"id":2,"name":"human","supercategory":"person"}],"annotations":)"
                             R"([{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,9,9]},)"
                             R"({"id":2,"image_id":1,"category_id":2,"bbox":[1,1,9,9]}]})");
    QCOMPARE(rejected(c, c.import()), std::string());
    const ItemClass* person = c.project().classByName("person");
    const ItemClass* human = c.project().classByName("human");
    QVERIFY(person != nullptr && human != nullptr);
    QCOMPARE(person->parent, human->id);
    QCOMPARE(human->parent, ClassId(0));
}

void TestImportSources::exportsComeBack_data()
{
    test::addFormatRows(true);
}

/// Pictures of one name in two splits, and a name that is no text.
void TestImportSources::exportsComeBack()
{
    QFETCH(QString, format);
    const std::string key = format.toStdString();
    ImportCase c;
    const std::vector<std::pair<std::string, Split>> pictures = {
        {"cat/1.jpg", Split::Train}, {"dog/1.jpg", Split::Validation}, {"dog/caf\xE9.jpg", Split::Train}};
    std::uint64_t seed = 0;
    for (const auto& [path, split] : pictures)
        c.addPicture(path, ++seed, 32, 32);
    c.import();
    for (const auto& [path, split] : pictures) {
        const Item item = c.itemAt(path);
        Annotation box;
        box.item = item.id;
        box.classId = c.project().classByName("cat")->id;
        box.shape = Box{4, 4, 12, 10};
        QVERIFY(c.project().applyNow(*makeAddAnnotation(c.project(), box)));
        const std::pair one(item.id, split);
        QVERIFY(c.project().applyNow(*makeSetSplit(c.project(), std::span(&one, 1))));
    }
    const std::filesystem::path out = c.folder() / "out";
    const auto written =
        exportDataset(c.project(), c.decoders(), {out, key, {}, ExportedPictures::Copy}, Cancellation(), {});
    QVERIFY2(written, written ? "" : written.error().message.c_str());
    ImportCase back;
    ImportRequest request = back.request();
    request.source = out;
    request.format = key;
    const ImportResult result = back.import(request);
    for (const Rejection& each : result.rejections)
        QFAIL((each.path + ": " + each.reason).c_str());
    QCOMPARE(result.added, 3);
    std::int64_t labels = 0;
    const auto items = back.project().items();
    for (const Item& item : *items) {
        labels += std::ssize(*back.project().annotations(item.id));
        QVERIFY2(item.reviewState == ReviewState::Labelled, item.path.c_str());
    }
    QCOMPARE(labels, written->labels);
}

QTEST_APPLESS_MAIN(TestImportSources)
#include "tst_import_sources.moc"
