// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace trainyard {

/// The text as it stands between tags or in a quoted attribute of XML and HTML: & < > " ' become entities.
/// Control characters stay as they are.
std::string markupText(std::string_view text);

} // namespace trainyard
