// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/checks.h"

#include "core/cleaning/duplicates.h"
#include "core/cleaning/issue_book.h"
#include "core/cleaning/leaks.h"

#include <cstdio>

namespace trainyard {

namespace {

/// Items whose picture is there and counts.
std::vector<ItemColumns> comparableItems(const Project& project)
{
    std::vector<ItemColumns> items;
    for (const ItemColumns& item : project.columns())
        if (!item.isExcluded && item.fileState != FileState::Damaged && item.fileState != FileState::Missing)
            items.push_back(item);
    return items;
}

Result<void> findDamaged(Project& project, IssueBook& book)
{
    for (const ItemColumns& column : project.columns()) {
        if (column.fileState != FileState::Damaged || column.isExcluded)
            continue;
        TRAINYARD_TRY(const Item item, project.item(column.id));
        Issue issue;
        issue.kind = IssueKind::Damaged;
        issue.item = item.id;
        issue.text = item.damage.empty() ? "the file is damaged" : item.damage;
        book.found(issue);
    }
    return {};
}

/// One issue for each later item of a pair, with the earliest item that it repeats.
void findDuplicates(IssueBook& book, IssueKind kind, std::span<const DuplicatePair> pairs)
{
    std::map<ItemId, DuplicatePair> earliest;
    for (const DuplicatePair& pair : pairs) {
        const auto [entry, isNew] = earliest.emplace(pair.second, pair);
        if (!isNew && pair.first < entry->second.first)
            entry->second = pair;
    }
    for (const auto& [item, pair] : earliest) {
        Issue issue;
        issue.kind = kind;
        issue.item = item;
        issue.other = pair.first;
        issue.score = pair.difference;
        char text[96];
        if (kind == IssueKind::ExactDuplicate)
            std::snprintf(text, sizeof text, "the same bytes as #%lld", static_cast<long long>(pair.first));
        else
            std::snprintf(text, sizeof text, "nearly the same picture as #%lld (%.1f grey levels apart)",
                          static_cast<long long>(pair.first), pair.difference);
        issue.text = text;
        book.found(issue);
    }
}

/// The items that leaks speak of, with split and group.
Result<std::vector<Item>> splitItems(Project& project)
{
    TRAINYARD_TRY(auto items, project.items());
    std::erase_if(items, [](const Item& item) {
        return item.isExcluded || item.fileState == FileState::Damaged || item.split == Split::None;
    });
    return items;
}

} // namespace

Result<CheckResult> checkPictures(Project& project, DecoderPool& decoders, std::span<const IssueKind> kinds,
                                  const Cancellation& cancellation, const ProgressObserver& progress)
{
    std::set<IssueKind> wanted(kinds.begin(), kinds.end());
    if (wanted.contains(IssueKind::WrongLabel))
        return fail(ErrorCode::InvalidArgument,
                    "wrong labels are found from probabilities, not from pictures");
    if (wanted.empty())
        wanted = {IssueKind::Damaged, IssueKind::ExactDuplicate, IssueKind::NearDuplicate, IssueKind::Leak};
    TRAINYARD_TRY(IssueBook book, IssueBook::open(project));
    if (wanted.contains(IssueKind::Damaged))
        TRAINYARD_CHECK(findDamaged(project, book));
    const auto items = comparableItems(project);
    const auto exact = exactDuplicates(items);
    std::vector<DuplicatePair> near;
    if (wanted.contains(IssueKind::NearDuplicate) || wanted.contains(IssueKind::Leak)) {
        TRAINYARD_TRY(near, nearDuplicates(project, decoders, items, cancellation, progress));
    }
    if (wanted.contains(IssueKind::ExactDuplicate))
        findDuplicates(book, IssueKind::ExactDuplicate, exact);
    if (wanted.contains(IssueKind::NearDuplicate))
        findDuplicates(book, IssueKind::NearDuplicate, near);
    if (wanted.contains(IssueKind::Leak)) {
        TRAINYARD_TRY(const auto inSplits, splitItems(project));
        for (const Issue& issue : findLeaks(inSplits, exact, near))
            book.found(issue);
    }
    return book.write(wanted, IssueBook::Leftovers::Delete, "check", "Checked the pictures");
}

} // namespace trainyard
