// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/writer.h"

#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/project/change_codec.h"
#include "core/project/revisions.h"
#include "core/storage/io_env.h"

#include <algorithm>
#include <chrono>

namespace trainyard {

namespace {

using namespace std::chrono_literals;

constexpr int kCheckpointPages = 1000;
constexpr std::size_t kGroupEdits = 4096;
constexpr auto kGroupTime = 12ms; ///< then the group is committed, so that a hold stays near 15 ms
constexpr auto kRetryAfter = 1s;

/// Errors that a later attempt may not meet again.
bool isPassing(ErrorCode code)
{
    return code == ErrorCode::NoSpace || code == ErrorCode::IoError || code == ErrorCode::OutOfMemory;
}

/// What a group may add to the disk at most: three pages a row (the row and its indexes), the history, the
/// log.
std::uint64_t bytesNeeded(std::size_t rows, std::size_t historyBytes)
{
    return 4096ULL * (rows * 3 + 8) + 2 * historyBytes;
}

} // namespace

Writer::Writer(std::unique_ptr<Database> database, std::unique_ptr<WriteLock> lock,
               std::filesystem::path folder, std::string author)
    : m_database(std::move(database)), m_lock(std::move(lock)), m_folder(std::move(folder)),
      m_author(std::move(author)), m_checkpointAt(kCheckpointPages)
{
    m_thread = std::thread([this] { loop(); });
}

Writer::~Writer()
{
    {
        const std::lock_guard guard(m_mutex);
        m_isClosing = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void Writer::setObserver(ProjectObserver* observer)
{
    const std::lock_guard guard(m_observerMutex);
    m_observer = observer;
}

void Writer::queue(EditId id, std::shared_ptr<const Edit> edit)
{
    {
        const std::lock_guard guard(m_mutex);
        m_queue.push_back({id, std::move(edit), {}});
    }
    m_wake.notify_all();
}

void Writer::queueWork(EditId id, QueuedWork work)
{
    {
        const std::lock_guard guard(m_mutex);
        m_queue.push_back({id, nullptr, std::move(work)});
    }
    m_wake.notify_all();
}

void Writer::retry()
{
    {
        const std::lock_guard guard(m_mutex);
        m_isRetryAsked = m_isWordAsked = m_failure.has_value();
    }
    m_wake.notify_all();
}

Result<void> Writer::flush()
{
    std::unique_lock lock(m_mutex);
    const std::int64_t failuresSeen = m_attempts;
    m_isRetryAsked = m_failure.has_value();
    m_wake.notify_all();
    m_settled.wait(
        lock, [&] { return !m_isWriting && (m_queue.empty() || (m_failure && m_attempts > failuresSeen)); });
    std::optional<Error> error = std::exchange(m_firstError, std::nullopt);
    if (!error && !m_queue.empty())
        error = m_failure;
    return error ? Result<void>(fail(*error)) : Result<void>();
}

Result<Revision> Writer::waitFor(EditId id)
{
    std::unique_lock lock(m_mutex);
    const std::int64_t failuresSeen = m_attempts;
    m_isRetryAsked = m_failure.has_value();
    m_wake.notify_all();
    const auto outcome = [&] {
        return std::find_if(m_outcomes.begin(), m_outcomes.end(),
                            [&](const EditOutcome& known) { return known.edit == id; });
    };
    m_settled.wait(lock, [&] {
        return outcome() != m_outcomes.end() || (!m_isWriting && m_failure && m_attempts > failuresSeen);
    });
    if (const auto known = outcome(); known != m_outcomes.end()) {
        if (!known->revision)
            m_firstError.reset(); // told here and now
        return known->revision;
    }
    std::erase_if(m_queue, [&](const QueuedEdit& queued) { return queued.id == id; });
    m_firstError.reset();
    const Error failure = *m_failure;
    if (m_queue.empty())
        m_failure.reset();
    m_outcomes.push_back({id, fail(failure)});
    return fail(failure);
}

std::vector<EditOutcome> Writer::takeOutcomes()
{
    const std::lock_guard guard(m_mutex);
    std::vector<EditOutcome> taken(std::make_move_iterator(m_outcomes.begin()),
                                   std::make_move_iterator(m_outcomes.end()));
    m_outcomes.clear();
    return taken;
}

Result<void> Writer::run(const Work& work)
{
    PostedWork posted{&work, std::nullopt};
    std::unique_lock lock(m_mutex);
    m_posted.push_back(&posted);
    m_wake.notify_all();
    m_settled.wait(lock, [&] { return posted.result.has_value(); });
    return std::move(*posted.result);
}

Result<void> Writer::runInTransaction(std::string_view verb,
                                      const std::function<Result<void>(Database&)>& work)
{
    return run([&](Database& database, WriteLock& writeLock) -> Result<void> {
        TRAINYARD_TRY(WriteLock::Hold hold, writeLock.acquire(verb));
        TRAINYARD_TRY(Transaction transaction, Transaction::begin(database));
        TRAINYARD_CHECK(work(database));
        return transaction.commit();
    });
}

void Writer::loop()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        const auto isDue = [&] {
            return m_isClosing || !m_posted.empty() || m_isRetryAsked || (!m_queue.empty() && !m_failure);
        };
        bool isRetryTime = false;
        if (m_failure && !m_queue.empty())
            isRetryTime = !m_wake.wait_for(lock, kRetryAfter, isDue);
        else
            m_wake.wait(lock, isDue);
        if (!m_posted.empty()) {
            runPosted(lock);
        } else if (!m_queue.empty() && (!m_failure || m_isRetryAsked || isRetryTime || m_isClosing)) {
            writeQueued(lock);
            if (m_isClosing && m_failure)
                break;
        } else if (m_isClosing) {
            break;
        } else {
            m_isRetryAsked = false;
        }
    }
    const std::size_t lost = m_queue.size();
    lock.unlock();
    if (lost > 0) {
        logLine(LogLevel::Error, displayText(m_folder.native()) + ": " + std::to_string(lost) +
                                     " changes could not be saved and are lost: " + m_failure->message);
    }
    closeDatabase();
}

void Writer::runPosted(std::unique_lock<std::mutex>& lock)
{
    PostedWork* posted = m_posted.front();
    m_posted.pop_front();
    lock.unlock();
    Result<void> result = (*posted->work)(*m_database, *m_lock);
    m_hasWritten = true;
    checkpointWhereDue();
    lock.lock();
    posted->result = std::move(result);
    m_settled.notify_all();
}

void Writer::writeQueued(std::unique_lock<std::mutex>& lock)
{
    if (m_queue.front().edit == nullptr)
        return doQueuedWork(lock);
    const auto last = m_queue.begin() + static_cast<std::ptrdiff_t>(std::min(m_queue.size(), kGroupEdits));
    const auto end =
        std::find_if(m_queue.begin(), last, [](const QueuedEdit& queued) { return queued.edit == nullptr; });
    const std::vector<QueuedEdit> group(m_queue.begin(), end);
    const bool isWordAsked = std::exchange(m_isWordAsked, false);
    m_isWriting = true;
    m_isRetryAsked = false;
    lock.unlock();
    Result<std::vector<EditOutcome>> written = writeGroup(group);
    std::optional<Error> failure;
    if (!written)
        failure = explained(written.error(), group);
    lock.lock();
    const bool isNews = failure && (!m_failure || isWordAsked || m_failure->code != failure->code);
    bool hasDropped = false;
    std::vector<EditOutcome> told;
    if (failure) {
        if (!m_firstError)
            m_firstError = failure;
        for (const QueuedEdit& queued : group)
            told.push_back({queued.id, fail(*failure)});
        hasDropped = dropQueuedWork(*failure, told);
    } else {
        m_queue.erase(m_queue.begin(), m_queue.begin() + static_cast<std::ptrdiff_t>(written->size()));
        if (m_firstError && isPassing(m_firstError->code))
            m_firstError.reset(); // what it hindered is written now
        told = *written;
        for (const EditOutcome& outcome : told) {
            if (!outcome.revision && !m_firstError)
                m_firstError = outcome.revision.error();
            m_outcomes.push_back(outcome);
        }
        m_hasWritten = true;
    }
    m_failure = failure;
    ++m_attempts;
    lock.unlock();
    if (!failure || isNews || hasDropped)
        tell(told); // before flush() returns
    lock.lock();
    m_isWriting = false;
    m_settled.notify_all();
    lock.unlock();
    if (!failure)
        checkpointWhereDue();
    lock.lock();
}

void Writer::doQueuedWork(std::unique_lock<std::mutex>& lock)
{
    const QueuedEdit queued = std::move(m_queue.front());
    m_queue.pop_front();
    m_isWriting = true;
    m_isRetryAsked = false;
    m_failure.reset();
    lock.unlock();
    EditOutcome outcome{queued.id, queued.work(*m_database, *m_lock)};
    m_hasWritten = true;
    if (queued.id != 0)
        tell({std::move(outcome)});
    checkpointWhereDue();
    lock.lock();
    m_isWriting = false;
    m_settled.notify_all();
}

/// What was to be done after an Edit that is not there does not wait for it. True where there was some.
bool Writer::dropQueuedWork(const Error& failure, std::vector<EditOutcome>& told)
{
    const std::size_t before = m_queue.size();
    std::erase_if(m_queue, [&](const QueuedEdit& queued) {
        if (queued.edit == nullptr && queued.id != 0)
            told.push_back({queued.id, fail(failure)});
        return queued.edit == nullptr;
    });
    return m_queue.size() < before;
}

Result<std::vector<EditOutcome>> Writer::writeGroup(const std::vector<QueuedEdit>& group)
{
    TRAINYARD_TRY(WriteLock::Hold hold, m_lock->acquire(group.front().edit->verb));
    TRAINYARD_TRY(Transaction transaction, Transaction::begin(*m_database));
    std::vector<EditOutcome> outcomes;
    for (const QueuedEdit& queued : group) {
        StoredRevision head;
        head.author = m_author;
        head.verb = queued.edit->verb;
        head.text = queued.edit->text;
        Result<Revision> revision = queued.edit->rows.empty()
                                        ? newestRevision(*m_database)
                                        : writeRevision(*m_database, std::move(head), queued.edit->rows);
        if (!revision && (isPassing(revision.error().code) || !m_database->isInTransaction()))
            return fail(revision.error());
        outcomes.push_back({queued.id, std::move(revision)});
        if (hold.age() > kGroupTime)
            break;
    }
    TRAINYARD_CHECK(transaction.commit());
    return outcomes;
}

Error Writer::explained(Error error, const std::vector<QueuedEdit>& group) const
{
    if (error.code != ErrorCode::NoSpace)
        return error;
    std::size_t rows = 0;
    std::size_t historyBytes = 0;
    for (const QueuedEdit& queued : group) {
        rows += queued.edit->rows.size();
        historyBytes += encodeChanges(queued.edit->rows).size();
    }
    const Result<std::uint64_t> free = posixIo().freeBytes(m_folder);
    error.context = error.message + "; " + error.context;
    error.message =
        displayText(m_folder.native()) + ": no space left: up to " +
        std::to_string(bytesNeeded(rows, historyBytes)) + " bytes are needed, " +
        (free ? std::to_string(*free) + " are free" : std::string("the free space is not known")) +
        "; the changes are kept in memory and saved as soon as there is room";
    return error;
}

void Writer::tell(const std::vector<EditOutcome>& outcomes)
{
    const std::lock_guard guard(m_observerMutex);
    if (m_observer == nullptr)
        return;
    for (const EditOutcome& outcome : outcomes) {
        if (outcome.revision)
            m_observer->durable(outcome.edit, *outcome.revision);
        else
            m_observer->notDurable(outcome.edit, outcome.revision.error());
    }
}

void Writer::checkpointWhereDue()
{
    const int pages = m_database->walPages();
    if (pages <= m_checkpointAt) {
        if (pages <= kCheckpointPages)
            m_checkpointAt = kCheckpointPages;
        return;
    }
    // Where readers keep the log from starting over, the next try waits for as many new pages again.
    m_checkpointAt = pages + kCheckpointPages;
    m_lock->stayAway(); // whoever waited for the transaction before goes first
    const Result<WriteLock::Hold> hold = m_lock->acquire("checkpoint");
    if (!hold)
        return;
    if (const auto done = m_database->checkpoint(Database::Checkpoint::Passive); !done)
        logLine(LogLevel::Warning, done.error().message);
}

void Writer::closeDatabase()
{
    if (m_hasWritten) {
        const Result<WriteLock::Hold> hold = m_lock->acquire("checkpoint");
        const Result<void> done =
            hold ? m_database->checkpoint(Database::Checkpoint::Truncate) : Result<void>(fail(hold.error()));
        if (!done) // the log stays beside the database, and the next one to open it reads it
            logLine(LogLevel::Warning, done.error().message);
    }
    m_database.reset();
}

} // namespace trainyard
