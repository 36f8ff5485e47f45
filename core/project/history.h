// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/revisions.h"
#include "core/project/write_lock.h"

#include <string>
#include <vector>

namespace trainyard {

/// Undo, redo and comparison of revisions, on the writing connection inside a transaction (diff: on any).

struct HistoryStep
{
    Revision revision = 0;       ///< the new one
    std::vector<RowChange> rows; ///< what it changed
};

/// What undoNewest() and redoNewest() would invert. NotFound: nothing.
Result<StoredRevision> newestToUndo(Database& database, const std::string& author);
Result<StoredRevision> newestToRedo(Database& database, const std::string& author);
/// The revision that inverts the target, without rows, and the rows, last ones first. Refused: somebody else
/// changed the same rows later.
StoredRevision inverseHead(const StoredRevision& target, const std::string& author, bool isUndo);
Result<std::vector<RowChange>> inverseRows(Database& database, const StoredRevision& target,
                                           const std::string& author, bool isUndo);

/// Writes the inverse of the author's newest ordinary revision that is not undone. NotFound: nothing to undo.
/// Refused: somebody else changed the same rows later; Conflict: they differ all the same.
Result<HistoryStep> undoNewest(Database& database, const std::string& author);
/// Writes the inverse of the author's newest undo that is not inverted, if no ordinary revision of the author
/// came after it.
Result<HistoryStep> redoNewest(Database& database, const std::string& author);

/// Every change from the state after `from` to the state after `to`, as one list: per field the first old and
/// the last new value. Rows that a bulk revision made appear with `alive` alone.
Result<Edit> diffRevisions(Database& database, Revision from, Revision to);

/// Bulk revisions that their writer left open and whose writer is gone are rolled back, each as a revision
/// "roll-back" that says which one it undoes. Gives how many. Takes the lock batch by batch.
Result<int> rollBackInterrupted(Database& database, WriteLock& lock);
/// Rolls back one bulk revision, whoever marked it.
Result<void> rollBackBulk(Database& database, WriteLock& lock, Revision revision, const std::string& reason);

} // namespace trainyard
