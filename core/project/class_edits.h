// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// Edits of one class. Its labels stay as they are (class_remap.h changes those). NotFound: there is no such
/// class; InvalidArgument says what does not fit.

/// InvalidArgument for a name that no class can have: empty, longer than kMaxClassNameBytes, not UTF-8, with
/// control characters or with blanks at its ends.
Result<void> checkClassName(const std::string& name);

/// The first of the keys "1" to "9" that neither a class nor `taken` has; empty where all are in use.
std::string freeClassKey(std::span<const ItemClass> classes, std::span<const std::string> taken = {});

/// The name that a person sees; the labels keep the class, so nothing else changes.
Result<Edit> makeRenameClass(Project& project, ClassId classId, const std::string& name);
Result<Edit> makeSetClassColour(Project& project, ClassId classId, std::uint32_t colour); ///< 0xRRGGBB
/// "1" to "9" or empty; a class that had the key loses it.
Result<Edit> makeSetClassKey(Project& project, ClassId classId, const std::string& key);
/// The broader class, 0 for none; refuses circles.
Result<Edit> makeSetClassParent(Project& project, ClassId classId, ClassId parent);
/// What belongs to the class, and pictures that show it.
Result<Edit> makeSetClassGuide(Project& project, ClassId classId, const std::string& guide,
                               std::span<const ItemId> examples);
/// Names are distinct and not empty, a choice has choices, a preset fits.
Result<Edit> makeSetClassAttributes(Project& project, ClassId classId,
                                    const std::vector<AttributeSpec>& attributes);
/// Names are distinct and not empty, bones join two of them.
Result<Edit> makeSetClassSkeleton(Project& project, ClassId classId, const Skeleton& skeleton);

/// True where `above` is the class itself or a broader one.
bool isClassBelow(const Project& project, ClassId classId, ClassId above);

} // namespace trainyard
