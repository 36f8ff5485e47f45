// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item_details.h"
#include "core/project/project.h"

#include <QString>
#include <optional>
#include <vector>

namespace trainyard::widgets {

/// What of the collection a gallery shows.
struct ItemFilter
{
    enum class State { Included, All, Labelled, Unlabelled, Problem, Excluded, InWork, Reviewed, Rejected };

    std::optional<ClassId> classId; ///< 0: those without a class
    std::optional<Split> split;
    State state = State::Included;
    QString text; ///< in the path
    /// The picture's long edge rounded up to a power of two ("129 to 256 pixels" is 256); 0: not known.
    std::optional<int> edge = std::nullopt;

    bool operator==(const ItemFilter&) const = default;
    [[nodiscard]] bool isEverything() const { return *this == ItemFilter{}; }
    /// True where the columns alone cannot tell.
    [[nodiscard]] bool needsDetails() const { return edge || !text.simplified().isEmpty(); }
};

/// Whether a picture is labelled in a project where that is so (core/project/project_task.h).
bool isLabelled(const ItemColumns& item, bool countsShapes);

/// The items that pass, by rising id: one pass over memory. Text and size are looked up in the details, in
/// which an item that is newer than they are is not found; without details the database is asked, which is
/// slow with many items. Classes are as ClassChoice has them.
Result<std::vector<ItemId>> filteredItems(Project& project, const ItemFilter& filter,
                                          const ItemDetails* details = nullptr);

/// What ItemFilter::edge is of a picture.
int edgeStep(int width, int height);
/// All that there are, rising.
std::vector<int> edgeSteps(const ItemDetails& details);
/// "129–256 px", "size not known".
QString edgeStepText(int edge);

} // namespace trainyard::widgets
