// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"
#include "core/project/revisions.h"
#include "core/project/write_lock.h"
#include "core/storage/sqlite.h"

#include <chrono>
#include <span>
#include <string>

namespace trainyard {

/// Bulk revisions on the writer's thread: several transactions of about 15 ms, between which others may
/// write. The revision is open until the last one; its holder is this process, whose mark in the lock file
/// goes with it.

/// How a bulk revision goes on: where it is, and how long its commits take.
struct BulkPlace
{
    StoredRevision head;
    OnConflict onConflict = OnConflict::Fail;
    Revision revision = 0;  ///< 0 before the first transaction
    bool isBegun = false;   ///< the first transaction is committed
    std::int64_t batch = 0; ///< the newest one
    std::chrono::nanoseconds commitTime{5'000'000};
};

/// Author, state and holder of an open bulk revision.
StoredRevision bulkHead(StoredRevision head, const std::string& author);
/// Writes as many of the rows as one transaction takes, and gives how many. Stays away from the lock before.
Result<std::size_t> writeBulkBatch(Database& database, WriteLock& lock, BulkPlace& place,
                                   std::span<RowChange> rows);
Result<void> closeBulkRevision(Database& database, WriteLock& lock, Revision revision, std::int64_t rowCount);
/// Rolls the begun revision back. Where that fails, the next start does it.
Result<void> giveUpBulk(Database& database, WriteLock& lock, Revision revision, const std::string& reason);

/// The author's undo or redo of many rows as a bulk revision, from its reading to its end.
Result<Revision> stepInBatches(Database& database, WriteLock& lock, const std::string& author, bool isUndo);
/// What stepInBatches() says where somebody else's change is in the way.
Error stepRefused(const Error& conflict, const StoredRevision& target, bool isUndo);

} // namespace trainyard
