// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/class_remap.h"

#include "core/base/path_text.h"
#include "core/project/class_edits.h"
#include "core/project/edits.h"
#include "core/project/item_rows.h"
#include "core/project/row_changes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace trainyard {

namespace {

constexpr std::size_t kSlice = 4096; ///< rows that are worded before they are written
constexpr int kSweeps = 20;          ///< for what others label meanwhile; each finds what the last one missed

RowChange classOf(Table table, std::int64_t id, ClassId from, ClassId into)
{
    return {table, id, {{"class_id", storedNumber(from), storedNumber(into)}}};
}

/// What becomes of the labels of one class, as rows. `into` 0 deletes them.
class LabelRows
{
public:
    LabelRows(Project& project, ClassId from, ClassId into) : m_project(project), m_from(from), m_into(into)
    {
    }

    /// Rows for every label that the class has now, but for those that were given before. An item that was
    /// given before may have got the class again.
    Result<std::vector<RowChange>> sweep()
    {
        m_items.clear();
        TRAINYARD_TRY(std::vector<LabelPlace> places, m_project.labelsOfClass(m_from));
        return rowsFor(places);
    }

    Result<std::vector<RowChange>> rowsFor(const std::vector<LabelPlace>& places)
    {
        m_rows.clear();
        m_rows.reserve(places.size() + places.size() / 4);
        TRAINYARD_CHECK(m_into == 0 ? remove(places) : move(places));
        return std::move(m_rows);
    }

    /// Items of the class without a tag that says so, as imports make them; of these where some are named.
    Result<std::vector<RowChange>> untaggedItems(const std::unordered_set<ItemId>* named = nullptr)
    {
        m_rows.clear();
        for (const ItemColumns& columns : m_project.columns()) {
            if (columns.classId != m_from || (named != nullptr && !named->contains(columns.id)) ||
                !m_items.insert(columns.id).second)
                continue;
            m_rows.push_back(classOf(Table::Items, columns.id, m_from, m_into));
            if (m_into != 0)
                continue;
            TRAINYARD_TRY(const std::vector<Annotation> left, m_project.annotations(columns.id));
            if (withoutSecondOpinions(left).empty())
                TRAINYARD_CHECK(addUnlabelled(columns.id, m_rows.back()));
        }
        return std::move(m_rows);
    }

    /// Items that somebody labelled while their labels were taken away get their state and class back.
    Result<std::vector<RowChange>> restored()
    {
        std::vector<RowChange> rows;
        if (m_bare.empty())
            return rows;
        TRAINYARD_CHECK(m_project.flush());
        std::vector<ItemId> bare;
        for (const auto& [item, state] : m_bare)
            bare.push_back(item);
        TRAINYARD_TRY(const std::vector<Annotation> present, m_project.annotationsOf(bare));
        std::map<ItemId, std::vector<Annotation>> labels;
        for (const Annotation& annotation : withoutSecondOpinions(present))
            if (annotation.classId != m_from)
                labels[annotation.item].push_back(annotation);
        for (const auto& [item, own] : labels) {
            if (const ClassId classId = itemClassOf(own, 0); classId != 0)
                rows.push_back(classOf(Table::Items, item, 0, classId));
            if (const auto state = m_bare.at(item))
                rows.push_back(stateOf(item, ReviewState::Unlabelled, *state));
        }
        return rows;
    }

private:
    static bool isOwnTag(const LabelPlace& place)
    {
        return place.kind == ShapeKind::ClassTag && !place.isOpinion;
    }
    bool isFirst(AnnotationId id) { return m_given.insert(id).second; }

    Result<void> move(const std::vector<LabelPlace>& places)
    {
        std::unordered_set<ItemId> tagged;
        TRAINYARD_TRY(const std::vector<LabelPlace> present, m_project.labelsOfClass(m_into));
        for (const LabelPlace& place : present)
            if (isOwnTag(place))
                tagged.insert(place.item);
        for (const LabelPlace& place : places) {
            if (!isFirst(place.id))
                continue;
            const bool isTag = isOwnTag(place);
            if (isTag && !tagged.insert(place.item).second)
                m_rows.push_back(deletedRow(Table::Annotations, place.id));
            else
                m_rows.push_back(classOf(Table::Annotations, place.id, m_from, m_into));
            if (isTag && m_items.insert(place.item).second)
                m_rows.push_back(classOf(Table::Items, place.item, m_from, m_into));
        }
        return {};
    }

    Result<void> remove(const std::vector<LabelPlace>& places)
    {
        TRAINYARD_TRY(const std::vector<LabelPlace> beside, m_project.labelsBesideClass(m_from));
        std::unordered_map<ItemId, ClassId> others; // the class of another tag, 0 where only shapes are left
        for (const LabelPlace& place : beside) {
            if (place.isOpinion)
                continue;
            ClassId& other = others[place.item];
            if (other == 0 && isOwnTag(place))
                other = place.classId;
        }
        std::unordered_set<ItemId> emptied;
        for (const LabelPlace& place : places) {
            if (!isFirst(place.id))
                continue;
            m_rows.push_back(deletedRow(Table::Annotations, place.id));
            const auto other = others.find(place.item);
            RowChange row{Table::Items, place.item, {}};
            if (isOwnTag(place) && m_items.insert(place.item).second)
                row = classOf(Table::Items, place.item, m_from, other == others.end() ? 0 : other->second);
            if (!place.isOpinion && other == others.end() && emptied.insert(place.item).second)
                TRAINYARD_CHECK(addUnlabelled(place.item, row));
            if (!row.fields.empty())
                m_rows.push_back(std::move(row));
        }
        return {};
    }

    /// To the change of an item's class where there is one, so that both happen or none.
    Result<void> addUnlabelled(ItemId item, RowChange& row)
    {
        const auto [bare, isFirst] = m_bare.try_emplace(item);
        const ItemColumns* columns = m_project.column(item);
        if (columns == nullptr)
            return {};
        ReviewState state = columns->reviewState;
        if (!isFirst) { // labelled again by somebody else, which memory does not know yet
            TRAINYARD_TRY(const Item now, m_project.item(item));
            state = now.reviewState;
        }
        if (state != ReviewState::Labelled && state != ReviewState::InWork)
            return {};
        bare->second = state;
        RowChange change = stateOf(item, state, ReviewState::Unlabelled);
        row.fields.push_back(std::move(change.fields.front()));
        return {};
    }

    static RowChange stateOf(ItemId item, ReviewState from, ReviewState to)
    {
        return {Table::Items,
                item,
                {{"review_state", storedNumber(static_cast<std::int64_t>(from)),
                  storedNumber(static_cast<std::int64_t>(to))}}};
    }

    Project& m_project;
    ClassId m_from;
    ClassId m_into;
    std::unordered_set<AnnotationId> m_given;
    std::unordered_set<ItemId> m_items;                  ///< whose own class was given in this sweep
    std::map<ItemId, std::optional<ReviewState>> m_bare; ///< left without a label, with the state they had
    std::vector<RowChange> m_rows;
};

/// Hands rows out slice by slice; asks `more` for the next ones when they are used up, until it has none.
class Slices
{
public:
    using More = std::function<Result<std::vector<RowChange>>()>;
    explicit Slices(More more) : m_more(std::move(more)) {}

    Result<std::vector<RowChange>> next()
    {
        if (m_at == m_rows.size()) {
            m_at = 0;
            TRAINYARD_TRY(m_rows, m_more());
        }
        const std::size_t end = std::min(m_rows.size(), m_at + kSlice);
        std::vector<RowChange> slice(
            std::make_move_iterator(m_rows.begin() + static_cast<std::ptrdiff_t>(m_at)),
            std::make_move_iterator(m_rows.begin() + static_cast<std::ptrdiff_t>(end)));
        m_at = end;
        return slice;
    }

private:
    More m_more;
    std::vector<RowChange> m_rows;
    std::size_t m_at = 0;
};

/// The class itself goes, and what names it names its successor.
Result<std::vector<RowChange>> rowsOfClass(Project& project, const ItemClass& gone, ClassId into)
{
    std::vector<RowChange> rows;
    const ClassId above = into != 0 && !isClassBelow(project, into, gone.id) ? into : gone.parent;
    for (const ItemClass& other : project.classes()) {
        if (other.id == gone.id || other.parent != gone.id)
            continue;
        ItemClass after = other;
        after.parent = above;
        rows.push_back(changedClass(other, after));
    }
    TRAINYARD_TRY(const std::vector<Issue> issues, project.issues(std::nullopt, std::nullopt));
    for (const Issue& issue : issues) {
        if (issue.suggested == gone.id)
            rows.push_back(
                {Table::Issues, issue.id, {{"suggested", storedNumber(gone.id), storedNumber(into)}}});
    }
    // Two changes: what a bulk revision stores of a row that appears (as undo makes it) is `alive` alone.
    if (gone.successor != into)
        rows.push_back(
            {Table::Classes, gone.id, {{"successor", storedNumber(gone.successor), storedNumber(into)}}});
    rows.push_back(deletedRow(Table::Classes, gone.id));
    return rows;
}

/// Labels, what was labelled meanwhile, the class, and what was labelled until it was gone.
Result<Revision> retire(Project& project, const ItemClass& gone, ClassId into, const std::string& verb,
                        const std::string& text)
{
    LabelRows labels(project, gone.id, into);
    int sweeps = 0;
    bool isGone = false;
    Slices slices([&]() -> Result<std::vector<RowChange>> {
        std::vector<RowChange> rows;
        if (sweeps++ < kSweeps) {
            TRAINYARD_TRY(rows, labels.sweep());
        }
        if (!rows.empty() || isGone)
            return rows;
        isGone = true;
        TRAINYARD_TRY(rows, labels.untaggedItems());
        TRAINYARD_TRY(const std::vector<RowChange> restored, labels.restored());
        rows.insert(rows.begin(), restored.begin(), restored.end());
        TRAINYARD_TRY(const std::vector<RowChange> last, rowsOfClass(project, gone, into));
        rows.insert(rows.end(), last.begin(), last.end());
        return rows;
    });
    return project.applyBulk(
        verb, text, [&] { return slices.next(); }, OnConflict::Skip);
}

Result<ItemClass> need(const Project& project, ClassId classId)
{
    if (const ItemClass* found = project.classById(classId))
        return *found;
    return fail(ErrorCode::NotFound, "there is no class with the id " + std::to_string(classId));
}

} // namespace

Result<Revision> mergeClasses(Project& project, ClassId from, ClassId into)
{
    TRAINYARD_TRY(const ItemClass gone, need(project, from));
    TRAINYARD_TRY(const ItemClass kept, need(project, into));
    if (from == into)
        return fail(ErrorCode::InvalidArgument,
                    "class '" + displayText(kept.name) + "' cannot be merged into itself");
    return retire(project, gone, into, "merge-classes",
                  "merge class " + displayText(gone.name) + " into " + displayText(kept.name));
}

Result<Revision> deleteClass(Project& project, ClassId classId)
{
    TRAINYARD_TRY(const ItemClass gone, need(project, classId));
    return retire(project, gone, 0, "delete-class",
                  "delete class " + displayText(gone.name) + " with its labels");
}

Result<Revision> splitClass(Project& project, ClassId from, const std::string& name, std::uint32_t colour,
                            const LabelChoice& choice)
{
    TRAINYARD_TRY(const ItemClass source, need(project, from));
    if (name == source.name)
        return fail(ErrorCode::InvalidArgument, "the new class needs another name than the old one");
    TRAINYARD_TRY(std::vector<LabelPlace> places, project.labelsOfClass(from));
    const std::unordered_set<ItemId> items(choice.items.begin(), choice.items.end());
    const std::unordered_set<AnnotationId> chosen(choice.annotations.begin(), choice.annotations.end());
    std::erase_if(places, [&](const LabelPlace& place) {
        return !items.contains(place.item) && !chosen.contains(place.id);
    });
    const bool isAnyItem = std::any_of(choice.items.begin(), choice.items.end(), [&](ItemId item) {
        const ItemColumns* columns = project.column(item);
        return columns != nullptr && columns->classId == from;
    });
    if (places.empty() && !isAnyItem)
        return fail(ErrorCode::NotFound,
                    "none of what is chosen is labelled '" + displayText(source.name) + "'");
    std::vector<RowChange> first;
    ClassId into = 0;
    if (const ItemClass* known = project.classByName(name)) {
        into = known->id;
    } else {
        TRAINYARD_TRY(Edit edit, makeAddClass(project, name, colour, {}));
        first = std::move(edit.rows);
        into = first.front().id;
        if (source.parent != 0)
            first.front().fields.push_back({"parent", FieldValue(), storedNumber(source.parent)});
    }
    LabelRows labels(project, from, into);
    TRAINYARD_TRY(std::vector<RowChange> rows, labels.rowsFor(places));
    rows.insert(rows.begin(), first.begin(), first.end());
    TRAINYARD_TRY(const std::vector<RowChange> untagged, labels.untaggedItems(&items));
    rows.insert(rows.end(), untagged.begin(), untagged.end());
    Slices slices([&]() -> Result<std::vector<RowChange>> { return std::exchange(rows, {}); });
    return project.applyBulk(
        "split-class", "split " + displayText(name) + " off class " + displayText(source.name),
        [&] { return slices.next(); }, OnConflict::Skip);
}

Result<Revision> adoptLabels(Project& project, ClassId deletedClass, ClassId into)
{
    TRAINYARD_TRY(const std::vector<ItemClass> deleted, project.deletedClasses());
    const auto gone = std::find_if(deleted.begin(), deleted.end(),
                                   [&](const ItemClass& known) { return known.id == deletedClass; });
    if (gone == deleted.end())
        return fail(ErrorCode::NotFound,
                    "there is no deleted class with the id " + std::to_string(deletedClass));
    auto last = gone;
    for (std::size_t step = 0; into == 0 && step < deleted.size() && last != deleted.end(); ++step) {
        const ClassId next = last->successor; // which may be gone as well
        into = project.classById(next) != nullptr ? next : 0;
        last = std::find_if(deleted.begin(), deleted.end(),
                            [&](const ItemClass& known) { return known.id == next; });
    }
    if (into == 0)
        return fail(ErrorCode::InvalidArgument, "the deleted class '" + displayText(gone->name) +
                                                    "' has no successor; say which class it becomes");
    TRAINYARD_TRY(const ItemClass kept, need(project, into));
    LabelRows labels(project, deletedClass, kept.id);
    int sweeps = 0;
    Slices slices([&]() -> Result<std::vector<RowChange>> {
        if (sweeps++ == 0) {
            TRAINYARD_TRY(std::vector<RowChange> rows, labels.sweep());
            TRAINYARD_TRY(const std::vector<RowChange> untagged, labels.untaggedItems());
            rows.insert(rows.end(), untagged.begin(), untagged.end());
            return rows;
        }
        return sweeps < kSweeps ? labels.sweep() : std::vector<RowChange>();
    });
    return project.applyBulk(
        "adopt-labels",
        "labels of the deleted class " + displayText(gone->name) + " become " + displayText(kept.name),
        [&] { return slices.next(); }, OnConflict::Skip);
}

} // namespace trainyard
