// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"
#include "core/storage/sqlite.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// The rows of the history as the database keeps them. An ordinary revision holds its changes itself; a bulk
/// revision holds them in batches, each written by its own transaction.

enum class RevisionState { Open = 0, Closed = 1 };

struct StoredRevision
{
    Revision revision = 0;
    std::int64_t utcMs = 0;
    std::string author;
    std::string verb;
    std::string text;
    RevisionState state = RevisionState::Closed;
    Revision undoes = 0;
    std::int64_t rowCount = 0;
    std::string holder;  ///< of a bulk revision: who writes it (bulk.h)
    std::string changes; ///< change_codec.h; empty where they are in batches
};

/// Inserts under the next number and gives it.
Result<Revision> insertRevision(Database& database, StoredRevision revision);
/// Writes state, rowCount and everything else anew.
Result<void> replaceRevision(Database& database, const StoredRevision& revision);
/// NotFound; CorruptFile where its sum does not fit.
Result<StoredRevision> readRevision(Database& database, Revision revision);
/// Every revision that `where` accepts ("revision>? ORDER BY revision", one number to bind). Damaged ones go
/// to `damaged` and are left out.
Result<std::vector<StoredRevision>> readRevisions(Database& database, const std::string& where,
                                                  std::int64_t number,
                                                  const std::function<void(Revision)>& damaged);

Result<std::int64_t> insertBatch(Database& database, Revision revision, const std::string& changes);

/// All changes of a revision, in order, from its own row and its batches.
Result<std::vector<RowChange>> changesOf(Database& database, const StoredRevision& revision);

struct StoredBatch
{
    std::int64_t batch = 0;
    Revision revision = 0;
    bool isUndone = false;
    std::vector<RowChange> rows;
};
/// Batches by "revision=?" or "batch>?", by rising number.
Result<std::vector<StoredBatch>> readBatches(Database& database, const std::string& where,
                                             std::int64_t number);
Result<void> markBatchUndone(Database& database, std::int64_t batch);

/// The number of the newest revision, 0 in an empty project.
Result<Revision> newestRevision(Database& database);
Result<std::int64_t> newestBatch(Database& database);

/// True where a later revision inverts this one and is not itself inverted.
Result<bool> isRevisionUndone(Database& database, Revision revision);

/// Checks every row's old values and writes the new ones; Conflict names the first row that differs, and then
/// nothing of the list is written. Inside a transaction.
Result<void> writeRows(Database& database, std::span<const RowChange> rows);
/// The same but for rows that differ or are damaged: they stay as they are, and their change loses its
/// fields.
Result<void> writeFittingRows(Database& database, std::span<RowChange> rows);

/// writeRows() and the revision that says so, both or neither. Inside a transaction.
Result<Revision> writeRevision(Database& database, StoredRevision head, const std::vector<RowChange>& rows);

} // namespace trainyard
