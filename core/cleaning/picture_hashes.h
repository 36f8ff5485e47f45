// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/imaging/decoder_pool.h"
#include "core/project/project.h"

#include <functional>
#include <span>
#include <vector>

namespace trainyard {

/// The perceptual hash of each item, from the facts where they are there; the others are decoded and their
/// facts written. Items whose picture cannot be decoded now are left out.
struct PictureHash
{
    ItemId item = 0;
    std::uint64_t hash = 0;
};
Result<std::vector<PictureHash>> perceptualHashes(Project& project, DecoderPool& decoders,
                                                  std::span<const ItemColumns> items,
                                                  const Cancellation& cancellation,
                                                  const ProgressObserver& progress);

/// Decodes the pictures of items, several at once and small, and hands each to `take` on the calling thread,
/// in any order. Pictures that cannot be decoded are passed over.
Result<void> decodeItems(Project& project, DecoderPool& decoders, const std::vector<ItemId>& items,
                         int minimumEdge, const Cancellation& cancellation,
                         const std::function<void(ItemId item, const DecodedPicture& picture)>& take);

} // namespace trainyard
