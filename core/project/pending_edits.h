// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"
#include "core/project/rows.h"

#include <map>
#include <memory>
#include <span>
#include <vector>

namespace trainyard {

/// The Edits that memory shows and the database does not have yet, laid over rows that were read from it.
class PendingEdits
{
public:
    void add(EditId id, std::shared_ptr<const Edit> edit);
    /// The Edit is in the database. Gives it back (nullptr where it was not pending).
    std::shared_ptr<const Edit> finish(EditId finished);
    /// The Edit will never be in the database.
    std::shared_ptr<const Edit> refuse(EditId refused);
    [[nodiscard]] bool isEmpty() const { return m_edits.empty(); }

    /// Puts the pending values into the row; true where there are some.
    bool lay(Row& row) const;
    /// The rows of a table that pending Edits touch, by rising id.
    [[nodiscard]] std::vector<std::int64_t> touched(Table table) const;
    /// Those of them for which a pending Edit sets this field to one of the values, or makes or deletes them
    /// without setting it: what a search of the database for these values may miss.
    [[nodiscard]] std::vector<std::int64_t> touched(Table table, int field,
                                                    std::span<const std::int64_t> values) const;

private:
    struct PendingValue
    {
        int field = 0;
        FieldValue value;
        EditId edit = 0; ///< the newest one that sets the field
    };
    using Key = std::pair<Table, std::int64_t>;
    void layRow(EditId id, const RowChange& row);
    std::map<EditId, std::shared_ptr<const Edit>> m_edits;
    std::map<Key, std::vector<PendingValue>> m_values;
};

/// Reads rows as memory shows them: the database's, with pending Edits over them. Rows whose checksum does
/// not fit are named once and left out.
class RowView
{
public:
    using Damaged = std::function<void(Table, std::int64_t)>;
    RowView(Database& database, const PendingEdits& pending, Damaged damaged)
        : m_database(database), m_pending(pending), m_damaged(std::move(damaged))
    {
    }

    /// One row, dead or alive or empty. CorruptFile where it is damaged.
    Result<Row> row(Table table, std::int64_t id);

    /// Which rows: SQL after WHERE with at most two values to bind, and the same condition for pending rows.
    struct Query
    {
        std::string where;
        std::vector<FieldValue> values;
        std::function<bool(const Row&)> accepts;
    };
    /// Calls `use` for every living row that the query accepts, in no promised order.
    Result<void> forEach(Table table, const Query& query, const std::function<void(const Row&)>& use);
    /// Calls `use` for every living row whose integer `field` (one with an index) is one of the values: value
    /// by value, then by rising id.
    Result<void> forEachOf(Table table, int field, std::span<const std::int64_t> values,
                           const std::function<void(const Row&)>& use);

private:
    Database& m_database;
    const PendingEdits& m_pending;
    Damaged m_damaged;
};

} // namespace trainyard
