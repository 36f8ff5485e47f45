// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/edits.h"

#include "core/base/path_text.h"
#include "core/project/class_edits.h"
#include "core/project/item_rows.h"
#include "core/project/row_changes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace trainyard {

namespace {

/// Adds a field where its value changes.
void addChange(RowChange& row, std::string_view field, const FieldValue& before, const FieldValue& after)
{
    if (before != after)
        row.fields.push_back({std::string(field), before, after});
}

void addRow(Edit& edit, RowChange row)
{
    if (!row.fields.empty())
        edit.rows.push_back(std::move(row));
}

std::string countOf(std::size_t count, const char* one)
{
    return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string itemWords(Project& project, std::span<const ItemId> items)
{
    if (items.size() == 1) {
        if (const Result<Item> item = project.item(items[0]))
            return displayText(item->path);
    }
    return countOf(items.size(), "item");
}

/// The row changes that set some fields of existing rows, one for each id; one without fields where nothing
/// changes.
Result<std::vector<RowChange>> changedRows(Project& project, Table table, std::span<const std::int64_t> ids,
                                           std::span<const std::string_view> fields,
                                           std::span<const FieldValue> after)
{
    std::vector<std::string_view> names(fields.begin(), fields.end());
    names.push_back("alive");
    TRAINYARD_TRY(const auto before, project.fieldValuesOf(table, ids, names));
    std::vector<RowChange> rows;
    rows.reserve(ids.size());
    for (std::size_t row = 0; row < ids.size(); ++row) {
        const FieldValue* values = &before[row * names.size()];
        if (values[fields.size()] != FieldValue(std::int64_t{1}))
            return fail(ErrorCode::NotFound, "there is no " + rowName(table, ids[row]));
        rows.push_back({table, ids[row], {}});
        for (std::size_t i = 0; i < fields.size(); ++i)
            addChange(rows.back(), fields[i], values[i], after[i]);
    }
    return rows;
}

Result<RowChange> changedRow(Project& project, Table table, std::int64_t id,
                             std::span<const std::string_view> fields, std::span<const FieldValue> after)
{
    TRAINYARD_TRY(auto rows, changedRows(project, table, std::span(&id, 1), fields, after));
    return std::move(rows.front());
}

ReviewState stateWithClass(ClassId classId, AnnotationSource source)
{
    if (classId == 0)
        return ReviewState::Unlabelled;
    return source == AnnotationSource::Model ? ReviewState::InWork : ReviewState::Labelled;
}

Result<void> checkClass(Project& project, ClassId classId)
{
    if (classId != 0 && project.classById(classId) == nullptr)
        return fail(ErrorCode::NotFound, "there is no class with the id " + std::to_string(classId));
    return {};
}

/// Replaces the class tags of one item, whose annotations are `present`, by `wanted`, or by nothing where its
/// class is 0.
Result<void> replaceTags(Project& project, Edit& edit, std::span<const Annotation> present, Annotation wanted)
{
    bool isThere = wanted.classId == 0;
    for (const Annotation& tag : present) {
        if (!tag.isClassTag() || opinionOf(tag) != opinionOf(wanted))
            continue;
        const bool isSame = !isThere && tag.classId == wanted.classId && tag.source == wanted.source &&
                            tag.sourceName == wanted.sourceName;
        isThere = isThere || isSame;
        if (isSame)
            continue;
        edit.rows.push_back(deletedRow(Table::Annotations, tag.id));
    }
    if (!isThere) {
        TRAINYARD_TRY(wanted.id, project.newId());
        edit.rows.push_back(rowForNewAnnotation(wanted));
    }
    return {};
}

} // namespace

Result<Edit> makeAddClass(Project& project, const std::string& name, std::uint32_t colour,
                          const std::string& key)
{
    TRAINYARD_CHECK(checkClassName(name));
    if (project.classByName(name) != nullptr)
        return fail(ErrorCode::InvalidArgument, "there is a class '" + displayText(name) + "' already");
    ItemClass itemClass{0, name, colour, key};
    TRAINYARD_TRY(itemClass.id, project.newId());
    return Edit{"add-class", "add class " + displayText(name), {rowForNewClass(itemClass)}};
}

Result<Edit> makeSetClass(Project& project, std::span<const ItemId> items, ClassId classId,
                          AnnotationSource source, const std::string& sourceName)
{
    TRAINYARD_CHECK(checkClass(project, classId));
    constexpr std::array<std::string_view, 2> kFields = {"class_id", "review_state"};
    const std::array<FieldValue, 2> after = {
        storedNumber(classId), storedNumber(static_cast<std::int64_t>(stateWithClass(classId, source)))};
    const std::string what = classId == 0 ? "none" : displayText(project.classById(classId)->name);
    Edit edit{"set-class", "class of " + itemWords(project, items) + " is " + what, {}};
    Annotation tag;
    tag.classId = classId;
    tag.source = source;
    tag.sourceName = sourceName;
    tag.isReviewed = source == AnnotationSource::Person;
    TRAINYARD_TRY(auto rows, changedRows(project, Table::Items, items, kFields, after));
    TRAINYARD_TRY(const auto annotations, project.annotationsOf(items));
    edit.rows.reserve(3 * items.size());
    auto present = annotations.begin();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto first = present;
        while (present != annotations.end() && present->item == items[i])
            ++present;
        const bool hasShapes = std::any_of(first, present, [](const Annotation& annotation) {
            return !annotation.isClassTag() && !isSecondOpinion(annotation);
        });
        if (classId == 0 && hasShapes) // it stays as labelled as its shapes make it
            std::erase_if(rows[i].fields,
                          [&](const FieldChange& change) { return change.field == kFields[1]; });
        if (!isSecondOpinion(tag))
            addRow(edit, std::move(rows[i]));
        tag.item = items[i];
        TRAINYARD_CHECK(replaceTags(project, edit, std::span(first, present), tag));
    }
    return edit;
}

namespace {

/// The tags that one item has, of the project's own labels.
struct ItemTags
{
    std::vector<Annotation> tags;
    ClassId untagged = 0; ///< the item's class where no tag says so, as imports make it
    bool hasShapes = false;

    [[nodiscard]] bool has(ClassId classId) const
    {
        return untagged == classId || std::any_of(tags.begin(), tags.end(),
                                                  [&](const Annotation& t) { return t.classId == classId; });
    }
};

ItemTags itemTags(ClassId itemClass, std::span<const Annotation> present)
{
    ItemTags found;
    for (const Annotation& annotation : present) {
        if (isSecondOpinion(annotation))
            continue;
        if (annotation.isClassTag())
            found.tags.push_back(annotation);
        else
            found.hasShapes = true;
    }
    if (!found.has(itemClass))
        found.untagged = itemClass;
    return found;
}

ClassId storedClass(const FieldValue& value)
{
    const auto* id = std::get_if<std::int64_t>(&value);
    return id == nullptr ? 0 : *id;
}

/// What one item becomes; `now` is changed with it.
Result<void> toggleTag(Project& project, Edit& edit, ItemId item, ItemTags& now, ClassId classId,
                       bool takesAway)
{
    const auto add = [&](ClassId added, AnnotationSource source) -> Result<void> {
        Annotation tag;
        tag.item = item;
        tag.classId = added;
        tag.source = source;
        tag.isReviewed = source == AnnotationSource::Person;
        TRAINYARD_TRY(tag.id, project.newId());
        edit.rows.push_back(rowForNewAnnotation(tag));
        now.tags.push_back(tag);
        return {};
    };
    if (takesAway && now.untagged == classId)
        now.untagged = 0;
    if (now.untagged != 0) // several classes of one item need a tag each
        TRAINYARD_CHECK(add(std::exchange(now.untagged, 0), AnnotationSource::Import));
    if (!takesAway)
        return add(classId, AnnotationSource::Person);
    std::erase_if(now.tags, [&](const Annotation& tag) {
        if (tag.classId == classId)
            edit.rows.push_back(deletedRow(Table::Annotations, tag.id));
        return tag.classId == classId;
    });
    return {};
}

} // namespace

Result<Edit> makeToggleTag(Project& project, std::span<const ItemId> items, ClassId classId)
{
    if (classId == 0)
        return fail(ErrorCode::InvalidArgument, "a tag needs a class");
    TRAINYARD_CHECK(checkClass(project, classId));
    constexpr std::array<std::string_view, 3> kFields = {"alive", "class_id", "review_state"};
    TRAINYARD_TRY(const auto before, project.fieldValuesOf(Table::Items, items, kFields));
    TRAINYARD_TRY(const auto annotations, project.annotationsOf(items));
    std::vector<ItemTags> all;
    auto present = annotations.begin();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const FieldValue* values = &before[i * kFields.size()];
        if (values[0] != FieldValue(std::int64_t{1}))
            return fail(ErrorCode::NotFound, "there is no " + rowName(Table::Items, items[i]));
        const auto first = present;
        while (present != annotations.end() && present->item == items[i])
            ++present;
        all.push_back(itemTags(storedClass(values[1]), std::span(first, present)));
    }
    const bool takesAway =
        std::all_of(all.begin(), all.end(), [&](const ItemTags& tags) { return tags.has(classId); });
    Edit edit{takesAway ? "delete-tag" : "add-tag", "", {}};
    edit.text = (takesAway ? "take the tag " : "tag ") + displayText(project.classById(classId)->name) +
                (takesAway ? " from " : " on ") + itemWords(project, items);
    for (std::size_t i = 0; i < items.size(); ++i) {
        ItemTags& now = all[i];
        if (now.has(classId) != takesAway)
            continue;
        TRAINYARD_CHECK(toggleTag(project, edit, items[i], now, classId, takesAway));
        const bool isLabelled = !now.tags.empty() || now.hasShapes;
        const ReviewState state = isLabelled ? ReviewState::Labelled : ReviewState::Unlabelled;
        RowChange row{Table::Items, items[i], {}};
        addChange(row, kFields[1], before[i * kFields.size() + 1],
                  storedNumber(itemClassOf(now.tags, storedClass(before[i * kFields.size() + 1]))));
        addChange(row, kFields[2], before[i * kFields.size() + 2],
                  storedNumber(static_cast<std::int64_t>(state)));
        addRow(edit, std::move(row));
    }
    return edit;
}

Result<std::vector<ClassId>> tagsOf(Project& project, ItemId item)
{
    const ItemColumns* columns = project.column(item);
    TRAINYARD_TRY(const auto annotations, project.annotations(item));
    const ItemTags found = itemTags(columns == nullptr ? 0 : columns->classId, annotations);
    std::vector<ClassId> classes;
    if (found.untagged != 0)
        classes.push_back(found.untagged);
    for (const Annotation& tag : found.tags)
        if (tag.classId != 0 && std::find(classes.begin(), classes.end(), tag.classId) == classes.end())
            classes.push_back(tag.classId);
    return classes;
}

namespace {

Result<Edit> makeExclusion(Project& project, std::span<const ItemId> items, bool isExcluded,
                           const std::string& reason)
{
    constexpr std::array<std::string_view, 2> kFields = {"excluded", "excluded_reason"};
    const std::array<FieldValue, 2> after = {storedNumber(isExcluded ? 1 : 0), storedText(reason)};
    Edit edit{isExcluded ? "exclude" : "include", "", {}};
    edit.text =
        edit.verb + " " + itemWords(project, items) + (reason.empty() ? "" : ": " + displayText(reason));
    TRAINYARD_TRY(auto rows, changedRows(project, Table::Items, items, kFields, after));
    for (RowChange& row : rows)
        addRow(edit, std::move(row));
    return edit;
}

} // namespace

Result<Edit> makeExclude(Project& project, std::span<const ItemId> items, const std::string& reason)
{
    return makeExclusion(project, items, true, reason);
}

Result<Edit> makeInclude(Project& project, std::span<const ItemId> items)
{
    return makeExclusion(project, items, false, {});
}

Result<Edit> makeSetSplit(Project& project, std::span<const std::pair<ItemId, Split>> splits)
{
    constexpr std::array<std::string_view, 1> kFields = {"split"};
    Edit edit{"split", "give " + countOf(splits.size(), "item") + " a split", {}};
    for (const auto& [item, split] : splits) {
        const std::array<FieldValue, 1> after = {storedNumber(static_cast<std::int64_t>(split))};
        TRAINYARD_TRY(RowChange row, changedRow(project, Table::Items, item, kFields, after));
        addRow(edit, std::move(row));
    }
    return edit;
}

Result<Edit> makeSetIssueState(Project& project, std::span<const IssueId> issues, IssueState state)
{
    constexpr std::array<std::string_view, 1> kFields = {"state"};
    const std::array<FieldValue, 1> after = {storedNumber(static_cast<std::int64_t>(state))};
    Edit edit{
        "set-issue-state", countOf(issues.size(), "issue") + " " + std::string(issueStateName(state)), {}};
    for (const IssueId issue : issues) {
        TRAINYARD_TRY(RowChange row, changedRow(project, Table::Issues, issue, kFields, after));
        addRow(edit, std::move(row));
    }
    return edit;
}

Result<Edit> makeSetSetting(Project& project, const std::string& key, const std::string& value)
{
    if (key.empty())
        return fail(ErrorCode::InvalidArgument, "a setting needs a key");
    constexpr std::array<std::string_view, 3> kFields = {"alive", "setting_key", "value"};
    const std::array<FieldValue, 3> after = {std::int64_t{1}, storedText(key), storedText(value)};
    const std::int64_t id = settingId(key);
    TRAINYARD_TRY(auto before, project.fieldValues(Table::Settings, id, kFields));
    if (before[0].index() == 0)
        before[0] = std::int64_t{0};
    RowChange row{Table::Settings, id, {}};
    for (std::size_t i = 0; i < kFields.size(); ++i)
        addChange(row, kFields[i], before[i], after[i]);
    Edit edit{"set-setting", displayText(key) + " is " + displayText(value), {}};
    addRow(edit, std::move(row));
    return edit;
}

Result<Edit> makeRelocateRoot(Project& project, RootId root, const std::filesystem::path& folder)
{
    constexpr std::array<std::string_view, 2> kFields = {"path", "is_relative"};
    const SourceRoot place = sourceRootFor(project.folder(), folder);
    const std::array<FieldValue, 2> after = {storedText(place.path), storedNumber(place.isRelative ? 1 : 0)};
    TRAINYARD_TRY(RowChange row, changedRow(project, Table::Roots, root, kFields, after));
    Edit edit{"relocate", "pictures are in " + displayText(folder.native()), {}};
    addRow(edit, std::move(row));
    return edit;
}

SourceRoot sourceRootFor(const std::filesystem::path& projectFolder, const std::filesystem::path& source)
{
    const auto whole = [](const std::filesystem::path& path) {
        std::error_code failed;
        const std::filesystem::path found = std::filesystem::weakly_canonical(path, failed);
        return failed ? std::filesystem::absolute(path).lexically_normal() : found;
    };
    const std::filesystem::path project = whole(projectFolder);
    const std::filesystem::path folder = whole(source);
    const std::filesystem::path relative = folder.lexically_relative(project);
    // Inside the project's folder, or below the folder that holds it: both move together.
    const bool isBeside = project.has_parent_path() && project.parent_path() != project.root_path();
    auto part = relative.begin();
    const bool isUp = !relative.empty() && *part == "..";
    const bool isFarUp = isUp && (++part == relative.end() || *part == "..");
    SourceRoot root;
    root.isRelative = !relative.empty() && (!isUp || (isBeside && !isFarUp));
    root.path = root.isRelative ? relative.native() : folder.native();
    return root;
}

} // namespace trainyard
