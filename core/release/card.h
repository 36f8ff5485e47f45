// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/package.h"

#include <string>

namespace trainyard {

/// The package's card as Markdown: what it is, classes, input, figures with their intervals, where it comes
/// from, how to use it, what was checked, licences. Reads the lineage fields of FORMAT.md and leaves out what
/// is not there. Every text that comes from data is escaped.
std::string packageCard(const NetworkSpec& network, const Json& lineage, const ParityResult& parity,
                        std::int64_t goldenSamples);

/// Text that Markdown shows as it is.
std::string markdownText(std::string_view text);

} // namespace trainyard
