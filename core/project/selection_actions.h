// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/annotation_edits.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// What can be done to the selected shapes of one picture without drawing. Pure functions from shapes to the
/// changes of one Edit; nothing here writes.

struct SelectedShapes
{
    std::vector<Annotation> chosen;  ///< back to front
    std::span<const Annotation> all; ///< of the picture, back to front
    int pictureWidth = 0;
    int pictureHeight = 0;
};

/// One row of the table of actions. Menus, keys and tests are made from it.
struct SelectionAction
{
    std::string_view key;  ///< stable: "join"
    std::string_view verb; ///< of the Edit
    std::string_view text; ///< the beginning of the history's sentence
    std::size_t least;     ///< shapes that must be chosen
    /// InvalidArgument says in one sentence why these shapes cannot be treated so.
    Result<AnnotationChanges> (*make)(const SelectedShapes& shapes);
};

std::span<const SelectionAction> selectionActions();
const SelectionAction* findSelectionAction(std::string_view key);

AnnotationChanges withClass(std::span<const Annotation> chosen, ClassId classId);
/// Nothing takes the attribute away.
AnnotationChanges withAttribute(std::span<const Annotation> chosen, const std::string& name,
                                const std::optional<AttributeValue>& value);
AnnotationChanges withFlag(std::span<const Annotation> chosen, bool ShapeFlags::*flag, bool isOn);

/// New annotations like these, moved: a person's own, without a score. Their groups become new ones of `all`.
std::vector<Annotation> copiesOf(std::span<const Annotation> annotations, std::span<const Annotation> all,
                                 double right, double down);

} // namespace trainyard
