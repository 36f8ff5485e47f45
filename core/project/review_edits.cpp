// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/review_edits.h"

#include "core/base/path_text.h"
#include "core/project/item_rows.h"
#include "core/project/row_changes.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr std::size_t kSlice = 512; ///< items whose labels are read before they are written

bool waits(const ItemColumns& columns)
{
    return columns.reviewState == ReviewState::Labelled && !columns.isExcluded &&
           columns.fileState != FileState::Damaged;
}

Result<void> addRows(Project& project, ItemId id, ReviewState state, const std::string& comment,
                     std::vector<RowChange>& rows)
{
    TRAINYARD_TRY(const Item before, project.item(id));
    Item after = before;
    after.reviewState = state;
    after.reviewComment = comment;
    if (RowChange row = changedItem(before, after); !row.fields.empty())
        rows.push_back(std::move(row));
    if (state != ReviewState::Reviewed)
        return {};
    TRAINYARD_TRY(const std::vector<Annotation> annotations, project.annotations(id));
    for (const Annotation& annotation : annotations) {
        if (!annotation.isReviewed && !isSecondOpinion(annotation))
            rows.push_back(
                {Table::Annotations, annotation.id, {{"reviewed", storedNumber(0), storedNumber(1)}}});
    }
    return {};
}

std::string sentence(std::span<const ItemId> items, ReviewState state, const std::string& comment)
{
    const std::string what =
        items.size() == 1 ? "item #" + std::to_string(items[0]) : std::to_string(items.size()) + " items";
    return what + " " + std::string(reviewStateName(state)) +
           (comment.empty() ? "" : ": " + displayText(comment));
}

} // namespace

Result<Edit> makeSetReview(Project& project, std::span<const ItemId> items, ReviewState state,
                           const std::string& comment)
{
    Edit edit{"review", sentence(items, state, comment), {}};
    for (const ItemId item : items)
        TRAINYARD_CHECK(addRows(project, item, state, comment, edit.rows));
    return edit;
}

Result<Revision> setReview(Project& project, std::span<const ItemId> items, ReviewState state,
                           const std::string& comment)
{
    if (items.size() <= kSlice) {
        TRAINYARD_TRY(const Edit edit, makeSetReview(project, items, state, comment));
        return project.applyNow(edit);
    }
    std::size_t at = 0;
    const auto next = [&]() -> Result<std::vector<RowChange>> {
        std::vector<RowChange> rows;
        while (rows.empty() && at < items.size()) {
            const std::size_t end = std::min(items.size(), at + kSlice);
            for (; at < end; ++at)
                TRAINYARD_CHECK(addRows(project, items[at], state, comment, rows));
        }
        return rows;
    };
    return project.applyBulk("review", sentence(items, state, comment), next, OnConflict::Skip);
}

Result<std::vector<ItemId>> reviewQueue(Project& project)
{
    TRAINYARD_TRY(const std::vector<Item> labelled, project.items("review=labelled and excluded=no"));
    std::vector<ItemId> again;
    std::vector<ItemId> rest;
    for (const Item& item : labelled) {
        if (item.fileState != FileState::Damaged)
            (item.reviewComment.empty() ? rest : again).push_back(item.id);
    }
    again.insert(again.end(), rest.begin(), rest.end());
    return again;
}

ItemId nextToReview(const Project& project, ItemId current)
{
    const std::span<const ItemColumns> columns = project.columns();
    const auto after = std::upper_bound(columns.begin(), columns.end(), current,
                                        [](ItemId id, const ItemColumns& known) { return id < known.id; });
    const auto found = std::find_if(after, columns.end(), waits);
    if (found != columns.end())
        return found->id;
    const auto first = std::find_if(columns.begin(), after, waits);
    return first == after || first->id == current ? 0 : first->id;
}

} // namespace trainyard
