// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/export.h"
#include "core/labels/formats.h"
#include "core/project/annotation_edits.h"
#include "core/project/class_edits.h"
#include "core/project/edits.h"
#include "tests/core/collection/import_case.h"
#include "tests/core/labels/format_rows.h"
#include "tests/support/small_disk.h"

#include <QTest>
#include <map>
#include <set>

using namespace trainyard;
using test::ImportCase;
namespace fs = std::filesystem;

/// What an export says it holds, and what it holds: figures, names of classes, texts of attributes.
class TestExportContents : public QObject
{
    Q_OBJECT

private slots:
    void figuresAreWhatComesBack_data();
    void figuresAreWhatComesBack();
    void nothingReplacesNothing();
    void aFormatThatHoldsNoneOfTheLabels();
    void aFolderThatCannotBeWritten();
    void namesStayApart_data();
    void namesStayApart();
    void namesThatAreNoText_data();
    void namesThatAreNoText();
    void linesInAttributes();
    void whatWasTakenOverIsALabel_data();
    void whatWasTakenOverIsALabel();
    void splitsOfNamesWithBlanks();
    void aBroaderClassThatComesLater();
    void manyClassesAsMasks();

private:
    static void addLabel(ImportCase& c, const std::string& path, const std::string& className,
                         const Shape& shape, const Attributes& attributes = {});
    static Result<ExportResult> write(ImportCase& c, const fs::path& folder, const std::string& format,
                                      const std::string& filter = {});
    /// Imports a folder into a new project; stops the test program where a record is refused.
    static void importBack(ImportCase& back, const fs::path& folder, const std::string& format);
    /// How many labels each class has.
    static std::map<ClassId, int> usesOf(Project& project);
    static std::int64_t labelsOf(Project& project);
    static std::set<std::string> classesOf(Project& project);
};

void TestExportContents::addLabel(ImportCase& c, const std::string& path, const std::string& className,
                                  const Shape& shape, const Attributes& attributes)
{
    Annotation label;
    label.item = c.itemAt(path).id;
    label.classId = c.project().classByName(className)->id;
    label.shape = shape;
    label.attributes = attributes;
    label.isReviewed = true;
    const auto edit = makeAddAnnotation(c.project(), label);
    if (!edit || !c.project().applyNow(*edit))
        qFatal("the label could not be added");
}

Result<ExportResult> TestExportContents::write(ImportCase& c, const fs::path& folder,
                                               const std::string& format, const std::string& filter)
{
    const ExportRequest request{folder, format, filter, ExportedPictures::Copy};
    const auto plan = planExport(c.project(), request, Cancellation(), {});
    auto result = exportDataset(c.project(), c.decoders(), request, Cancellation(), {});
    if (bool(plan) != bool(result) || (plan && plan->result.labels != result->labels))
        qFatal("the plan of %s promised something else", format.c_str());
    return result;
}

void TestExportContents::importBack(ImportCase& back, const fs::path& folder, const std::string& format)
{
    ImportRequest request = back.request();
    request.source = folder;
    request.format = format;
    const ImportResult result = back.import(request);
    if (result.rejected != 0 || !result.rejections.empty())
        qFatal("%s refused %lld records of its own", format.c_str(),
               static_cast<long long>(result.rejections.size()));
}

std::map<ClassId, int> TestExportContents::usesOf(Project& project)
{
    std::map<ClassId, int> uses;
    const auto items = project.items();
    for (const Item& item : *items) {
        const auto labels = project.annotations(item.id);
        for (const Annotation& label : *labels)
            ++uses[label.classId];
    }
    return uses;
}

std::int64_t TestExportContents::labelsOf(Project& project)
{
    std::int64_t count = 0;
    for (const auto& [classId, uses] : usesOf(project))
        count += uses;
    return count;
}

std::set<std::string> TestExportContents::classesOf(Project& project)
{
    std::set<std::string> names;
    for (const ItemClass& each : project.classes())
        names.insert(each.name);
    return names;
}

void TestExportContents::figuresAreWhatComesBack_data()
{
    test::addFormatRows(true);
}

void TestExportContents::figuresAreWhatComesBack()
{
    QFETCH(QString, format);
    const std::string key = format.toStdString();
    ImportCase c;
    c.addPicture("cat/a.jpg", 1, 32, 32);
    c.addPicture("dog/b.jpg", 2, 32, 32);
    c.addPicture("dog/c.jpg", 3, 32, 32);
    c.addPicture("dog/d.jpg", 4, 40, 32);
    c.import();
    addLabel(c, "cat/a.jpg", "dog", Box{4, 4, 12, 10});
    addLabel(c, "cat/a.jpg", "cat", Vertex{20, 20});
    addLabel(c, "dog/b.jpg", "cat", Box{2, 2, 10, 10});
    addLabel(c, "dog/b.jpg", "cat", Shape());
    addLabel(c, "dog/d.jpg", "dog", Polyline{{{1, 1}, {9, 9}}});
    const fs::path out = c.folder() / "out";
    const auto result = write(c, out, key);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    ImportCase back;
    importBack(back, out, key);
    QCOMPARE(std::ssize(*back.project().items()), result->pictures);
    QCOMPARE(labelsOf(back.project()), result->labels);
    QCOMPARE(result->pictures + result->leftOut, 4);
}

void TestExportContents::nothingReplacesNothing()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.import();
    const fs::path out = c.folder() / "out";
    QVERIFY(write(c, out, "image-folder"));
    const auto result = write(c, out, "image-folder", "split=test");
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::NotFound);
    QVERIFY(result.error().message.find("split=test") != std::string::npos);
    QVERIFY(fs::exists(out / "cat/a.jpg"));
    ImportCase unlabelled;
    unlabelled.addPicture("a.jpg", 1);
    unlabelled.import();
    const auto none = write(unlabelled, unlabelled.folder() / "out", "coco");
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::NotFound);
    QVERIFY(none.error().message.find("1 item that is unlabelled") != std::string::npos);
    QVERIFY(!fs::exists(unlabelled.folder() / "out"));
}

void TestExportContents::aFormatThatHoldsNoneOfTheLabels()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.addPicture("dog/b.jpg", 2);
    c.import();
    const fs::path out = c.folder() / "out";
    QVERIFY(write(c, out, "image-folder"));
    for (const char* format : {"coco", "dota", "kitti", "open-images", "pascal-voc", "cifar"}) {
        const auto result = write(c, out, format);
        QVERIFY2(!result, format);
        QCOMPARE(result.error().code, ErrorCode::Refused);
        QVERIFY(result.error().message.find("none of the 2 labels") != std::string::npos);
        QVERIFY(fs::exists(out / "cat/a.jpg"));
    }
    addLabel(c, "cat/a.jpg", "cat", Box{4, 4, 12, 10});
    QCOMPARE(write(c, out, "coco")->labels, 1);
}

void TestExportContents::aFolderThatCannotBeWritten()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.import();
    const test::SmallDisk disk(c.folder() / "disk", "1m");
    if (!disk.isMounted() ||
        ::mount(nullptr, (c.folder() / "disk").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0)
        QSKIP("a file system cannot be mounted here");
    const auto plan =
        planExport(c.project(), {c.folder() / "disk/new/out", "image-folder", {}, ExportedPictures::Copy},
                   Cancellation(), {});
    QVERIFY(!plan);
    QCOMPARE(plan.error().code, ErrorCode::IoError);
    QVERIFY(plan.error().message.find("/disk") != std::string::npos);
}

void TestExportContents::namesStayApart_data()
{
    figuresAreWhatComesBack_data();
}

/// Names that a format has to change must not become one class.
void TestExportContents::namesStayApart()
{
    QFETCH(QString, format);
    const std::string key = format.toStdString();
    const std::set<std::string> names = {"a b", "a_b", "a-b", "#a", "_a"};
    ImportCase c;
    std::uint64_t seed = 0;
    for (const std::string& name : names) {
        ++seed;
        c.addPicture(name + "/" + std::to_string(seed) + ".jpg", seed, 32, 32);
    }
    c.import();
    QCOMPARE(classesOf(c.project()), names);
    seed = 0;
    for (const std::string& name : names)
        addLabel(c, name + "/" + std::to_string(++seed) + ".jpg", name, Box{4, 4, 12, 10});
    const fs::path out = c.folder() / "out";
    const auto result = write(c, out, key);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    ImportCase back;
    importBack(back, out, key);
    QCOMPARE(usesOf(back.project()).size(), names.size());
}

void TestExportContents::namesThatAreNoText_data()
{
    figuresAreWhatComesBack_data();
}

/// Folders may have any name; what is made of them has to come back from every format.
void TestExportContents::namesThatAreNoText()
{
    QFETCH(QString, format);
    const std::string key = format.toStdString();
    ImportCase c;
    const std::vector<std::string> names = {"two\nlines", "two lines", "tab\there"};
    std::uint64_t seed = 0;
    for (const std::string& name : names)
        c.addPicture(name + "/" + std::to_string(seed) + ".jpg", seed, 32, 32), ++seed;
    c.import();
    seed = 0;
    for (const std::string& name : names)
        addLabel(c, name + "/" + std::to_string(seed++) + ".jpg", name, Box{4, 4, 12, 10});
    const fs::path out = c.folder() / "out";
    const auto result = write(c, out, key);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    ImportCase back;
    importBack(back, out, key);
    QCOMPARE(labelsOf(back.project()), result->labels);
    QCOMPARE(usesOf(back.project()).size(), std::size_t{3});
}

void TestExportContents::linesInAttributes()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.import();
    addLabel(c, "cat/a.jpg", "cat", Box{4, 4, 12, 10}, {{"note", std::string("one\ntwo ")}});
    const fs::path out = c.folder() / "out";
    const auto result = write(c, out, "pascal-voc");
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    ImportCase back;
    importBack(back, out, "pascal-voc");
    const auto labels = back.project().annotations(back.project().items()->front().id);
    QCOMPARE(std::get<std::string>(labels->front().attributes.at("note")), std::string("one two"));
    addLabel(c, "cat/a.jpg", "cat", Box{4, 4, 12, 10}, {{"no\nte", true}});
    const auto refused = write(c, out, "pascal-voc");
    QVERIFY(!refused);
    QVERIFY(refused.error().message.find("cat/a.jpg") != std::string::npos);
}

void TestExportContents::whatWasTakenOverIsALabel_data()
{
    figuresAreWhatComesBack_data();
}

/// A suggestion that somebody accepted comes back as a label, not as a prediction that nobody saw.
void TestExportContents::whatWasTakenOverIsALabel()
{
    QFETCH(QString, format);
    const std::string key = format.toStdString();
    ImportCase c;
    c.addPicture("cat/a.jpg", 1, 32, 32);
    c.import();
    for (const Shape& shape : {Shape(), Shape(Box{4, 4, 12, 10})}) {
        Annotation label;
        label.item = c.itemAt("cat/a.jpg").id;
        label.classId = c.project().classByName("cat")->id;
        label.shape = shape;
        label.source = AnnotationSource::Model;
        label.sourceName = "cells@best";
        label.score = 0.75;
        label.isReviewed = true;
        QVERIFY(c.project().applyNow(*makeAddAnnotation(c.project(), label)));
    }
    const fs::path out = c.folder() / "out";
    const auto result = write(c, out, key);
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    ImportCase back;
    importBack(back, out, key);
    const Item item = back.project().items()->front();
    QVERIFY(item.reviewState == ReviewState::Labelled);
    const auto labels = back.project().annotations(item.id);
    QVERIFY(!labels->empty());
    for (const Annotation& label : *labels)
        QVERIFY(label.source != AnnotationSource::Model && !label.score);
}

void TestExportContents::splitsOfNamesWithBlanks()
{
    ImportCase c;
    c.addPicture("cat/IMG 001.jpg", 1);
    c.addPicture("cat/IMG.jpg", 2);
    c.import();
    for (const auto& [path, split] :
         {std::pair("cat/IMG 001.jpg", Split::Train), std::pair("cat/IMG.jpg", Split::Test)}) {
        addLabel(c, path, "cat", Box{4, 4, 12, 10});
        const ItemId item = c.itemAt(path).id;
        const std::pair one(item, split);
        QVERIFY(c.project().applyNow(*makeSetSplit(c.project(), std::span(&one, 1))));
    }
    QVERIFY(write(c, c.folder() / "out", "pascal-voc"));
    ImportCase back;
    importBack(back, c.folder() / "out", "pascal-voc");
    QCOMPARE(back.itemAt("JPEGImages/IMG 001.jpg").split, Split::Train);
    QCOMPARE(back.itemAt("JPEGImages/IMG.jpg").split, Split::Test);
}

void TestExportContents::aBroaderClassThatComesLater()
{
    ImportCase c;
    c.addPicture("cat/a.jpg", 1);
    c.import();
    addLabel(c, "cat/a.jpg", "cat", Box{4, 4, 12, 10});
    const auto add = [&](const char* name, std::uint32_t colour) {
        QVERIFY(c.project().applyNow(*makeAddClass(c.project(), name, colour, {})));
    };
    add("animal", 0x123456);
    add("thing", 0x654321);
    const auto idOf = [&](const char* name) { return c.project().classByName(name)->id; };
    QVERIFY(c.project().applyNow(*makeSetClassParent(c.project(), idOf("cat"), idOf("animal"))));
    QVERIFY(c.project().applyNow(*makeSetClassParent(c.project(), idOf("animal"), idOf("thing"))));
    QVERIFY(c.project().applyNow(
        *makeSetClassSkeleton(c.project(), idOf("animal"), {{"head", "tail"}, {{0, 1}}})));
    QVERIFY(write(c, c.folder() / "out", "coco"));
    ImportCase back;
    importBack(back, c.folder() / "out", "coco");
    const ItemClass* animal = back.project().classByName("animal");
    QVERIFY(animal != nullptr);
    QCOMPARE(animal->skeleton.names.size(), std::size_t{2});
    QCOMPARE(back.project().classById(back.project().classByName("cat")->parent)->name,
             std::string("animal"));
    QCOMPARE(back.project().classById(animal->parent)->name, std::string("thing"));
}

/// More classes than a palette has colours, each with a colour of its own.
void TestExportContents::manyClassesAsMasks()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 32, 32);
    c.import();
    constexpr int kClasses = 400;
    for (int i = 0; i < kClasses; ++i)
        QVERIFY(c.project().applyNow(*makeAddClass(c.project(), "c" + std::to_string(i),
                                                   static_cast<std::uint32_t>(i + 1) * 1000, {})));
    addLabel(c, "a.jpg", "c7", Box{0, 0, 8, 8});
    addLabel(c, "a.jpg", "c399", Box{16, 16, 8, 8});
    const auto result = write(c, c.folder() / "out", "mask-png");
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    ImportCase back;
    importBack(back, c.folder() / "out", "mask-png");
    QCOMPARE(labelsOf(back.project()), 2);
    QCOMPARE(back.project().classes().size(), std::size_t{kClasses});
}

QTEST_APPLESS_MAIN(TestExportContents)
#include "tst_export_contents.moc"
