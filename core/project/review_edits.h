// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// Review of items.
///
/// A person gives the state; what a person changes gives it back: an edit of the labels of an item that was
/// reviewed or rejected makes it `labelled` again (annotation_edits.h, makeSetClass()), so that somebody
/// looks once more; the comment stays until the next review.

/// Gives items a review state, and a comment (why it was rejected, what to look at; empty: none). Reviewed
/// also marks the items' own labels as reviewed. NotFound: an item.
Result<Edit> makeSetReview(Project& project, std::span<const ItemId> items, ReviewState state,
                           const std::string& comment = {});
/// The same in batches, as one revision, for any number of items.
Result<Revision> setReview(Project& project, std::span<const ItemId> items, ReviewState state,
                           const std::string& comment = {});

/// What waits for a reviewer: labelled items that take part, those that come back from a rejection (they have
/// a comment) first, then by rising id.
Result<std::vector<ItemId>> reviewQueue(Project& project);
/// The one to look at after `current`: the next labelled item by rising id, from the start again at the end.
/// 0 where nothing waits. Reads memory alone.
ItemId nextToReview(const Project& project, ItemId current);

} // namespace trainyard
