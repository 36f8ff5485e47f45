// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// What one gesture does to the annotations of one item. `added` may have the id 0 for a new one, `changed`
/// have the ids of what they replace.
struct AnnotationChanges
{
    std::vector<Annotation> added;
    std::vector<Annotation> changed;
    std::vector<AnnotationId> deleted;
};

/// All of it as one Edit, for one undo. The first annotation of an unlabelled item makes it labelled; the
/// last one that goes makes it unlabelled, where nobody reviewed it. Any change of an item that was reviewed
/// or rejected makes it labelled again. The item's class follows its class tags (itemClassOf()). Second
/// opinions change nothing of the item.
///
/// NotFound: a class, the item, or an annotation that this item does not have. InvalidArgument: a shape that
/// checkShape() refuses.
Result<Edit> makeAnnotationsEdit(Project& project, ItemId item, std::string verb, std::string text,
                                 const AnnotationChanges& changes);

/// One annotation, with the sentence that the history shows.
Result<Edit> makeAddAnnotation(Project& project, Annotation annotation); ///< id 0: a new one
Result<Edit> makeChangeAnnotation(Project& project, const Annotation& annotation);
Result<Edit> makeDeleteAnnotation(Project& project, ItemId item, AnnotationId annotation);

/// "box RBC", "3 shapes": for the history.
std::string annotationWords(const Project& project, std::span<const Annotation> annotations);

} // namespace trainyard
