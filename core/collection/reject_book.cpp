// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/reject_book.h"

#include "core/project/row_changes.h"

namespace trainyard {

Result<RejectBook> RejectBook::open(Project& project)
{
    RejectBook book(project);
    TRAINYARD_TRY(const auto rows, project.rejects());
    for (const RejectRow& row : rows) {
        book.m_known.emplace(Key(row.source, row.place, row.reason), row.id);
        book.m_sources.insert(row.source);
    }
    return book;
}

Result<void> RejectBook::reject(const Rejection& rejection, std::vector<RowChange>& rows)
{
    const Key key(rejection.path, rejection.place, rejection.reason);
    m_repeated.insert(key);
    if (m_known.contains(key))
        return {};
    RejectRow row;
    TRAINYARD_TRY(row.id, m_project->newId());
    row.source = rejection.path;
    row.place = rejection.place;
    row.reason = rejection.reason;
    row.remedy = rejection.remedy;
    m_known.emplace(key, row.id);
    rows.push_back(rowForNewReject(row));
    return {};
}

void RejectBook::settle(const std::string& path)
{
    if (m_sources.contains(path))
        m_settled.insert(path);
}

std::vector<RowChange> RejectBook::outdated() const
{
    std::vector<RowChange> rows;
    for (const auto& [key, id] : m_known) {
        if (m_repeated.contains(key))
            continue;
        const std::string& source = std::get<0>(key);
        std::error_code ignored;
        if (m_settled.contains(source) || !std::filesystem::exists(source, ignored))
            rows.push_back(deletedRow(Table::Rejects, id));
    }
    return rows;
}

} // namespace trainyard
