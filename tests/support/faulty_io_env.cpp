// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/faulty_io_env.h"

#include <cerrno>

namespace trainyard::test {

namespace {

int errorNumberOf(Fault fault)
{
    switch (fault) {
    case Fault::NoSpace:
    case Fault::ShortWrite:
        return ENOSPC;
    case Fault::Quota:
        return EDQUOT;
    case Fault::ReadOnly:
        return EROFS;
    case Fault::Interrupted:
        return EINTR;
    case Fault::IoFailure:
    case Fault::Crash:
        return EIO;
    }
    return EIO;
}

} // namespace

const char* faultName(Fault fault)
{
    static constexpr const char* kNames[] = {"no space",    "quota",       "I/O failure", "read-only",
                                             "interrupted", "short write", "crash"};
    return kNames[static_cast<int>(fault)];
}

void FaultyIoEnv::failAt(int call, Fault fault, bool isForEver)
{
    m_failAt = call;
    m_fault = fault;
    m_isForEver = isForEver || fault == Fault::Crash;
}

void FaultyIoEnv::actBefore(int call, std::function<void()> act)
{
    m_actBefore = call;
    m_act = std::move(act);
}

bool FaultyIoEnv::mustFail(const char* operation, const std::filesystem::path& path)
{
    m_log.push_back(std::string(operation) + " " + path.string());
    ++m_calls;
    if (m_calls == m_actBefore)
        m_act();
    const bool fails = m_failAt > 0 && (m_calls == m_failAt || (m_isForEver && m_calls > m_failAt));
    m_wasReached = m_wasReached || fails;
    return fails;
}

Result<void> FaultyIoEnv::failure(const char* operation, const std::filesystem::path& path) const
{
    return fail(ioError(operation, path, errorNumberOf(m_fault)));
}

template <typename Call, typename Tell>
Result<void> FaultyIoEnv::guarded(const char* operation, const std::filesystem::path& path, const Call& call,
                                  const Tell& tell)
{
    const std::lock_guard guard(m_mutex);
    if (mustFail(operation, path))
        return failure(operation, path);
    const Result<void> done = call();
    if (done && m_model)
        tell(*m_model);
    return done;
}

Result<int> FaultyIoEnv::openForWriting(const std::filesystem::path& path, Create create)
{
    const std::lock_guard guard(m_mutex);
    if (mustFail("open", path))
        return fail(failure("open", path).error());
    const Result<int> fd = posixIo().openForWriting(path, create);
    if (fd && m_model)
        m_model->opened(path);
    return fd;
}

Result<void> FaultyIoEnv::write(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path)
{
    const std::lock_guard guard(m_mutex);
    if (!mustFail("write", path))
        return posixIo().write(fd, bytes, path);
    if (m_fault == Fault::ShortWrite)
        static_cast<void>(posixIo().write(fd, bytes.first(bytes.size() / 2), path));
    return failure("write", path);
}

Result<void> FaultyIoEnv::writeAt(int fd, std::span<const std::byte> bytes, std::uint64_t offset,
                                  const std::filesystem::path& path)
{
    const std::lock_guard guard(m_mutex);
    if (!mustFail("write", path))
        return posixIo().writeAt(fd, bytes, offset, path);
    if (m_fault == Fault::ShortWrite)
        static_cast<void>(posixIo().writeAt(fd, bytes.first(bytes.size() / 2), offset, path));
    return failure("write", path);
}

Result<void> FaultyIoEnv::truncate(int fd, std::uint64_t size, const std::filesystem::path& path)
{
    return guarded(
        "truncate", path, [&] { return posixIo().truncate(fd, size, path); }, [](PowerLossModel&) {});
}

Result<void> FaultyIoEnv::sync(int fd, const std::filesystem::path& path)
{
    return guarded(
        "fsync", path, [&] { return posixIo().sync(fd, path); },
        [&](PowerLossModel& model) { model.synced(path); });
}

Result<void> FaultyIoEnv::dataSync(int fd, const std::filesystem::path& path)
{
    return guarded(
        "fdatasync", path, [&] { return posixIo().dataSync(fd, path); },
        [&](PowerLossModel& model) { model.synced(path); });
}

Result<void> FaultyIoEnv::close(int fd, const std::filesystem::path& path)
{
    const std::lock_guard guard(m_mutex);
    const bool fails = mustFail("close", path);
    const Result<void> closed = posixIo().close(fd, path); // a failed close frees the descriptor, too
    return fails ? failure("close", path) : closed;
}

Result<void> FaultyIoEnv::rename(const std::filesystem::path& from, const std::filesystem::path& to,
                                 Rename mode)
{
    return guarded(
        "rename to", to, [&] { return posixIo().rename(from, to, mode); },
        [&](PowerLossModel& model) { model.renamed(from, to); });
}

Result<void> FaultyIoEnv::unlink(const std::filesystem::path& path)
{
    return guarded(
        "unlink", path, [&] { return posixIo().unlink(path); },
        [&](PowerLossModel& model) { model.unlinked(path); });
}

Result<void> FaultyIoEnv::makeFolder(const std::filesystem::path& path)
{
    return guarded(
        "mkdir", path, [&] { return posixIo().makeFolder(path); },
        [&](PowerLossModel& model) { model.folderMade(path); });
}

Result<void> FaultyIoEnv::syncFolder(const std::filesystem::path& path)
{
    return guarded(
        "fsync folder", path, [&] { return posixIo().syncFolder(path); },
        [&](PowerLossModel& model) { model.folderSynced(path); });
}

Result<std::uint64_t> FaultyIoEnv::freeBytes(const std::filesystem::path& folder)
{
    const std::lock_guard guard(m_mutex);
    if (mustFail("statvfs", folder))
        return fail(failure("statvfs", folder).error());
    return posixIo().freeBytes(folder);
}

std::string FaultCase::text() const
{
    return std::string(faultName(fault)) + (isForEver ? " from call " : " at call ") + std::to_string(call);
}

int forEveryFault(const std::function<bool(FaultyIoEnv&, const FaultCase&)>& check)
{
    int runs = 0;
    for (const Fault fault : kFaults) {
        for (const bool isForEver : {false, true}) {
            for (int call = 1;; ++call, ++runs) {
                FaultyIoEnv env;
                env.failAt(call, fault, isForEver);
                if (!check(env, {fault, isForEver, call}))
                    return runs;
                if (!env.wasReached())
                    break;
            }
        }
    }
    return runs;
}

} // namespace trainyard::test
