// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace trainyard {

/// An export in memory: files with their bytes, and pictures that were placed without bytes.
class MemoryLabelTarget : public LabelTarget
{
public:
    Result<void> write(std::string_view file, std::string_view bytes) override;
    Result<void> placePicture(const LabelledPicture& picture, std::string_view file) override;
    /// A picture whose pixels follow from its size and path.
    Result<Image> pixels(const LabelledPicture& picture) override;
    [[nodiscard]] const Cancellation& cancellation() const override { return m_cancellation; }
    void report(const Progress&) override {}

    std::map<std::string, std::string> files;
    std::map<std::string, PictureSize> pictures;

private:
    Cancellation m_cancellation;
};

/// Files and pictures in memory; mask pictures are decoded from the bytes of PNG files, by libpng itself.
class MemoryLabelSource : public LabelSource
{
public:
    MemoryLabelSource(std::map<std::string, std::string> files, std::map<std::string, PictureSize> pictures);

    [[nodiscard]] std::span<const std::string> files() const override { return m_names; }
    Result<std::string> read(std::string_view file, std::uint64_t limit) override;
    std::optional<PictureSize> pictureSize(std::string_view file) override;
    Result<IndexPicture> indexPicture(std::string_view file) override;
    Result<IndexPicture> embeddedIndexPicture(std::string bytes) override;
    [[nodiscard]] const Cancellation& cancellation() const override { return m_cancellation; }
    void report(const Progress&) override {}

private:
    std::map<std::string, std::string> m_files;
    std::map<std::string, PictureSize> m_pictures;
    std::vector<std::string> m_names;
    Cancellation m_cancellation;
};

} // namespace trainyard
