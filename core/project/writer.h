// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"
#include "core/project/write_lock.h"
#include "core/storage/sqlite.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace trainyard {

/// What became of an Edit for good: its revision, or why it will never have one.
struct EditOutcome
{
    EditId edit = 0;
    Result<Revision> revision;
};

/// Owns the one writing connection of a project and the thread that uses it.
///
/// Queued Edits are written in order; what waits together is committed together, each Edit as a revision of
/// its own. A full or failing disk leaves them queued: they are tried again every second and whenever
/// somebody flushes.
///
/// queue(), flush(), waitFor(), run() and takeOutcomes() belong to the project's thread; the observer is
/// called on the writer's.
class Writer
{
public:
    Writer(std::unique_ptr<Database> database, std::unique_ptr<WriteLock> lock, std::filesystem::path folder,
           std::string author);
    ~Writer(); ///< writes what is queued, then checkpoints
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void setObserver(ProjectObserver* observer);
    void queue(EditId id, std::shared_ptr<const Edit> edit);
    /// Work of its own, behind everything queued before it and in front of everything after. The observer
    /// hears of it where the id is not 0. Once it fails, or what is before it does, it is dropped.
    using QueuedWork = std::function<Result<Revision>(Database&, WriteLock&)>;
    void queueWork(EditId id, QueuedWork work);
    /// Tries at once what a failure left queued, and tells the observer again how that went. Does not wait.
    void retry();
    /// Waits until nothing is queued or an attempt failed, and the observer was told. The first error since
    /// the last flush.
    Result<void> flush();
    /// Waits until the Edit is durable. After a failed attempt the Edit is taken back and will not be
    /// written.
    Result<Revision> waitFor(EditId id);
    std::vector<EditOutcome> takeOutcomes();

    /// Runs `work` on the writer's thread and waits.
    using Work = std::function<Result<void>(Database&, WriteLock&)>;
    Result<void> run(const Work& work);
    /// run() inside one transaction under the lock.
    Result<void> runInTransaction(std::string_view verb, const std::function<Result<void>(Database&)>& work);

private:
    struct QueuedEdit
    {
        EditId id = 0;
        std::shared_ptr<const Edit> edit; ///< null: `work` instead
        QueuedWork work;
    };
    struct PostedWork
    {
        const Work* work = nullptr;
        std::optional<Result<void>> result;
    };
    void loop();
    void runPosted(std::unique_lock<std::mutex>& lock);
    void writeQueued(std::unique_lock<std::mutex>& lock);
    void doQueuedWork(std::unique_lock<std::mutex>& lock);
    bool dropQueuedWork(const Error& failure, std::vector<EditOutcome>& told);
    Result<std::vector<EditOutcome>> writeGroup(const std::vector<QueuedEdit>& group);
    Error explained(Error error, const std::vector<QueuedEdit>& group) const;
    void tell(const std::vector<EditOutcome>& outcomes);
    void checkpointWhereDue();
    void closeDatabase();

    std::unique_ptr<Database> m_database;
    std::unique_ptr<WriteLock> m_lock;
    std::filesystem::path m_folder;
    std::string m_author;
    int m_checkpointAt;
    bool m_hasWritten = false;

    std::mutex m_mutex;
    std::condition_variable m_wake;    ///< for the writer
    std::condition_variable m_settled; ///< for who waits
    std::deque<QueuedEdit> m_queue;
    std::deque<PostedWork*> m_posted;
    std::deque<EditOutcome> m_outcomes;
    std::optional<Error> m_firstError; ///< since the last flush
    std::optional<Error> m_failure;    ///< of the last attempt; the queue waits
    std::int64_t m_attempts = 0;
    bool m_isWriting = false;
    bool m_isRetryAsked = false;
    bool m_isWordAsked = false; ///< the next failure is told, also where it is the same again
    bool m_isClosing = false;

    std::mutex m_observerMutex;
    ProjectObserver* m_observer = nullptr;
    std::thread m_thread;
};

} // namespace trainyard
