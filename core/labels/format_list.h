// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

namespace trainyard {

/// One function for each exchange format, for the table in formats.cpp alone.
FormatSpec cocoFormat();
FormatSpec imageFolderFormat();
FormatSpec vocFormat();

} // namespace trainyard
