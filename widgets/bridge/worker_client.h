// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QByteArray>
#include <QObject>
#include <QThreadPool>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>

class QProcess;

namespace trainyard::widgets {

/// One `trainyard-engine worker`, for answers within moments: requests out, answers back
/// (app/engine/FORMAT.md).
///
/// Owns the process: it starts with the first request, and again with the next one after it died. Requests
/// are worded and answers parsed on a thread of their own; every callback comes on the GUI thread, exactly
/// one Answer for each request while the object lives. Where the process dies or cannot be started, what was
/// asked fails with Internal, and died() follows.
class WorkerClient : public QObject
{
    Q_OBJECT
public:
    using Answer = std::function<void(const Result<std::shared_ptr<const Json>>& answer)>;
    using Progress = std::function<void(const Json& progress)>;
    using RequestId = std::int64_t;

    /// `program` is trainyard-engine.
    explicit WorkerClient(std::filesystem::path program, QObject* parent = nullptr);
    ~WorkerClient() override; ///< ends the process; no callback comes after this

    /// `request` runs on another thread and must own what it touches; the id is added to what it gives.
    RequestId ask(std::function<Json()> request, Answer answer, Progress progress = {});
    /// Its answer is Cancelled, unless it came before.
    void cancel(RequestId id);
    [[nodiscard]] bool isRunning() const;
    /// Of the process; 0 while there is none.
    [[nodiscard]] qint64 processId() const;

signals:
    void died(const QString& reason);

private:
    struct Pending
    {
        Answer answer;
        Progress progress;
    };
    void start();
    void send(RequestId id, const QByteArray& line);
    void read();
    void take(const std::shared_ptr<Result<Json>>& line);
    void ended();
    void close();

    std::filesystem::path m_program;
    QProcess* m_process = nullptr;
    QByteArray m_unread;
    std::map<RequestId, Pending> m_pending;
    RequestId m_next = 1;
    std::uint64_t m_generation = 0; ///< of the process; lines of an earlier one are dropped
    QThreadPool m_words;            ///< one thread, so that lines keep their order
};

} // namespace trainyard::widgets
