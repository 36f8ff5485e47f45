// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decoder_pump.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace trainyard {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Small pictures go several at once, so that a child never waits for us; of large ones, one works and one
/// waits.
constexpr std::size_t kSmallBytes = 4ULL << 20;
constexpr std::size_t kMostBytes = 512ULL << 20;
constexpr int kFilesBetweenMeasures = 16;
constexpr int kStartAttempts = 3;
constexpr std::size_t kLargeBytes = 8ULL << 20;

std::string_view damageOf(const DecodeAnswer& answer)
{
    return {answer.text, std::min<std::size_t>(answer.damageBytes, sizeof answer.text)};
}

std::string_view noteOf(const DecodeAnswer& answer)
{
    const std::size_t start = damageOf(answer).size();
    return {answer.text + start, std::min<std::size_t>(answer.noteBytes, sizeof answer.text - start)};
}

std::string joined(const std::string& a, std::string_view b)
{
    return a.empty() || b.empty() ? a + std::string(b) : a + "; " + std::string(b);
}

std::string pathOf(const DecodeRequest& request)
{
    return displayText(request.path.native());
}

/// A child's error code, where it is one that a decoder may give.
ErrorCode trusted(std::int32_t status)
{
    constexpr ErrorCode kAllowed[] = {ErrorCode::CorruptFile, ErrorCode::Unsupported, ErrorCode::OutOfMemory,
                                      ErrorCode::Refused, ErrorCode::IoError};
    for (const ErrorCode code : kAllowed)
        if (status == 1 + static_cast<std::int32_t>(code))
            return code;
    return ErrorCode::CorruptFile;
}

} // namespace

DecoderPump::DecoderPump(std::filesystem::path program, DecoderTuning tuning, DecodeQueue& queue)
    : m_program(std::move(program)), m_tuning(tuning), m_queue(queue)
{
}

void DecoderPump::run()
{
    while (!m_queue.isStopped()) {
        if (m_sent.empty() && m_planned.empty()) {
            if (auto job = m_queue.take())
                prepare(std::move(*job));
        }
        fill();
        if (!m_sent.empty())
            waitForAnswer();
    }
    cancelAll();
}

void DecoderPump::fill()
{
    while (sendPlanned() && m_planned.empty() && m_sent.size() < kDecoderSlots) {
        auto job = m_queue.takeMore();
        if (!job)
            return;
        prepare(std::move(*job));
    }
}

bool DecoderPump::hasRoomFor(std::size_t bytes) const
{
    const std::size_t all = m_sentBytes + bytes;
    return m_sent.empty() || (all <= kMostBytes && (m_sent.size() < 2 || all <= kSmallBytes));
}

void DecoderPump::prepare(DecodeJob job)
{
    if (job.cancellation.isCancelled()) {
        job.callback(cancelled(job.request));
        return;
    }
    auto plan = planDecode(job.request);
    if (!plan) {
        job.callback(fail(std::move(plan.error())));
        return;
    }
    m_planned.push_back({std::move(job), std::move(*plan)});
}

void DecoderPump::replaceWornChild()
{
    if (!m_child)
        return;
    const bool isMeasured = m_child->filesDone() % kFilesBetweenMeasures == 0 || m_sentBytes > kLargeBytes;
    if (m_child->filesDone() >= m_tuning.filesPerChild ||
        (isMeasured && m_child->growth() > m_tuning.growthBytes))
        m_child.reset();
}

Result<std::unique_ptr<DecoderChild>> DecoderPump::startChild() const
{
    // A machine short of memory may kill a child while it comes up; that says nothing about the files that
    // wait.
    auto child = DecoderChild::start(m_program);
    for (int attempt = 1; !child && attempt < kStartAttempts; ++attempt)
        child = DecoderChild::start(m_program);
    return child;
}

bool DecoderPump::sendPlanned()
{
    const bool isWorn =
        m_child && m_child->filesDone() + static_cast<int>(m_sent.size()) >= m_tuning.filesPerChild;
    if (m_sent.empty())
        replaceWornChild();
    else if (isWorn)
        return true;
    if (!m_child && !m_planned.empty()) {
        auto child = startChild();
        if (!child) {
            for (InFlight& flight : std::exchange(m_planned, {}))
                flight.job.callback(fail(child.error()));
            return false;
        }
        m_child = std::move(*child);
    }
    while (!m_planned.empty() && hasRoomFor(m_planned.front().plan.resultBytes())) {
        InFlight& flight = m_planned.front();
        if (flight.job.cancellation.isCancelled()) {
            flight.job.callback(cancelled(flight.job.request));
            m_planned.pop_front();
            continue;
        }
        auto slot = m_child->takeSlot(flight.plan.resultBytes());
        if (!slot) {
            flight.job.callback(fail(std::move(slot.error())));
            m_planned.pop_front();
            continue;
        }
        flight.plan.order.slot = *slot;
        flight.plan.order.id = m_nextId++;
        if (m_sent.empty())
            m_firstSince = steady_clock::now();
        m_sentBytes += flight.plan.resultBytes();
        const bool isSent = m_child->send(flight.plan.order, flight.plan.file.descriptor());
        m_sent.push_back(std::move(flight));
        m_planned.pop_front();
        if (!isSent) {
            childDied();
            return false;
        }
    }
    return true;
}

milliseconds DecoderPump::timeLimit() const
{
    // A second for every 4 million pixels and for every 8 MiB of file: some 50 times what the slowest codec
    // takes.
    const DecodePlan& plan = m_sent.front().plan;
    const std::int64_t pixels = std::int64_t{plan.header.width} * plan.header.height;
    return m_tuning.timePerFile + milliseconds(pixels / 4000 + plan.fileBytes / 8192);
}

void DecoderPump::waitForAnswer()
{
    const auto passed = std::chrono::duration_cast<milliseconds>(steady_clock::now() - m_firstSince);
    const auto left = std::max(milliseconds(0), timeLimit() - passed);
    DecodeAnswer answered;
    switch (m_child->wait(static_cast<int>(left.count()), m_queue.stopDescriptor(), answered)) {
    case DecoderChild::Event::Answer:
        answer(answered);
        return;
    case DecoderChild::Event::Silence:
        if (steady_clock::now() - m_firstSince >= timeLimit())
            childIsLate();
        return;
    case DecoderChild::Event::Wake:
        return;
    case DecoderChild::Event::Death:
        childDied();
        return;
    }
}

void DecoderPump::answer(const DecodeAnswer& answer)
{
    if (answer.id != m_sent.front().plan.order.id) {
        childDied();
        return;
    }
    InFlight flight = std::move(m_sent.front());
    m_sent.pop_front();
    m_sentBytes -= flight.plan.resultBytes();
    m_firstSince = steady_clock::now();
    Result<DecodedPicture> result = picture(flight, answer);
    m_child->releaseSlot(flight.plan.order.slot);
    fill();
    flight.job.callback(std::move(result));
}

Result<DecodedPicture> DecoderPump::picture(InFlight& flight, const DecodeAnswer& answer)
{
    const std::string path = pathOf(flight.job.request);
    if (answer.status != 0)
        return fail(trusted(answer.status), path + ": " + displayText(damageOf(answer)));
    const DecodePlan& plan = flight.plan;
    if (answer.width != plan.resultWidth || answer.height != plan.resultHeight)
        return fail(ErrorCode::CorruptFile, path + ": the header states " + std::to_string(plan.resultWidth) +
                                                " x " + std::to_string(plan.resultHeight) +
                                                " pixels, the decoder found " + std::to_string(answer.width) +
                                                " x " + std::to_string(answer.height));
    DecodedPicture picture;
    picture.image.width = plan.resultWidth;
    picture.image.height = plan.resultHeight;
    picture.image.pixels.resize(plan.resultBytes());
    if (!m_child->copyPixels(plan.order.slot, picture.image.pixels))
        return fail(ErrorCode::Internal, path + ": cannot read the decoder's pixels");
    picture.header = plan.header;
    picture.fullWidth = plan.header.uprightWidth();
    picture.fullHeight = plan.header.uprightHeight();
    picture.contentHash = answer.contentHash;
    picture.fileBytes = plan.fileBytes;
    picture.fileTimeNs = plan.fileTimeNs;
    if (answer.damageBytes > 0)
        picture.damage = displayText(damageOf(answer));
    if (plan.order.wantsIndices != 0)
        picture.indices = static_cast<IndexKind>(std::clamp<int>(answer.indices, 1, 4));
    picture.note = joined(plan.note, displayText(noteOf(answer)));
    return picture;
}

void DecoderPump::childDied()
{
    // What an earlier file did to the child may have killed it only now: the file gets a second, fresh child,
    // and is called corrupt where that one dies, too.
    const bool isFresh = m_child->filesDone() == 0;
    const std::string how = m_child->end();
    m_child.reset();
    InFlight& first = m_sent.front();
    if (isFresh || first.wasRetried)
        failFirst(ErrorCode::CorruptFile, "the decoder " + how + " at this file");
    else
        first.wasRetried = true;
    resendAll();
}

void DecoderPump::childIsLate()
{
    char text[80];
    const std::chrono::duration<double> passed = steady_clock::now() - m_firstSince;
    std::snprintf(text, sizeof text, "decoder stopped after %.1f s at this file", passed.count());
    m_child.reset();
    failFirst(ErrorCode::CorruptFile, text);
    resendAll();
}

void DecoderPump::failFirst(ErrorCode code, const std::string& reason)
{
    InFlight first = std::move(m_sent.front());
    m_sent.pop_front();
    first.job.callback(fail(code, pathOf(first.job.request) + ": " + reason));
}

void DecoderPump::resendAll()
{
    m_planned.insert(m_planned.begin(), std::make_move_iterator(m_sent.begin()),
                     std::make_move_iterator(m_sent.end()));
    m_sent.clear();
    m_sentBytes = 0;
}

void DecoderPump::cancelAll()
{
    m_child.reset();
    resendAll();
    for (InFlight& flight : std::exchange(m_planned, {}))
        flight.job.callback(cancelled(flight.job.request));
}

} // namespace trainyard
