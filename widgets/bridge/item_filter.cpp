// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/item_filter.h"

#include "core/project/class_choice.h"
#include "core/project/project_task.h"
#include "widgets/bridge/text.h"

#include <QCoreApplication>
#include <algorithm>
#include <bit>

namespace trainyard::widgets {

bool isLabelled(const ItemColumns& item, bool countsShapes)
{
    return countsShapes ? item.reviewState != ReviewState::Unlabelled : item.classId != 0;
}

int edgeStep(int width, int height)
{
    if (width <= 0 || height <= 0)
        return 0;
    return static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::max(width, height))));
}

std::vector<int> edgeSteps(const ItemDetails& details)
{
    unsigned seen = 0; // one bit a step: steps are powers of two, or 0
    for (std::size_t row = 0; row < details.size(); ++row)
        seen |= static_cast<unsigned>(edgeStep(details.width(row), details.height(row)));
    std::vector<int> steps;
    for (std::size_t row = 0; row < details.size() && steps.empty(); ++row)
        if (details.width(row) == 0 || details.height(row) == 0)
            steps.push_back(0);
    for (unsigned step = 1; step != 0 && step <= seen; step <<= 1)
        if ((seen & step) != 0)
            steps.push_back(static_cast<int>(step));
    return steps;
}

QString edgeStepText(int edge)
{
    return edge == 0 ? QCoreApplication::translate("sizes", "size not known")
                     : QCoreApplication::translate("sizes", "%1–%2 px").arg(edge / 2 + 1).arg(edge);
}

namespace {

/// What of a filter the columns alone tell.
struct Sieve
{
    const ItemFilter& filter;
    std::optional<ClassChoice> choice; ///< nothing: any class
    bool countsShapes = false;

    [[nodiscard]] bool passes(const ItemColumns& item) const;
};

bool Sieve::passes(const ItemColumns& item) const
{
    if (choice && !choice->accepts(item))
        return false;
    if (filter.split && *filter.split != item.split)
        return false;
    const bool hasProblem = item.fileState != FileState::Ok;
    switch (filter.state) {
    case ItemFilter::State::Included:
        return !item.isExcluded;
    case ItemFilter::State::All:
        return true;
    case ItemFilter::State::Labelled:
        return !item.isExcluded && isLabelled(item, countsShapes);
    case ItemFilter::State::Unlabelled:
        return !item.isExcluded && !isLabelled(item, countsShapes);
    case ItemFilter::State::Problem:
        return hasProblem;
    case ItemFilter::State::Excluded:
        return item.isExcluded;
    case ItemFilter::State::InWork:
        return !item.isExcluded && item.reviewState == ReviewState::InWork;
    case ItemFilter::State::Reviewed:
        return !item.isExcluded && item.reviewState == ReviewState::Reviewed;
    case ItemFilter::State::Rejected:
        return !item.isExcluded && item.reviewState == ReviewState::Rejected;
    }
    return true;
}

std::vector<ItemId> withDetails(const Project& project, const Sieve& sieve, const std::string& text,
                                const ItemDetails& details)
{
    const std::vector<bool> hasText = details.rowsWithText(text);
    const std::span<const ItemId> ids = details.ids();
    std::vector<ItemId> items;
    std::size_t row = 0;
    for (const ItemColumns& item : project.columns()) {
        while (row < ids.size() && ids[row] < item.id)
            ++row;
        if (row == ids.size())
            break;
        if (ids[row] == item.id && hasText[row] && sieve.passes(item) &&
            (!sieve.filter.edge || *sieve.filter.edge == edgeStep(details.width(row), details.height(row))))
            items.push_back(item.id);
    }
    return items;
}

} // namespace

Result<std::vector<ItemId>> filteredItems(Project& project, const ItemFilter& filter,
                                          const ItemDetails* details)
{
    Sieve sieve{filter, std::nullopt, labelsShapes(taskOf(project))};
    if (filter.classId) {
        TRAINYARD_TRY(sieve.choice, ClassChoice::of(project, *filter.classId));
    }
    const std::string text = toUtf8(filter.text.simplified());
    if (details != nullptr && filter.needsDetails())
        return withDetails(project, sieve, text, *details);
    std::vector<ItemId> items;
    if (!filter.needsDetails()) {
        for (const ItemColumns& item : project.columns())
            if (sieve.passes(item))
                items.push_back(item.id);
        return items;
    }
    TRAINYARD_TRY(const auto found, project.items(text.empty() ? std::string() : "text=" + text));
    for (const Item& item : found)
        if (const ItemColumns* columns = project.column(item.id);
            columns != nullptr && sieve.passes(*columns) &&
            (!filter.edge || *filter.edge == edgeStep(item.width, item.height)))
            items.push_back(item.id);
    return items;
}

} // namespace trainyard::widgets
