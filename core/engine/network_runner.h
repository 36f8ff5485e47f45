// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/network_spec.h"
#include "core/storage/safetensors.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace trainyard {

/// A network ready to answer. One thread at a time.
class NetworkRunner
{
public:
    /// Every parameter must be in `weights` with its exact shape (extra tensors are an error, too):
    /// CorruptFile lists differences.
    static Result<std::unique_ptr<NetworkRunner>> create(const NetworkSpec& spec, const TensorFile& weights,
                                                         const std::string& device, std::int64_t threads = 0);
    virtual ~NetworkRunner() = default;

    /// Values of one output for a batch of uint8 pictures [count, height, width, 3] of the preprocess size:
    /// count rows, float32. `output` is any value's name: "logits", "embedding".
    virtual Result<std::vector<std::vector<float>>> run(const std::uint8_t* pixels, std::int64_t count,
                                                        const std::string& output,
                                                        bool usesBfloat16 = false) = 0;
};

/// {"libtorch": "1.13.1", "blas": ..., "cuda": false, "devices": [...], "bf16": true, "threads": 2} for
/// doctor and lineage.
Json describeEngine();

} // namespace trainyard
