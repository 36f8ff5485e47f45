// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/codecs/sandbox.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace trainyard::codecs {

namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t kOtherTableBit = 0x40000000; // x32 shares the architecture's number
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t kOtherTableBit = 0;
#else
#error "The decoder's system-call filter knows x86-64 and AArch64 only."
#endif

/// Reading open files, answering, memory, time, and ending. No open, no socket, no exec, no process, no
/// signal to others.
constexpr std::array kAllowed{
    SYS_read,          SYS_pread64,         SYS_write,
    SYS_lseek,         SYS_fstat,           SYS_close,
    SYS_recvmsg,       SYS_sendmsg,         SYS_brk,
    SYS_munmap,        SYS_mremap,          SYS_madvise,
    SYS_futex,         SYS_sched_yield,     SYS_rt_sigreturn,
    SYS_rt_sigaction,  SYS_rt_sigprocmask,  SYS_sigaltstack,
    SYS_clock_gettime, SYS_gettimeofday,    SYS_getrandom,
    SYS_getpid,        SYS_gettid,          SYS_exit,
    SYS_exit_group,    SYS_restart_syscall,
};

/// Allowed unless the pages may be executed.
constexpr std::array kAllowedWithoutExecution{SYS_mmap, SYS_mprotect};

#if defined(SYS_landlock_create_ruleset)
constexpr long kLandlockCreate = SYS_landlock_create_ruleset;
constexpr long kLandlockRestrict = SYS_landlock_restrict_self;
#else
constexpr long kLandlockCreate = 444;
constexpr long kLandlockRestrict = 446;
#endif

/// struct landlock_ruleset_attr of ABI 6; older kernels take a prefix of it.
struct LandlockRights
{
    std::uint64_t files;
    std::uint64_t network;
    std::uint64_t scopes;
};

constexpr std::uint32_t kLandlockVersionFlag = 1;

std::string problem(const char* what)
{
    return std::string(what) + ": " + std::strerror(errno);
}

/// A ruleset that handles every right this kernel knows and allows none.
int denyPaths()
{
    const long version = syscall(kLandlockCreate, nullptr, 0, kLandlockVersionFlag);
    if (version <= 0)
        return 0;
    LandlockRights rights{(1ULL << 13) - 1, 0, 0};
    std::size_t size = sizeof rights.files;
    if (version >= 2)
        rights.files |= 1ULL << 13; // refer
    if (version >= 3)
        rights.files |= 1ULL << 14; // truncate
    if (version >= 4) {
        rights.network = 3; // bind and connect over TCP
        size = 2 * sizeof rights.files;
    }
    if (version >= 5)
        rights.files |= 1ULL << 15; // ioctl on devices
    if (version >= 6) {
        rights.scopes = 3; // abstract sockets and signals of others
        size = sizeof rights;
    }
    const long ruleset = syscall(kLandlockCreate, &rights, size, 0);
    if (ruleset < 0)
        return 0;
    const long restricted = syscall(kLandlockRestrict, ruleset, 0);
    close(static_cast<int>(ruleset));
    return restricted == 0 ? static_cast<int>(version) : 0;
}

sock_filter statement(std::uint16_t code, std::uint32_t value)
{
    return BPF_STMT(code, value);
}

sock_filter jump(std::uint16_t code, std::uint32_t value, std::uint8_t yes, std::uint8_t no)
{
    return BPF_JUMP(code, value, yes, no);
}

constexpr std::uint16_t kLoad = BPF_LD | BPF_W | BPF_ABS;
constexpr std::uint16_t kIsEqual = BPF_JMP | BPF_JEQ | BPF_K;
constexpr std::uint16_t kHasBit = BPF_JMP | BPF_JSET | BPF_K;
constexpr std::uint16_t kReturn = BPF_RET | BPF_K;

std::vector<sock_filter> filterProgram()
{
    std::vector<sock_filter> program{
        statement(kLoad, offsetof(seccomp_data, arch)),
        jump(kIsEqual, kArchitecture, 1, 0),
        statement(kReturn, SECCOMP_RET_KILL_PROCESS),
        statement(kLoad, offsetof(seccomp_data, nr)),
    };
    if (kOtherTableBit != 0) {
        program.push_back(jump(kHasBit, kOtherTableBit, 0, 1));
        program.push_back(statement(kReturn, SECCOMP_RET_KILL_PROCESS));
    }
    for (const long call : kAllowed) {
        program.push_back(jump(kIsEqual, static_cast<std::uint32_t>(call), 0, 1));
        program.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
    }
    for (const long call : kAllowedWithoutExecution) {
        // The third argument holds the protection; both machines are little-endian, so its low half comes
        // first.
        program.push_back(jump(kIsEqual, static_cast<std::uint32_t>(call), 0, 4));
        program.push_back(statement(kLoad, offsetof(seccomp_data, args) + 2 * sizeof(std::uint64_t)));
        program.push_back(jump(kHasBit, PROT_EXEC, 1, 0));
        program.push_back(statement(kReturn, SECCOMP_RET_ALLOW));
        program.push_back(statement(kReturn, SECCOMP_RET_ERRNO | EPERM));
    }
    program.push_back(statement(kReturn, SECCOMP_RET_ERRNO | EPERM));
    return program;
}

bool limit(__rlimit_resource what, rlim_t most)
{
    const rlimit value{most, most};
    return setrlimit(what, &value) == 0;
}

Result<void> setLimits([[maybe_unused]] std::uint64_t addressSpace)
{
    bool isSet = limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, 0) && limit(RLIMIT_NOFILE, 64);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    isSet = isSet && limit(RLIMIT_AS, addressSpace);
#endif
    if (!isSet)
        return fail(ErrorCode::Internal, problem("cannot limit the decoder's resources"));
    return {};
}

} // namespace

Result<Sandbox> enterSandbox(std::uint64_t addressSpace)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return fail(ErrorCode::Internal, problem("cannot give up new privileges"));
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return fail(ErrorCode::Internal, problem("cannot become undumpable"));
    // The socket ends with the parent, too; this ends a decoder that is busy at that moment.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    // A library's message to a standard error that is a file would end the process; so it only fails to be
    // written.
    std::signal(SIGXFSZ, SIG_IGN);
    TRAINYARD_CHECK(setLimits(addressSpace));
    Sandbox sandbox;
    sandbox.landlockVersion = denyPaths();
    std::vector<sock_filter> program = filterProgram();
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0)
        return fail(ErrorCode::Internal, problem("cannot set the decoder's system-call filter"));
    return sandbox;
}

void closeOthers(int last)
{
#if defined(SYS_close_range)
    if (syscall(SYS_close_range, last + 1, ~0U, 0) == 0)
        return;
#endif
    const long most = sysconf(_SC_OPEN_MAX);
    for (int descriptor = last + 1; descriptor < most; ++descriptor)
        close(descriptor);
}

} // namespace trainyard::codecs
