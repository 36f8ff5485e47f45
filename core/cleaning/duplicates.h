// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/imaging/decoder_pool.h"
#include "core/project/project.h"

#include <span>
#include <vector>

namespace trainyard {

/// Two items with the same or nearly the same picture; `first` has the smaller id and counts as the original.
struct DuplicatePair
{
    ItemId first = 0;
    ItemId second = 0;
    double difference = 0; ///< mean difference in grey levels; 0 for equal bytes

    bool operator==(const DuplicatePair&) const = default;
};

/// Every item with the bytes of an earlier one, paired with the first item that has them.
std::vector<DuplicatePair> exactDuplicates(std::span<const ItemColumns> items);

/// Pairs within 10 bits of perceptual hash whose pixels agree. Items with equal bytes are compared once.
Result<std::vector<DuplicatePair>> nearDuplicates(Project& project, DecoderPool& decoders,
                                                  std::span<const ItemColumns> items,
                                                  const Cancellation& cancellation,
                                                  const ProgressObserver& progress);

} // namespace trainyard
