// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <QString>
#include <optional>
#include <vector>

namespace trainyard::widgets {

/// What of the collection a gallery shows.
struct ItemFilter
{
    enum class State { Included, All, Labelled, Unlabelled, Problem, Excluded };

    std::optional<ClassId> classId; ///< 0: those without a class
    std::optional<Split> split;
    State state = State::Included;
    QString text; ///< in the path

    bool operator==(const ItemFilter&) const = default;
    [[nodiscard]] bool isEverything() const { return *this == ItemFilter{}; }
};

/// True where the columns alone pass (everything but the text).
bool matches(const ItemFilter& filter, const ItemColumns& item);

/// The items that pass, by rising id. One pass over memory; the text is asked of the database.
Result<std::vector<ItemId>> filteredItems(Project& project, const ItemFilter& filter);

} // namespace trainyard::widgets
