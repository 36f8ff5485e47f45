// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/item_filter.h"

#include "widgets/bridge/text.h"

namespace trainyard::widgets {

bool matches(const ItemFilter& filter, const ItemColumns& item)
{
    if (filter.classId && *filter.classId != item.classId)
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
        return !item.isExcluded && item.classId != 0;
    case ItemFilter::State::Unlabelled:
        return !item.isExcluded && item.classId == 0;
    case ItemFilter::State::Problem:
        return hasProblem;
    case ItemFilter::State::Excluded:
        return item.isExcluded;
    }
    return true;
}

Result<std::vector<ItemId>> filteredItems(Project& project, const ItemFilter& filter)
{
    std::vector<ItemId> items;
    const QString text = filter.text.simplified();
    if (text.isEmpty()) {
        items.reserve(project.columns().size());
        for (const ItemColumns& item : project.columns())
            if (matches(filter, item))
                items.push_back(item.id);
        return items;
    }
    TRAINYARD_TRY(const auto found, project.itemIds("text=" + toUtf8(text)));
    for (const ItemId id : found)
        if (const ItemColumns* item = project.column(id); item != nullptr && matches(filter, *item))
            items.push_back(id);
    return items;
}

} // namespace trainyard::widgets
