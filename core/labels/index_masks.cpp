// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/index_masks.h"

#include "core/labels/mask_columns.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr std::size_t kMostValues = 65536; ///< as many as 16 bits tell apart

/// Pixels [from, to) of one value, counted down the picture's columns, one after the other.
struct Run
{
    std::uint32_t from = 0;
    std::uint32_t to = 0;
};

/// The pixels of such runs, which rise; in a picture of this height.
Mask maskOf(const std::vector<Run>& runs, std::uint64_t pictureHeight)
{
    const std::uint64_t left = runs.front().from / pictureHeight;
    const std::uint64_t right = (runs.back().to - 1) / pictureHeight;
    std::uint64_t top = pictureHeight;
    std::uint64_t bottom = 0;
    for (const auto& [from, to] : runs) {
        const bool isInOne = from / pictureHeight == (to - 1) / pictureHeight;
        top = std::min(top, isInOne ? from % pictureHeight : 0);
        bottom = std::max(bottom, isInOne ? (to - 1) % pictureHeight + 1 : pictureHeight);
    }
    const std::uint64_t height = bottom - top;
    Mask mask{static_cast<int>(left),
              static_cast<int>(top),
              static_cast<int>(right - left + 1),
              static_cast<int>(height),
              {}};
    mask.counts.reserve(runs.size() * 2 + 1);
    std::uint64_t done = 0; // pixels of the mask before the run that is being counted
    for (const auto& [from, to] : runs) {
        const std::uint64_t at = (from / pictureHeight - left) * height + from % pictureHeight - top;
        if (at == done && !mask.counts.empty()) { // from the mask's lowest row to its highest
            mask.counts.back() += static_cast<std::uint32_t>(to - from);
        } else {
            mask.counts.push_back(static_cast<std::uint32_t>(at - done));
            mask.counts.push_back(static_cast<std::uint32_t>(to - from));
        }
        done = at + to - from; // a run over several columns fills their height, which is the mask's
    }
    if (const std::uint64_t all = (right - left + 1) * height; done < all)
        mask.counts.push_back(static_cast<std::uint32_t>(all - done));
    return mask;
}

} // namespace

Result<std::map<std::uint32_t, Mask>> masksByValue(const IndexPicture& picture)
{
    std::unordered_map<std::uint32_t, std::vector<Run>> runs;
    std::vector<Run>* last = nullptr;
    std::uint32_t lastValue = 0;
    std::uint32_t at = 0;
    for (int x = 0; x < picture.width; ++x) {
        for (int y = 0; y < picture.height; ++y, ++at) {
            const std::uint32_t value =
                picture.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) +
                               static_cast<std::size_t>(x)];
            if (last == nullptr || value != lastValue) {
                last = &runs[value];
                lastValue = value;
                last->push_back({at, at});
                if (runs.size() > kMostValues)
                    return fail(ErrorCode::InvalidFile,
                                "it holds more than 65,536 colours: it is a photograph, not a mask");
            }
            ++last->back().to;
        }
    }
    std::map<std::uint32_t, Mask> masks;
    for (auto& [value, own] : runs) {
        masks.emplace(value, maskOf(own, static_cast<std::uint64_t>(picture.height)));
        own = std::vector<Run>(); // memory for the masks to come
    }
    return masks;
}

std::int64_t paintShape(std::span<std::uint32_t> values, int width, int height, const Shape& shape,
                        std::uint32_t value)
{
    const MaskColumns columns = columnsOf(rasterised(shape, width, height));
    std::int64_t covered = 0;
    for (int x = columns.x; x < columns.x + columns.width(); ++x) {
        for (const RowSpan& span : columns.column(x)) {
            for (int y = span.top; y < span.end; ++y) {
                std::uint32_t& pixel = values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                              static_cast<std::size_t>(x)];
                covered += pixel != 0 ? 1 : 0;
                pixel = value;
            }
        }
    }
    return covered;
}

} // namespace trainyard
