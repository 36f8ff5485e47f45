// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"
#include "tests/support/power_loss_model.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace trainyard::test {

/// How a call fails. ShortWrite leaves half of the bytes before it reports a full disk (for other calls it is
/// NoSpace); Crash does nothing at all and fails every call behind it, as if the machine had lost its power.
enum class Fault { NoSpace, Quota, IoFailure, ReadOnly, Interrupted, ShortWrite, Crash };
inline constexpr Fault kFaults[] = {Fault::NoSpace,  Fault::Quota,       Fault::IoFailure,
                                    Fault::ReadOnly, Fault::Interrupted, Fault::ShortWrite};
const char* faultName(Fault fault);

/// An IoEnv that counts its calls, fails the k-th once or for ever, and can remember what a power loss would
/// leave. Real calls go to the kernel, so whatever is written can be read. Any thread.
class FaultyIoEnv final : public IoEnv
{
public:
    FaultyIoEnv() = default;
    /// Remembers what is durable below `folder`; what is there now is durable.
    explicit FaultyIoEnv(const std::filesystem::path& folder)
        : m_model(std::make_unique<PowerLossModel>(folder))
    {
    }

    /// Calls are counted from 1.
    void failAt(int call, Fault fault, bool isForEver);
    /// Somebody else acts on the disk, not through this object, just before the call.
    void actBefore(int call, std::function<void()> act);
    [[nodiscard]] int callCount() const { return m_calls; }
    /// Whether the call that had to fail was made.
    [[nodiscard]] bool wasReached() const { return m_wasReached; }
    /// "write /a/b", one for each call.
    [[nodiscard]] const std::vector<std::string>& calls() const { return m_log; }
    [[nodiscard]] const PowerLossModel& model() const { return *m_model; }

    Result<int> openForWriting(const std::filesystem::path& path, Create create) override;
    Result<void> write(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path) override;
    Result<void> writeAt(int fd, std::span<const std::byte> bytes, std::uint64_t offset,
                         const std::filesystem::path& path) override;
    Result<void> truncate(int fd, std::uint64_t size, const std::filesystem::path& path) override;
    Result<void> sync(int fd, const std::filesystem::path& path) override;
    Result<void> dataSync(int fd, const std::filesystem::path& path) override;
    Result<void> close(int fd, const std::filesystem::path& path) override;
    Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to,
                        Rename mode) override;
    Result<void> unlink(const std::filesystem::path& path) override;
    Result<void> makeFolder(const std::filesystem::path& path) override;
    Result<void> syncFolder(const std::filesystem::path& path) override;
    Result<std::uint64_t> freeBytes(const std::filesystem::path& folder) override;

private:
    /// Counts; true where this call has to fail.
    bool mustFail(const char* operation, const std::filesystem::path& path);
    [[nodiscard]] Result<void> failure(const char* operation, const std::filesystem::path& path) const;
    /// Fails or calls; then tells the model.
    template <typename Call, typename Tell>
    Result<void> guarded(const char* operation, const std::filesystem::path& path, const Call& call,
                         const Tell& tell);

    std::mutex m_mutex;
    std::unique_ptr<PowerLossModel> m_model;
    std::vector<std::string> m_log;
    int m_calls = 0;
    int m_failAt = 0;
    Fault m_fault = Fault::IoFailure;
    bool m_isForEver = false;
    int m_actBefore = 0;
    std::function<void()> m_act;
    bool m_wasReached = false;
};

/// What a test of one operation says about one failing call.
struct FaultCase
{
    Fault fault = Fault::IoFailure;
    bool isForEver = false;
    int call = 0;
    [[nodiscard]] std::string text() const;
};

/// Runs `check(env, faultCase)` for every fault, once and for ever, at call 1, 2, ... until the operation
/// ends without reaching the call. Returns the number of runs; `check` says by false to stop at once (after
/// QVERIFY failed in it).
int forEveryFault(const std::function<bool(FaultyIoEnv&, const FaultCase&)>& check);

} // namespace trainyard::test
