// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/crop_choice.h"
#include "core/collection/picture_labels.h"
#include "core/imaging/own_jpeg.h"
#include "core/imaging/own_png.h"
#include "core/imaging/resize.h"
#include "core/labels/orientation.h"
#include "core/project/edits.h"
#include "core/storage/hash.h"
#include "tests/core/collection/import_case.h"

#include <QTest>
#include <algorithm>
#include <map>
#include <set>
#include <sstream>

using namespace trainyard;
using test::ImportCase;
using test::vocText;
namespace fs = std::filesystem;

namespace {

/// The JPEG with an EXIF block that holds nothing but the orientation, after the start marker.
std::string withOrientation(const std::string& jpeg, int orientation)
{
    std::string exif("\xFF\xE1\x00\x22"
                     "Exif\0\0"
                     "II*\0\x08\0\0\0"
                     "\x01\0"
                     "\x12\x01\x03\0\x01\0\0\0",
                     28);
    exif += std::string{static_cast<char>(orientation), 0, 0, 0};
    exif += std::string(4, '\0');
    exif[3] = static_cast<char>(exif.size() - 2);
    return jpeg.substr(0, 2) + exif + jpeg.substr(2);
}

} // namespace

class TestImportLabels : public QObject
{
    Q_OBJECT

private slots:
    void boxesOfPictures();
    void baseIsAsked();
    void imageSets();
    void imageSetsOfTwoYears();
    void masksBesideLabelFiles();
    void photographsAreNoMasks();
    void labelsComeLater();
    void orientations_data();
    void orientations();
    void exifInImports();
    void wrongSize();
    void cropPixels();
    void cropsAgain();
    void cropNamesAreSafe();
    void cropsPerClass();
    void cropsOfDamagedPictures();
    void relocatedCrops();
    void refusedRequests();
    void realSample();
};

void TestImportLabels::boxesOfPictures()
{
    ImportCase c;
    c.addPicture("JPEGImages/a.jpg", 1, 200, 100);
    c.addPicture("JPEGImages/b.jpg", 2, 200, 100);
    c.addPicture("JPEGImages/empty.jpg", 3, 200, 100);
    c.addFile("Annotations/a.xml",
              vocText("a.jpg", 200, 100, {"cell 1 1 50 40", "cell 9 9 5 5", "dot 100 50 200 100"}));
    c.addFile("Annotations/empty.xml", vocText("empty.jpg", 200, 100, {}));
    c.addFile("Annotations/lost.xml", vocText("lost.jpg", 200, 100, {"cell 1 1 5 5"}));
    c.addFile("Annotations/bad.xml", "<annotation>\n<filename>b.jpg</filename>");
    c.addPicture("SegmentationClass/a.png", 9);
    const ImportResult result = c.import();
    QCOMPARE(result.read, 7); // three pictures, one object, two label files, a mask without indices
    QCOMPARE(result.added, 3);
    QCOMPARE(result.rejected, 4);
    QCOMPARE(c.table(), std::string("JPEGImages/a.jpg - ok labelled\nJPEGImages/b.jpg - ok unlabelled\n"
                                    "JPEGImages/empty.jpg - ok labelled\n"));
    const auto boxes = *c.project().annotations(c.itemAt("JPEGImages/a.jpg").id);
    QCOMPARE(boxes.size(), std::size_t{2});
    QCOMPARE(*boxes[0].box(), (Box{0, 0, 50, 40}));
    QCOMPARE(*boxes[1].box(), (Box{99, 49, 101, 51}));
    QCOMPARE(c.project().classById(boxes[1].classId)->name, std::string("dot"));
    QCOMPARE(boxes[0].sourceName, std::string("pascal-voc"));
    std::set<std::string> places;
    const auto rejects = c.project().rejects();
    for (const RejectRow& reject : *rejects)
        places.insert(fs::path(reject.source).filename().native() + ": " + reject.place);
    QCOMPARE(places,
             (std::set<std::string>{"a.png: ", "a.xml: line 5, object 2", "bad.xml: line 2", "lost.xml: "}));
    const ImportResult again = c.import();
    QCOMPARE(again.unchanged, 3);
    QCOMPARE(again.rejected, 4);
    QCOMPARE(again.revision, result.revision);
    QVERIFY(std::any_of(result.losses.notes.begin(), result.losses.notes.end(),
                        [](const std::string& note) { return note.find("1-based") != std::string::npos; }));
}

void TestImportLabels::baseIsAsked()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 100);
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 10 10 20 20"}));
    ImportRequest request = c.request();
    auto plan = planImport(c.project(), c.decoders(), request, Cancellation(), {});
    QCOMPARE(plan->format, std::string("pascal-voc"));
    QCOMPARE(plan->boxes, 1);
    QCOMPARE(plan->questions.size(), std::size_t{1});
    QCOMPARE(plan->questions[0].key, std::string("voc-base"));
    QCOMPARE(plan->questions[0].flag, std::string("--voc-base"));
    QCOMPARE(plan->questions[0].preset, std::string("1"));
    request.answers = {{"voc-base", "0"}};
    QVERIFY(planImport(c.project(), c.decoders(), request, Cancellation(), {})->questions.empty());
    c.import(request);
    QCOMPARE(c.boxAt("a.jpg"), (Box{10, 10, 10, 10}));
    request.answers = {{"voc-base", "2"}};
    QCOMPARE(importSource(c.project(), c.decoders(), request, Cancellation(), {}).error().code,
             ErrorCode::InvalidFile);
}

void TestImportLabels::imageSets()
{
    ImportCase c;
    for (const std::string name : {"a", "b", "c"}) {
        c.addPicture("JPEGImages/" + name + ".jpg", static_cast<std::uint64_t>(name[0]), 50, 50);
        c.addFile("Annotations/" + name + ".xml", vocText(name + ".jpg", 50, 50, {"x 1 1 50 50"}));
    }
    c.addFile("ImageSets/Main/train.txt", "a\n");
    c.addFile("ImageSets/Main/test.txt", "b\n");
    c.addFile("ImageSets/Main/x_train.txt", "c 1\n");
    c.import();
    QCOMPARE(c.itemAt("JPEGImages/a.jpg").split, Split::Train);
    QCOMPARE(c.itemAt("JPEGImages/b.jpg").split, Split::Test);
    QCOMPARE(c.itemAt("JPEGImages/c.jpg").split, Split::None);
}

void TestImportLabels::imageSetsOfTwoYears()
{
    ImportCase c;
    for (const std::string year : {"VOC2007", "VOC2012"}) {
        const std::string name = year == "VOC2007" ? "000001" : "2012_000001";
        c.addPicture(year + "/JPEGImages/" + name + ".jpg", year == "VOC2007" ? 1 : 2, 50, 50);
        c.addFile(year + "/Annotations/" + name + ".xml", vocText(name + ".jpg", 50, 50, {"x 1 1 50 50"}));
        c.addFile(year + "/ImageSets/Main/train.txt", name); // without an end of line
    }
    c.import();
    QCOMPARE(c.itemAt("VOC2007/JPEGImages/000001.jpg").split, Split::Train);
    QCOMPARE(c.itemAt("VOC2012/JPEGImages/2012_000001.jpg").split, Split::Train);
}

/// Class masks of pictures with and without a label file, in one folder with them.
void TestImportLabels::masksBesideLabelFiles()
{
    ImportCase c;
    std::vector<std::uint8_t> indices(120, 1);
    for (const std::string name : {"a", "b", "c", "d"}) {
        c.addPicture(name + ".jpg", static_cast<std::uint64_t>(name[0]), 12, 10);
        c.addFile("SegmentationClass/" + name + ".png", *encodePalettePng(12, 10, indices, vocPalette()));
        if (name != "a")
            c.addFile(name + ".xml", vocText(name + ".jpg", 12, 10, {"cat 1 1 6 6"}));
    }
    const ImportResult result = c.import();
    QCOMPARE(result.rejected, 0);
    QCOMPARE(c.project().annotations(c.itemAt("a.jpg").id)->size(), std::size_t{1});
    for (const char* path : {"b.jpg", "c.jpg", "d.jpg"})
        QCOMPARE(c.project().annotations(c.itemAt(path).id)->size(), std::size_t{2});
}

/// A colour picture where masks are looked for must not become a class for each of its colours.
void TestImportLabels::photographsAreNoMasks()
{
    ImportCase c;
    c.addPicture("images/a.jpg", 1, 300, 300);
    Image noise{300, 300, std::vector<std::uint8_t>(300 * 300 * 3)};
    std::uint32_t state = 1;
    for (std::uint8_t& value : noise.pixels)
        value = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
    c.addFile("masks/a.png", *encodeRgbPng(noise));
    ImportRequest request = c.request();
    request.format = "mask-png";
    const ImportResult result = c.import(request);
    QVERIFY(c.project().classes().empty());
    QCOMPARE(result.rejections.size(), std::size_t{1});
    QVERIFY(result.rejections[0].path.find("masks/a.png") != std::string::npos);
    QVERIFY(result.rejections[0].reason.find("photograph") != std::string::npos);
}

void TestImportLabels::labelsComeLater()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 100);
    c.addPicture("b.jpg", 2, 100, 100);
    c.import();
    QVERIFY(c.project().applyNow(*makeAddClass(c.project(), "mine", 0xFF0000, "1")));
    const ItemId b = c.itemAt("b.jpg").id;
    QVERIFY(c.project().applyNow(
        *makeSetClass(c.project(), std::span(&b, 1), c.project().classByName("mine")->id)));
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100"}));
    c.addFile("b.xml", vocText("b.jpg", 100, 100, {"x 1 1 100 100"}));
    QCOMPARE(c.import().unchanged, 2);
    QCOMPARE(c.project().annotations(c.itemAt("a.jpg").id)->front().kind(), ShapeKind::Box);
    QCOMPARE(c.itemAt("a.jpg").reviewState, ReviewState::Labelled);
    const auto kept = *c.project().annotations(b); // a person's label is not added to
    QCOMPARE(kept.size(), std::size_t{1});
    QCOMPARE(kept[0].kind(), ShapeKind::ClassTag);
}

void TestImportLabels::orientations_data()
{
    QTest::addColumn<int>("orientation");
    for (int orientation = 1; orientation <= 8; ++orientation)
        QTest::addRow("%d", orientation) << orientation;
}

void TestImportLabels::orientations()
{
    // The box of a marked pixel must lie where orientImage() puts that pixel.
    QFETCH(int, orientation);
    Image stored{5, 3, std::vector<std::uint8_t>(45, 0)};
    stored.row(1)[3 * 3] = 255;
    const Image upright = orientImage(stored, orientation);
    const auto box = std::get<Box>(uprightShape(Box{3, 1, 1, 1}, orientation, 5, 3));
    for (int y = 0; y < upright.height; ++y)
        for (int x = 0; x < upright.width; ++x)
            QCOMPARE(upright.row(y)[3 * x] == 255, box == (Box{double(x), double(y), 1, 1}));
    ImageHeader header;
    header.width = 5;
    header.height = 3;
    header.orientation = orientation;
    const bool isTurned = orientation >= 5;
    QCOMPARE(labelFrame(5, 3, header), isTurned           ? LabelFrame::Stored
                                       : orientation == 1 ? LabelFrame::Upright
                                                          : LabelFrame::Either);
    QCOMPARE(labelFrame(3, 5, header), isTurned ? LabelFrame::Upright : LabelFrame::Neither);
    QCOMPARE(labelFrame(0, 0, header), LabelFrame::Upright);
}

void TestImportLabels::exifInImports()
{
    ImportCase c;
    const std::string stored = *encodeJpeg(test::smoothPicture(1, 80, 40), 90);
    c.addFile("stored.jpg", withOrientation(stored, 6));
    c.addFile("upright.jpg", withOrientation(stored + "x", 6));
    c.addFile("square.jpg", withOrientation(*encodeJpeg(test::smoothPicture(2, 40, 40), 90), 6));
    c.addFile("stored.xml", vocText("stored.jpg", 80, 40, {"x 1 1 10 20"}));
    c.addFile("upright.xml", vocText("upright.jpg", 40, 80, {"x 1 1 10 20"}));
    c.addFile("square.xml", vocText("square.jpg", 40, 40, {"x 1 1 10 40"}));
    const ImportResult result = c.import();
    QCOMPARE(result.rejected, 0);
    QCOMPARE(c.itemAt("stored.jpg").width, 40);
    QCOMPARE(c.itemAt("stored.jpg").height, 80);
    // The stored corner (0,0)-(10,20) is turned by 90 degrees clockwise into the upper right corner.
    QCOMPARE(c.boxAt("stored.jpg"), (Box{20, 0, 20, 10}));
    QCOMPARE(c.boxAt("upright.jpg"), (Box{0, 0, 10, 20}));
    QCOMPARE(c.boxAt("square.jpg"), (Box{0, 0, 10, 40}));
    QCOMPARE(std::count_if(result.losses.notes.begin(), result.losses.notes.end(),
                           [](const std::string& note) {
                               return note.starts_with("square.jpg: the label file's size fits");
                           }),
             1);
}

void TestImportLabels::wrongSize()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 80, 40);
    c.addFile("a.xml", vocText("a.jpg", 400, 300, {"x 1 1 10 20", "x 1 1 400 300"}));
    const ImportResult result = c.import();
    QCOMPARE(result.added, 1);
    QCOMPARE(result.rejected, 2);
    QVERIFY(result.rejections[0].reason.find("400x300") != std::string::npos);
    QVERIFY(result.rejections[0].reason.find("80x40") != std::string::npos);
    QCOMPARE(c.import().rejected, 2);
    QCOMPARE(c.project().rejects()->size(), std::size_t{2});
}

void TestImportLabels::cropPixels()
{
    ImportCase c;
    c.addPicture("p.jpg", 1, 200, 100);
    // x 39..79 (40 wide, margin 4), y 0..20 (margin 2, clipped at the top).
    c.addFile("p.xml", vocText("p.jpg", 200, 100, {"cell 40 1 79 20", "whole 1 1 200 100"}));
    ImportRequest request = c.request();
    request.cropsBoxes = true;
    const ImportResult result = c.import(request);
    QCOMPARE(result.read, 2);
    QCOMPARE(result.added, 2);
    const Item item = c.itemAt("p-1.jpg");
    QCOMPARE(c.project().itemPath(item), c.projectFolder() / "media/crops/p-1.jpg");
    QCOMPARE(item.width, 48);
    QCOMPARE(item.height, 22);
    QCOMPARE(item.sourceBox, (std::optional<Box>(Box{39, 0, 40, 20})));
    QCOMPARE(item.sourcePicture, (c.source() / "p.jpg").native());
    QCOMPARE(item.group, std::string("source/p.jpg"));
    QCOMPARE(c.project().classById(item.classId)->name, std::string("cell"));
    const std::string written = test::readTestFile(c.project().itemPath(item));
    QCOMPARE(item.contentHash, xxh3(written));
    // The pixels are the picture's own, row by row.
    const Image picture = *decodeOwnJpeg(c.bytesOf("p.jpg"));
    Image expected{48, 22, {}};
    for (int y = 0; y < 22; ++y)
        expected.pixels.insert(expected.pixels.end(), picture.row(y) + 3 * 35, picture.row(y) + 3 * 83);
    QVERIFY(written == *encodeJpeg(expected, 95, true));
    QCOMPARE(c.itemAt("p-2.jpg").width, 200);
    QCOMPARE(c.project().columns().size(), std::size_t{2}); // the picture itself is no item
}

void TestImportLabels::cropsAgain()
{
    ImportCase c;
    c.addPicture("p.jpg", 1, 200, 100);
    c.addFile("p.xml", vocText("p.jpg", 200, 100,
                               {"cell 40 1 79 20", "cell 1 1 50 50", "cell 9 9 9 9", "dot 100 50 200 100"}));
    ImportRequest request = c.request();
    request.cropsBoxes = true;
    const ImportResult first = c.import(request);
    QCOMPARE(first.added, 3);
    QCOMPARE(first.rejected, 1);
    const std::string table = c.table();
    ImportResult again = c.import(request);
    QCOMPARE(again.unchanged, 3);
    QCOMPARE(again.revision, first.revision);
    // A crop that was deleted comes back with the same bytes.
    const auto crop = c.projectFolder() / "media/crops/p-2.jpg";
    const std::string bytes = test::readTestFile(crop);
    fs::remove(crop);
    again = c.import(request);
    QCOMPARE(again.unchanged, 3);
    QVERIFY(test::readTestFile(crop) == bytes);
    // Another picture under the same name changes all its crops.
    c.addPicture("p.jpg", 2, 200, 100);
    again = c.import(request);
    QCOMPARE(again.changed, 3);
    QCOMPARE(again.added, 0);
    QCOMPARE(c.itemAt("p-1.jpg").fileState, FileState::Changed);
    QVERIFY(test::readTestFile(crop) != bytes);
    QCOMPARE(c.import(request).unchanged, 3);
}

void TestImportLabels::cropNamesAreSafe()
{
    ImportCase c;
    c.addPicture("a/p.jpg", 1, 60, 60);
    c.addPicture("b/p.jpg", 2, 60, 60);
    c.addPicture("b/" + std::string(240, 'n') + ".jpg", 3, 60, 60);
    c.addFile("a/p.xml", vocText("p.jpg", 60, 60, {"x 1 1 60 60"}));
    c.addFile("b/p.xml", vocText("p.jpg", 60, 60, {"x 1 1 60 60"}));
    c.addFile("b/" + std::string(240, 'n') + ".xml", vocText("", 60, 60, {"x 1 1 60 60"}));
    ImportRequest request = c.request();
    request.cropsBoxes = true;
    QCOMPARE(c.import(request).added, 3);
    QCOMPARE(c.import(request).unchanged, 3);
    std::set<std::string> paths;
    const auto items = c.project().items();
    for (const Item& item : *items) {
        paths.insert(item.path);
        QVERIFY(fs::exists(c.project().itemPath(item)));
    }
    QCOMPARE(paths.size(), std::size_t{3});
    QVERIFY(paths.contains("p-1.jpg"));
}

void TestImportLabels::cropsPerClass()
{
    std::map<std::string, std::string> tables;
    for (const std::string run : {"first", "second"}) {
        ImportCase c;
        for (int i = 0; i < 6; ++i) {
            const std::string name = "p" + std::to_string(i);
            c.addPicture(name + ".jpg", static_cast<std::uint64_t>(i), 100, 100);
            c.addFile(name + ".xml", vocText(name + ".jpg", 100, 100,
                                             {"many 1 1 50 50", "many 40 40 100 100", "few 20 20 60 60"}));
        }
        c.addPicture("without.jpg", 9, 100, 100);
        ImportRequest request = c.request();
        request.cropsBoxes = true;
        request.perClass = 8;
        request.seed = 5;
        const ImportResult result = c.import(request);
        QCOMPARE(result.read, 19);
        QCOMPARE(result.added, 14);
        QCOMPARE(result.leftOut, 5);
        tables[run] = c.table();
        QCOMPARE(c.import(request).unchanged, 14);
        request.perClass = 0;
        QCOMPARE(c.import(request).added, 4);
    }
    QCOMPARE(tables["first"], tables["second"]);
    // Python: sorted(xxhash.xxh3_64_intdigest(b'p%d.jpg\0%d' % (i, k), seed=5) ...) picks the same boxes; the
    // golden is made by tests/data/collection/make_draw.py.
    const Json golden =
        *parseJson(test::readTestFile(test::sourceFolder() / "tests/data/collection/draw.json"), "draw.json");
    std::set<std::string> expected;
    for (const Json& name : golden["many"])
        expected.insert(name.get<std::string>());
    std::set<std::string> chosen;
    std::istringstream lines(tables["first"]);
    for (std::string line; std::getline(lines, line);)
        if (line.find(" many ") != std::string::npos)
            chosen.insert(line.substr(0, line.find(' ')));
    QCOMPARE(chosen, expected);
}

void TestImportLabels::cropsOfDamagedPictures()
{
    ImportCase c;
    c.addPicture("half.jpg", 1, 100, 100);
    const std::string whole = c.bytesOf("half.jpg");
    c.addFile("half.jpg", test::halfOf(whole));
    c.addFile("none.jpg", "nonsense");
    c.addFile("half.xml", vocText("half.jpg", 100, 100, {"x 1 1 50 50"}));
    c.addFile("none.xml", vocText("none.jpg", 100, 100, {"x 1 1 50 50", "x 9 9 50 100"}));
    ImportRequest request = c.request();
    request.cropsBoxes = true;
    const ImportResult result = c.import(request);
    QCOMPARE(result.read, 3);
    QCOMPARE(result.added, 1);
    QCOMPARE(result.damaged, 1);
    QCOMPARE(result.rejected, 2);
    QCOMPARE(result.rejections[1].place, std::string("line 5, object 2"));
    QVERIFY(c.itemAt("half-1.jpg").damage.starts_with("cut from a damaged picture: "));
    QCOMPARE(c.import(request).unchanged, 1);
}

void TestImportLabels::relocatedCrops()
{
    ImportCase c;
    c.addPicture("p.jpg", 1, 100, 100);
    c.addFile("p.xml", vocText("p.jpg", 100, 100, {"x 1 1 100 50"}));
    ImportRequest request = c.request();
    request.cropsBoxes = true;
    c.import(request);
    fs::rename(c.source(), c.folder() / "elsewhere");
    QVERIFY(relocate(c.project(), c.source(), c.folder() / "elsewhere"));
    QCOMPARE(c.itemAt("p-1.jpg").sourcePicture, (c.folder() / "elsewhere/p.jpg").native());
    request.source = c.folder() / "elsewhere";
    QCOMPARE(c.import(request).unchanged, 1);
}

void TestImportLabels::refusedRequests()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    const auto code = [&](const ImportRequest& request) {
        const auto result = importSource(c.project(), c.decoders(), request, Cancellation(), {});
        return result ? ErrorCode::Internal : result.error().code;
    };
    ImportRequest request = c.request();
    request.cropsBoxes = true;
    QCOMPARE(code(request), ErrorCode::InvalidArgument);
    request = c.request();
    request.perClass = 3;
    QCOMPARE(code(request), ErrorCode::InvalidArgument);
    request = c.request();
    request.format = "pascal-voc";
    QCOMPARE(code(request), ErrorCode::InvalidArgument);
    request = c.request();
    request.source = c.source() / "nowhere";
    QCOMPARE(code(request), ErrorCode::NotFound);
    QVERIFY(c.project().history()->empty());
}

void TestImportLabels::realSample()
{
    ImportCase c;
    ImportRequest request = c.request();
    request.source = test::sourceFolder() / "resources/samples/blood-cells";
    request.cropsBoxes = true;
    request.perClass = 135;
    const ImportResult result = c.import(request);
    QCOMPARE(result.rejected, 0);
    QCOMPARE(result.added, 405);
    QCOMPARE(result.read, 1406);
    std::map<std::string, int> counts;
    std::set<std::string> sources;
    const auto items = c.project().items();
    for (const Item& item : *items) {
        ++counts[c.project().classById(item.classId)->name];
        sources.insert(item.group);
    }
    QCOMPARE(counts, (std::map<std::string, int>{{"Platelets", 135}, {"RBC", 135}, {"WBC", 135}}));
    QVERIFY(sources.size() >= 100);
    QCOMPARE(c.import(request).unchanged, 405);
}

QTEST_APPLESS_MAIN(TestImportLabels)
#include "tst_import_labels.moc"
