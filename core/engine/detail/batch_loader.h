// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/engine/detail/augmentation.h"
#include "core/storage/pack_file.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace trainyard::detail {

/// A picture that can be in a batch.
struct LoadItem
{
    ItemId item = 0;
    std::int64_t packRow = 0;
    std::int64_t label = 0;
};

/// What one batch holds: places in the list of LoadItems, and the epoch that keys its augmentation.
struct BatchContent
{
    std::int64_t epoch = 0;
    std::vector<std::uint32_t> places;
};

struct Batch
{
    std::int64_t count = 0;
    std::vector<float> pixels; ///< [count, height, width, 3], normalised
    std::vector<std::int64_t> labels;
    std::vector<ItemId> items;
};

struct LoaderOptions
{
    Preprocess preprocess;
    std::optional<Augmentation> augmentation; ///< nothing: pictures as they are
    std::uint64_t seed = 0;
    std::int64_t firstBatch = 0;
    std::int64_t lastBatch = 0; ///< one past
    int threads = 1;
};

/// Makes batches on threads of its own, ahead of who takes them, and hands them out in order: the bytes
/// depend on the options alone, not on the number of threads.
///
/// The pack must outlive the loader; `content` is called on the loader's threads, one at a time. The
/// destructor waits for the threads. Fails with CorruptFile for a picture whose pixels do not agree with
/// their checksum.
class BatchLoader
{
public:
    using ContentSource = std::function<BatchContent(std::int64_t batch)>;
    BatchLoader(const PackReader& pack, std::vector<LoadItem> items, LoaderOptions options,
                ContentSource content);
    ~BatchLoader();
    BatchLoader(const BatchLoader&) = delete;
    BatchLoader& operator=(const BatchLoader&) = delete;

    /// The next batch; valid until the call after. Not to be called after the last one.
    Result<const Batch*> next();

private:
    void work();
    Result<Batch> make(std::int64_t number, PictureWriter& writer, Batch reused);

    const PackReader& m_pack;
    std::vector<LoadItem> m_items;
    LoaderOptions m_options;
    ContentSource m_content;

    std::mutex m_mutex;
    std::mutex m_contentMutex;
    std::condition_variable m_changed;
    std::map<std::int64_t, Result<Batch>> m_ready;
    std::vector<Batch> m_spare;
    std::int64_t m_nextToMake;
    std::int64_t m_nextToTake;
    bool m_isStopping = false;
    Batch m_current;
    std::vector<std::thread> m_threads;
};

/// Places first .. first + count - 1, `batchSize` at a time: for validation and embeddings.
BatchLoader::ContentSource inOrder(std::int64_t items, std::int64_t batchSize);

} // namespace trainyard::detail
