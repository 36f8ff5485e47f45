// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/image_folder.h"
#include "core/labels/voc_image_sets.h"

#include <QTest>

using namespace trainyard;

class TestImageFolder : public QObject
{
    Q_OBJECT

private slots:
    void layouts_data();
    void layouts();
    void imageSets();
};

void TestImageFolder::layouts_data()
{
    QTest::addColumn<QStringList>("paths");
    QTest::addColumn<QString>("expected"); // "class/split" for each path
    QTest::newRow("classes") << QStringList{"cat/1.jpg", "dog/1.jpg"} << "cat/ dog/";
    QTest::newRow("nested") << QStringList{"cat/old/x/1.jpg", "dog/2.jpg"} << "cat/ dog/";
    QTest::newRow("flat") << QStringList{"1.jpg", "2.jpg"} << "/ /";
    QTest::newRow("flat beside classes") << QStringList{"1.jpg", "cat/2.jpg"} << "/ cat/";
    QTest::newRow("splits") << QStringList{"test/cat/1.jpg", "train/cat/1.jpg", "val/dog/2.jpg"}
                            << "cat/test cat/train dog/val";
    QTest::newRow("split words") << QStringList{"Train/a/1.jpg", "valid/a/1.jpg", "validation/b/1.jpg",
                                                "TEST/a/1.jpg"}
                                 << "a/train a/val b/val a/test";
    QTest::newRow("splits without classes") << QStringList{"test/1.jpg", "train/2.jpg"} << "/test /train";
    QTest::newRow("a class that is called test") << QStringList{"cat/1.jpg", "test/2.jpg"} << "cat/ test/";
    QTest::newRow("a folder around splits")
        << QStringList{"set/test/cat/1.jpg", "set/train/cat/1.jpg"} << "cat/test cat/train";
    QTest::newRow("one class") << QStringList{"cat/1.jpg", "cat/2.jpg"} << "cat/ cat/";
    QTest::newRow("nothing") << QStringList{} << "";
}

void TestImageFolder::layouts()
{
    QFETCH(QStringList, paths);
    QFETCH(QString, expected);
    std::vector<std::string> bytes;
    for (const QString& path : paths)
        bytes.push_back(path.toStdString());
    QStringList seen;
    for (const FolderPicture& picture : readFolderLayout(bytes).pictures)
        seen.append(QString::fromStdString(picture.className + "/" + picture.split));
    QCOMPARE(seen.join(' '), expected);
}

void TestImageFolder::imageSets()
{
    const VocImageSets sets = readVocImageSets(
        {{"train", "a\r\nb  1\n\n"}, {"val", "c -1\nb\n"}, {"test", "d\nc"}, {"trainval", "a\nb\nc\ne\n"}},
        {});
    const std::map<std::string, std::string> expected = {
        {"a", "train"}, {"b", "val"}, {"c", "test"}, {"d", "test"}, {"e", "train"}};
    QCOMPARE(sets.splits, expected);
    QCOMPARE(sets.notes.size(), std::size_t{2});
    QVERIFY(sets.notes[0].find("'b' is in train and in val") != std::string::npos);
    QVERIFY(sets.notes[1].find("'c' is in val and in test") != std::string::npos);
    const std::map<std::string, std::string> numbered = {{"photo", "val"}, {"photo 1", "train"}};
    QCOMPARE(readVocImageSets({{"train", "photo 1\n"}, {"val", "photo -1\n"}}, {"photo", "photo 1"}).splits,
             numbered);
}

QTEST_APPLESS_MAIN(TestImageFolder)
#include "tst_image_folder.moc"
