// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/project_embeddings.h"

#include "core/base/log.h"

#include <algorithm>

namespace trainyard::engine {

namespace {

/// Some 0.1 s of work, so that other requests need not wait for long.
constexpr std::size_t kSlice = 32;
constexpr std::size_t kRowsOfShard = 2'048;
constexpr std::chrono::seconds kLongestUnkept{5};

bool canBeMeasured(const ItemColumns& item)
{
    return !item.isExcluded && item.fileState != FileState::Damaged && item.fileState != FileState::Missing;
}

} // namespace

ProjectEmbeddings::ProjectEmbeddings(std::unique_ptr<Project> project, Embedder embedder,
                                     DecoderPool& decoders)
    : m_project(std::move(project)), m_embedder(std::move(embedder)), m_decoders(decoders),
      m_facts(m_project->folder(), "embeddings", m_embedder.measure())
{
}

Result<std::unique_ptr<ProjectEmbeddings>> ProjectEmbeddings::open(const std::filesystem::path& folder,
                                                                   DecoderPool& decoders)
{
    TRAINYARD_TRY(auto project, Project::open(folder, Project::OpenMode::ReadOnly, authorName("worker")));
    TRAINYARD_TRY(Embedder embedder, Embedder::create());
    std::unique_ptr<ProjectEmbeddings> embeddings(
        new ProjectEmbeddings(std::move(project), std::move(embedder), decoders));
    TRAINYARD_CHECK(embeddings->load());
    TRAINYARD_CHECK(embeddings->refresh());
    return embeddings;
}

ProjectEmbeddings::~ProjectEmbeddings()
{
    keep();
}

Result<void> ProjectEmbeddings::load()
{
    return m_facts.visit([this](FactRow row) {
        if (const auto stored = store(row.item, row.contentHash, row.values); !stored)
            logLine(LogLevel::Warning, "item #" + std::to_string(row.item) + ": " + stored.error().message);
    });
}

Result<void> ProjectEmbeddings::store(ItemId item, std::uint64_t contentHash, std::span<const float> values)
{
    if (const auto known = m_rows.find(item); known != m_rows.end()) {
        TRAINYARD_CHECK(m_matrix.replace(known->second, values));
        m_hashes[static_cast<std::size_t>(known->second)] = contentHash;
        return {};
    }
    TRAINYARD_TRY(const std::int64_t row, m_matrix.append(values));
    m_rows.emplace(item, row);
    m_items.push_back(item);
    m_hashes.push_back(contentHash);
    return {};
}

bool ProjectEmbeddings::isMissing(ItemId item) const
{
    const ItemColumns* columns = m_project->column(item);
    if (columns == nullptr || !canBeMeasured(*columns) || rowOf(item))
        return false;
    const auto unreadable = m_unreadable.find(item);
    return unreadable == m_unreadable.end() || unreadable->second != columns->contentHash;
}

std::optional<std::int64_t> ProjectEmbeddings::rowOf(ItemId item) const
{
    const auto row = m_rows.find(item);
    const ItemColumns* columns = m_project->column(item);
    if (row == m_rows.end() || columns == nullptr ||
        columns->contentHash != m_hashes[static_cast<std::size_t>(row->second)])
        return std::nullopt;
    return row->second;
}

std::int64_t ProjectEmbeddings::left() const
{
    return static_cast<std::int64_t>(m_missing.size() + m_inSlice.size());
}

Result<void> ProjectEmbeddings::refresh()
{
    TRAINYARD_TRY(const bool isChanged, m_project->refresh());
    if (!isChanged && m_isListed)
        return {};
    m_isListed = true;
    m_missing.clear();
    m_total = 0;
    std::vector<ItemId> unlabelled;
    for (const ItemColumns& item : m_project->columns()) {
        if (!canBeMeasured(item))
            continue;
        ++m_total;
        if (!m_inSlice.contains(item.id) && isMissing(item.id))
            (item.classId != 0 ? m_missing : unlabelled).push_back(item.id);
    }
    m_missing.insert(m_missing.end(), unlabelled.begin(), unlabelled.end());
    std::reverse(m_missing.begin(), m_missing.end());
    return {};
}

void ProjectEmbeddings::want(std::span<const ItemId> items)
{
    std::unordered_set<ItemId> wanted;
    for (const ItemId item : items)
        if (!m_inSlice.contains(item) && isMissing(item))
            wanted.insert(item);
    if (wanted.empty())
        return;
    std::stable_partition(m_missing.begin(), m_missing.end(),
                          [&](ItemId item) { return !wanted.contains(item); });
}

Result<std::optional<ProjectEmbeddings::Slice>> ProjectEmbeddings::nextSlice(const Cancellation& cancellation)
{
    Slice slice;
    while (!m_missing.empty() && slice.files.size() < kSlice) {
        const ItemId id = m_missing.back();
        m_missing.pop_back();
        if (!isMissing(id))
            continue;
        TRAINYARD_TRY(Item item, m_project->item(id));
        std::string path = m_project->itemPath(item).string();
        m_inSlice.insert(id);
        slice.files.push_back({std::move(item), std::move(path)});
    }
    if (slice.files.empty())
        return std::optional<Slice>();
    slice.pictures = std::async(std::launch::async, [this, files = slice.files, cancellation] {
        return m_embedder.prepare(files, m_decoders, cancellation);
    });
    return std::optional<Slice>(std::move(slice));
}

Result<bool> ProjectEmbeddings::measureSome(const Cancellation& cancellation)
{
    if (!m_slice) {
        TRAINYARD_TRY(m_slice, nextSlice(cancellation));
    }
    if (!m_slice) {
        keep();
        return true;
    }
    Slice slice = std::move(*m_slice);
    m_slice.reset();
    const auto pictures = slice.pictures.get();
    if (!pictures) { // cancelled: they are asked for again
        for (const ItemFile& file : slice.files) {
            m_inSlice.erase(file.item.id);
            m_missing.push_back(file.item.id);
        }
        if (pictures.error().code == ErrorCode::Cancelled && !cancellation.isCancelled())
            return false; // an earlier request was cancelled, this one goes on
        return fail(pictures.error());
    }
    TRAINYARD_TRY(m_slice, nextSlice(cancellation)); // read while these are measured
    TRAINYARD_TRY(auto rows, m_embedder.run(*pictures));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Item& item = slice.files[i].item;
        m_inSlice.erase(item.id);
        if (rows[i].empty() || !store(item.id, item.contentHash, rows[i])) {
            m_unreadable[item.id] = item.contentHash;
            continue;
        }
        m_fresh.push_back({item.id, item.contentHash, 0, std::move(rows[i])});
    }
    if (m_fresh.size() >= kRowsOfShard || std::chrono::steady_clock::now() - m_kept > kLongestUnkept)
        keep();
    return false;
}

void ProjectEmbeddings::keep()
{
    m_kept = std::chrono::steady_clock::now();
    if (const auto kept = m_facts.append(m_fresh); !kept)
        logLine(LogLevel::Warning, "measures of " + std::to_string(m_fresh.size()) +
                                       " pictures were not kept for the next time: " + kept.error().message);
    m_fresh.clear();
}

} // namespace trainyard::engine
