// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <optional>
#include <variant>
#include <vector>

namespace trainyard::widgets {

/// Fields of these items changed; none appeared or went.
struct ItemsChanged
{
    std::vector<ItemId> items;
};
/// Any number of items appeared, went or changed: read the columns again.
struct ItemsReset
{
};
struct ClassesChanged
{
};
struct IssuesChanged
{
};
struct RejectsChanged
{
};
struct RootsChanged
{
};
struct SettingsChanged
{
};
/// An Edit of this window is on the disk.
struct Saved
{
    EditId edit = 0;
    Revision revision = 0;
    std::int64_t utcMs = 0;
};
/// An Edit of this window could not be written. After NoSpace, IoError and OutOfMemory it waits and is tried
/// again; after everything else memory has the database's values again.
struct NotSaved
{
    EditId edit = 0;
    Error error;
    bool isWaiting = false; ///< it is kept and tried again
};
/// An undo or redo of many rows goes on beside the window. What is done meanwhile would meet its rows:
/// whoever takes gestures holds them until StepEnded.
struct StepBegun
{
    bool isRedo = false;
    std::int64_t rows = 0;
};
struct StepEnded
{
    bool isRedo = false;
    std::optional<Error> error; ///< nothing was changed then
};

/// What ProjectDocument::changed() carries.
using Change = std::variant<ItemsChanged, ItemsReset, ClassesChanged, IssuesChanged, RejectsChanged,
                            RootsChanged, SettingsChanged, Saved, NotSaved, StepBegun, StepEnded>;

template <typename Kind>
[[nodiscard]] bool isChange(const Change& change)
{
    return std::holds_alternative<Kind>(change);
}

/// True for changes after which a list of items may read differently.
[[nodiscard]] inline bool changesItems(const Change& change)
{
    return isChange<ItemsChanged>(change) || isChange<ItemsReset>(change);
}

} // namespace trainyard::widgets
