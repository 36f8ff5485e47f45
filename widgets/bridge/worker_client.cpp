// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/worker_client.h"

#include "widgets/bridge/text.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTimer>
#include <sys/resource.h>

namespace trainyard::widgets {

namespace {

constexpr int kPatienceMs = 10'000; ///< for the worker's own end
constexpr int kFlushMs = 50;        ///< the pipe takes some bytes at once
constexpr int kNiceness = 5;        ///< the window goes first
constexpr qsizetype kShownErrors = 400;

Error errorFrom(const Json& json)
{
    const auto name = jsonValue<std::string>(json, "code", "");
    ErrorCode code = ErrorCode::Internal;
    for (const ErrorCode known :
         {ErrorCode::NotFound, ErrorCode::InvalidArgument, ErrorCode::InvalidFile, ErrorCode::CorruptFile,
          ErrorCode::Unsupported, ErrorCode::OutOfMemory, ErrorCode::DeviceUnavailable,
          ErrorCode::NumericalFailure, ErrorCode::NoSpace, ErrorCode::IoError, ErrorCode::Conflict,
          ErrorCode::Refused, ErrorCode::Cancelled})
        if (errorCodeName(known) == name)
            code = known;
    return {code, jsonValue<std::string>(json, "message", "the worker gave no reason"), {}};
}

} // namespace

WorkerClient::WorkerClient(std::filesystem::path program, QObject* parent)
    : QObject(parent), m_program(std::move(program))
{
    m_words.setMaxThreadCount(1);
}

WorkerClient::~WorkerClient()
{
    m_words.waitForDone();
    close();
}

bool WorkerClient::isRunning() const
{
    return m_process != nullptr;
}

qint64 WorkerClient::processId() const
{
    return m_process == nullptr ? 0 : m_process->processId();
}

WorkerClient::RequestId WorkerClient::ask(std::function<Json()> request, Answer answer, Progress progress)
{
    const RequestId id = m_next++;
    m_pending.emplace(id, Pending{std::move(answer), std::move(progress)});
    m_words.start([this, id, request = std::move(request)] {
        Json json = request();
        json["id"] = id;
        const QByteArray line = QByteArray::fromStdString(jsonLine(json)) + '\n';
        QMetaObject::invokeMethod(
            this, [this, id, line] { send(id, line); }, Qt::QueuedConnection);
    });
    return id;
}

void WorkerClient::cancel(RequestId id)
{
    const auto pending = m_pending.find(id);
    if (pending == m_pending.end())
        return;
    const Answer answer = std::move(pending->second.answer);
    m_pending.erase(pending);
    if (m_process != nullptr)
        m_process->write(
            QByteArray::fromStdString(jsonLine({{"id", m_next++}, {"verb", "cancel"}, {"of", id}})) + '\n');
    answer(fail(ErrorCode::Cancelled, "cancelled"));
}

void WorkerClient::start()
{
    ++m_generation;
    m_unread.clear();
    m_process = new QProcess(this);
    m_process->setProgram(QString::fromStdString(m_program.native()));
    m_process->setArguments({QStringLiteral("worker")});
    m_process->setChildProcessModifier([] { setpriority(PRIO_PROCESS, 0, kNiceness); });
    connect(m_process, &QProcess::readyReadStandardOutput, this, &WorkerClient::read);
    connect(m_process, &QProcess::finished, this, &WorkerClient::ended);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended();
    });
    m_process->start();
}

void WorkerClient::send(RequestId id, const QByteArray& line)
{
    if (!m_pending.contains(id))
        return; // cancelled before it was worded
    if (m_process == nullptr)
        start();
    if (m_process != nullptr) // start() may have failed at once
        m_process->write(line);
}

void WorkerClient::read()
{
    m_unread += m_process->readAllStandardOutput();
    for (qsizetype end = m_unread.indexOf('\n'); end >= 0; end = m_unread.indexOf('\n')) {
        const QByteArray line = m_unread.left(end);
        m_unread.remove(0, end + 1);
        m_words.start([this, line, generation = m_generation] {
            auto json = std::make_shared<Result<Json>>(parseJson(
                std::string_view(line.constData(), static_cast<std::size_t>(line.size())), "worker"));
            QMetaObject::invokeMethod(
                this,
                [this, json, generation] {
                    if (generation == m_generation)
                        take(json);
                },
                Qt::QueuedConnection);
        });
    }
}

void WorkerClient::take(const std::shared_ptr<Result<Json>>& line)
{
    if (!*line)
        return; // no line of ours
    const auto id = jsonValue<RequestId>(**line, "id", 0);
    const auto pending = m_pending.find(id);
    if (pending == m_pending.end())
        return;
    if ((*line)->contains("progress")) {
        if (pending->second.progress)
            pending->second.progress((*line)->at("progress"));
        return;
    }
    const Answer answer = std::move(pending->second.answer);
    m_pending.erase(pending);
    if ((*line)->contains("error"))
        answer(fail(errorFrom((*line)->at("error"))));
    else
        answer(std::shared_ptr<const Json>(line, &**line));
}

void WorkerClient::ended()
{
    if (m_process == nullptr)
        return;
    const QString said = QString::fromUtf8(m_process->readAllStandardError()).trimmed().right(kShownErrors);
    QString reason = m_process->error() == QProcess::FailedToStart
                         ? tr("%1 cannot be started: %2").arg(shownPath(m_program), m_process->errorString())
                         : tr("The program that makes suggestions ended.");
    if (!said.isEmpty())
        reason += QLatin1Char('\n') + said;
    m_process->disconnect(this);
    m_process->deleteLater();
    m_process = nullptr;
    ++m_generation;
    auto pending = std::move(m_pending);
    m_pending.clear();
    for (const auto& [id, one] : pending)
        one.answer(fail(ErrorCode::Internal, toUtf8(reason)));
    emit died(reason);
}

/// It is asked to end, so that it keeps what it measured; the window does not wait for that.
void WorkerClient::close()
{
    if (m_process == nullptr)
        return;
    m_process->disconnect(this);
    m_pending.clear();
    QProcess* process = m_process;
    m_process = nullptr;
    process->write(QByteArray::fromStdString(jsonLine({{"id", 0}, {"verb", "quit"}})) + '\n');
    process->waitForBytesWritten(kFlushMs);
    process->closeWriteChannel();
    process->setParent(QCoreApplication::instance()); // which ends it when the program ends
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    QTimer::singleShot(kPatienceMs, process, [process] { process->kill(); });
}

} // namespace trainyard::widgets
