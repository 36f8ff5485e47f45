// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/annotation.h"
#include "core/labels/voc.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <cmath>

using namespace trainyard;

namespace {

std::string object(const std::string& name, const std::string& xmin, const std::string& ymin,
                   const std::string& xmax, const std::string& ymax)
{
    return "<object>\n<name>" + name + "</name><bndbox><xmax>" + xmax + "</xmax><xmin>" + xmin +
           "</xmin><ymax>" + ymax + "</ymax><ymin>" + ymin + "</ymin></bndbox></object>\n";
}

std::string file(const std::string& objects, int width = 640, int height = 480)
{
    return "<annotation>\n<filename>a.jpg</filename>\n<size><width>" + std::to_string(width) +
           "</width><height>" + std::to_string(height) + "</height></size>\n" + objects + "</annotation>\n";
}

VocFile parsed(const std::string& text, const std::string& path = "a.xml")
{
    auto result = parseVoc(text, path);
    if (!result)
        qFatal("%s", result.error().message.c_str());
    return *result;
}

} // namespace

namespace {

Box boxOf(const VocLabels& labels, std::size_t index)
{
    return std::get<Box>(labels.picture.annotations.at(index).shape);
}

FileAnnotation labelled(const std::string& name, Shape shape)
{
    FileAnnotation annotation;
    annotation.className = name;
    annotation.shape = std::move(shape);
    return annotation;
}

} // namespace

class TestVoc : public QObject
{
    Q_OBJECT

private slots:
    void readsObjects();
    void rejectsObjects_data();
    void rejectsObjects();
    void refusesFiles_data();
    void refusesFiles();
    void recognisesBase_data();
    void recognisesBase();
    void coordinates();
    void roundTrip();
    void hostileNames();
    void latin1();
    void realFiles();
};

void TestVoc::readsObjects()
{
    const std::string text =
        "<?xml version=\"1.0\"?>\n<annotation><size><height>480</height><width>640</width></size>\n"
        "<unknown><deep>1</deep></unknown>\n"
        "<object><part><name>head</name><bndbox><xmin>9</xmin></bndbox></part>\n"
        "<bndbox><ymax> 40 </ymax><xmin>10</xmin><xmax>30.5</xmax><ymin>20</ymin></bndbox>\n"
        "<name> red &amp; round </name></object>\n<filename>b.jpg</filename></annotation>";
    const VocFile voc = parsed(text);
    QCOMPARE(voc.picture, std::string("b.jpg"));
    QCOMPARE(voc.width, 640);
    QCOMPARE(voc.height, 480);
    VocObject expected{"red & round", 10, 20, 30.5, 40, 1, 4};
    expected.unknown = "<part><name>head</name><bndbox><xmin>9</xmin></bndbox></part>";
    QCOMPARE(voc.objects, std::vector<VocObject>{expected});
    QCOMPARE(voc.unknown, std::string("<unknown><deep>1</deep></unknown>"));
    QVERIFY(voc.rejections.empty());
}

void TestVoc::rejectsObjects_data()
{
    QTest::addColumn<QString>("bad");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const std::string& bad, const char* reason) {
        QTest::newRow(name) << QString::fromStdString(bad) << QString(reason);
    };
    row("NaN", object("x", "nan", "1", "5", "5"), "<xmin> is 'nan', expected a finite number");
    row("infinite", object("x", "1", "1", "inf", "5"), "<xmax> is 'inf', expected a finite number");
    row("text", object("x", "1", "1", "5", "12px"), "<ymax> is '12px', expected a finite number");
    row("huge", object("x", "1", "1", "5", "1e999"), "<ymax> is '1e999', expected a finite number");
    row("empty number", object("x", "1", "", "5", "5"), "<ymin> is '', expected a finite number");
    row("no name", object("", "1", "1", "5", "5"), "the object has no <name>");
    row("long name", object(std::string(300, 'n'), "1", "1", "5", "5"), "<name> is longer than 255 bytes");
    row("no box", "<object>\n<name>x</name></object>\n", "the object has no <bndbox>");
    row("no xmax", "<object>\n<name>x</name><bndbox><xmin>1</xmin><ymin>1</ymin></bndbox></object>\n",
        "<bndbox> has no <xmax>");
    row("turned", object("x", "9", "1", "5", "5"), "xmax 5 is not greater than xmin 9");
    row("no height", object("x", "1", "5", "5", "5"), "ymax 5 is not greater than ymin 5");
    row("outside right", object("x", "1", "1", "641", "5"),
        "the box 1,1 to 641,5 leaves the picture of 640x480");
    row("outside below", object("x", "1", "1", "5", "480.5"),
        "the box 1,1 to 5,480.5 leaves the picture of 640x480");
    row("before the first pixel", object("x", "0", "1", "5", "5"),
        "the box 0,1 to 5,5 leaves the picture of 640x480");
    row("negative", object("x", "1", "-3", "5", "5"), "the box 1,-3 to 5,5 leaves the picture of 640x480");
}

void TestVoc::rejectsObjects()
{
    QFETCH(QString, bad);
    QFETCH(QString, reason);
    // The second of three objects is bad; it begins in line 6, and the others are kept.
    const std::string good = object("ok", "1", "1", "640", "480");
    const VocFile voc = parsed(file(good + bad.toStdString() + good), "folder/a.xml");
    const VocLabels labels = vocLabels(voc, 1);
    QCOMPARE(labels.picture.annotations.size(), std::size_t{2});
    QCOMPARE(labels.picture.annotations[0].number, 1);
    QCOMPARE(labels.picture.annotations[1].number, 3);
    auto rejections = voc.rejections;
    rejections.insert(rejections.end(), labels.rejections.begin(), labels.rejections.end());
    QCOMPARE(rejections.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(rejections[0].reason), reason);
    QCOMPARE(rejections[0].path, std::string("folder/a.xml"));
    QCOMPARE(rejections[0].place, std::string("line 6, object 2"));
    QVERIFY(!rejections[0].remedy.empty());
}

void TestVoc::refusesFiles_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("message");
    const QByteArray bomb =
        "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n<!ENTITY lol \"lol\">\n"
        "<!ENTITY lol2 \"&lol;&lol;&lol;\">\n]>\n<annotation><filename>&lol2;</filename></annotation>";
    QTest::newRow("entities") << bomb << QByteArray("a.xml, line 2: document types and entities are refused");
    QTest::newRow("external entity") << QByteArray(
                                            "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/x.dtd\">\n<annotation/>")
                                     << QByteArray("a.xml, line 1: document types and entities are refused");
    QTest::newRow("not closed") << QByteArray("<annotation>\n<size>\n</annotation>")
                                << QByteArray("a.xml, line 3: not well-formed XML");
    QTest::newRow("empty") << QByteArray() << QByteArray("a.xml, line 1: not well-formed XML");
    QTest::newRow("a picture") << QByteArray("\xFF\xD8\xFF\xE0\0\x10JFIF", 10)
                               << QByteArray("a.xml, line 1: a zero byte");
    QTest::newRow("another document")
        << QByteArray("<!-- hello -->\n<html></html>")
        << QByteArray("a.xml, line 2: the first element is <html>, expected <annotation>");
    QTest::newRow("UTF-16") << QByteArray("\xFF\xFE<\0a\0", 6) << QByteArray("a.xml, line 1: UTF-16 text");
    QTest::newRow("deep") << "<annotation>\n" + QByteArray("<a>").repeated(1'000'000) +
                                 QByteArray("</a>").repeated(1'000'000) + "</annotation>"
                          << QByteArray("a.xml, line 2: elements are nested deeper than 64");
    QTest::newRow("large") << QByteArray((16 << 20) + 1, ' ') << QByteArray("is over the limit of 16 MiB");
}

void TestVoc::refusesFiles()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, message);
    const auto result =
        parseVoc(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())), "a.xml");
    QVERIFY(!result);
    QVERIFY2(result.error().message.find(message.toStdString()) != std::string::npos,
             result.error().message.c_str());
}

void TestVoc::recognisesBase_data()
{
    QTest::addColumn<QString>("first");
    QTest::addColumn<QString>("second");
    QTest::addColumn<int>("base"); // -1: open
    const auto row = [](const char* name, const std::string& first, const std::string& second, int base) {
        QTest::newRow(name) << QString::fromStdString(first) << QString::fromStdString(second) << base;
    };
    row("zero", object("x", "5", "5", "9", "9"), object("x", "7", "0", "9", "9"), 0);
    row("end", object("x", "5", "5", "9", "480"), object("x", "1", "1", "9", "9"), 1);
    row("zero wins", object("x", "5", "5", "640", "9"), object("x", "0", "1", "9", "9"), 0);
    row("inside", object("x", "1", "1", "639", "479"), object("x", "2", "2", "9", "9"), -1);
    row("a wrong box says nothing", object("x", "0", "9", "5", "5"), object("x", "-4", "0", "9", "9"), -1);
    row("no boxes", "", "", -1);
}

void TestVoc::recognisesBase()
{
    QFETCH(QString, first);
    QFETCH(QString, second);
    QFETCH(int, base);
    const std::vector<VocFile> files = {parsed(file(first.toStdString())),
                                        parsed(file(second.toStdString()))};
    const VocBase found = recogniseVocBase(files);
    QCOMPARE(found.base.value_or(-1), base);
    QVERIFY(!found.evidence.empty());
}

void TestVoc::coordinates()
{
    // A one-pixel wide column at the left edge is 1..1 in the official form, which no tool writes as 1..2;
    // the whole picture is 1..640 there and 0..640 where edges are counted.
    const VocLabels one = vocLabels(parsed(file(object("x", "1", "1", "640", "480"))), 1);
    QCOMPARE(boxOf(one, 0), (Box{0, 0, 640, 480}));
    const VocLabels zero = vocLabels(parsed(file(object("x", "0", "0", "640", "480"))), 0);
    QCOMPARE(boxOf(zero, 0), (Box{0, 0, 640, 480}));
    const VocLabels inside = vocLabels(parsed(file(object("x", "11", "21", "30", "60"))), 1);
    QCOMPARE(boxOf(inside, 0), (Box{10, 20, 20, 40}));
    const VocLabels unsized = vocLabels(parsed(file(object("x", "1", "1", "50", "9"), 0, 0)), 1, 40, 40);
    QCOMPARE(unsized.rejections.size(), std::size_t{1});
    QCOMPARE(unsized.picture.width, 40);
}

void TestVoc::roundTrip()
{
    LabelledPicture labels;
    labels.path = "über <&> \"1\".jpg";
    labels.width = 640;
    labels.height = 480;
    labels.annotations = {labelled("RBC", Box{0, 0, 640, 480}),
                          labelled("a & b", Box{0.1, 1.0 / 3, 2.5, 100.125})};
    const auto written = writeVoc(labels);
    QVERIFY(written);
    const VocLabels read = vocLabels(parsed(*written), 1);
    QCOMPARE(read.picture.path, labels.path);
    QCOMPARE(read.picture.annotations.size(), std::size_t{2});
    QVERIFY(read.picture.annotations[0] == labels.annotations[0]);
    QCOMPARE(read.picture.annotations[1].className, labels.annotations[1].className);
    const Box box = boxOf(read, 1);
    QVERIFY(std::abs(box.x - 0.1) < 1e-12 && std::abs(box.y - 1.0 / 3) < 1e-12);
    QVERIFY(std::abs(box.width - 2.5) < 1e-12 && std::abs(box.height - 100.125) < 1e-12);
}

void TestVoc::hostileNames()
{
    LabelledPicture picture;
    picture.path = "a.jpg";
    picture.width = picture.height = 9;
    for (const std::string name : {"line\nbreak", " spaced", "bell\a", "\xFF", ""}) {
        picture.annotations = {labelled(name, Box{0, 0, 1, 1})};
        QVERIFY(!writeVoc(picture));
    }
    picture.annotations = {labelled("whole", std::monostate())};
    QVERIFY(!writeVoc(picture));
    picture.annotations.clear();
    picture.path = "new\nline.jpg";
    QVERIFY(!writeVoc(picture));
}

void TestVoc::latin1()
{
    QCOMPARE(parsed(file(object("Stra\xDF"
                                "e",
                                "1", "1", "5", "5")))
                 .objects[0]
                 .className,
             std::string("Straße"));
}

void TestVoc::realFiles()
{
    // Counted with: python3 -c "import glob, xml.etree.ElementTree as E, collections;
    //   print(collections.Counter(o.find('name').text for f in glob.glob('Annotations/*.xml')
    //   for o in E.parse(f).getroot().findall('object')))"
    const auto folder = test::sourceFolder() / "resources/samples/blood-cells/Annotations";
    std::map<std::string, int> counts;
    std::vector<VocFile> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        files.push_back(parsed(test::readTestFile(entry.path()), entry.path().native()));
        QVERIFY(files.back().rejections.empty());
        const VocLabels labels = vocLabels(files.back(), 1);
        QVERIFY(labels.rejections.empty());
        for (const FileAnnotation& label : labels.picture.annotations)
            ++counts[label.className];
    }
    QCOMPARE(counts, (std::map<std::string, int>{{"Platelets", 180}, {"RBC", 1091}, {"WBC", 135}}));
    QCOMPARE(recogniseVocBase(files).base, std::optional<int>(1));
}

QTEST_APPLESS_MAIN(TestVoc)
#include "tst_voc.moc"
