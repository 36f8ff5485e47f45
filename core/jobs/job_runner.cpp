// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_runner.h"

#include "core/base/log.h"
#include "core/jobs/device_queue.h"

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <unistd.h>

namespace trainyard {

namespace {

using Control = JobWorker::Control;
constexpr auto kWatchInterval = std::chrono::milliseconds(100);

std::atomic<int> endSignal{0};
std::atomic<bool> checkpointSignal{false};
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

int exitCodeOf(int signalNumber)
{
    return signalNumber == SIGINT ? 130 : 143;
}

void onEndSignal(int number)
{
    if (endSignal.exchange(number) != 0)
        ::_exit(exitCodeOf(number));
}

void onCheckpointSignal(int)
{
    checkpointSignal.store(true);
}

/// Listens to signals while a job runs; what was before comes back at the end.
class SignalWatch
{
public:
    SignalWatch()
    {
        endSignal.store(0);
        checkpointSignal.store(false);
        install(SIGINT, onEndSignal);
        install(SIGTERM, onEndSignal);
        install(SIGHUP, onEndSignal);
        install(SIGUSR1, onCheckpointSignal);
        install(SIGPIPE, SIG_IGN); // a reader that went away is an error of one write, not the end of the job
    }
    ~SignalWatch()
    {
        for (std::size_t i = 0; i < m_count; ++i)
            ::sigaction(m_numbers[i], &m_before[i], nullptr);
    }
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;

private:
    void install(int number, void (*handler)(int))
    {
        struct sigaction action
        {
        };
        action.sa_handler = handler;
        action.sa_flags = SA_RESTART;
        ::sigemptyset(&action.sa_mask);
        ::sigaction(number, &action, &m_before[m_count]);
        const bool wasIgnored = m_before[m_count].sa_handler == SIG_IGN;
        if (number == SIGHUP && wasIgnored) // under nohup
            ::sigaction(number, &m_before[m_count], nullptr);
        m_numbers[m_count++] = number;
    }

    std::size_t m_count = 0;
    int m_numbers[5] = {};
    struct sigaction m_before[5] = {};
};

/// A thread that turns control requests and signals into a cancellation and into requests that the verb
/// takes.
class ControlWatch
{
public:
    explicit ControlWatch(JobWorker& worker) : m_worker(worker), m_thread([this] { watch(); }) {}
    ~ControlWatch()
    {
        {
            const std::lock_guard guard(m_mutex);
            m_isOver = true;
        }
        m_wake.notify_one();
        m_thread.join();
    }
    ControlWatch(const ControlWatch&) = delete;
    ControlWatch& operator=(const ControlWatch&) = delete;

    [[nodiscard]] const Cancellation& cancellation() const { return m_cancellation; }
    [[nodiscard]] bool wasPauseAsked() const { return m_wasPauseAsked.load(); }

    Control take()
    {
        look();
        const std::lock_guard guard(m_mutex);
        for (const Control control : {Control::Stop, Control::Pause, Control::Checkpoint}) {
            bool& isAsked = m_asked[static_cast<std::size_t>(control)];
            if (std::exchange(isAsked, false))
                return control;
        }
        return Control::None;
    }

private:
    void ask(Control control)
    {
        const std::lock_guard guard(m_mutex);
        m_asked[static_cast<std::size_t>(control)] = true;
        if (control == Control::Pause)
            m_wasPauseAsked.store(true);
        if (control == Control::Stop || control == Control::Pause)
            m_cancellation.cancel();
    }

    void look()
    {
        for (Control control = m_worker.pollControl(); control != Control::None;
             control = m_worker.pollControl())
            ask(control);
        if (endSignal.load() != 0 && !m_hasSeenSignal.exchange(true))
            ask(Control::Stop);
        if (checkpointSignal.exchange(false))
            ask(Control::Checkpoint);
    }

    void watch()
    {
        std::unique_lock lock(m_mutex);
        while (!m_isOver) {
            lock.unlock();
            look();
            lock.lock();
            m_wake.wait_for(lock, kWatchInterval, [this] { return m_isOver; });
        }
    }

    JobWorker& m_worker;
    Cancellation m_cancellation;
    std::atomic<bool> m_wasPauseAsked{false};
    std::atomic<bool> m_hasSeenSignal{false};
    std::mutex m_mutex; ///< guards what follows
    bool m_asked[4] = {};
    bool m_isOver = false;
    std::condition_variable m_wake;
    std::thread m_thread; ///< last: it uses everything above
};

/// Nothing that a verb throws goes further than this.
Result<VerbResult> callVerb(const VerbFunction& verb, VerbContext& context)
{
    try {
        return verb(context);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, context.job.verb + ": not enough memory");
    } catch (const std::exception& e) {
        return fail(ErrorCode::Internal, context.job.verb + ": unexpected failure", e.what());
    } catch (...) {
        return fail(ErrorCode::Internal, context.job.verb + ": unexpected failure");
    }
}

/// How a job ends: what outcome.json and the exit code say.
struct End
{
    JobState state = JobState::Failed;
    int exitCode = 1;
    Json outcome;
};

End endOf(const Result<VerbResult>& result, bool wasPauseAsked)
{
    End end;
    if (result) {
        end = {result->state, result->exitCode, result->result};
    } else {
        end = {JobState::Failed, exitCode(result.error().code), errorJson(result.error())};
        if (result.error().code == ErrorCode::Cancelled)
            end.state = wasPauseAsked && endSignal.load() == 0 ? JobState::Paused : JobState::Stopped;
    }
    if (const int number = endSignal.load(); number != 0 && end.state != JobState::Done)
        end.exitCode = exitCodeOf(number);
    return end;
}

/// The job is somebody else's, or over.
int alreadyTaken(const std::filesystem::path& jobFolder, JobConsole& console, const Error& reason)
{
    console.note(reason.message);
    launchWaiting(trainyardProgram()); // it may have been launched as the next of the queue
    const Result<JobStatus> status = readJobStatus(jobFolder);
    const int code = status && status->outcome ? jsonValue(*status->outcome, "exitCode", 0) : 0;
    const std::string_view state = jobStateName(status ? status->state : JobState::Running);
    const bool isPrinted = console.result({{"job", jobFolder.filename().string()}, {"state", state}}, "");
    return isPrinted || code != 0 ? code : 1;
}

int reportAndFinish(JobWorker& worker, JobConsole& console, const Result<VerbResult>& result, const End& end)
{
    int code = end.exitCode;
    if (const Result<void> finished = worker.finish(end.state, end.exitCode, end.outcome); !finished) {
        logLine(LogLevel::Error, "the job's outcome was not stored: " + finished.error().message);
        code = code == 0 ? exitCode(finished.error().code) : code;
    }
    launchWaiting(trainyardProgram());
    const bool isPrinted =
        result ? console.result(result->result, result->text) : console.error(result.error());
    return isPrinted || code != 0 ? code : 1;
}

} // namespace

int runJob(const std::filesystem::path& jobFolder, const VerbFunction& verb)
{
    const Result<JobRequest> request = readJobRequest(jobFolder);
    JobConsole console(request && jsonValue(request->request, "json", false));
    if (!request) {
        console.error(request.error());
        return exitCode(request.error().code);
    }
    const SignalWatch signals;
    Result<std::unique_ptr<JobWorker>> worker = JobWorker::start(jobFolder);
    if (!worker && worker.error().code == ErrorCode::Conflict)
        return alreadyTaken(jobFolder, console, worker.error());
    if (!worker) {
        console.error(worker.error());
        return exitCode(worker.error().code);
    }

    Result<VerbResult> result = fail(ErrorCode::Internal, "the verb did not run");
    bool wasPauseAsked = false;
    {
        ControlWatch watch(**worker);
        VerbContext context{**worker, console, *request, watch.cancellation(), {}, {}};
        context.progress = [&](const Progress& progress) {
            console.progress(progress.phase, progress.done, progress.total);
            (*worker)->emitProgress(progress.phase, progress.done, progress.total);
        };
        context.takeControl = [&] { return watch.take(); };
        result = callVerb(verb, context);
        wasPauseAsked = watch.wasPauseAsked();
    }
    return reportAndFinish(**worker, console, result, endOf(result, wasPauseAsked));
}

} // namespace trainyard
