// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>

namespace trainyard {

/// The Edits of a project by name. Each reads the present values and gives an Edit to apply(); none writes.

Result<Edit> makeAddClass(Project& project, const std::string& name, std::uint32_t colour,
                          const std::string& key);
/// Gives items a class (0 takes it away); sets the review state to labelled (unlabelled; as it was where
/// there are shapes), also of reviewed items. A person with a name gives a second opinion, which changes
/// nothing of the item.
Result<Edit> makeSetClass(Project& project, std::span<const ItemId> items, ClassId classId,
                          AnnotationSource source = AnnotationSource::Person,
                          const std::string& sourceName = {});
/// Gives every item this class tag beside those that it has; where all of them have it, takes it away from
/// all. The item's class is what itemClassOf() says. The review state becomes labelled, or unlabelled where
/// no label is left.
Result<Edit> makeToggleTag(Project& project, std::span<const ItemId> items, ClassId classId);
/// The classes of an item's own tags, oldest first; an item whose class has no tag row gives that class.
Result<std::vector<ClassId>> tagsOf(Project& project, ItemId item);
Result<Edit> makeExclude(Project& project, std::span<const ItemId> items, const std::string& reason);
Result<Edit> makeInclude(Project& project, std::span<const ItemId> items);
Result<Edit> makeSetSplit(Project& project, std::span<const std::pair<ItemId, Split>> splits);
Result<Edit> makeSetIssueState(Project& project, std::span<const IssueId> issues, IssueState state);
Result<Edit> makeSetSetting(Project& project, const std::string& key, const std::string& value);
Result<Edit> makeRelocateRoot(Project& project, RootId root, const std::filesystem::path& folder);

/// The root for a source folder, id 0: relative where the source lies in the project's folder or in the
/// folder that holds it, so that the two can move together; else absolute.
SourceRoot sourceRootFor(const std::filesystem::path& projectFolder, const std::filesystem::path& source);

/// Rows for new things, for bulk revisions.
RowChange rowForNewItem(const Item& item);
RowChange rowForNewAnnotation(const Annotation& annotation);
RowChange rowForNewClass(const ItemClass& itemClass);
RowChange rowForNewIssue(const Issue& issue);
RowChange rowForNewRoot(const SourceRoot& root);
RowChange rowForNewReject(const RejectRow& reject);

/// Several Edits as one, for one undo; later changes of the same field continue earlier ones.
Edit merged(std::string verb, std::string text, std::span<const Edit> edits);

} // namespace trainyard
