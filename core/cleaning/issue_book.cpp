// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/issue_book.h"

#include "core/project/edits.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr std::size_t kRowsPerBatch = 512;

RowChange closedRow(const Issue& before)
{
    // What a new row of each state would hold in its fields, so that both values have their stored form.
    Issue after = before;
    after.state = IssueState::Fixed;
    const auto stateOf = [](const Issue& issue) {
        for (const FieldChange& field : rowForNewIssue(issue).fields)
            if (field.field == "state")
                return field.after;
        return FieldValue();
    };
    return {Table::Issues, before.id, {{"state", stateOf(before), stateOf(after)}}};
}

} // namespace

IssueBook::Key IssueBook::keyOf(const Issue& issue)
{
    return {issue.kind, issue.item, issue.other, issue.kind == IssueKind::WrongLabel ? issue.suggested : 0};
}

Result<IssueBook> IssueBook::open(Project& project)
{
    IssueBook book(project);
    TRAINYARD_TRY(const auto issues, project.issues(std::nullopt, std::nullopt));
    for (const Issue& issue : issues)
        book.m_known.emplace(keyOf(issue), issue);
    return book;
}

void IssueBook::found(const Issue& issue)
{
    m_found.emplace(keyOf(issue), issue);
}

Result<CheckResult> IssueBook::write(const std::set<IssueKind>& kinds, Leftovers leftovers,
                                     const std::string& verb, const std::string& text)
{
    CheckResult result;
    result.revision = m_project->revision();
    std::vector<RowChange> rows;
    for (const IssueKind kind : kinds)
        result.found[kind] = result.added[kind] = 0;
    for (const auto& [key, issue] : m_known) {
        if (issue.state != IssueState::Open || !kinds.contains(issue.kind))
            continue;
        if (m_found.contains(key))
            ++result.found[issue.kind];
        else if (leftovers == Leftovers::CloseAsFixed)
            rows.push_back(closedRow(issue));
        else
            rows.push_back({Table::Issues, issue.id, {{"alive", std::int64_t{1}, std::int64_t{0}}}});
    }
    for (auto& [key, issue] : m_found) {
        if (m_known.contains(key) || !kinds.contains(issue.kind))
            continue;
        TRAINYARD_TRY(issue.id, m_project->newId());
        issue.state = IssueState::Open;
        rows.push_back(rowForNewIssue(issue));
        ++result.found[issue.kind];
        ++result.added[issue.kind];
    }
    if (rows.empty())
        return result;
    const auto next = [&, first = std::size_t{0}]() mutable -> Result<std::vector<RowChange>> {
        const std::size_t last = std::min(rows.size(), first + kRowsPerBatch);
        std::vector<RowChange> batch(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                     rows.begin() + static_cast<std::ptrdiff_t>(last));
        first = last;
        return batch;
    };
    TRAINYARD_TRY(result.revision, m_project->applyBulk(verb, text, next));
    return result;
}

} // namespace trainyard
