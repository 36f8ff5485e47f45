// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/batch_loader.h"

#include <algorithm>

namespace trainyard::detail {

namespace {

constexpr std::int64_t kBatchesAhead = 4;

} // namespace

BatchLoader::BatchLoader(const PackReader& pack, std::vector<LoadItem> items, LoaderOptions options,
                         ContentSource content)
    : m_pack(pack), m_items(std::move(items)), m_options(std::move(options)), m_content(std::move(content)),
      m_nextToMake(m_options.firstBatch), m_nextToTake(m_options.firstBatch)
{
    for (int i = 0; i < std::max(m_options.threads, 1); ++i)
        m_threads.emplace_back([this] { work(); });
}

BatchLoader::~BatchLoader()
{
    {
        const std::lock_guard lock(m_mutex);
        m_isStopping = true;
    }
    m_changed.notify_all();
    for (std::thread& thread : m_threads)
        thread.join();
}

void BatchLoader::work()
{
    PictureWriter writer(m_options.preprocess);
    std::unique_lock lock(m_mutex);
    while (true) {
        m_changed.wait(lock, [this] {
            return m_isStopping || m_nextToMake >= m_options.lastBatch ||
                   m_nextToMake < m_nextToTake + kBatchesAhead;
        });
        if (m_isStopping || m_nextToMake >= m_options.lastBatch)
            return;
        const std::int64_t number = m_nextToMake++;
        Batch reused;
        if (!m_spare.empty()) {
            reused = std::move(m_spare.back());
            m_spare.pop_back();
        }
        lock.unlock();
        auto batch = make(number, writer, std::move(reused));
        lock.lock();
        m_ready.emplace(number, std::move(batch));
        m_changed.notify_all();
    }
}

Result<Batch> BatchLoader::make(std::int64_t number, PictureWriter& writer, Batch reused)
{
    BatchContent content;
    {
        const std::lock_guard lock(m_contentMutex);
        content = m_content(number);
    }
    Batch batch = std::move(reused);
    const std::size_t pictureFloats = m_pack.shape().pictureBytes();
    batch.count = static_cast<std::int64_t>(content.places.size());
    batch.pixels.resize(content.places.size() * pictureFloats);
    batch.labels.clear();
    batch.items.clear();
    for (std::size_t i = 0; i < content.places.size(); ++i) {
        const std::uint32_t place = content.places[i];
        const LoadItem& item = m_items[place];
        if (!m_pack.isIntact(item.packRow))
            return fail(ErrorCode::CorruptFile,
                        "item #" + std::to_string(item.item) +
                            ": its pixels in the pack do not agree with their checksum; remove "
                            "cache/packs, it is made again");
        const std::uint8_t* pixels = m_pack.pixels(item.packRow).data();
        float* out = batch.pixels.data() + i * pictureFloats;
        if (m_options.augmentation)
            writer.writeAugmented(pixels, *m_options.augmentation,
                                  CounterRandom(m_options.seed, RandomPurpose::Augment,
                                                static_cast<std::uint64_t>(content.epoch), place),
                                  out);
        else
            writer.writePlain(pixels, out);
        batch.labels.push_back(item.label);
        batch.items.push_back(item.item);
    }
    return batch;
}

Result<const Batch*> BatchLoader::next()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_ready.contains(m_nextToTake); });
    auto node = m_ready.extract(m_nextToTake);
    ++m_nextToTake;
    m_spare.push_back(std::move(m_current));
    lock.unlock();
    m_changed.notify_all();
    if (!node.mapped())
        return fail(node.mapped().error());
    m_current = std::move(*node.mapped());
    return &m_current;
}

BatchLoader::ContentSource inOrder(std::int64_t items, std::int64_t batchSize)
{
    return [items, batchSize](std::int64_t batch) {
        BatchContent content;
        for (std::int64_t i = batch * batchSize; i < std::min(items, (batch + 1) * batchSize); ++i)
            content.places.push_back(static_cast<std::uint32_t>(i));
        return content;
    };
}

} // namespace trainyard::detail
