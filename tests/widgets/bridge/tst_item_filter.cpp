// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/bridge/item_filter.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// Each term of the filter alone and together.
class ItemFilterTest : public QObject
{
    Q_OBJECT
private:
    test::TemporaryFolder m_folder;
    std::unique_ptr<Project> m_project;

    int count(const ItemFilter& filter)
    {
        const auto items = filteredItems(*m_project, filter);
        return items ? static_cast<int>(items->size()) : -1;
    }

    void setTask(const std::string& task)
    {
        const auto edit = makeSetSetting(*m_project, "task", task);
        QVERIFY(edit.has_value() && m_project->applyNow(*edit).has_value());
    }

private slots:
    void initTestCase()
    {
        test::makeSampleProject(m_folder.path(), 20, 10); // 5 cats, 5 dogs, 6 train, 2 val, 2 test
        auto project = Project::open(m_folder.path(), Project::OpenMode::ReadWrite, "test");
        QVERIFY(project.has_value());
        m_project = std::move(*project);
        const ItemId last = m_project->columns()[19].id;
        const auto edit = makeExclude(*m_project, std::span(&last, 1), "test");
        QVERIFY(edit.has_value() && m_project->applyNow(*edit).has_value());
    }

    void columns()
    {
        QCOMPARE(count({}), 19);
        QCOMPARE(count({{}, {}, ItemFilter::State::All, {}}), 20);
        QCOMPARE(count({{}, {}, ItemFilter::State::Excluded, {}}), 1);
        QCOMPARE(count({{}, {}, ItemFilter::State::Labelled, {}}), 10);
        QCOMPARE(count({{}, {}, ItemFilter::State::Unlabelled, {}}), 9);
        QCOMPARE(count({{}, {}, ItemFilter::State::Problem, {}}), 0);
        QCOMPARE(count({{}, Split::Train, ItemFilter::State::Included, {}}), 6);
        QCOMPARE(count({{}, Split::Test, ItemFilter::State::Included, {}}), 2);
        QCOMPARE(count({m_project->classByName("cat")->id, {}, ItemFilter::State::Included, {}}), 5);
        QCOMPARE(count({ClassId(0), {}, ItemFilter::State::Included, {}}), 9);
    }

    void reviewStates()
    {
        QCOMPARE(count({{}, {}, ItemFilter::State::InWork, {}}), 0);
        const ItemId one = m_project->columns()[12].id;
        const auto cat = m_project->classByName("cat")->id;
        const auto given = makeSetClass(*m_project, std::span(&one, 1), cat, AnnotationSource::Model, "m");
        QVERIFY(given.has_value() && m_project->applyNow(*given).has_value());
        QCOMPARE(count({{}, {}, ItemFilter::State::InWork, {}}), 1);
        QCOMPARE(count({{}, {}, ItemFilter::State::Reviewed, {}}), 0);
        const auto back = makeSetClass(*m_project, std::span(&one, 1), 0);
        QVERIFY(back.has_value() && m_project->applyNow(*back).has_value());
        QCOMPARE(count({{}, {}, ItemFilter::State::InWork, {}}), 0);
    }

    /// The same from the details as from the database.
    void textAndSizeInMemory()
    {
        const auto details = ItemDetails::read(m_folder.path());
        QVERIFY(details.has_value());
        for (const char* text : {"", "0003", "picture-001", "nowhere", ".ppm"})
            for (const std::optional<int> edge :
                 {std::optional<int>(), std::optional(64), std::optional(0)}) {
                const ItemFilter filter{{}, {}, ItemFilter::State::Included, QLatin1String(text), edge};
                const auto quick = filteredItems(*m_project, filter, &*details);
                const auto slow = filteredItems(*m_project, filter);
                QVERIFY(quick.has_value() && slow.has_value());
                QCOMPARE(*quick, *slow);
            }
        QCOMPARE(count({{}, {}, ItemFilter::State::Included, {}, 64}), 19); // 48 x 32
        QCOMPARE(count({{}, {}, ItemFilter::State::Included, {}, 32}), 0);
        QCOMPARE(edgeStep(65, 10), 128);
        QCOMPARE(edgeStep(10, 64), 64);
        QCOMPARE(edgeStep(0, 64), 0);
    }

    void text()
    {
        QCOMPARE(count({{}, {}, ItemFilter::State::Included, QStringLiteral("0003")}), 1);
        QCOMPARE(count({{}, {}, ItemFilter::State::Included, QStringLiteral("picture-001")}), 9); // 10..18
        QCOMPARE(
            count(
                {m_project->classByName("dog")->id, {}, ItemFilter::State::Included, QStringLiteral("000")}),
            5);
        QCOMPARE(count({{}, {}, ItemFilter::State::Included, QStringLiteral("  ")}), 19);
        QCOMPARE(count({{}, {}, ItemFilter::State::Included, QStringLiteral("nowhere")}), 0);
    }

    /// Where shapes are drawn, a picture is labelled once anything is said about it, and a class is that of
    /// any label.
    void shapes()
    {
        const ClassId dog = m_project->classByName("dog")->id;
        Annotation box;
        box.item = m_project->columns()[15].id; // without a class
        box.classId = dog;
        box.shape = Box{4, 4, 10, 10};
        const auto drawn = makeAddAnnotation(*m_project, box);
        QVERIFY(drawn.has_value() && m_project->applyNow(*drawn).has_value());
        const ItemFilter dogs{dog, {}, ItemFilter::State::Included, {}};
        const auto inCore = [&] {
            return static_cast<int>(m_project->itemIds("class=dog and excluded=no")->size());
        };
        QCOMPARE(count(dogs), 5);
        QCOMPARE(inCore(), 5);
        QCOMPARE(count({{}, {}, ItemFilter::State::Labelled, {}}), 10);
        setTask("detect");
        QCOMPARE(count(dogs), 6);
        QCOMPARE(inCore(), 6);
        QCOMPARE(static_cast<int>(m_project->items("class=dog and text=picture")->size()), 6);
        QCOMPARE(count({{}, {}, ItemFilter::State::Labelled, {}}), 11);
        QCOMPARE(count({{}, {}, ItemFilter::State::Unlabelled, {}}), 8);
        setTask("classify");
        QCOMPARE(count(dogs), 5);
    }
};

QTEST_GUILESS_MAIN(ItemFilterTest)
#include "tst_item_filter.moc"
