// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/base/path_text.h"
#include "core/collection/export.h"
#include "core/imaging/own_jpeg.h"
#include "core/imaging/own_png.h"
#include "core/imaging/resize.h"
#include "core/labels/formats.h"
#include "core/labels/shape_suggestions.h"
#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "tests/core/collection/import_case.h"
#include "tests/core/labels/format_rows.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;
using test::ImportCase;
using test::vocText;
namespace fs = std::filesystem;

/// Datasets from a project and back: with real pictures in all orientations.
class TestExport : public QObject
{
    Q_OBJECT

private slots:
    void orientations_data();
    void orientations();
    void foldersAreSafe();
    void picturesOfTheProjectStay();
    void linksDoNotLeadOut();
    void anExportThatFailsLeavesTheEarlierOne();
    void plansSayWhatComes_data();
    void plansSayWhatComes();
    void picturesAreLinkedOrLeft();
    void whatIsLeftOut();
    void secondOpinionsStayOut();
    void cocoKeepsWhatItDoesNotKnow();
    void masksOfVoc();
    void predictions();

private:
    static ExportResult write(ImportCase& c, const fs::path& folder, const std::string& format,
                              ExportedPictures pictures = ExportedPictures::Copy,
                              const std::string& filter = {});
};

namespace {

/// A JPEG with an EXIF block that holds nothing but the orientation.
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

/// Formats whose files hold pixels of one size take pictures of that size alone; CIFAR's is 32 x 32.
bool holdsOneSize(const QString& format)
{
    return format == QLatin1String("idx") || format.startsWith(QLatin1String("cifar"));
}

/// Gray, with a white square of 8 x 8 pixels that begins at (20, 8) of the stored picture.
Image markedPicture(int width, int height)
{
    const auto bytes = static_cast<std::size_t>(width * height * 3);
    Image image{width, height, std::vector<std::uint8_t>(bytes, 60)};
    for (int y = 8; y < 16; ++y)
        std::fill(image.row(y) + 20 * 3, image.row(y) + 28 * 3, std::uint8_t{255});
    return image;
}

/// A box of the project's first class in a picture: formats without whole pictures need one.
void addBox(ImportCase& c, const std::string& path)
{
    Annotation box;
    box.item = c.itemAt(path).id;
    box.classId = c.project().classes().front().id;
    box.shape = Box{4, 4, 12, 10};
    if (!c.project().applyNow(*makeAddAnnotation(c.project(), box)))
        qFatal("the box could not be added");
}

/// The mean brightness under a box of the picture's pixels as they are shown.
double brightness(const Image& image, const Box& box)
{
    double sum = 0;
    double count = 0;
    for (int y = static_cast<int>(box.y); y < box.y + box.height; ++y)
        for (int x = static_cast<int>(box.x); x < box.x + box.width; ++x, ++count)
            sum += image.row(y)[3 * x];
    return count == 0 ? 0 : sum / count;
}

std::string noteWith(const std::vector<std::string>& notes, const std::string& part)
{
    for (const std::string& note : notes)
        if (note.find(part) != std::string::npos)
            return note;
    return {};
}

} // namespace

ExportResult TestExport::write(ImportCase& c, const fs::path& folder, const std::string& format,
                               ExportedPictures pictures, const std::string& filter)
{
    const auto result =
        exportDataset(c.project(), c.decoders(), {folder, format, filter, pictures}, Cancellation(), {});
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return *result;
}

void TestExport::orientations_data()
{
    test::addFormatRows(true);
}

void TestExport::orientations()
{
    QFETCH(QString, format);
    // Eight pictures, stored alike, each turned otherwise by EXIF; the labels speak of the stored pictures.
    ImportCase c;
    const bool isSquare = holdsOneSize(format);
    const Image stored = isSquare ? markedPicture(32, 32) : markedPicture(60, 40);
    const std::string jpeg = *encodeJpeg(stored, 95, true);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        const std::string name = "o" + std::to_string(orientation);
        c.addFile(
            name + ".jpg",
            withOrientation(jpeg + std::string(static_cast<std::size_t>(orientation), 'x'), orientation));
        Image upright = orientImage(stored, orientation);
        int left = upright.width, top = upright.height;
        for (int y = upright.height; y-- > 0;)
            for (int x = upright.width; x-- > 0;)
                if (upright.row(y)[3 * x] == 255)
                    left = std::min(left, x), top = std::min(top, y);
        c.addFile(name + ".xml", vocText(name + ".jpg", upright.width, upright.height,
                                         {"mark " + std::to_string(left + 1) + " " + std::to_string(top + 1) +
                                          " " + std::to_string(left + 8) + " " + std::to_string(top + 8)}));
    }
    c.import();
    // Formats of whole pictures get a class for the whole picture beside the box.
    const auto items = c.project().items();
    for (const Item& item : *items) {
        Annotation tag;
        tag.item = item.id;
        tag.classId = c.project().classByName("mark")->id;
        QVERIFY(c.project().applyNow(*makeAddAnnotation(c.project(), tag)));
    }
    const fs::path folder = c.folder() / "out";
    QCOMPARE(write(c, folder, format.toStdString()).pictures, 8);

    ImportCase back;
    ImportRequest request = back.request();
    request.source = folder;
    request.format = format.toStdString();
    const ImportResult result = back.import(request);
    QCOMPARE(result.rejected, 0);
    QCOMPARE(result.added, 8);
    int boxes = 0;
    int labels = 0;
    const auto found = back.project().items();
    for (const Item& item : *found) {
        DecodeRequest decode;
        decode.path = back.project().itemPath(item);
        const auto picture = back.decoders().decode(decode);
        QVERIFY(picture);
        const auto annotations = back.project().annotations(item.id);
        for (const Annotation& annotation : *annotations) {
            ++labels;
            const auto around = boundingBox(annotation.shape);
            if (!around)
                continue;
            ++boxes;
            QVERIFY2(std::abs(around->width - 8) < 0.6 && std::abs(around->height - 8) < 0.6,
                     item.path.c_str());
            const Box inside{around->x + 1, around->y + 1, 6, 6};
            QVERIFY2(brightness(picture->image, inside) > 230, item.path.c_str());
        }
    }
    QVERIFY(labels >= 8);
    QVERIFY2(boxes == 0 || boxes == 8, std::to_string(boxes).c_str());
}

void TestExport::foldersAreSafe()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.addPicture("dog/b.jpg", 2);
    c.import();
    addBox(c, "cat/a.jpg");
    const auto code = [&](const fs::path& folder) {
        const auto result = exportDataset(c.project(), c.decoders(),
                                          {folder, "coco", {}, ExportedPictures::Copy}, Cancellation(), {});
        return result ? ErrorCode::Internal : result.error().code;
    };
    test::writeTestFile(c.folder() / "mine/letter.txt", "keep me");
    QCOMPARE(code(c.folder() / "mine"), ErrorCode::Refused);
    QCOMPARE(code(c.folder() / "mine/letter.txt"), ErrorCode::Refused);
    QCOMPARE(test::readTestFile(c.folder() / "mine/letter.txt"), std::string("keep me"));
    const fs::path out = c.folder() / "out";
    write(c, out, "image-folder");
    QVERIFY(fs::exists(out / "cat/a.jpg") && fs::exists(out / "classes.txt"));
    test::writeTestFile(out / "letter.txt", "keep me, too");
    write(c, out, "coco");
    QVERIFY(!fs::exists(out / "cat") && !fs::exists(out / "classes.txt"));
    QVERIFY(fs::exists(out / "annotations/instances.json"));
    QCOMPARE(test::readTestFile(out / "letter.txt"), std::string("keep me, too"));
    QVERIFY(c.project().history()->size() == 2); // import and box: an export changes nothing
}

/// A project whose pictures came from an earlier export must not empty that folder.
void TestExport::picturesOfTheProjectStay()
{
    ImportCase c;
    c.addPicture("images/cat/a.jpg", 1);
    c.addFile("trainyard-export.json",
              jsonText({{"format", "coco"}, {"files", {base64Encode("images/cat/a.jpg")}}}));
    c.import();
    addBox(c, "images/cat/a.jpg");
    for (const ExportedPictures pictures : {ExportedPictures::Copy, ExportedPictures::Link}) {
        for (const fs::path& folder : {c.source(), c.source() / "images"}) {
            const ExportRequest request{folder, "coco", {}, pictures};
            const auto result = exportDataset(c.project(), c.decoders(), request, Cancellation(), {});
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Refused);
            QVERIFY(!planExport(c.project(), request, Cancellation(), {}));
            QVERIFY(fs::is_regular_file(c.source() / "images/cat/a.jpg"));
        }
    }
    write(c, c.source() / "export", "coco"); // a folder of its own below them is allowed
    QVERIFY(fs::is_regular_file(c.source() / "images/cat/a.jpg"));
}

void TestExport::linksDoNotLeadOut()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.import();
    addBox(c, "cat/a.jpg");
    const fs::path out = c.folder() / "out";
    test::writeTestFile(c.folder() / "victim/secret", "keep me");
    fs::create_directories(out);
    fs::create_directory_symlink(c.folder() / "victim", out / "images");
    for (const std::string& listed : {std::string("images/secret"), std::string("nothing")}) {
        test::writeTestFile(out / "trainyard-export.json",
                            jsonText({{"format", "coco"}, {"files", {base64Encode(listed)}}}));
        const auto result = exportDataset(c.project(), c.decoders(),
                                          {out, "coco", {}, ExportedPictures::Copy}, Cancellation(), {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Refused);
        QCOMPARE(test::readTestFile(c.folder() / "victim/secret"), std::string("keep me"));
        QCOMPARE(std::distance(fs::directory_iterator(c.folder() / "victim"), fs::directory_iterator()), 1);
    }
    test::writeTestFile(out / "trainyard-export.json", "[]"); // no list of an export
    QVERIFY(!exportDataset(c.project(), c.decoders(), {out, "coco", {}, ExportedPictures::Copy},
                           Cancellation(), {}));
}

void TestExport::anExportThatFailsLeavesTheEarlierOne()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.addPicture("dog/b.jpg", 2);
    c.import();
    addBox(c, "cat/a.jpg");
    const fs::path out = c.folder() / "out";
    write(c, out, "coco");
    fs::remove(c.source() / "dog/b.jpg");
    const auto result = exportDataset(c.project(), c.decoders(),
                                      {out, "image-folder", {}, ExportedPictures::Copy}, Cancellation(), {});
    QVERIFY(!result);
    QVERIFY(result.error().message.find("b.jpg") != std::string::npos);
    QVERIFY(fs::exists(out / "annotations/instances.json"));
    QVERIFY(!fs::exists(out / "cat"));
}

void TestExport::plansSayWhatComes_data()
{
    test::addFormatRows(false);
}

void TestExport::plansSayWhatComes()
{
    QFETCH(QString, format);
    ImportCase c;
    c.addPicture("cat/a.jpg", 1, 32, 32);
    c.addPicture("dog/b.jpg", 2, 32, 32);
    c.addPicture("dog/c.jpg", 3, 32, 32);
    c.import();
    Annotation turned;
    turned.item = c.itemAt("dog/b.jpg").id;
    turned.classId = c.project().classByName("dog")->id;
    turned.shape = RotatedBox{16, 16, 10, 6, 30};
    turned.flags.isOccluded = true;
    QVERIFY(c.project().applyNow(*makeAddAnnotation(c.project(), turned)));
    const fs::path out = c.folder() / "out";
    const ExportRequest request{out, format.toStdString(), {}, ExportedPictures::Copy};
    const auto plan = planExport(c.project(), request, Cancellation(), {});
    QVERIFY2(plan, plan ? "" : plan.error().message.c_str());
    QVERIFY(!fs::exists(out));
    QCOMPARE(plan->replaced, 0);
    const ExportResult result = write(c, out, format.toStdString());
    QCOMPARE(plan->result.pictures, 3);
    QCOMPARE(plan->result.pictures, result.pictures);
    QCOMPARE(plan->result.labels, result.labels);
    QCOMPARE(plan->result.files, result.files);
    QVERIFY(plan->result.losses.notes == result.losses.notes);
    const auto again = planExport(c.project(), request, Cancellation(), {});
    QVERIFY(again);
    QCOMPARE(again->replaced, result.files); // and they are still there
    std::int64_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(out))
        files += entry.is_directory() ? 0 : 1;
    QCOMPARE(files, result.files + 1); // the list
    const auto back = exportPlanFromJson(exportPlanToJson(*again));
    QVERIFY(back && back->replaced == again->replaced && back->result.files == again->result.files &&
            back->result.losses.notes == again->result.losses.notes);
    test::writeTestFile(c.folder() / "mine/letter.txt", "keep me");
    const auto refused =
        planExport(c.project(), {c.folder() / "mine", format.toStdString(), {}, ExportedPictures::Copy},
                   Cancellation(), {});
    QVERIFY(!refused && refused.error().code == ErrorCode::Refused);
}

void TestExport::picturesAreLinkedOrLeft()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.import();
    const fs::path out = c.folder() / "out";
    write(c, out, "image-folder", ExportedPictures::Link);
    QVERIFY(fs::is_symlink(out / "cat/a.jpg"));
    QCOMPARE(test::readTestFile(out / "cat/a.jpg"), c.bytesOf("cat/a.jpg"));
    write(c, out, "image-folder", ExportedPictures::None);
    QVERIFY(!fs::exists(out / "cat/a.jpg"));
    QVERIFY(!c.bytesOf("cat/a.jpg").empty()); // the link is gone, not what it led to
}

void TestExport::whatIsLeftOut()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.addPicture("cat/b.jpg", 2);
    c.addPicture("c.jpg", 3);
    c.import();
    addBox(c, "cat/a.jpg");
    const ItemId excluded = c.itemAt("cat/b.jpg").id;
    QVERIFY(c.project().applyNow(*makeExclude(c.project(), std::span(&excluded, 1), "blurred")));
    ExportResult result = write(c, c.folder() / "out", "coco");
    QCOMPARE(result.pictures, 1);
    QCOMPARE(result.leftOut, 2);
    QVERIFY(!noteWith(result.losses.notes, "2 items that are unlabelled").empty());
    QCOMPARE(write(c, c.folder() / "out", "coco", ExportedPictures::None, "review=unlabelled").pictures, 1);
    QCOMPARE(write(c, c.folder() / "out", "coco", ExportedPictures::None, "path=*a.jpg").pictures, 1);
}

void TestExport::secondOpinionsStayOut()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 100);
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100"}));
    c.import();
    const auto labels = [&] { return write(c, c.folder() / "out", "coco").labels; };
    const auto noteOf = [&] {
        return noteWith(write(c, c.folder() / "out", "coco").losses.notes, "second opinion");
    };
    QCOMPARE(labels(), 1);
    QCOMPARE(noteOf(), std::string());
    c.addOpinion("a.jpg", "x", Box{10, 10, 20, 20});
    QCOMPARE(labels(), 1);
    QCOMPARE(noteOf(), std::string("1 annotation is a second opinion and is left out"));
    c.addOpinion("a.jpg", "x", {});
    QCOMPARE(labels(), 1);
    QCOMPARE(noteOf(), std::string("2 annotations are second opinions and are left out"));
    const Json written =
        *parseJson(test::readTestFile(c.folder() / "out/annotations/instances.json"), "written");
    QCOMPARE(written["annotations"].size(), std::size_t{1});
    QVERIFY(written["annotations"][0]["bbox"] == (Json{0.0, 0.0, 100.0, 100.0}));
    QVERIFY(written.dump().find("bob") == std::string::npos);
}

void TestExport::cocoKeepsWhatItDoesNotKnow()
{
    ImportCase c;
    c.addPicture("images/a.jpg", 1, 100, 80);
    c.addFile("annotations/instances_train.json",
              R"({"info": {"year": 2017}, "licenses": [{"id": 4}],
"images": [{"id": 42, "file_name": "a.jpg", "width": 100, "height": 80, "license": 4}],
"annotations": [
 {"id": 7, "image_id": 42, "category_id": 18, "bbox": [10, 20, 30, 40], "iscrowd": 0, "review": {"by": "me"}},
 {"id": 8, "image_id": 42, "category_id": 99, "bbox": [1, 2, 3, 4]},
 {"id": 9, "image_id": 42, "category_id": 18, "bbox": [1, 2, 3]},
 {"id": 10, "image_id": 42, "category_id": 18, "iscrowd": 1, "segmentation": {"size": [80, 100], "counts": [810, 5, 7185]}}],
"categories": [{"id": 18, "name": "dog", "supercategory": "animal", "isthing": 1}]})");
    const ImportResult result = c.import();
    QCOMPARE(result.labels, (LabelCounts{4, 2, 0, 0, 0, 0, 2, 0}));
    const std::size_t bad = c.bytesOf("annotations/instances_train.json").find("{\"id\": 9");
    std::vector<std::string> places;
    for (const Rejection& rejection : result.rejections)
        places.push_back(rejection.place);
    QCOMPARE(places, (std::vector<std::string>{"line 6, byte " + std::to_string(bad), "annotation 8"}));
    QCOMPARE(c.itemAt("images/a.jpg").split, Split::Train);
    QCOMPARE(c.project().classById(c.project().classByName("dog")->parent)->name, std::string("animal"));
    write(c, c.folder() / "out", "coco");
    const Json written =
        *parseJson(test::readTestFile(c.folder() / "out/annotations/instances_train.json"), "written");
    QVERIFY(written["info"]["year"] == 2017);
    QVERIFY(written["licenses"][0]["id"] == 4);
    QVERIFY(written["images"][0]["id"] == 42);
    QVERIFY(written["images"][0]["license"] == 4);
    QCOMPARE(written["annotations"].size(), std::size_t{2});
    QVERIFY(written["annotations"][0]["category_id"] == 18);
    QVERIFY(written["annotations"][0]["review"]["by"] == "me");
    QVERIFY(written["annotations"][1]["iscrowd"] == 1);
    QVERIFY(written["annotations"][1]["area"] == 5);
    QVERIFY(written["annotations"][1]["bbox"] == (Json{10.0, 10.0, 1.0, 5.0}));
    for (const Json& category : written["categories"])
        if (category["name"] == "dog") {
            QVERIFY(category["id"] == 18);
            QVERIFY(category["isthing"] == 1);
            QVERIFY(category["supercategory"] == "animal");
        }
}

void TestExport::masksOfVoc()
{
    ImportCase c;
    c.addPicture("JPEGImages/a.jpg", 1, 12, 10);
    c.addFile("Annotations/a.xml", vocText("a.jpg", 12, 10, {"cat 1 1 6 6", "dog 7 7 12 10"}));
    std::vector<std::uint8_t> indices(120, 0);
    for (int y = 0; y < 6; ++y)
        for (int x = 0; x < 6; ++x)
            indices[static_cast<std::size_t>(12 * y + x)] = x == 5 ? 255 : 1;
    c.addFile("SegmentationObject/a.png", *encodePalettePng(12, 10, indices, vocPalette()));
    const ImportResult result = c.import();
    QCOMPARE(result.added, 1); // the mask is no picture
    QCOMPARE(result.rejected, 0);
    const auto annotations = c.project().annotations(c.itemAt("JPEGImages/a.jpg").id);
    QCOMPARE((*annotations)[0].kind(), ShapeKind::Mask);
    QCOMPARE(*boundingBox((*annotations)[0].shape), (Box{0, 0, 5, 6}));
    QCOMPARE((*annotations)[1].kind(), ShapeKind::Box);
}

void TestExport::predictions()
{
    ImportCase c;
    c.addPicture("000000000042.jpg", 1, 100, 80);
    c.addFile("instances.json",
              R"({"images": [{"id": 42, "file_name": "000000000042.jpg", "width": 100, "height": 80}],
"annotations": [], "categories": [{"id": 3, "name": "car"}]})");
    c.addFile("yolo-results.json",
              R"([{"image_id": 42, "category_id": 3, "bbox": [1, 2, 30, 40], "score": 0.75},
{"image_id": 42, "category_id": 3, "bbox": [1, 2, 30, 40], "score": 7}])");
    const ImportResult result = c.import();
    QCOMPARE(result.labels, (LabelCounts{2, 0, 0, 0, 0, 1, 1, 0}));
    const Item item = c.itemAt("000000000042.jpg");
    QVERIFY(c.project().annotations(item.id)->empty());
    const auto open = ShapeSuggestionStore(c.projectFolder()).open();
    QCOMPARE(open->at(item.id).size(), std::size_t{1});
    const ShapeSuggestion suggestion = open->at(item.id).front();
    QCOMPARE(suggestion.className, std::string("car"));
    QCOMPARE(suggestion.model, std::string("yolo-results"));
    QCOMPARE(suggestion.score, 0.75);
    QCOMPARE(std::get<Box>(suggestion.shape), (Box{1, 2, 30, 40}));
    QCOMPARE(suggestion.contentHash, item.contentHash);
    QCOMPARE(item.reviewState, ReviewState::Unlabelled);
    QCOMPARE(c.import().labels, result.labels);
}

QTEST_APPLESS_MAIN(TestExport)
#include "tst_export.moc"
