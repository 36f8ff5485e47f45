// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <map>
#include <string>
#include <vector>

namespace trainyard::test {

/// A source in memory: what a writer made, or files of a test. Reads the PNG files that own_png.h writes.
class MemorySource final : public LabelSource
{
public:
    void add(const std::string& file, std::string bytes);
    void addPicture(const std::string& file, const PictureSize& size);

    [[nodiscard]] std::span<const std::string> files() const override { return m_names; }
    Result<std::string> read(std::string_view file, std::uint64_t limit) override;
    std::optional<PictureSize> pictureSize(std::string_view file) override;
    Result<IndexPicture> indexPicture(std::string_view file) override;
    [[nodiscard]] const Cancellation& cancellation() const override { return m_cancellation; }
    void report(const Progress&) override {}

    std::map<std::string, std::string>& bytes() { return m_bytes; }

private:
    void list(const std::string& file);

    std::map<std::string, std::string> m_bytes;
    std::map<std::string, PictureSize, std::less<>> m_sizes;
    std::vector<std::string> m_names;
    Cancellation m_cancellation;
};

/// Puts what a writer writes into a source. Pixels are made up: gray, with a red corner.
class MemoryTarget final : public LabelTarget
{
public:
    explicit MemoryTarget(MemorySource& source) : m_source(source) {}

    Result<void> write(std::string_view file, std::string_view bytes) override;
    Result<void> placePicture(const LabelledPicture& picture, std::string_view file) override;
    Result<Image> pixels(const LabelledPicture& picture) override;
    [[nodiscard]] const Cancellation& cancellation() const override { return m_cancellation; }
    void report(const Progress&) override {}

private:
    MemorySource& m_source;
    Cancellation m_cancellation;
};

/// The numbers of a PNG that own_png.h wrote; CorruptFile for others.
Result<IndexPicture> readOwnPng(std::string_view bytes);

/// Labels of every kind with everything that an annotation can say, the same for the same seed. Each picture
/// has a path of its own below a folder, a size and an upright frame.
LabelSet randomLabels(std::uint64_t seed, int annotations);

} // namespace trainyard::test
