// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/edits.h"

namespace trainyard {

/// The fields in which two values of one thing differ, as a change of its row.
RowChange changedItem(const Item& before, const Item& after);
RowChange changedAnnotation(const Annotation& before, const Annotation& after);
RowChange changedClass(const ItemClass& before, const ItemClass& after);

/// Marks a living row as deleted.
RowChange deletedRow(Table table, std::int64_t id);

} // namespace trainyard
