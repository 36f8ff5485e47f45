// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/decode_plan.h"
#include "core/imaging/decode_queue.h"
#include "core/imaging/decoder_child.h"

#include <chrono>
#include <deque>
#include <filesystem>
#include <memory>

namespace trainyard {

/// Keeps one child at work: takes jobs from the queue, keeps a few of them in flight, hands the answers to
/// the callbacks, and replaces the child when it has failed or is worn. run() is the body of one thread.
class DecoderPump
{
public:
    DecoderPump(std::filesystem::path program, DecoderTuning tuning, DecodeQueue& queue);
    /// Returns after the queue's stop(); what is in flight then is cancelled.
    void run();

private:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct InFlight
    {
        DecodeJob job;
        DecodePlan plan;
        bool wasRetried = false;
    };

    /// Sends what is planned, then more from the queue, as long as there is room.
    void fill();
    [[nodiscard]] bool hasRoomFor(std::size_t bytes) const;
    void prepare(DecodeJob job);
    /// Sends every planned job that has room; false where the child died or does not start.
    bool sendPlanned();
    [[nodiscard]] Result<std::unique_ptr<DecoderChild>> startChild() const;
    void replaceWornChild();
    void waitForAnswer();
    void answer(const DecodeAnswer& answer);
    Result<DecodedPicture> picture(InFlight& flight, const DecodeAnswer& answer);
    void childDied();
    void childIsLate();
    void failFirst(ErrorCode code, const std::string& reason);
    void resendAll();
    void cancelAll();
    [[nodiscard]] std::chrono::milliseconds timeLimit() const;

    std::filesystem::path m_program;
    DecoderTuning m_tuning;
    DecodeQueue& m_queue;
    std::unique_ptr<DecoderChild> m_child;
    std::deque<InFlight> m_planned; ///< open and checked, waiting for room or a new child
    std::deque<InFlight> m_sent;    ///< in the order of the answers to come
    std::size_t m_sentBytes = 0;
    std::uint64_t m_nextId = 1;
    TimePoint m_firstSince; ///< when the child began with m_sent.front()
};

} // namespace trainyard
