// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <array>
#include <string>

namespace trainyard {

/// How an upright picture becomes the network's input: resize (the pack holds its output), then (value -
/// mean) / scale per channel on values 0..255, channels first.
enum class ResizeRule { Stretch, Fit }; ///< Fit: keep the shape, pad with `fill`

struct Preprocess
{
    int width = 0;
    int height = 0;
    ResizeRule resize = ResizeRule::Stretch;
    int fill = 127;
    std::array<double, 3> mean{127, 127, 127};
    std::array<double, 3> scale{128, 128, 128};

    bool operator==(const Preprocess&) const = default;
};
Json preprocessToJson(const Preprocess& preprocess);
Result<Preprocess> preprocessFromJson(const Json& json, std::string_view source);

} // namespace trainyard
