// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/formats.h"

#include <algorithm>

namespace trainyard {

namespace {

/// One line for each format, of the form {key, title, about, recognise, questions, read, write}.
const std::vector<FormatSpec>& formatTable()
{
    static const std::vector<FormatSpec> kFormats = {};
    return kFormats;
}

} // namespace

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
