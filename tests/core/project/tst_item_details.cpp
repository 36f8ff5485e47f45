// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/item_details.h"
#include "core/project/project.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <algorithm>

using namespace trainyard;
using namespace trainyard::test;

namespace {

const std::vector<std::string> kPaths = {
    "train/cat/a10.jpg", "train/cat/a9.jpg",         "b.jpg",
    "val/cat/a9.jpg",    "train/caterpillar/jp.png", "\xff\xfe/\xfd.jpg"};

std::vector<std::string> found(const ItemDetails& details, std::string_view part)
{
    std::vector<std::string> paths;
    const std::vector<bool> rows = details.rowsWithText(part);
    for (std::size_t row = 0; row < details.size(); ++row)
        if (rows[row])
            paths.push_back(details.path(row));
    return paths;
}

} // namespace

/// The arrays that sorting and searching use, beside what the database says of each item.
class TestItemDetails : public QObject
{
    Q_OBJECT
private:
    TemporaryFolder m_folder;
    std::unique_ptr<Project> m_project;

    ItemDetails read() const { return VALUE(ItemDetails::read(m_folder.path() / "p")); }

private slots:
    void initTestCase()
    {
        m_project = makeProject(m_folder / "p", 0, 1);
        std::vector<RowChange> rows;
        for (std::size_t i = 0; i < kPaths.size(); ++i) {
            Item item;
            item.id = VALUE(m_project->newId());
            item.root = m_project->roots()[0].id;
            item.path = kPaths[i];
            item.size = i == 0 ? (std::int64_t{1} << 40) : static_cast<std::int64_t>(100 * i);
            item.timeNs = static_cast<std::int64_t>(i) * 1'000'000'000 - 2'000'000'000;
            item.width = i == 1 ? 0 : 640;
            item.height = i == 2 ? 100'000 : 480;
            rows.push_back(rowForNewItem(item));
        }
        VALUE(m_project->applyNow(Edit{"import", "import", rows}));
    }

    void agreesWithTheDatabase()
    {
        const ItemDetails details = read();
        const std::vector<Item> items = VALUE(m_project->items());
        QCOMPARE(details.size(), items.size());
        for (std::size_t row = 0; row < items.size(); ++row) {
            const Item& item = items[row];
            QCOMPARE(details.ids()[row], item.id);
            QCOMPARE(details.path(row), item.path);
            QCOMPARE(std::string(details.name(row)), item.path.substr(item.path.rfind('/') + 1));
            QCOMPARE(details.timeNs(row), item.timeNs);
            QCOMPARE(details.width(row), item.width);
            QCOMPARE(std::int64_t(details.bytes(row)), std::min<std::int64_t>(item.size, 0xffff'ffff));
            QCOMPARE(details.height(row), std::min(item.height, 65'535));
        }
    }

    void findsEveryPartOfAPath()
    {
        const ItemDetails details = read();
        QCOMPARE(found(details, "").size(), kPaths.size());
        QCOMPARE(found(details, "a9"), (std::vector<std::string>{kPaths[1], kPaths[3]}));
        QCOMPARE(found(details, "cat/a9"), (std::vector<std::string>{kPaths[1], kPaths[3]}));
        QCOMPARE(found(details, "train/cat/"), (std::vector<std::string>{kPaths[0], kPaths[1]}));
        QCOMPARE(found(details, "jpgb"), std::vector<std::string>()); // across two names
        QCOMPARE(found(details, "jpg/"), std::vector<std::string>());
        QCOMPARE(found(details, "\xfd"), std::vector<std::string>{kPaths[5]});
        // The same as a search of each path, for every part of every path.
        for (const std::string& path : kPaths)
            for (std::size_t at = 0; at < path.size(); ++at)
                for (std::size_t length = 1; length <= path.size() - at; ++length) {
                    const std::string part = path.substr(at, length);
                    std::vector<std::string> expected;
                    std::copy_if(kPaths.begin(), kPaths.end(), std::back_inserter(expected),
                                 [&](const std::string& p) { return p.find(part) != std::string::npos; });
                    QCOMPARE(found(details, part), expected);
                }
    }

    void namesAreRankedAsPeopleCount()
    {
        const ItemDetails details = read();
        QVERIFY(details.nameRank(1) < details.nameRank(0)); // a9 before a10
        QCOMPARE(details.nameRank(1), details.nameRank(3)); // the same name in two folders
        QVERIFY(details.nameRank(0) < details.nameRank(2));
    }

    void naturalOrder_data()
    {
        QTest::addColumn<QByteArray>("smaller");
        QTest::addColumn<QByteArray>("larger");
        const std::vector<std::pair<const char*, const char*>> pairs = {
            {"a2", "a10"},    {"a", "a1"},        {"", "0"},
            {"a01b", "a1c"},  {"a1b", "a01c"},    {"a001", "a1"},
            {"B", "a"},       {"x9y10", "x9y11"}, {"99999999999999999999998", "99999999999999999999999"},
            {"a", "\xc3\xa4"}};
        for (const auto& [smaller, larger] : pairs)
            QTest::addRow("%s < %s", smaller, larger) << QByteArray(smaller) << QByteArray(larger);
    }
    void naturalOrder()
    {
        QFETCH(QByteArray, smaller);
        QFETCH(QByteArray, larger);
        QVERIFY(isNaturallyBefore(smaller.toStdString(), larger.toStdString()));
        QVERIFY(!isNaturallyBefore(larger.toStdString(), smaller.toStdString()));
        QVERIFY(!isNaturallyBefore(smaller.toStdString(), smaller.toStdString()));
    }
};

QTEST_APPLESS_MAIN(TestItemDetails)
#include "tst_item_details.moc"
