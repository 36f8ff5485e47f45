// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <span>
#include <string>

namespace trainyard {

/// A class that a model suggested for an item and a person agreed to.
struct AcceptedSuggestion
{
    ItemId item = 0;
    ClassId classId = 0;
    double score = 0; ///< the probability that the model gave, 0..1
};

/// One Edit that gives each item its class: a tag from `model` with its score, reviewed by a person; the item
/// becomes labelled. Items that have a class already keep it and are left out. NotFound for an item or class
/// that the project does not have.
Result<Edit> makeAcceptSuggestions(Project& project, std::span<const AcceptedSuggestion> suggestions,
                                   const std::string& model);

} // namespace trainyard
