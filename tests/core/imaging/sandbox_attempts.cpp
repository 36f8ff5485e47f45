// SPDX-License-Identifier: GPL-3.0-or-later
// Tries what a decoder must not do and prints one line each: the attempt and "done" or the error's number.
// With the argument "caged" it enters the decoders' sandbox first.
#include "core/imaging/codecs/sandbox.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

struct Attempt
{
    const char* name;
    long (*run)();
};

long openFile()
{
    return syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

long makeFile()
{
    return syscall(SYS_openat, AT_FDCWD, "/tmp", O_TMPFILE | O_WRONLY, 0600);
}

long statFile()
{
    struct stat status = {};
    return stat("/etc/passwd", &status);
}

long internetSocket()
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

long localSocket()
{
    return socket(AF_UNIX, SOCK_DGRAM, 0);
}

long socketPair()
{
    int ends[2];
    return socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
}

long forkProcess()
{
    const long pid = syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (pid == 0)
        _exit(0);
    return pid;
}

long signalParent()
{
    return kill(getppid(), 0);
}

long readProcess()
{
    char from = 'a';
    char to = 'b';
    const iovec local{&to, 1};
    const iovec remote{&from, 1};
    return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}

long executableMemory()
{
    return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
                                                                                                        : 0;
}

long memoryFile()
{
    return memfd_create("a", 0);
}

long raiseLimit()
{
    rlimit limit = {};
    return getrlimit(RLIMIT_CORE, &limit);
}

/// Last: a success replaces this program.
long executeProgram()
{
    char program[] = "/bin/true";
    char* arguments[] = {program, nullptr};
    char* environment[] = {nullptr};
    return execve(program, arguments, environment);
}

/// Allowed in the cage as well: otherwise nothing could be decoded.
long plainMemory()
{
    void* memory = mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? -1 : munmap(memory, 1 << 20);
}

constexpr std::array kAttempts{
    Attempt{"plain-memory", plainMemory}, Attempt{"open", openFile},
    Attempt{"create", makeFile},          Attempt{"stat", statFile},
    Attempt{"internet", internetSocket},  Attempt{"socket", localSocket},
    Attempt{"socketpair", socketPair},    Attempt{"fork", forkProcess},
    Attempt{"signal", signalParent},      Attempt{"executable-memory", executableMemory},
    Attempt{"memfd", memoryFile},         Attempt{"limit", raiseLimit},
    Attempt{"read-process", readProcess}, Attempt{"exec", executeProgram},
};

} // namespace

int main(int argc, char** argv)
{
    if (argc > 1 && std::strcmp(argv[1], "caged") == 0) {
        const auto cage = trainyard::codecs::enterSandbox(1ULL << 30);
        if (!cage) {
            std::fprintf(stderr, "%s\n", cage.error().message.c_str());
            return 1;
        }
    }
    for (const Attempt& attempt : kAttempts) {
        errno = 0;
        const bool isDone = attempt.run() >= 0;
        const std::string line =
            std::string(attempt.name) + (isDone ? " done" : " " + std::to_string(errno)) + "\n";
        if (write(STDOUT_FILENO, line.data(), line.size()) < 0)
            return 1;
    }
    return 0;
}
