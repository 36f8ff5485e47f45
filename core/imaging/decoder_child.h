// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/decoder_protocol.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>

namespace trainyard {

/// One running trainyard-decode: its process, its socket and the memory that it writes into.
///
/// Owned and used by one thread. The destructor kills the process.
class DecoderChild
{
public:
    /// Starts the program and waits until it says that it has given up its rights. Internal where it does not
    /// come up.
    static Result<std::unique_ptr<DecoderChild>> start(const std::filesystem::path& program);
    ~DecoderChild();
    DecoderChild(const DecoderChild&) = delete;
    DecoderChild& operator=(const DecoderChild&) = delete;

    /// A free slot with room for `bytes`, now taken.
    Result<std::uint32_t> takeSlot(std::uint64_t bytes);
    /// Sends the order with its file; fills in what concerns the slot. False where the child is gone.
    bool send(DecodeOrder& order, int fileDescriptor);

    enum class Event { Answer, Silence, Wake, Death };
    /// Waits for an answer until the time is over or `wakeDescriptor` (or -1) becomes readable.
    Event wait(int milliseconds, int wakeDescriptor, DecodeAnswer& answer);

    /// Copies pixels out of a slot; false where they cannot be read.
    bool copyPixels(std::uint32_t slot, std::span<std::uint8_t> target) const;
    void releaseSlot(std::uint32_t slot);

    /// Kills the child and says how it had ended: "was stopped by signal 11 (Segmentation fault)".
    std::string end();
    [[nodiscard]] int filesDone() const { return m_filesDone; }
    /// Private resident memory beyond that at the start.
    [[nodiscard]] std::uint64_t growth() const;
    [[nodiscard]] pid_t processId() const { return m_pid; }

private:
    struct Slot
    {
        int descriptor = -1;
        std::uint64_t bytes = 0;
        bool isTaken = false;
        bool isKnownToChild = false;
    };

    DecoderChild(pid_t pid, int socket) : m_pid(pid), m_socket(socket) {}
    Result<void> awaitGreeting(const std::filesystem::path& program);
    [[nodiscard]] std::uint64_t privateBytes() const;

    pid_t m_pid;
    int m_socket;
    int m_memoryFile = -1;
    std::uint64_t m_privateAtStart = 0;
    int m_filesDone = 0;
    std::array<Slot, kDecoderSlots> m_slots;
};

} // namespace trainyard
