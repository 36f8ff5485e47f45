// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// A pack: the resized pictures of a dataset as raw uint8 [count, height, width, 3] RGB in one contiguous
/// HDF5 dataset, with the item id and the XXH3 of each picture's pixels. Written once, then mapped for
/// reading.
struct PackShape
{
    std::int64_t count = 0;
    int height = 0;
    int width = 0;
    [[nodiscard]] std::size_t pictureBytes() const { return static_cast<std::size_t>(height) * width * 3; }
};

class PackWriter
{
public:
    static Result<std::unique_ptr<PackWriter>>
    create(IoEnv& io, const std::filesystem::path& path, PackShape shape,
           const std::vector<std::pair<std::string, std::string>>& attributes);
    virtual ~PackWriter() = default;
    /// Row `index`, in any order, from any thread (calls are serialised inside).
    virtual Result<void> put(std::int64_t index, std::int64_t itemId,
                             std::span<const std::uint8_t> pixels) = 0;
    /// Fails where a row is missing; the file appears under its name only now.
    virtual Result<void> commit() = 0;
};

/// Any thread may read.
class PackReader
{
public:
    static Result<std::unique_ptr<PackReader>> open(const std::filesystem::path& path);
    virtual ~PackReader() = default;
    [[nodiscard]] virtual PackShape shape() const = 0;
    [[nodiscard]] virtual std::span<const std::int64_t> itemIds() const = 0;
    /// The mapped pixels of one row.
    [[nodiscard]] virtual std::span<const std::uint8_t> pixels(std::int64_t index) const = 0;
    /// Compares the row with its XXH3.
    [[nodiscard]] virtual bool isIntact(std::int64_t index) const = 0;
    [[nodiscard]] virtual std::string attribute(std::string_view name) const = 0;
};

} // namespace trainyard
