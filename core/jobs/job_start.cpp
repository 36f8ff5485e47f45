// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/jobs/job.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

extern char** environ;

namespace trainyard {

namespace {

/// What the new process reports through the pipe: its pid once it is about to become the program, and errno
/// where that failed (a successful exec closes the pipe).
struct Report
{
    int pid = 0;
    int error = 0;
};

/// Everything that the new process needs, prepared before fork(): behind it only async-signal-safe calls are
/// allowed.
struct Launch
{
    const char* program = nullptr;
    const char* log = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    int reportFd = -1;
};

[[noreturn]] void giveUp(const Launch& launch)
{
    const Report report{::getpid(), errno};
    [[maybe_unused]] const ssize_t count = ::write(launch.reportFd, &report, sizeof report);
    ::_exit(127);
}

void takeOwnStreams(const Launch& launch)
{
    const int input = ::open("/dev/null", O_RDONLY);
    const int log = ::open(launch.log, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0666);
    if (input < 0 || log < 0 || ::dup2(input, 0) < 0 || ::dup2(log, 1) < 0 || ::dup2(log, 2) < 0)
        giveUp(launch);
    if (input > 2)
        ::close(input);
    if (log > 2)
        ::close(log);
}

[[noreturn]] void becomeProgram(const Launch& launch)
{
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGUSR1, SIGCHLD})
        ::signal(number, SIG_DFL);
    takeOwnStreams(launch);
    const Report report{::getpid(), 0};
    if (::write(launch.reportFd, &report, sizeof report) != sizeof report)
        giveUp(launch);
    ::execve(launch.program, launch.arguments, launch.environment);
    giveUp(launch);
}

/// Forks twice: the first child leads a session of its own and ends at once, so that its child belongs to
/// nobody.
Result<Report> forkTwice(Launch launch)
{
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return fail(ioError("make a pipe for", launch.program, errno));
    launch.reportFd = pipe[1];
    const pid_t child = ::fork();
    if (child == 0) {
        ::setsid();
        const pid_t grandchild = ::fork();
        if (grandchild == 0)
            becomeProgram(launch);
        if (grandchild < 0)
            giveUp(launch);
        ::_exit(0);
    }
    const int reason = errno;
    ::close(pipe[1]);
    Report last{0, child < 0 ? reason : 0};
    Report report;
    while (child > 0) {
        const ssize_t count = ::read(pipe[0], &report, sizeof report);
        if (count < 0 && errno == EINTR)
            continue;
        if (count != sizeof report)
            break;
        last = report;
    }
    ::close(pipe[0]);
    while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return last;
}

/// The environment without the lock descriptor of the job that starts this one.
std::vector<char*> environmentForJob()
{
    std::vector<char*> kept;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        if (std::strncmp(*entry, "TRAINYARD_JOB_LOCK_FD=", 22) != 0)
            kept.push_back(*entry);
    }
    kept.push_back(nullptr);
    return kept;
}

} // namespace

Result<int> startDetached(const std::filesystem::path& program, const std::filesystem::path& jobFolder)
{
    std::error_code error;
    std::string folder = std::filesystem::absolute(jobFolder, error).native();
    if (error)
        return fail(ioError("find", jobFolder, error.value()));
    std::string name = program.native();
    std::string option = "--job";
    const std::string log = folder + "/log.txt";
    const std::array<char*, 4> arguments{name.data(), option.data(), folder.data(), nullptr};
    const std::vector<char*> environment = environmentForJob();

    Launch launch;
    launch.program = name.c_str();
    launch.log = log.c_str();
    launch.arguments = arguments.data();
    launch.environment = environment.data();
    TRAINYARD_TRY(const Report report, forkTwice(launch));
    if (report.error != 0)
        return fail(ioError("start", program, report.error));
    if (report.pid == 0)
        return fail(ErrorCode::Internal, "start " + displayText(name) + ": the new process ended at once");
    return report.pid;
}

std::filesystem::path trainyardProgram()
{
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    const std::filesystem::path here = self.parent_path();
    for (const char* candidate : {"trainyard", "../../bin/trainyard", "../bin/trainyard"}) {
        const std::filesystem::path program = (here / candidate).lexically_normal();
        if (::access(program.c_str(), X_OK) == 0)
            return program;
    }
    return here / "trainyard";
}

} // namespace trainyard
