// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/edits.h"

namespace trainyard {

/// The fields in which two values of one item differ, as a change of its row.
RowChange changedItem(const Item& before, const Item& after);

/// Marks a row as deleted.
RowChange deletedRow(Table table, std::int64_t id);

} // namespace trainyard
