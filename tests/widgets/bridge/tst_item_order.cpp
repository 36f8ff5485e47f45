// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/project/edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/bridge/item_order.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>

using namespace trainyard;
using namespace trainyard::widgets;

/// Orders beside std::stable_sort over what the project says of each item.
class ItemOrderTest : public QObject
{
    Q_OBJECT
private:
    static constexpr int kItems = 60;
    test::TemporaryFolder m_folder;
    std::unique_ptr<Project> m_project;
    ItemDetails m_details;
    std::vector<ItemId> m_all;

    std::vector<ItemId> ordered(const ItemOrder& order) const
    {
        return orderedItems(*m_project, m_all, order, &m_details);
    }
    void apply(Result<Edit> edit) const
    {
        QVERIFY(edit.has_value() && m_project->applyNow(*edit).has_value());
    }

    /// Ascending by `key`, nothing last; then the same with the keys turned round.
    template <typename Value>
    void agrees(ItemOrder order, const std::function<std::optional<Value>(ItemId)>& key) const
    {
        for (const bool isDescending : {false, true}) {
            std::vector<ItemId> expected = m_all;
            std::stable_sort(expected.begin(), expected.end(), [&](ItemId a, ItemId b) {
                const auto left = key(a);
                const auto right = key(b);
                if (!left || !right)
                    return left.has_value();
                return isDescending ? *right < *left : *left < *right;
            });
            order.isDescending = isDescending;
            QCOMPARE(ordered(order), expected);
        }
    }

private slots:
    void initTestCase()
    {
        test::makeSampleProject(m_folder.path(), kItems, 30);
        auto project = Project::open(m_folder.path(), Project::OpenMode::ReadWrite, "test");
        QVERIFY(project.has_value());
        m_project = std::move(*project);
        for (const ItemColumns& columns : m_project->columns())
            m_all.push_back(columns.id);
        const std::vector<ItemId> excluded{m_all[3], m_all[40]};
        apply(makeExclude(*m_project, excluded, "test"));
        Edit edit{"test", "sizes, times and states", {}};
        for (std::size_t i = 0; i < m_all.size(); ++i) {
            RowChange row{Table::Items, m_all[i], {}};
            const auto set = [&](const char* field, std::int64_t after) {
                const std::string_view name = field;
                const auto before = m_project->fieldValues(Table::Items, m_all[i], std::span(&name, 1));
                if (before && before->front() != FieldValue(after))
                    row.fields.push_back({field, before->front(), after});
            };
            set("size", static_cast<std::int64_t>(i * 37 % 50) + 1);
            set("time_ns", static_cast<std::int64_t>(i * 91 % 60) * 1'000'000'000 - 20'000'000'000);
            set("width", static_cast<std::int64_t>(i % 7) * 100 + 1);
            if (i % 11 == 0)
                set("file_state", static_cast<std::int64_t>(i / 11 % 3 + 1));
            edit.rows.push_back(row);
        }
        QVERIFY(m_project->applyNow(edit).has_value());
        auto details = ItemDetails::read(m_folder.path());
        QVERIFY(details.has_value());
        m_details = std::move(*details);
    }

    void columns()
    {
        using Key = ItemOrder::Key;
        agrees<ItemId>({Key::Added}, [](ItemId id) { return std::optional(id); });
        agrees<std::string>({Key::Class}, [this](ItemId id) {
            const ItemClass* known = m_project->classById(m_project->column(id)->classId);
            return known == nullptr ? std::nullopt : std::optional(known->name);
        });
        agrees<int>({Key::State},
                    [this](ItemId id) { return std::optional(int(m_project->column(id)->reviewState)); });
        agrees<int>({Key::Split}, [this](ItemId id) {
            const Split split = m_project->column(id)->split;
            return split == Split::None ? std::nullopt : std::optional(int(split));
        });
        agrees<int>({Key::Problem}, [this](ItemId id) {
            constexpr int kRanks[] = {4, 2, 0, 1}; // of FileState
            const ItemColumns& columns = *m_project->column(id);
            const int rank = kRanks[static_cast<int>(columns.fileState)];
            return std::optional(rank == 4 && columns.isExcluded ? 3 : rank);
        });
    }

    void details()
    {
        using Key = ItemOrder::Key;
        const auto item = [this](ItemId id) { return *m_project->item(id); };
        agrees<std::int64_t>({Key::FileSize}, [&](ItemId id) { return std::optional(item(id).size); });
        agrees<std::int64_t>({Key::Time}, [&](ItemId id) { return std::optional(item(id).timeNs); });
        agrees<std::string>({Key::Name}, [&](ItemId id) { return std::optional(item(id).path); });
        agrees<int>({Key::Dimensions},
                    [&](ItemId id) { return std::optional(item(id).width * item(id).height); });
        ItemOrder byName{Key::Name, true, {}};
        QCOMPARE(orderedItems(*m_project, m_all, byName, nullptr), m_all); // nothing is known: as it was
    }

    void rankings()
    {
        auto ranking = std::make_shared<ItemRanking>();
        CounterRandom random(5, RandomPurpose::Sample, 0, 0);
        for (std::size_t i = 0; i < m_all.size(); i += 2) {
            ranking->items.push_back(m_all[i]);
            ranking->values.push_back(static_cast<float>(random.below(20)) / 4 - 2);
        }
        ranking->values[3] = std::numeric_limits<float>::infinity();
        ranking->values[4] = -std::numeric_limits<float>::infinity();
        ranking->values[5] = NAN;
        ranking->values[6] = -0.0F;
        ranking->values[7] = 0.0F;
        agrees<float>({ItemOrder::Key::Ranking, false, ranking}, [&](ItemId id) -> std::optional<float> {
            const auto place = std::find(ranking->items.begin(), ranking->items.end(), id);
            if (place == ranking->items.end())
                return std::nullopt;
            const float value = ranking->values[static_cast<std::size_t>(place - ranking->items.begin())];
            return std::isnan(value) ? std::nullopt : std::optional(value);
        });
        QCOMPARE(ordered({ItemOrder::Key::Ranking, false, {}}), m_all);
    }

    void namesOfKeysComeBack()
    {
        for (int key = 0; key <= static_cast<int>(ItemOrder::Key::Ranking); ++key) {
            const auto known = static_cast<ItemOrder::Key>(key);
            QCOMPARE(orderKeyFromName(orderKeyName(known)), std::optional(known));
        }
        QVERIFY(!orderKeyFromName("nothing"));
    }
};

QTEST_MAIN(ItemOrderTest)
#include "tst_item_order.moc"
