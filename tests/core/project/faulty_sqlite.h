// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace trainyard::test {

/// Stands between SQLite and the kernel for as long as it lives, for every database that is opened meanwhile:
/// counts what SQLite asks of the file system about one database and its companions, and fails the k-th call,
/// once or for ever. Databases that were opened through it must be closed before it goes. One at a time;
/// armed from any thread.
class FaultySqlite
{
public:
    enum class Fault {
        IoFailure,
        NoSpace,
        ShortWrite,
        ReadOnly
    }; ///< NoSpace and ShortWrite fail writes so, other calls with an I/O error; ReadOnly as EROFS

    /// `file` is how the names of the database, its log and its index begin.
    explicit FaultySqlite(const std::string& file);
    ~FaultySqlite();
    FaultySqlite(const FaultySqlite&) = delete;
    FaultySqlite& operator=(const FaultySqlite&) = delete;

    /// Calls are counted from 1, beginning now.
    void failAt(int call, Fault fault, bool isForEver);
    /// From now on every call of this kind fails ("write", "sync"), and nothing else does.
    void failEvery(const char* operation, Fault fault);
    /// From here on everything works.
    void disarm();
    [[nodiscard]] bool wasReached() const;
    /// "write project.trainyard-wal": the first call that failed.
    [[nodiscard]] std::string failedCall() const;
};

} // namespace trainyard::test
