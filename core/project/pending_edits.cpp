// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/pending_edits.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace trainyard {

void PendingEdits::add(EditId id, std::shared_ptr<const Edit> edit)
{
    for (const RowChange& row : edit->rows)
        layRow(id, row);
    m_edits.emplace(id, std::move(edit));
}

void PendingEdits::layRow(EditId id, const RowChange& row)
{
    std::vector<PendingValue>& values = m_values[{row.table, row.id}];
    for (const FieldChange& change : row.fields) {
        const int field = fieldNumber(row.table, change.field);
        const auto known = std::find_if(values.begin(), values.end(),
                                        [&](const PendingValue& value) { return value.field == field; });
        if (known == values.end())
            values.push_back({field, change.after, id});
        else
            *known = {field, change.after, id};
    }
}

std::shared_ptr<const Edit> PendingEdits::finish(EditId finished)
{
    const auto found = m_edits.find(finished);
    if (found == m_edits.end())
        return nullptr;
    std::shared_ptr<const Edit> edit = found->second;
    m_edits.erase(found);
    for (const RowChange& row : edit->rows) {
        const auto place = m_values.find({row.table, row.id});
        if (place == m_values.end())
            continue;
        std::erase_if(place->second, [&](const PendingValue& value) { return value.edit == finished; });
        if (place->second.empty())
            m_values.erase(place);
    }
    return edit;
}

std::shared_ptr<const Edit> PendingEdits::refuse(EditId refused)
{
    std::shared_ptr<const Edit> edit = finish(refused);
    if (edit == nullptr)
        return nullptr;
    // What earlier pending Edits say about the same fields comes back.
    std::set<Key> open;
    for (const RowChange& row : edit->rows) {
        m_values.erase({row.table, row.id});
        open.emplace(row.table, row.id);
    }
    for (const auto& [id, other] : m_edits) {
        for (const RowChange& row : other->rows) {
            if (open.contains({row.table, row.id}))
                layRow(id, row);
        }
    }
    return edit;
}

bool PendingEdits::lay(Row& row) const
{
    if (m_values.empty())
        return false;
    const auto found = m_values.find({row.table, row.id});
    if (found == m_values.end())
        return false;
    for (const PendingValue& value : found->second)
        row.values[static_cast<std::size_t>(value.field)] = value.value;
    return true;
}

std::vector<std::int64_t> PendingEdits::touched(Table table) const
{
    std::vector<std::int64_t> ids;
    for (auto it = m_values.lower_bound({table, INT64_MIN}); it != m_values.end() && it->first.first == table;
         ++it)
        ids.push_back(it->first.second);
    return ids;
}

std::vector<std::int64_t> PendingEdits::touched(Table table, int field,
                                                std::span<const std::int64_t> values) const
{
    std::vector<std::int64_t> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::int64_t> ids;
    for (auto it = m_values.lower_bound({table, INT64_MIN}); it != m_values.end() && it->first.first == table;
         ++it) {
        bool isSet = false;
        bool isWanted = false;
        bool isMade = false;
        for (const PendingValue& value : it->second) {
            isMade = isMade || value.field == kAlive;
            if (value.field != field)
                continue;
            isSet = true;
            const auto* number = std::get_if<std::int64_t>(&value.value);
            isWanted = number != nullptr && std::binary_search(sorted.begin(), sorted.end(), *number);
        }
        if (isSet ? isWanted : isMade)
            ids.push_back(it->first.second);
    }
    return ids;
}

Result<Row> RowView::row(Table table, std::int64_t id)
{
    TRAINYARD_TRY(Row row, readRow(m_database, table, id));
    if (!row.isIntact) {
        m_damaged(table, id);
        return fail(ErrorCode::CorruptFile, displayText(m_database.path().native()) + ": " +
                                                rowName(table, id) +
                                                " is damaged (its checksum does not fit)");
    }
    m_pending.lay(row);
    return row;
}

Result<void> RowView::forEach(Table table, const Query& query, const std::function<void(const Row&)>& use)
{
    const std::vector<std::int64_t> touched = m_pending.touched(table);
    std::unordered_set<std::int64_t> open(touched.begin(), touched.end());
    {
        const std::string where = query.where.empty() ? "WHERE alive=1" : "WHERE alive=1 AND " + query.where;
        TRAINYARD_TRY(Statement statement, m_database.prepare(selectSql(table) + where));
        for (std::size_t i = 0; i < query.values.size(); ++i)
            bindValue(statement, static_cast<int>(i) + 1, query.values[i]);
        while (true) {
            TRAINYARD_TRY(bool hasRow, statement.step());
            if (!hasRow)
                break;
            const Row row = rowAt(statement, table);
            if (open.contains(row.id))
                continue;
            if (!row.isIntact)
                m_damaged(table, row.id);
            else if (!query.accepts || query.accepts(row))
                use(row);
        }
    }
    for (const std::int64_t id : touched) {
        TRAINYARD_TRY(Row read, readRow(m_database, table, id));
        m_pending.lay(read);
        if (read.isAlive() && (!query.accepts || query.accepts(read)))
            use(read);
    }
    return {};
}

Result<void> RowView::forEachOf(Table table, int field, std::span<const std::int64_t> values,
                                const std::function<void(const Row&)>& use)
{
    // What the database has, as pending Edits leave it, and what only they put there.
    const auto place = static_cast<std::size_t>(field);
    std::multimap<std::int64_t, Row> pending; // by value
    std::set<std::int64_t> done;
    for (const std::int64_t id : m_pending.touched(table, field, values)) {
        TRAINYARD_TRY(Row read, readRow(m_database, table, id));
        m_pending.lay(read);
        done.insert(id);
        if (read.isAlive())
            pending.emplace(read.integer(field), std::move(read));
    }
    TRAINYARD_TRY(Statement statement,
                  m_database.prepare(selectSql(table) + "WHERE alive=1 AND " +
                                     std::string(tableSpec(table).fields[place].name) + "=? ORDER BY id"));
    std::vector<Row> rows;
    for (const std::int64_t value : values) {
        rows.clear();
        statement.reset();
        statement.bind(1, value);
        while (true) {
            TRAINYARD_TRY(const bool hasRow, statement.step());
            if (!hasRow)
                break;
            Row row = rowAt(statement, table);
            if (done.contains(row.id))
                continue;
            if (!row.isIntact) {
                m_damaged(table, row.id);
                continue;
            }
            m_pending.lay(row);
            if (row.isAlive() && row.integer(field) == value)
                rows.push_back(std::move(row));
        }
        const auto [first, last] = pending.equal_range(value);
        for (auto it = first; it != last; ++it)
            rows.push_back(it->second);
        if (first != last)
            std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
        for (const Row& row : rows)
            use(row);
    }
    return {};
}

} // namespace trainyard
