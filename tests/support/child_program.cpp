// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/child_program.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace trainyard::test {

namespace {

constexpr auto kPatience = std::chrono::seconds(60);

std::string readAll(int fd)
{
    std::string text;
    char piece[4096];
    off_t offset = 0;
    for (ssize_t count = 0; (count = ::pread(fd, piece, sizeof piece, offset)) > 0; offset += count)
        text.append(piece, static_cast<std::size_t>(count));
    return text;
}

} // namespace

ChildProgram::ChildProgram(std::vector<std::string> arguments, const Variables& variables)
    : m_outputFd(::memfd_create("stdout", MFD_CLOEXEC)), m_errorFd(::memfd_create("stderr", MFD_CLOEXEC))
{
    std::vector<char*> argv;
    for (std::string& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    m_pid = ::fork();
    if (m_pid != 0)
        return;
    ::dup2(m_outputFd, STDOUT_FILENO);
    ::dup2(m_errorFd, STDERR_FILENO);
    for (const auto& [name, value] : variables)
        ::setenv(name.c_str(), value.c_str(), 1);
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

ChildProgram::~ChildProgram()
{
    if (m_pid > 0) {
        ::kill(m_pid, SIGKILL);
        ::waitpid(m_pid, nullptr, 0);
    }
    ::close(m_outputFd);
    ::close(m_errorFd);
}

void ChildProgram::signal(int number) const
{
    if (m_pid > 0)
        ::kill(m_pid, number);
}

int ChildProgram::wait()
{
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    int status = 0;
    while (::waitpid(m_pid, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > deadline)
            ::kill(m_pid, SIGKILL);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    m_pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string ChildProgram::output() const
{
    return readAll(m_outputFd);
}

std::string ChildProgram::errors() const
{
    return readAll(m_errorFd);
}

} // namespace trainyard::test
