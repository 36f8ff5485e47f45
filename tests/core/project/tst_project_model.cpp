// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/project/annotation_edits.h"
#include "core/project/project.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <algorithm>
#include <map>

using namespace trainyard;
using namespace trainyard::test;

namespace {

/// What the test believes, kept by its own rules.
struct Model
{
    std::map<ItemId, Item> items;
    std::map<AnnotationId, Annotation> boxes;

    bool operator==(const Model&) const = default;
};

/// What the project shows: the items as they are, the boxes, and for each item the class tag that fits its
/// class.
bool agrees(Project& project, const Model& model)
{
    const std::vector<Item> items = VALUE(project.items());
    if (items.size() != model.items.size() || project.columns().size() != items.size())
        return false;
    std::size_t boxes = 0;
    for (const Item& item : items) {
        const auto known = model.items.find(item.id);
        if (known == model.items.end() || !(known->second == item))
            return false;
        const ItemColumns* columns = project.column(item.id);
        if (columns == nullptr || columns->classId != item.classId || columns->split != item.split ||
            columns->isExcluded != item.isExcluded || columns->reviewState != item.reviewState)
            return false;
        std::vector<ClassId> tags;
        for (const Annotation& annotation : VALUE(project.annotations(item.id))) {
            if (annotation.isClassTag()) {
                tags.push_back(annotation.classId);
                continue;
            }
            ++boxes;
            const auto box = model.boxes.find(annotation.id);
            if (box == model.boxes.end() || !(box->second == annotation))
                return false;
        }
        if (tags != (item.classId == 0 ? std::vector<ClassId>() : std::vector<ClassId>{item.classId}))
            return false;
    }
    return boxes == model.boxes.size();
}

class RandomWork
{
public:
    RandomWork(std::filesystem::path folder, std::uint64_t seed)
        : m_folder(std::move(folder)), m_random(seed, RandomPurpose::Sample, 0, 0),
          m_project(makeProject(m_folder, 12, 3))
    {
        for (const Item& item : VALUE(m_project->items()))
            m_model.items[item.id] = item;
        // Undo may not go back beyond this point: the makers of the fixture are the same author.
        m_undone.clear();
    }

    Project& project() { return *m_project; }
    const Model& model() const { return m_model; }

    void step()
    {
        switch (m_random.below(12)) {
        case 0:
        case 1:
            return undo();
        case 2:
            return redo();
        case 3:
            return reopen();
        case 4:
            return DONE(m_project->flush());
        default:
            return edit();
        }
    }

private:
    ItemId someItem() { return m_project->columns()[m_random.below(m_project->columns().size())].id; }

    void edit()
    {
        Model changed = m_model;
        const Edit edit = someEdit(changed);
        if (edit.rows.empty())
            return;
        m_done.push_back(m_model);
        m_undone.clear();
        m_model = std::move(changed);
        if (m_random.below(2) == 0)
            VALUE(m_project->apply(edit));
        else
            VALUE(m_project->applyNow(edit));
    }

    Edit someEdit(Model& model)
    {
        const ItemId id = someItem();
        Item& item = model.items[id];
        switch (m_random.below(5)) {
        case 0: {
            const ClassId classId = m_random.below(4) == 0 ? 0 : m_project->classes()[m_random.below(3)].id;
            const Edit edit = VALUE(makeSetClass(*m_project, std::span(&id, 1), classId));
            item.classId = classId;
            const bool hasBoxes = std::any_of(model.boxes.begin(), model.boxes.end(),
                                              [&](const auto& box) { return box.second.item == item.id; });
            if (classId != 0 || !hasBoxes)
                item.reviewState = classId == 0 ? ReviewState::Unlabelled : ReviewState::Labelled;
            return edit;
        }
        case 1: {
            Annotation box;
            box.item = id;
            box.classId = m_project->classes()[m_random.below(3)].id;
            box.shape = Box{m_random.uniform(), m_random.uniform(), 1 + m_random.uniform(), 2};
            const Edit edit = VALUE(makeAddAnnotation(*m_project, box));
            box.id = edit.rows[0].id;
            model.boxes[box.id] = box;
            if (item.reviewState == ReviewState::Unlabelled)
                item.reviewState = ReviewState::Labelled;
            return edit;
        }
        case 2: {
            if (model.boxes.empty())
                return {};
            const Annotation box = std::next(model.boxes.begin(),
                                             static_cast<std::ptrdiff_t>(m_random.below(model.boxes.size())))
                                       ->second;
            const Edit edit = VALUE(makeDeleteAnnotation(*m_project, box.item, box.id));
            model.boxes.erase(box.id);
            // The last label that goes leaves the item unlabelled.
            Item& emptied = model.items[box.item];
            const bool isLast = emptied.classId == 0 &&
                                std::none_of(model.boxes.begin(), model.boxes.end(),
                                             [&](const auto& b) { return b.second.item == box.item; });
            if (isLast && emptied.reviewState == ReviewState::Labelled)
                emptied.reviewState = ReviewState::Unlabelled;
            return edit;
        }
        case 3: {
            const bool isExcluded = m_random.below(2) == 0;
            const Edit edit = isExcluded ? VALUE(makeExclude(*m_project, std::span(&id, 1), "dark"))
                                         : VALUE(makeInclude(*m_project, std::span(&id, 1)));
            item.isExcluded = isExcluded;
            item.excludedReason = isExcluded ? "dark" : "";
            return edit;
        }
        default: {
            const auto split = static_cast<Split>(m_random.below(4));
            const std::vector<std::pair<ItemId, Split>> splits = {{id, split}};
            const Edit edit = VALUE(makeSetSplit(*m_project, splits));
            item.split = split;
            return edit;
        }
        }
    }

    void undo()
    {
        if (m_done.empty())
            return;
        VALUE(m_project->undo());
        m_undone.push_back(m_model);
        m_model = m_done.back();
        m_done.pop_back();
    }

    void redo()
    {
        const Result<Revision> redone = m_project->redo();
        if (m_undone.empty()) {
            QVERIFY(!redone && redone.error().code == ErrorCode::NotFound);
            return;
        }
        QVERIFY(redone.has_value());
        m_done.push_back(m_model);
        m_model = m_undone.back();
        m_undone.pop_back();
    }

    void reopen()
    {
        m_project.reset();
        m_project = openProject(m_folder);
    }

    std::filesystem::path m_folder;
    CounterRandom m_random;
    std::unique_ptr<Project> m_project;
    Model m_model;
    std::vector<Model> m_done;
    std::vector<Model> m_undone;
};

} // namespace

class TestProjectModel : public QObject
{
    Q_OBJECT

private slots:
    void randomEditsUndoRedo_data()
    {
        QTest::addColumn<quint64>("seed");
        const QByteArray given = qgetenv("TRAINYARD_SEED");
        for (const quint64 seed : {quint64(1), quint64(20261123)})
            QTest::addRow("seed %llu", static_cast<unsigned long long>(seed)) << seed;
        if (!given.isEmpty())
            QTest::addRow("seed %s (from TRAINYARD_SEED)", given.constData()) << given.toULongLong();
    }

    void randomEditsUndoRedo()
    {
        QFETCH(quint64, seed);
        const TemporaryFolder folder;
        RandomWork work(folder / "p", seed);
        for (int i = 0; i < 250; ++i) {
            work.step();
            QVERIFY2(agrees(work.project(), work.model()),
                     qPrintable(QString("after step %1 of seed %2").arg(i).arg(seed)));
        }
        DONE(work.project().verify());
    }

    void historySaysWhatHappened()
    {
        const TemporaryFolder folder;
        auto project = makeProject(folder / "p", 2, 1);
        const Revision start = project->revision();
        const ItemId item = project->columns()[0].id;
        const Revision labelled = VALUE(
            project->applyNow(VALUE(makeSetClass(*project, std::span(&item, 1), project->classes()[0].id))));
        const Revision undone = VALUE(project->undo());
        auto history = VALUE(project->history(2));
        QCOMPARE(history.size(), std::size_t(2));
        QCOMPARE(history[0].revision, undone);
        QCOMPARE(history[0].undoes, labelled);
        QCOMPARE(history[0].author, std::string("ann@here/cli"));
        QVERIFY(!history[0].isUndone);
        QVERIFY(history[1].isUndone);
        const Revision redone = VALUE(project->redo());
        history = VALUE(project->history(3));
        QVERIFY(history[1].isUndone && !history[2].isUndone);
        QCOMPARE(history[0].revision, redone);
        QVERIFY(project->redo().error().code == ErrorCode::NotFound);

        const Edit difference = VALUE(project->diff(start, redone));
        QCOMPARE(difference.rows.size(), std::size_t(2)); // the item and its tag
        QVERIFY(VALUE(project->diff(start, undone)).rows.empty());
        QVERIFY(VALUE(project->diff(redone, start)) == [&] {
            Edit backward = inverted(difference);
            std::reverse(backward.rows.begin(), backward.rows.end());
            return backward;
        }());
        QVERIFY(project->diff(0, 10000).error().code == ErrorCode::NotFound);
    }

    void undoRefusesWhatOthersTouched()
    {
        const TemporaryFolder folder;
        auto ann = makeProject(folder / "p", 3, 2);
        auto bob = openProject(folder / "p", "bob@there/studio");
        const ItemId item = ann->columns()[0].id;
        const ItemId other = ann->columns()[1].id;
        VALUE(ann->applyNow(VALUE(makeSetClass(*ann, std::span(&item, 1), ann->classes()[0].id))));
        QVERIFY(VALUE(bob->refresh()));
        QVERIFY(!VALUE(bob->refresh()));
        VALUE(bob->applyNow(VALUE(makeExclude(*bob, std::span(&other, 1), "dark"))));
        VALUE(bob->applyNow(
            VALUE(makeSetSplit(*bob, std::vector<std::pair<ItemId, Split>>{{item, Split::Test}}))));
        const Result<Revision> refused = ann->undo();
        QVERIFY(!refused && refused.error().code == ErrorCode::Refused);
        QVERIFY(refused.error().message.find("bob@there/studio") != std::string::npos);
        VALUE(bob->undo()); // bob's last one; the row was touched all the same
        QVERIFY(ann->undo().error().code == ErrorCode::Refused);
        VALUE(ann->refresh());
        VALUE(ann->applyNow(VALUE(makeSetClass(*ann, std::span(&other, 1), ann->classes()[1].id))));
        VALUE(ann->undo());
        QCOMPARE(ann->column(other)->classId, 0);
        QVERIFY(ann->column(other)->isExcluded);
    }

    void conflictTakesTheDatabasesValue()
    {
        struct Observer : ProjectObserver
        {
            std::vector<EditId> saved;
            std::vector<std::pair<EditId, ErrorCode>> refused;
            void durable(EditId edit, Revision) override { saved.push_back(edit); }
            void notDurable(EditId edit, const Error& error) override
            {
                refused.emplace_back(edit, error.code);
            }
        };
        const TemporaryFolder folder;
        auto ann = makeProject(folder / "p", 2, 2);
        auto bob = openProject(folder / "p", "bob@there/studio");
        Observer observer;
        bob->setObserver(&observer);
        const ItemId item = ann->columns()[0].id;
        VALUE(ann->applyNow(
            VALUE(makeSetSplit(*ann, std::vector<std::pair<ItemId, Split>>{{item, Split::Test}}))));
        // Bob's memory does not know of it: the rows that he reads do, so an Edit from stale values is made
        // by hand.
        const Edit stale{"split", "stale", {RowChange{Table::Items, item, {{"split", {}, std::int64_t{1}}}}}};
        const EditId edit = VALUE(bob->apply(stale));
        QVERIFY(bob->column(item)->split == Split::Train);
        const Result<void> flushed = bob->flush();
        QVERIFY(!flushed && flushed.error().code == ErrorCode::Conflict);
        QVERIFY(bob->column(item)->split == Split::Test);
        QCOMPARE(observer.refused.size(), std::size_t(1));
        QCOMPARE(observer.refused[0].first, edit);
        QVERIFY(observer.refused[0].second == ErrorCode::Conflict);
        QVERIFY(observer.saved.empty());
        DONE(bob->flush()); // never tried again
        bob->setObserver(nullptr);

        // Two classes of one name from two processes: the later one is refused.
        const Edit mine = VALUE(makeAddClass(*ann, "same", 1, ""));
        const Edit theirs = VALUE(makeAddClass(*bob, "same", 2, ""));
        VALUE(ann->applyNow(mine));
        QVERIFY(bob->applyNow(theirs).error().code == ErrorCode::Conflict);
        VALUE(bob->refresh());
        QCOMPARE(bob->classByName("same")->colour, 1u);
        QCOMPARE(bob->classes().size(), std::size_t(3));
    }

    void foreignBulkRevisionsComeIn()
    {
        const TemporaryFolder folder;
        auto ann = makeProject(folder / "p", 2, 1);
        auto bob = openProject(folder / "p", "bob@there/studio");
        int batches = 0;
        const Revision bulk =
            VALUE(bob->applyBulk("import", "import more", [&]() -> Result<std::vector<RowChange>> {
                ++batches;
                return newItemRows(*bob, batches <= 3 ? 500 : 0, "b" + std::to_string(batches) + "-");
            }));
        QCOMPARE(bob->columns().size(), std::size_t(1502));
        QVERIFY(VALUE(ann->refresh()));
        QCOMPARE(ann->columns().size(), std::size_t(1502));
        QVERIFY(ann->revision() >= bulk);
        QCOMPARE(VALUE(ann->items("text=b2-")).size(), std::size_t(500));
        QCOMPARE(VALUE(bob->history(1))[0].rowCount, std::int64_t(1500));
        VALUE(bob->undo());
        QCOMPARE(bob->columns().size(), std::size_t(2));
        VALUE(ann->refresh());
        QCOMPARE(ann->columns().size(), std::size_t(2));
        VALUE(bob->redo());
        VALUE(ann->refresh());
        QCOMPARE(ann->columns().size(), std::size_t(1502));

        // A source that fails: nothing of it stays.
        batches = 0;
        const Result<Revision> failed =
            bob->applyBulk("import", "broken", [&]() -> Result<std::vector<RowChange>> {
                if (++batches == 3)
                    return fail(ErrorCode::Cancelled, "stopped by the test");
                return newItemRows(*bob, 300, "x" + std::to_string(batches) + "-");
            });
        QVERIFY(!failed && failed.error().code == ErrorCode::Cancelled);
        QCOMPARE(bob->columns().size(), std::size_t(1502));
        VALUE(ann->refresh());
        QCOMPARE(ann->columns().size(), std::size_t(1502));
        DONE(ann->verify());
    }
};

QTEST_APPLESS_MAIN(TestProjectModel)
#include "tst_project_model.moc"
