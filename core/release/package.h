// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/network/network_spec.h"
#include "core/storage/safetensors.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace trainyard {

/// Upright pictures and what the engine answered: uint8 [n, h, w, 3] and float32 logits.
struct GoldenSamples
{
    std::int64_t count = 0;
    std::vector<std::uint8_t> pixels;
    std::vector<float> logits; ///< count * classes
};

/// A trained network as others run it: model.safetensors, network.json, model.onnx, labels.txt, card.md,
/// golden.safetensors, lineage.json, manifest.json (SHA-256 of every other file).
struct PackageContents
{
    NetworkSpec network;
    TensorFile weights;
    GoldenSamples golden;
    Json lineage = Json::object(); ///< run, dataset hash, recipe, seed, build, metrics with intervals
    std::string card;              ///< Markdown
};

struct ParityResult
{
    double largestDifference = 0; ///< of the written ONNX file to the engine's logits
    std::string openCv;           ///< "checked, largest difference 2e-6", or why not
};

/// Writes a new folder through a staging one; Refused where it exists. The written ONNX file is run on the
/// golden samples before the folder gets its name: difference over 1e-4 is NumericalFailure. An empty card is
/// written from the lineage (card.h).
Result<ParityResult> writePackage(const std::filesystem::path& folder, const PackageContents& contents,
                                  IoEnv& io = posixIo());
/// Checks manifest, names and hashes, and that weights and golden samples fit the network; never runs
/// anything.
Result<PackageContents> readPackage(const std::filesystem::path& folder);
/// Every file against the manifest, and no file besides. CorruptFile names the file.
Result<void> verifyPackageFiles(const std::filesystem::path& folder);
/// SHA-256 of manifest.json: the package's identity.
Result<std::string> packageDigest(const std::filesystem::path& folder);

} // namespace trainyard
