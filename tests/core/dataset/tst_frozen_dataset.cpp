// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_hash.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QCryptographicHash>
#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// A project of 12 items in two of three classes, with splits.
std::unique_ptr<Project> labelledProject(const std::filesystem::path& folder)
{
    auto project = makeProject(folder, 12, 3);
    std::vector<ItemId> even, odd;
    std::vector<std::pair<ItemId, Split>> splits;
    int place = 0;
    for (const ItemColumns& item : project->columns()) {
        (place % 2 == 0 ? even : odd).push_back(item.id);
        splits.emplace_back(item.id, place < 8 ? Split::Train : place < 10 ? Split::Validation : Split::Test);
        ++place;
    }
    VALUE(project->applyNow(VALUE(makeSetClass(*project, even, project->classes()[2].id))));
    VALUE(project->applyNow(VALUE(makeSetClass(*project, odd, project->classes()[0].id))));
    VALUE(project->applyNow(VALUE(makeSetSplit(*project, splits))));
    return project;
}

ItemId itemAt(const Project& project, std::size_t place)
{
    return project.columns()[place].id;
}

} // namespace

class TestFrozenDataset : public QObject
{
    Q_OBJECT
private slots:
    void holdsWhatARunMayUse()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        const Dataset dataset = VALUE(freezeDataset(*project));
        QCOMPARE(dataset.items.size(), std::size_t(12));
        QVERIFY(dataset.labels == (std::vector<std::string>{"c0", "c2"})); // c1 has no item
        QCOMPARE(dataset.items[0].label, 1);
        QCOMPARE(dataset.items[1].label, 0);
        QCOMPARE(dataset.items[0].split, Split::Train);
        QCOMPARE(dataset.items[11].split, Split::Test);
        QCOMPARE(dataset.revision, project->revision());
        QCOMPARE(dataset.items[0].path, (folder.path() / "pictures/p0.png").native());
        QCOMPARE(dataset.items[3].group, "item:" + std::to_string(dataset.items[3].item));
        for (std::size_t i = 1; i < dataset.items.size(); ++i)
            QVERIFY(dataset.items[i - 1].item < dataset.items[i].item);
    }

    void theHashIsTheOneOfTheFormat()
    {
        Dataset dataset;
        dataset.labels = {"cat", "d o g"};
        dataset.items = {{3, "/a.png", 0xAB, Split::Train, 1, "item:3"},
                         {5, "/b.png", 1, Split::Test, 0, "plate 7"}};
        const QByteArray bytes = "trainyard-dataset 1\nlabels 2 3:cat 5:d o g\n"
                                 "3 00000000000000ab train 1 6:item:3 0\n"
                                 "5 0000000000000001 test 0 7:plate 7 0\n";
        QCOMPARE(QByteArray::fromStdString(datasetHash(dataset)),
                 QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    }

    void theHashFollowsTheRows()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        const std::string before = VALUE(freezeDataset(*project)).hash;
        QCOMPARE(VALUE(freezeDataset(*project)).hash, before);
        VALUE(project->applyNow(VALUE(
            makeSetClass(*project, std::vector<ItemId>{itemAt(*project, 0)}, project->classes()[0].id))));
        QVERIFY(VALUE(freezeDataset(*project)).hash != before);
        VALUE(project->undo());
        QCOMPARE(VALUE(freezeDataset(*project)).hash, before); // other revision, same rows
        VALUE(project->applyNow(VALUE(makeSetSplit(
            *project, std::vector<std::pair<ItemId, Split>>{{itemAt(*project, 0), Split::Test}}))));
        QVERIFY(VALUE(freezeDataset(*project)).hash != before);
    }

    void secondOpinionsTeachNothing()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        const std::vector<ItemId> unlabelled = {itemAt(*project, 1)};
        VALUE(project->applyNow(VALUE(makeSetClass(*project, unlabelled, 0))));
        const std::string before = VALUE(freezeDataset(*project)).hash;
        const std::vector<ItemId> seen = {itemAt(*project, 0), itemAt(*project, 1)};
        VALUE(project->applyNow(
            VALUE(makeSetClass(*project, seen, project->classes()[1].id, AnnotationSource::Person, "bob"))));
        QCOMPARE(VALUE(freezeDataset(*project)).hash, before);
    }

    void leavesOutWhatMustStayOut()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        const ItemId excluded = itemAt(*project, 0);
        const ItemId unlabelled = itemAt(*project, 1);
        const ItemId unsplit = itemAt(*project, 2);
        VALUE(project->applyNow(VALUE(makeExclude(*project, std::vector<ItemId>{excluded}, "twice"))));
        VALUE(project->applyNow(VALUE(makeSetClass(*project, std::vector<ItemId>{unlabelled}, 0))));
        VALUE(project->applyNow(
            VALUE(makeSetSplit(*project, std::vector<std::pair<ItemId, Split>>{{unsplit, Split::None}}))));
        const Dataset dataset = VALUE(freezeDataset(*project));
        QCOMPARE(dataset.items.size(), std::size_t(9));
        for (const DatasetItem& item : dataset.items)
            QVERIFY(item.item != excluded && item.item != unlabelled && item.item != unsplit);
    }

    void damagedAndMissingStayOutAndGroupsComeIn()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        std::vector<RowChange> rows;
        const FileState states[] = {FileState::Ok, FileState::Damaged, FileState::Missing, FileState::Ok};
        for (int i = 0; i < 4; ++i) {
            Item item;
            item.id = VALUE(project->newId());
            item.root = project->roots().front().id;
            item.path = "extra" + std::to_string(i) + ".png";
            item.contentHash = 77 + static_cast<std::uint64_t>(i);
            item.fileState = states[i];
            item.reviewState = ReviewState::Labelled;
            item.classId = project->classes()[0].id;
            item.split = Split::Train;
            item.group = i == 0 ? "plate 7" : "";
            item.sourcePicture = "/slides/1.png";
            rows.push_back(rowForNewItem(item));
        }
        VALUE(project->applyNow(Edit{"import", "import", rows}));
        const Dataset dataset = VALUE(freezeDataset(*project));
        QCOMPARE(dataset.items.size(), std::size_t(14));
        QCOMPARE(dataset.items[12].group, std::string("plate 7"));
        QCOMPARE(dataset.items[13].group, std::string("/slides/1.png"));
    }

    void saysWhatIsMissing_data()
    {
        QTest::addColumn<int>("items");
        QTest::addColumn<QList<int>>("classes"); ///< of each item, -1 for none
        QTest::addColumn<QList<int>>("splits");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << 0 << QList<int>{} << QList<int>{} << "has no items";
        QTest::newRow("no labels") << 2 << QList<int>{-1, -1} << QList<int>{1, 1} << "no item has a class";
        QTest::newRow("no split") << 2 << QList<int>{0, 1} << QList<int>{0, 0} << "trainyard split";
        QTest::newRow("one class") << 2 << QList<int>{1, 1} << QList<int>{1, 3} << "of the class 'c1'";
        QTest::newRow("no training items") << 2 << QList<int>{0, 1} << QList<int>{2, 3} << "split 'train'";
    }
    void saysWhatIsMissing()
    {
        QFETCH(int, items);
        QFETCH(QList<int>, classes);
        QFETCH(QList<int>, splits);
        QFETCH(QString, words);
        const TemporaryFolder folder;
        const auto project = makeProject(folder.path(), items, 2);
        for (int i = 0; i < items; ++i) {
            const std::vector<ItemId> item{itemAt(*project, static_cast<std::size_t>(i))};
            if (classes[i] >= 0)
                VALUE(project->applyNow(VALUE(makeSetClass(
                    *project, item, project->classes()[static_cast<std::size_t>(classes[i])].id))));
            const std::vector<std::pair<ItemId, Split>> split{{item[0], static_cast<Split>(splits[i])}};
            if (splits[i] != 0)
                VALUE(project->applyNow(VALUE(makeSetSplit(*project, split))));
        }
        const auto dataset = freezeDataset(*project);
        QVERIFY(!dataset);
        QCOMPARE(dataset.error().code, ErrorCode::Refused);
        QVERIFY2(QString::fromStdString(dataset.error().message).contains(words),
                 dataset.error().message.c_str());
    }

    void comesBackFromItsFolder()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        const Dataset dataset = VALUE(freezeDataset(*project));
        const auto place = VALUE(saveDataset(folder.path(), dataset));
        QCOMPARE(place, folder.path() / "datasets" / dataset.hash);
        const Dataset loaded = VALUE(loadDataset(folder.path(), dataset.hash));
        QVERIFY(loaded.items == dataset.items);
        QVERIFY(loaded.labels == dataset.labels);
        QCOMPARE(loaded.hash, dataset.hash);
        QCOMPARE(loaded.revision, dataset.revision);
        const Json summary = Json::parse(readTestFile(place / "dataset.json"));
        QCOMPARE(summary["items"].get<int>(), 12);
        QCOMPARE(summary["train"].get<int>() + summary["val"].get<int>() + summary["test"].get<int>(), 12);
    }

    void anExistingOneIsLeftAlone()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        Dataset dataset = VALUE(freezeDataset(*project));
        const auto place = VALUE(saveDataset(folder.path(), dataset));
        const auto before = std::filesystem::last_write_time(place / "dataset.h5");
        dataset.revision += 5;
        VALUE(saveDataset(folder.path(), dataset));
        QVERIFY(std::filesystem::last_write_time(place / "dataset.h5") == before);
        // Without the summary, which comes last, the writing was cut short: it is done again.
        std::filesystem::remove(place / "dataset.json");
        VALUE(saveDataset(folder.path(), dataset));
        QCOMPARE(VALUE(loadDataset(folder.path(), dataset.hash)).revision, dataset.revision);
    }

    void damageIsNoticed()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        const Dataset dataset = VALUE(freezeDataset(*project));
        const auto place = VALUE(saveDataset(folder.path(), dataset));
        const std::string other(64, '0');
        std::filesystem::copy(place, folder / ("datasets/" + other));
        const auto renamed = loadDataset(folder.path(), other);
        QVERIFY(!renamed);
        QCOMPARE(renamed.error().code, ErrorCode::CorruptFile);
        const auto absent = loadDataset(folder.path(), std::string(64, 'f'));
        QVERIFY(!absent);
        QCOMPARE(absent.error().code, ErrorCode::NotFound);
        const auto outside = loadDataset(folder.path(), "../../etc");
        QVERIFY(!outside);
        QCOMPARE(outside.error().code, ErrorCode::InvalidArgument);
        writeTestFile(place / "dataset.h5", "not HDF5");
        QVERIFY(!loadDataset(folder.path(), dataset.hash));
    }

    void aForgedHashIsNotSaved()
    {
        const TemporaryFolder folder;
        const auto project = labelledProject(folder.path());
        Dataset dataset = VALUE(freezeDataset(*project));
        dataset.items[0].label = 1 - dataset.items[0].label;
        QVERIFY(!saveDataset(folder.path(), dataset));
    }
};

QTEST_APPLESS_MAIN(TestFrozenDataset)
#include "tst_frozen_dataset.moc"
