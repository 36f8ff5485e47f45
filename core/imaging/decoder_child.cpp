// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decoder_child.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr std::uint64_t kSmallestSlot = 1ULL << 20;
constexpr int kStartMilliseconds = 60'000;

/// The file actions of one spawn, freed at the end.
struct SpawnActions
{
    posix_spawn_file_actions_t actions{};
    SpawnActions() { posix_spawn_file_actions_init(&actions); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&actions); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;
};

struct SpawnAttributes
{
    posix_spawnattr_t attributes{};
    SpawnAttributes() { posix_spawnattr_init(&attributes); }
    ~SpawnAttributes() { posix_spawnattr_destroy(&attributes); }
    SpawnAttributes(const SpawnAttributes&) = delete;
    SpawnAttributes& operator=(const SpawnAttributes&) = delete;
};

/// A child gets no environment but the locale: nothing that it loads or prints may depend on the user's.
int spawnDecoder(const std::filesystem::path& program, int socket, pid_t& pid)
{
    SpawnActions files;
    posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (std::getenv("TRAINYARD_DEBUG") == nullptr)
        posix_spawn_file_actions_addopen(&files.actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    // Onto itself, dup2 clears close-on-exec (POSIX.1-2024; glibc since 2.29).
    posix_spawn_file_actions_adddup2(&files.actions, socket, kDecoderSocket);
    SpawnAttributes how;
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&how.attributes, &none);
    posix_spawnattr_setsigdefault(&how.attributes, &all);
    // A group of its own, so that Ctrl+C at the terminal ends a job in order and not its decoders first.
    posix_spawnattr_setpgroup(&how.attributes, 0);
    posix_spawnattr_setflags(&how.attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::string name = program.native();
    char* arguments[] = {name.data(), nullptr};
    char locale[] = "LC_ALL=C.UTF-8";
    char* environment[] = {locale, nullptr};
    return posix_spawn(&pid, name.c_str(), &files.actions, &how.attributes, arguments, environment);
}

std::string endInWords(int status)
{
    if (WIFSIGNALED(status))
        return "was stopped by signal " + std::to_string(WTERMSIG(status)) + " (" +
               strsignal(WTERMSIG(status)) + ")";
    return "ended with code " + std::to_string(WEXITSTATUS(status));
}

} // namespace

Result<std::unique_ptr<DecoderChild>> DecoderChild::start(const std::filesystem::path& program)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(ErrorCode::Internal, std::string("cannot make a socket pair: ") + std::strerror(errno));
    pid_t pid = -1;
    const int problem = spawnDecoder(program, ends[1], pid);
    close(ends[1]);
    if (problem != 0) {
        close(ends[0]);
        return fail(ErrorCode::Internal,
                    displayText(program.native()) + ": cannot start the decoder: " + std::strerror(problem));
    }
    std::unique_ptr<DecoderChild> child(new DecoderChild(pid, ends[0]));
    TRAINYARD_CHECK(child->awaitGreeting(program));
    return child;
}

Result<void> DecoderChild::awaitGreeting(const std::filesystem::path& program)
{
    DecodeAnswer greeting;
    const Event event = wait(kStartMilliseconds, -1, greeting);
    if (event != Event::Answer || greeting.id != 0 || greeting.status != 0) {
        const std::string_view reason(greeting.text,
                                      std::min<std::size_t>(greeting.damageBytes, sizeof greeting.text));
        return fail(ErrorCode::Internal,
                    displayText(program.native()) + ": the decoder does not come up; it " + end(),
                    displayText(reason));
    }
    m_filesDone = 0;
    const std::string memoryFile = "/proc/" + std::to_string(m_pid) + "/statm";
    m_memoryFile = open(memoryFile.c_str(), O_RDONLY | O_CLOEXEC);
    m_privateAtStart = privateBytes();
    return {};
}

DecoderChild::~DecoderChild()
{
    end();
    for (const Slot& slot : m_slots)
        if (slot.descriptor >= 0)
            close(slot.descriptor);
    if (m_memoryFile >= 0)
        close(m_memoryFile);
    close(m_socket);
}

Result<std::uint32_t> DecoderChild::takeSlot(std::uint64_t bytes)
{
    const auto free =
        std::find_if(m_slots.begin(), m_slots.end(), [](const Slot& slot) { return !slot.isTaken; });
    if (free == m_slots.end())
        return fail(ErrorCode::Internal, "every slot of the decoder is taken");
    const std::uint64_t room = std::max(kSmallestSlot, (bytes + 4095) / 4096 * 4096);
    if (free->descriptor < 0) {
        free->descriptor = memfd_create("trainyard-pixels", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        free->bytes = 0;
        free->isKnownToChild = false;
    }
    if (free->descriptor < 0)
        return fail(ErrorCode::OutOfMemory,
                    std::string("cannot make memory for pixels: ") + std::strerror(errno));
    if (free->bytes < room) {
        // Growing stays allowed under this seal; shrinking would turn a reader's memory into SIGBUS.
        if (ftruncate(free->descriptor, static_cast<off_t>(room)) != 0 ||
            fcntl(free->descriptor, F_ADD_SEALS, F_SEAL_SHRINK) != 0)
            return fail(ErrorCode::OutOfMemory,
                        "cannot size " + std::to_string(room) + " bytes for pixels: " + std::strerror(errno));
        free->bytes = room;
    }
    free->isTaken = true;
    return static_cast<std::uint32_t>(free - m_slots.begin());
}

bool DecoderChild::send(DecodeOrder& order, int fileDescriptor)
{
    Slot& slot = m_slots[order.slot];
    order.slotBytes = slot.bytes;
    order.hasSlotDescriptor = slot.isKnownToChild ? 0 : 1;
    slot.isKnownToChild = true;
    return order.hasSlotDescriptor != 0
               ? sendMessage(m_socket, &order, sizeof order, {fileDescriptor, slot.descriptor})
               : sendMessage(m_socket, &order, sizeof order, {fileDescriptor});
}

DecoderChild::Event DecoderChild::wait(int milliseconds, int wakeDescriptor, DecodeAnswer& answer)
{
    pollfd waited[2] = {{m_socket, POLLIN, 0}, {wakeDescriptor, POLLIN, 0}};
    const int ready = poll(waited, 2, milliseconds);
    if (ready == 0 || (ready < 0 && errno == EINTR))
        return Event::Silence;
    if (ready < 0)
        return Event::Death;
    if (waited[1].revents != 0)
        return Event::Wake;
    std::vector<int> descriptors;
    const int got = receiveMessage(m_socket, &answer, sizeof answer, descriptors);
    for (const int descriptor : descriptors)
        close(descriptor);
    if (got != static_cast<int>(sizeof answer) || answer.magic != kDecoderMagic || !descriptors.empty())
        return Event::Death;
    ++m_filesDone;
    return Event::Answer;
}

bool DecoderChild::copyPixels(std::uint32_t slot, std::span<std::uint8_t> target) const
{
    // read() and not a mapping: whatever the child does to the memory, the worst is wrong pixels.
    std::size_t done = 0;
    while (done < target.size()) {
        const ssize_t got = pread(m_slots[slot].descriptor, target.data() + done, target.size() - done,
                                  static_cast<off_t>(done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += static_cast<std::size_t>(got);
    }
    return true;
}

void DecoderChild::releaseSlot(std::uint32_t index)
{
    Slot& slot = m_slots[index];
    slot.isTaken = false;
    if (slot.bytes > kKeptSlotBytes) {
        close(slot.descriptor);
        slot = Slot();
    }
}

std::string DecoderChild::end()
{
    if (m_pid < 0)
        return "had ended";
    int status = 0;
    // A child that closed its end is about to be gone by itself: its own status says more than our signal.
    pollfd gone{m_socket, POLLIN, 0};
    bool isGone = false;
    if (poll(&gone, 1, 0) > 0 && (gone.revents & POLLHUP) != 0) {
        for (int i = 0; i < 200 && !isGone; ++i) {
            isGone = waitpid(m_pid, &status, WNOHANG) == m_pid;
            if (!isGone)
                usleep(1000);
        }
    }
    if (!isGone) {
        kill(m_pid, SIGKILL);
        while (waitpid(m_pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
    m_pid = -1;
    return endInWords(status);
}

std::uint64_t DecoderChild::growth() const
{
    const std::uint64_t now = privateBytes();
    return now > m_privateAtStart ? now - m_privateAtStart : 0;
}

std::uint64_t DecoderChild::privateBytes() const
{
    char text[128] = {};
    if (m_memoryFile < 0 || pread(m_memoryFile, text, sizeof text - 1, 0) <= 0)
        return 0;
    // /proc/PID/statm: size, resident and shared, in pages.
    char* rest = text;
    std::strtoull(rest, &rest, 10);
    const std::uint64_t resident = std::strtoull(rest, &rest, 10);
    const std::uint64_t shared = std::strtoull(rest, &rest, 10);
    return resident > shared ? (resident - shared) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

} // namespace trainyard
