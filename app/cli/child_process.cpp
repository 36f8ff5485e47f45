// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/child_process.h"

#include "app/cli/verb.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace trainyard::cli {

namespace {

/// Everything the child writes to the pipe; asks it to stop once the work is cancelled.
std::string readAll(int fd, pid_t child, const Cancellation& cancellation)
{
    std::string output;
    bool wasAsked = false;
    while (true) {
        pollfd entry{fd, POLLIN, 0};
        const int ready = poll(&entry, 1, 100);
        if (cancellation.isCancelled() && !wasAsked) {
            kill(child, SIGTERM);
            wasAsked = true;
        }
        if (ready <= 0)
            continue;
        char buffer[65536];
        const ssize_t count = read(fd, buffer, sizeof buffer);
        if (count > 0)
            output.append(buffer, static_cast<std::size_t>(count));
        else if (count == 0 || errno != EINTR)
            return output;
    }
}

std::string lastLine(std::string text)
{
    while (!text.empty() && text.back() == '\n')
        text.pop_back();
    const std::size_t start = text.rfind('\n');
    return start == std::string::npos ? text : text.substr(start + 1);
}

} // namespace

Result<Json> runTrainyard(std::vector<std::string> arguments, const Cancellation& cancellation)
{
    const std::string program = ownProgram().string();
    const std::string verb = arguments.empty() ? std::string() : arguments.front();
    arguments.insert(arguments.begin(), program);
    arguments.emplace_back("--json");
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);

    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail(ErrorCode::IoError, std::string("cannot make a pipe: ") + std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    pid_t child = 0;
    const int failure = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (failure != 0) {
        close(ends[0]);
        return fail(ErrorCode::IoError, program + ": cannot be started (" + std::strerror(failure) + ")");
    }
    const std::string output = readAll(ends[0], child, cancellation);
    close(ends[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (cancellation.isCancelled())
        return fail(ErrorCode::Cancelled, "stopped during " + verb);
    const auto json = parseJson(lastLine(output), "output of trainyard " + verb);
    if (WIFSIGNALED(status))
        return fail(ErrorCode::Internal,
                    "trainyard " + verb + " was ended by signal " + std::to_string(WTERMSIG(status)));
    if (json && json->contains("error")) {
        const Json& error = (*json)["error"];
        return fail(errorCodeFromName(jsonValue<std::string>(error, "code", "")),
                    verb + ": " + jsonValue<std::string>(error, "message", "failed"),
                    jsonValue<std::string>(error, "context", ""));
    }
    if (WEXITSTATUS(status) != 0)
        return fail(ErrorCode::Internal,
                    "trainyard " + verb + " ended with code " + std::to_string(WEXITSTATUS(status)));
    return json;
}

} // namespace trainyard::cli
