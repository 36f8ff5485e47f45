// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/formats.h"

#include "core/labels/format_list.h"

#include <algorithm>

namespace trainyard {

namespace {

/// One line for each format. The folder comes last: it takes any picture.
const std::vector<FormatSpec>& formatTable()
{
    static const std::vector<FormatSpec> kFormats = {
        cocoFormat(),       vocFormat(),         labelMeFormat(),     labelStudioFormat(), cvatFormat(),
        cityscapesFormat(), huggingFaceFormat(), openImagesFormat(),  yoloFormat(),        dotaFormat(),
        kittiFormat(),      csvTableFormat(),    maskIndexFormat(),   maskColourFormat(),  webDatasetFormat(),
        idxFormat(),        cifarFormat(),       imageFolderFormat(),
    };
    return kFormats;
}

} // namespace

Result<std::string> LabelSource::head(std::string_view file, std::size_t bytes)
{
    TRAINYARD_TRY(std::string all, read(file, std::uint64_t{1} << 30));
    all.resize(std::min(all.size(), bytes));
    return all;
}

std::span<const FormatSpec> labelFormats()
{
    return formatTable();
}

const FormatSpec* findLabelFormat(std::string_view key)
{
    const auto formats = labelFormats();
    const auto found =
        std::find_if(formats.begin(), formats.end(), [&](const FormatSpec& spec) { return spec.key == key; });
    return found == formats.end() ? nullptr : &*found;
}

} // namespace trainyard
