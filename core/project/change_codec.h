// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/edit.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// The row changes of a revision as bytes (FORMAT.md, "changes"): tables and fields by number, ids as
/// differences, whole numbers as varints. About 20 bytes for one changed field.
std::string encodeChanges(const std::vector<RowChange>& rows);

/// CorruptFile that names `source` where the bytes are not what encodeChanges() writes.
Result<std::vector<RowChange>> decodeChanges(std::string_view bytes, std::string_view source);

/// What a bulk revision stores: a row that it makes is its `alive` alone, because its values stand in the
/// row. Changes without fields are left out.
std::vector<RowChange> withoutNewValues(std::span<const RowChange> rows);

} // namespace trainyard
