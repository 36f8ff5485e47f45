// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/annotation.h"
#include "core/project/item.h"
#include "core/project/rows.h"

namespace trainyard {

/// Rows as the values of item.h and annotation.h. The way back is rowForNew...() of edits.h. Where a field
/// means "none" (0, no text) it is empty in the row, so that each value has one stored form.

Item itemFrom(const Row& row);
ItemColumns columnsFrom(const Row& row);
/// Nothing where the stored shape or the attributes do not read.
std::optional<Annotation> annotationFrom(const Row& row);
ItemClass classFrom(const Row& row);
/// Item ids as they are stored: "3,17".
std::vector<ItemId> itemIdsFromText(std::string_view text);
std::string itemIdsToText(std::span<const ItemId> ids);
Issue issueFrom(const Row& row);
SourceRoot rootFrom(const Row& row);
RejectRow rejectFrom(const Row& row);

/// Numbers and texts in their stored form.
FieldValue storedNumber(std::int64_t number);
FieldValue storedText(const std::string& text);

/// The row that makes the setting `key`; ids of settings are XXH3 of the key.
std::int64_t settingId(std::string_view key);

} // namespace trainyard
