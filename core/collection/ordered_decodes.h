// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/imaging/decoder_pool.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

namespace trainyard {

/// Decodes many pictures at once and hands out what was made of them in the order in which they were asked
/// for.
///
/// `work` turns the pixels into a small value on the pool's threads, so that never more pictures lie in
/// memory than decoders are at work. One thread calls; the destructor waits for what is under way.
template <typename Value>
class OrderedDecodes
{
public:
    using Work = std::function<Result<Value>(const DecodedPicture&)>;

    OrderedDecodes(DecoderPool& decoders, std::size_t window) : m_decoders(decoders), m_window(window) {}
    OrderedDecodes(const OrderedDecodes&) = delete;
    OrderedDecodes& operator=(const OrderedDecodes&) = delete;
    ~OrderedDecodes()
    {
        m_cancellation.cancel();
        std::unique_lock lock(m_shared->mutex);
        m_shared->changed.wait(lock, [&] { return m_shared->underWay == 0; });
    }

    [[nodiscard]] bool isFull() const { return m_slots.size() >= m_window; }
    [[nodiscard]] bool isEmpty() const { return m_slots.empty(); }

    void submit(DecodeRequest request, Work work)
    {
        auto slot = std::make_shared<std::optional<Result<Value>>>();
        m_slots.push_back(slot);
        {
            const std::lock_guard lock(m_shared->mutex);
            ++m_shared->underWay;
        }
        m_decoders.decodeAsync(
            std::move(request), m_cancellation,
            [shared = m_shared, slot, work = std::move(work)](Result<DecodedPicture> picture) {
                Result<Value> value = picture ? work(*picture) : Result<Value>(fail(picture.error()));
                const std::lock_guard lock(shared->mutex);
                *slot = std::move(value);
                --shared->underWay;
                shared->changed.notify_one();
            });
    }

    /// Waits for the oldest one.
    Result<Value> takeNext()
    {
        const auto slot = m_slots.front();
        m_slots.pop_front();
        std::unique_lock lock(m_shared->mutex);
        m_shared->changed.wait(lock, [&] { return slot->has_value(); });
        return std::move(**slot);
    }

private:
    struct Shared
    {
        std::mutex mutex;
        std::condition_variable changed;
        std::size_t underWay = 0;
    };

    DecoderPool& m_decoders;
    std::size_t m_window;
    Cancellation m_cancellation;
    std::shared_ptr<Shared> m_shared = std::make_shared<Shared>();
    std::deque<std::shared_ptr<std::optional<Result<Value>>>> m_slots;
};

} // namespace trainyard
