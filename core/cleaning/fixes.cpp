// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/checks.h"
#include "core/project/edits.h"

#include <algorithm>
#include <set>

namespace trainyard {

namespace {

/// True where excluding the item would still leave the copy or the other side that the issue names.
bool hasOther(const Project& project, const Issue& issue)
{
    if (issue.other == 0)
        return true;
    const ItemColumns* other = project.column(issue.other);
    return other != nullptr && !other->isExcluded;
}

} // namespace

Result<FixPlan> planFix(Project& project, IssueKind kind, std::span<const IssueId> issues)
{
    TRAINYARD_TRY(const auto open, project.issues(kind, IssueState::Open));
    const std::set<IssueId> selected(issues.begin(), issues.end());
    std::vector<IssueId> settled;
    std::set<ItemId> excluded;
    for (const Issue& issue : open) {
        if (!selected.empty() && !selected.contains(issue.id))
            continue;
        settled.push_back(issue.id);
        const ItemColumns* item = project.column(issue.item);
        if (item != nullptr && !item->isExcluded && hasOther(project, issue))
            excluded.insert(issue.item);
    }
    FixPlan plan;
    plan.items = std::ssize(excluded);
    plan.issues = std::ssize(settled);
    if (settled.empty())
        return plan;
    const std::vector<ItemId> items(excluded.begin(), excluded.end());
    std::vector<Edit> edits;
    if (!items.empty()) {
        TRAINYARD_TRY(Edit exclude, makeExclude(project, items, std::string(issueKindName(kind))));
        edits.push_back(std::move(exclude));
    }
    TRAINYARD_TRY(Edit close, makeSetIssueState(project, settled, IssueState::Fixed));
    edits.push_back(std::move(close));
    plan.edit = merged("fix",
                       "Excluded " + std::to_string(items.size()) + " items (" +
                           std::string(issueKindName(kind)) + ")",
                       edits);
    return plan;
}

} // namespace trainyard
