// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/preprocess.h"

#include <cmath>

namespace trainyard {

namespace {

Result<void> checkRanges(const Preprocess& preprocess, const std::string& source)
{
    if (preprocess.width < 0 || preprocess.width > 65536 || preprocess.height < 0 ||
        preprocess.height > 65536)
        return fail(ErrorCode::InvalidFile, source + ": preprocess width and height must be 0 to 65536");
    if (preprocess.fill < 0 || preprocess.fill > 255)
        return fail(ErrorCode::InvalidFile, source + ": preprocess fill must be 0 to 255");
    for (std::size_t i = 0; i < 3; ++i) {
        if (!std::isfinite(preprocess.mean[i]) || !std::isfinite(preprocess.scale[i]) ||
            preprocess.scale[i] == 0.0)
            return fail(ErrorCode::InvalidFile,
                        source + ": preprocess needs finite means and scales that are not 0");
    }
    return {};
}

} // namespace

Json preprocessToJson(const Preprocess& preprocess)
{
    return {{"width", preprocess.width},
            {"height", preprocess.height},
            {"resize", preprocess.resize == ResizeRule::Fit ? "fit" : "stretch"},
            {"fill", preprocess.fill},
            {"mean", preprocess.mean},
            {"scale", preprocess.scale}};
}

Result<Preprocess> preprocessFromJson(const Json& json, std::string_view source)
{
    Preprocess preprocess;
    TRAINYARD_TRY(preprocess.width, jsonField<int>(json, "width", source));
    TRAINYARD_TRY(preprocess.height, jsonField<int>(json, "height", source));
    TRAINYARD_TRY(const std::string resize, jsonField<std::string>(json, "resize", source));
    if (resize != "fit" && resize != "stretch")
        return fail(ErrorCode::InvalidFile,
                    std::string(source) + ": preprocess resize is '" + resize + "', expected stretch or fit");
    preprocess.resize = resize == "fit" ? ResizeRule::Fit : ResizeRule::Stretch;
    TRAINYARD_TRY(preprocess.fill, jsonField<int>(json, "fill", source));
    TRAINYARD_TRY(preprocess.mean, (jsonField<std::array<double, 3>>(json, "mean", source)));
    TRAINYARD_TRY(preprocess.scale, (jsonField<std::array<double, 3>>(json, "scale", source)));
    TRAINYARD_CHECK(checkRanges(preprocess, std::string(source)));
    return preprocess;
}

} // namespace trainyard
