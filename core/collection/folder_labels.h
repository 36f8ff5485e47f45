// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/folder_walk.h"
#include "core/imaging/decoder_pool.h"
#include "core/labels/formats.h"

#include <unordered_map>
#include <unordered_set>

namespace trainyard {

/// A folder as format readers see it. Keeps every picture size that it was asked for.
///
/// The decoders, the cancellation and the files must outlive it. One thread.
class FolderLabelSource final : public LabelSource
{
public:
    FolderLabelSource(std::filesystem::path folder, const std::vector<WalkedFile>& files,
                      DecoderPool& decoders, const DecodeLimits& limits, const Cancellation& cancellation,
                      const ProgressObserver& progress);

    [[nodiscard]] std::span<const std::string> files() const override { return m_files; }
    Result<std::string> read(std::string_view file, std::uint64_t limit) override;
    std::optional<PictureSize> pictureSize(std::string_view file) override;
    Result<IndexPicture> indexPicture(std::string_view file) override;
    Result<IndexPicture> embeddedIndexPicture(std::string bytes) override;
    [[nodiscard]] const Cancellation& cancellation() const override { return m_cancellation; }
    void report(const Progress& progress) override;

private:
    Result<IndexPicture> decodedNumbers(DecodeRequest request, const std::string& name);
    [[nodiscard]] bool isOfSource(std::string_view file) const { return m_known.contains(file); }

    std::filesystem::path m_folder;
    std::vector<std::string> m_files;
    std::unordered_set<std::string_view> m_known;
    std::unordered_map<std::string, std::optional<PictureSize>> m_sizes;
    DecoderPool& m_decoders;
    const DecodeLimits& m_limits;
    const Cancellation& m_cancellation;
    const ProgressObserver& m_progress;
};

} // namespace trainyard
