// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// Changes of a class that reach all of its labels, whatever their number.
///
/// Each is one revision, written in batches, so that labelling elsewhere goes on; a label that somebody else
/// changed meanwhile stays as it is now. What others label with the class while it goes is taken along. A
/// deleted class stays as a tombstone: a label that another process gives it even later is kept, is listed
/// by ClassCount (class_counts.h), and moves with adoptLabels().
///
/// Second opinions are remapped or deleted as all labels are, and leave the item as it is.
///
/// NotFound: a class; InvalidArgument: the two are one. Fails otherwise as Project::applyBulk() does, and
/// then nothing has changed.

/// Everything labelled `from` becomes `into`; `from` is deleted. An item tagged with both keeps one tag. The
/// classes below `from` go below `into`.
Result<Revision> mergeClasses(Project& project, ClassId from, ClassId into);

/// Deletes the class with its labels. An item that then has none is unlabelled, unless it was reviewed.
Result<Revision> deleteClass(Project& project, ClassId classId);

/// Which labels of a class: of these items, or these annotations.
struct LabelChoice
{
    std::vector<ItemId> items;
    std::vector<AnnotationId> annotations;
};
/// The chosen labels of `from` become a class of this name beside it, made where it is new. NotFound: none
/// of the chosen labels is of the class.
Result<Revision> splitClass(Project& project, ClassId from, const std::string& name, std::uint32_t colour,
                            const LabelChoice& choice);

/// Labels of a deleted class become `into` (0: its successor, or the successor of that).
Result<Revision> adoptLabels(Project& project, ClassId deletedClass, ClassId into = 0);

} // namespace trainyard
