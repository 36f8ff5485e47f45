// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace trainyard {

enum class TensorType { U8, I32, I64, F16, BF16, F32, F64 };

std::size_t tensorTypeSize(TensorType type);
std::string_view tensorTypeName(TensorType type); ///< "F32" as in the file

/// One array with its name: contiguous, row-major, little-endian.
struct NamedTensor
{
    std::string name;
    TensorType type = TensorType::F32;
    std::vector<std::int64_t> shape;
    std::string bytes;

    [[nodiscard]] std::int64_t elementCount() const;
    /// The values as float; converts F16, BF16, F32 and F64.
    [[nodiscard]] std::vector<float> toFloats() const;
    static NamedTensor fromFloats(std::string name, std::vector<std::int64_t> shape,
                                  const std::vector<float>& values);

    bool operator==(const NamedTensor&) const = default;
};

/// A file in safetensors layout: tensors and a map of strings.
struct TensorFile
{
    std::vector<NamedTensor> tensors;
    std::map<std::string, std::string> metadata;

    [[nodiscard]] const NamedTensor* find(std::string_view name) const;
};

/// The bytes of the file: header padded with spaces to 8, tensors by falling alignment, then by name.
std::string safetensorsBytes(const TensorFile& file);
Result<void> writeSafetensors(IoEnv& io, const std::filesystem::path& path, const TensorFile& file);

/// Validates everything before the first allocation of data: header at most 16 MiB, no duplicate names, no
/// holes, no overlaps, sizes as shape and type say, end equal to the file's end. CorruptFile names the
/// tensor.
Result<TensorFile> parseSafetensors(std::string_view bytes, std::string_view source);
Result<TensorFile> readSafetensors(const std::filesystem::path& path);

} // namespace trainyard
