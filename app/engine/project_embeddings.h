// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/embedder.h"
#include "core/engine/embedding_matrix.h"
#include "core/labels/facts.h"
#include "core/project/project.h"

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace trainyard::engine {

/// The embeddings of a project's pictures in memory: what cache/facts/embeddings holds, and what is measured
/// slice by slice while the object lives. Excluded, damaged and missing pictures are not measured.
///
/// Opens the project for reading. The decoders must outlive the object. One thread at a time; pictures of the
/// next slice are read on a thread of its own meanwhile.
class ProjectEmbeddings
{
public:
    static Result<std::unique_ptr<ProjectEmbeddings>> open(const std::filesystem::path& folder,
                                                           DecoderPool& decoders);
    ~ProjectEmbeddings(); ///< keeps what was measured

    /// Brings in what other processes changed in the project, and lists anew what is to be measured: labelled
    /// pictures first.
    Result<void> refresh();
    /// These are measured before all others.
    void want(std::span<const ItemId> items);
    /// Measures one slice of pictures; true where nothing is left. Cancelled keeps what was measured before.
    Result<bool> measureSome(const Cancellation& cancellation);
    /// Writes what was measured to the facts; where that fails (a full disk, a place that is read only) it is
    /// known until the object goes, and a warning says so.
    void keep();

    [[nodiscard]] Project& project() const { return *m_project; }
    [[nodiscard]] const std::string& measure() const { return m_embedder.measure(); }
    [[nodiscard]] const EmbeddingMatrix& matrix() const { return m_matrix; }
    /// Nothing where the item is not measured, or has changed since.
    [[nodiscard]] std::optional<std::int64_t> rowOf(ItemId item) const;
    /// Of each row of the matrix.
    [[nodiscard]] const std::vector<ItemId>& items() const { return m_items; }
    [[nodiscard]] std::int64_t measured() const { return m_total - left(); }
    [[nodiscard]] std::int64_t total() const { return m_total; } ///< pictures that can be measured
    [[nodiscard]] std::int64_t unreadable() const { return static_cast<std::int64_t>(m_unreadable.size()); }

private:
    struct Slice
    {
        std::vector<ItemFile> files;
        std::future<Result<PreparedItems>> pictures;
    };
    ProjectEmbeddings(std::unique_ptr<Project> project, Embedder embedder, DecoderPool& decoders);
    Result<void> load();
    Result<void> store(ItemId item, std::uint64_t contentHash, std::span<const float> values);
    Result<std::optional<Slice>> nextSlice(const Cancellation& cancellation);
    [[nodiscard]] bool isMissing(ItemId item) const;
    [[nodiscard]] std::int64_t left() const;

    std::unique_ptr<Project> m_project;
    Embedder m_embedder;
    DecoderPool& m_decoders;
    FactStore m_facts;
    EmbeddingMatrix m_matrix;
    std::vector<ItemId> m_items;
    std::vector<std::uint64_t> m_hashes;                    ///< of each row
    std::unordered_map<ItemId, std::int64_t> m_rows;        ///< by item
    std::unordered_map<ItemId, std::uint64_t> m_unreadable; ///< content hash by item
    std::vector<ItemId> m_missing;                          ///< the next one last
    std::unordered_set<ItemId> m_inSlice;                   ///< being read
    std::int64_t m_total = 0;
    bool m_isListed = false; ///< m_missing and m_total are those of the project as it is
    std::optional<Slice> m_slice;
    std::vector<FactRow> m_fresh; ///< not in the facts yet
    std::chrono::steady_clock::time_point m_kept = std::chrono::steady_clock::now();
};

} // namespace trainyard::engine
