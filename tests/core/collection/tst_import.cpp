// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/thumbnail_store.h"
#include "core/labels/facts.h"
#include "core/project/edits.h"
#include "core/storage/hash.h"
#include "tests/core/collection/import_case.h"

#include <QTest>

using namespace trainyard;
using test::ImportCase;
namespace fs = std::filesystem;

class TestImport : public QObject
{
    Q_OBJECT

private slots:
    void mixedFolder();
    void secondImport();
    void rejectsAreRetried();
    void changedBytes();
    void damagedIsLookedAtAgain();
    void movedFile();
    void duplicate();
    void cancelledImportGoesOn();
    void oddNames();
    void hiddenFilesAndLoops();
    void splitsAndClasses();
    void overlappingRoots();
    void copies();
    void relocation();
    void missingFiles();
    void undo();
    void requestJson();
};

void TestImport::mixedFolder()
{
    ImportCase c;
    c.addPicture("cat/1.jpg", 1);
    c.addPicture("cat/2.jpg", 2);
    c.addPicture("dog/3.jpg", 3);
    const std::string whole = c.bytesOf("dog/3.jpg");
    c.addFile("dog/half.jpg", test::halfOf(whole));
    c.addFile("dog/text.jpg", "not a picture at all");
    c.addFile("dog/empty.png", "");
    c.addFile("notes.txt", "hello");
    const ImportResult result = c.import();
    QCOMPARE(result.read, 6);
    QCOMPARE(result.added, 4);
    QCOMPARE(result.accepted, 4);
    QCOMPARE(result.rejected, 2);
    QCOMPARE(result.damaged, 1);
    QCOMPARE(c.table(),
             std::string("cat/1.jpg cat ok labelled\ncat/2.jpg cat ok labelled\ndog/3.jpg dog ok labelled\n"
                         "dog/half.jpg dog damaged labelled\n"));
    QCOMPARE(result.rejections[0].path, (c.source() / "dog/empty.png").native());
    QCOMPARE(result.rejections[1].path, (c.source() / "dog/text.jpg").native());
    QVERIFY(!result.rejections[1].reason.empty() && !result.rejections[1].remedy.empty());
    QCOMPARE(c.project().rejects()->size(), std::size_t{2});
    QCOMPARE(result.losses.notes,
             std::vector<std::string>{"1 files without the ending of a picture were not looked at"});

    const Item half = c.itemAt("dog/half.jpg");
    QVERIFY(half.damage.find("row") != std::string::npos);
    const Item item = c.itemAt("cat/1.jpg");
    QCOMPARE(item.width, 64);
    QCOMPARE(item.height, 48);
    QCOMPARE(item.size, static_cast<std::int64_t>(c.bytesOf("cat/1.jpg").size()));
    QCOMPARE(item.contentHash, xxh3(c.bytesOf("cat/1.jpg")));
    const auto tags = c.project().annotations(item.id);
    QCOMPARE(tags->size(), std::size_t{1});
    QCOMPARE(tags->front().source, AnnotationSource::Import);
    QCOMPARE(tags->front().classId, item.classId);
    QCOMPARE(perceptualHashFacts(c.projectFolder()).readAll()->size(), std::size_t{4});
    auto thumbnails = ThumbnailStore::open(c.projectFolder() / "cache/thumbnails");
    QVERIFY((*thumbnails)->has(item.id, item.contentHash));
    const auto& classes = c.project().classes();
    QCOMPARE(classes.size(), std::size_t{2});
    QVERIFY(classes[0].key == "1" && classes[1].key == "2" && classes[0].colour != classes[1].colour);
}

void TestImport::secondImport()
{
    ImportCase c;
    for (int i = 0; i < 30; ++i)
        c.addPicture("a/" + std::to_string(i) + ".jpg", 100 + i);
    const ImportResult first = c.import();
    QCOMPARE(first.added, 30);
    const ImportResult second = c.import();
    QCOMPARE(second.unchanged, 30);
    QCOMPARE(second.added, 0);
    QCOMPARE(second.revision, first.revision);
    QCOMPARE(c.project().history()->size(), std::size_t{1});
    // Another time alone opens the file again and finds the same bytes.
    fs::last_write_time(c.source() / "a/3.jpg",
                        fs::last_write_time(c.source() / "a/3.jpg") + std::chrono::seconds(5));
    QCOMPARE(c.import().unchanged, 30);
    const Revision touched = c.project().revision();
    QVERIFY(touched > first.revision);
    QCOMPARE(c.itemAt("a/3.jpg").fileState, FileState::Ok);
    QCOMPARE(c.import().revision, touched);
}

void TestImport::rejectsAreRetried()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addFile("a/bad.jpg", "nonsense");
    c.addFile("a/gone.jpg", "nonsense");
    QCOMPARE(c.import().rejected, 2);
    QCOMPARE(c.import().rejected, 2);
    QCOMPARE(c.project().rejects()->size(), std::size_t{2});
    c.addPicture("a/bad.jpg", 7);
    fs::remove(c.source() / "a/gone.jpg");
    const ImportResult result = c.import();
    QCOMPARE(result.rejected, 0);
    QCOMPARE(result.added, 1);
    QVERIFY(c.project().rejects()->empty());
}

void TestImport::changedBytes()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addPicture("a/2.jpg", 2);
    c.import();
    const Item before = c.itemAt("a/1.jpg");
    c.addPicture("a/1.jpg", 9, 80, 40);
    const ImportResult result = c.import();
    QCOMPARE(result.changed, 1);
    QCOMPARE(result.unchanged, 1);
    const Item after = c.itemAt("a/1.jpg");
    QCOMPARE(after.id, before.id);
    QCOMPARE(after.fileState, FileState::Changed);
    QCOMPARE(after.width, 80);
    QCOMPARE(after.classId, before.classId);
    QVERIFY(after.contentHash != before.contentHash);
    // An item whose picture cannot be decoded any more keeps its labels.
    c.addFile("a/1.jpg", "broken");
    const ImportResult broken = c.import();
    QCOMPARE(broken.rejected, 0);
    QCOMPARE(broken.damaged, 1);
    QCOMPARE(c.itemAt("a/1.jpg").fileState, FileState::Damaged);
    QCOMPARE(c.itemAt("a/1.jpg").classId, before.classId);
}

void TestImport::damagedIsLookedAtAgain()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    const std::string whole = c.bytesOf("a/1.jpg");
    c.addFile("a/1.jpg", test::halfOf(whole));
    c.import();
    QCOMPARE(c.itemAt("a/1.jpg").fileState, FileState::Damaged);
    QCOMPARE(c.import().unchanged, 1);
    QCOMPARE(c.itemAt("a/1.jpg").fileState, FileState::Damaged);
    c.addFile("a/1.jpg", whole);
    QCOMPARE(c.import().changed, 1);
    QCOMPARE(c.itemAt("a/1.jpg").fileState, FileState::Ok);
    QVERIFY(c.itemAt("a/1.jpg").damage.empty());
}

void TestImport::movedFile()
{
    ImportCase c;
    c.addPicture("cat/1.jpg", 1);
    c.addPicture("cat/2.jpg", 2);
    c.import();
    const Item before = c.itemAt("cat/1.jpg");
    fs::create_directories(c.source() / "dog");
    fs::rename(c.source() / "cat/1.jpg", c.source() / "dog/new name.jpg");
    const ImportResult result = c.import();
    QCOMPARE(result.moved, 1);
    QCOMPARE(result.added, 0);
    const Item after = c.itemAt("dog/new name.jpg");
    QCOMPARE(after.id, before.id);
    QCOMPARE(after.classId, before.classId); // a label is not overwritten by a folder's name
    QCOMPARE(c.project().columns().size(), std::size_t{2});
}

void TestImport::duplicate()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.import();
    c.addFile("a/2.jpg", c.bytesOf("a/1.jpg"));
    c.addFile("b/3.jpg", c.bytesOf("a/1.jpg"));
    const ImportResult result = c.import();
    QCOMPARE(result.added, 2);
    QCOMPARE(result.moved, 0);
    QCOMPARE(result.duplicates, 2);
    const auto issues = c.issues(IssueKind::ExactDuplicate);
    QCOMPARE(issues.size(), std::size_t{2});
    for (const Issue& issue : issues) {
        QCOMPARE(issue.other, c.itemAt("a/1.jpg").id);
        QVERIFY(issue.item > issue.other);
    }
    QCOMPARE(c.import().duplicates, 0);
    // The issue speaks of bytes that are no longer there.
    c.addPicture("b/3.jpg", 5);
    c.import();
    QCOMPARE(c.issues(IssueKind::ExactDuplicate).size(), std::size_t{1});
}

void TestImport::cancelledImportGoesOn()
{
    ImportCase c;
    constexpr int kCount = 700;
    for (int i = 0; i < kCount; ++i)
        c.addPicture("a/" + std::to_string(1000 + i) + ".jpg", static_cast<std::uint64_t>(i), 16, 16);
    Cancellation cancellation;
    const auto cancelInTheMiddle = [&](const Progress& progress) {
        if (progress.phase == "reading pictures" && progress.done >= 400)
            cancellation.cancel();
    };
    const auto cancelled =
        importSource(c.project(), c.decoders(), c.request(), cancellation, cancelInTheMiddle);
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
    const auto kept = static_cast<std::int64_t>(c.project().columns().size());
    QVERIFY2(kept > 0 && kept < kCount, std::to_string(kept).c_str());
    const ImportResult rest = c.import();
    QCOMPARE(rest.unchanged, kept);
    QCOMPARE(rest.added, kCount - kept);
    QCOMPARE(perceptualHashFacts(c.projectFolder()).readAll()->size(), std::size_t{kCount});
}

void TestImport::oddNames()
{
    ImportCase c;
    const std::vector<std::string> names = {"caf\xE9.jpg", "new\nline.jpg",  std::string(246, 'x') + ".jpg",
                                            "-rf.jpg",     "sp ace.jpg",     "\xE2\x80\xAEgpj.jpg",
                                            "a'b\"c;.jpg", "dot.in.name.jpg"};
    std::uint64_t seed = 0;
    for (const std::string& name : names)
        c.addPicture("cl\xE9/" + name, ++seed);
    QCOMPARE(c.import().added, std::ssize(names));
    for (const std::string& name : names)
        QCOMPARE(c.itemAt("cl\xE9/" + name).fileState, FileState::Ok);
    QCOMPARE(c.project().classes().front().name, std::string("cl\\xE9"));
    QCOMPARE(c.import().unchanged, std::ssize(names));
}

void TestImport::hiddenFilesAndLoops()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addPicture("a/.hidden.jpg", 2);
    c.addPicture(".cache/3.jpg", 3);
    fs::create_directory_symlink("..", c.source() / "a/up");
    fs::create_directory_symlink(c.source(), c.source() / "a/top");
    fs::create_symlink("1.jpg", c.source() / "a/link.jpg");
    fs::create_symlink("nowhere.jpg", c.source() / "a/broken.jpg");
    const ImportResult result = c.import();
    QCOMPARE(result.added, 2);
    QCOMPARE(result.duplicates, 1);
    QCOMPARE(result.rejected, 1);
    QCOMPARE(result.rejections[0].path, (c.source() / "a/broken.jpg").native());
}

void TestImport::splitsAndClasses()
{
    ImportCase c;
    c.addPicture("train/cat/1.jpg", 1);
    c.addPicture("valid/cat/2.jpg", 2);
    c.addPicture("test/dog/3.jpg", 3);
    const auto plan = planImport(c.project(), c.decoders(), c.request(), Cancellation(), {});
    QVERIFY(plan);
    QCOMPARE(plan->format, std::string("image-folder"));
    QCOMPARE(plan->pictures, 3);
    QCOMPARE(plan->classes, (std::vector<std::pair<std::string, std::int64_t>>{{"cat", 2}, {"dog", 1}}));
    QCOMPARE(plan->splits, (std::vector<std::pair<Split, std::int64_t>>{
                               {Split::Train, 1}, {Split::Validation, 1}, {Split::Test, 1}}));
    QVERIFY(plan->questions.empty());
    QVERIFY(plan->bytesNeeded > 0 && plan->bytesFree > 0);
    QVERIFY(c.project().columns().empty());
    c.import();
    QCOMPARE(c.itemAt("train/cat/1.jpg").split, Split::Train);
    QCOMPARE(c.itemAt("valid/cat/2.jpg").split, Split::Validation);
    QCOMPARE(c.itemAt("test/dog/3.jpg").split, Split::Test);
}

void TestImport::overlappingRoots()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addPicture("b/2.jpg", 2);
    ImportRequest part = c.request();
    part.source = c.source() / "a";
    QCOMPARE(c.import(part).added, 1);
    const ImportResult whole = c.import();
    QCOMPARE(whole.unchanged, 1);
    QCOMPARE(whole.added, 1);
    part.source = c.source() / "b";
    QCOMPARE(c.import(part).unchanged, 1);
    QCOMPARE(c.project().roots().size(), std::size_t{2});
    part.source = c.source() / "b/2.jpg"; // a single file
    QCOMPARE(c.import(part).unchanged, 1);
}

void TestImport::copies()
{
    ImportCase c;
    c.addPicture("cat/1.jpg", 1);
    c.addFile("cat/bad.jpg", "nonsense");
    ImportRequest request = c.request();
    request.copiesFiles = true;
    QCOMPARE(c.import(request).added, 1);
    const Item item = c.itemAt("cat/1.jpg");
    QCOMPARE(c.project().itemPath(item), c.projectFolder() / "media/source/cat/1.jpg");
    QCOMPARE(test::readTestFile(c.project().itemPath(item)), c.bytesOf("cat/1.jpg"));
    QVERIFY(!fs::exists(c.projectFolder() / "media/source/cat/bad.jpg"));
    QCOMPARE(c.import(request).unchanged, 1);
    fs::remove(c.project().itemPath(item));
    QCOMPARE(c.import(request).unchanged, 1);
    QCOMPARE(test::readTestFile(c.project().itemPath(item)), c.bytesOf("cat/1.jpg"));
    c.addPicture("cat/1.jpg", 8);
    QCOMPARE(c.import(request).changed, 1);
    QCOMPARE(test::readTestFile(c.project().itemPath(item)), c.bytesOf("cat/1.jpg"));
    // Another source of the same name gets a folder of its own.
    test::writeTestFile(c.folder() / "other/source/cat/1.jpg", c.bytesOf("cat/1.jpg") + "x");
    request.source = c.folder() / "other/source";
    QCOMPARE(c.import(request).added, 1);
    QVERIFY(fs::exists(c.projectFolder() / "media/source-2/cat/1.jpg"));
}

void TestImport::relocation()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addPicture("a/2.jpg", 2);
    c.addPicture("a/3.jpg", 3);
    c.import();
    fs::rename(c.source(), c.folder() / "elsewhere");
    fs::remove(c.folder() / "elsewhere/a/2.jpg");
    test::writeTestFile(c.folder() / "elsewhere/a/3.jpg", "shorter");
    QVERIFY(!relocate(c.project(), c.folder() / "nowhere", c.folder() / "elsewhere"));
    QVERIFY(!relocate(c.project(), c.source(), c.folder() / "nowhere"));
    const auto result = relocate(c.project(), c.source(), c.folder() / "elsewhere");
    QVERIFY(result);
    QCOMPARE(result->found, 1);
    QCOMPARE(result->missing, 1);
    QCOMPARE(result->differing, 1);
    QCOMPARE(c.project().itemPath(c.itemAt("a/1.jpg")), c.folder() / "elsewhere/a/1.jpg");
}

void TestImport::missingFiles()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.addPicture("a/2.jpg", 2);
    c.import();
    fs::rename(c.source() / "a/1.jpg", c.folder() / "aside.jpg");
    QCOMPARE(*updateFileStates(c.project(), Cancellation()), 1);
    QCOMPARE(c.itemAt("a/1.jpg").fileState, FileState::Missing);
    QCOMPARE(*updateFileStates(c.project(), Cancellation()), 0);
    fs::rename(c.folder() / "aside.jpg", c.source() / "a/1.jpg");
    QCOMPARE(c.import().unchanged, 2);
    QCOMPARE(c.itemAt("a/1.jpg").fileState, FileState::Ok);
}

void TestImport::undo()
{
    ImportCase c;
    c.addPicture("a/1.jpg", 1);
    c.import();
    QVERIFY(c.project().undo());
    QVERIFY(c.project().columns().empty());
    QVERIFY(c.project().redo());
    QCOMPARE(c.table(), std::string("a/1.jpg a ok labelled\n"));
    QCOMPARE(c.import().unchanged, 1);
}

void TestImport::requestJson()
{
    ImportRequest request;
    request.source = "caf\xE9/x";
    request.format = "pascal-voc";
    request.cropsBoxes = true;
    request.perClass = 12;
    request.seed = ~std::uint64_t{0};
    request.vocBase = 0;
    request.answers = {{"voc-base", "1"}};
    request.limits.maxPixels = 5;
    const auto read = importRequestFromJson(*parseJson(jsonLine(importRequestToJson(request)), "test"));
    QVERIFY(read);
    QVERIFY(*read == request);
    Json broken = importRequestToJson(request);
    broken["format"] = "tar";
    QVERIFY(!importRequestFromJson(broken));
}

QTEST_APPLESS_MAIN(TestImport)
#include "tst_import.moc"
