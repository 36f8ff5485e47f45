// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/dataset/dataset.h"
#include "core/imaging/decoder_pool.h"
#include "core/network/preprocess.h"

#include <cstdint>
#include <string>
#include <vector>

namespace trainyard::engine {

PackRequest packRequest(const Preprocess& preprocess);

/// A picture as a network takes it, or why there is none.
struct PreparedPicture
{
    std::string path;
    std::vector<std::uint8_t> pixels; ///< [height, width, 3]; empty where it was rejected
    Error rejection;
    std::string damage; ///< where it decodes in part only
};

/// Decodes files and resizes them as training did, in the order of `paths`. Cancelled where it was cut short.
/// `minimumEdge`: the long edge that is enough, so that large JPEGs need not be decoded in full; 0: in full.
Result<std::vector<PreparedPicture>> preparePictures(const std::vector<std::string>& paths,
                                                     const Preprocess& preprocess, DecoderPool& decoders,
                                                     const Cancellation& cancellation,
                                                     const ProgressObserver& progress, int minimumEdge = 0);

/// Picture files below folders (by name, depth first), files as they are.
std::vector<std::string> expandInputs(const std::vector<std::string>& inputs);

} // namespace trainyard::engine
