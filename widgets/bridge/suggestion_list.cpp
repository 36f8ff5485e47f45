// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/suggestion_list.h"

#include "core/labels/facts.h"

#include <algorithm>
#include <numeric>

namespace trainyard::widgets {

std::optional<Suggestion> SuggestionList::find(ItemId item) const
{
    const auto it = std::lower_bound(items.begin(), items.end(), item);
    if (it == items.end() || *it != item)
        return std::nullopt;
    const auto place = static_cast<std::size_t>(it - items.begin());
    return Suggestion{classes[place], probabilities[place]};
}

Result<SuggestionList> suggestionsFromAnswer(const Json& answer)
{
    constexpr const char* kSource = "the worker's answer";
    SuggestionList list;
    list.model = jsonValue<std::string>(answer, "model", "");
    if (!jsonValue(answer, "ready", false))
        return list;
    TRAINYARD_TRY(const auto items, jsonField<std::vector<ItemId>>(answer, "items", kSource));
    TRAINYARD_TRY(const auto classes, jsonField<std::vector<std::int32_t>>(answer, "classes", kSource));
    TRAINYARD_TRY(const auto values, jsonField<std::vector<float>>(answer, "probabilities", kSource));
    if (items.size() != classes.size() || items.size() != values.size())
        return fail(ErrorCode::CorruptFile, "the worker's answer has lists of different lengths");
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return items[a] < items[b]; });
    list.items.reserve(items.size());
    list.classes.reserve(items.size());
    list.probabilities.reserve(items.size());
    for (const std::size_t place : order) {
        list.items.push_back(items[place]);
        list.classes.push_back(classes[place]);
        list.probabilities.push_back(values[place]);
    }
    return list;
}

Result<SuggestionList> suggestionsFromCache(const std::filesystem::path& projectFolder,
                                            const std::string& model, std::span<const ItemColumns> columns)
{
    SuggestionList list;
    list.model = model;
    TRAINYARD_TRY(const auto rows, suggestionFacts(projectFolder, model).readAll());
    auto column = columns.begin();
    for (const FactRow& row : rows) { // both rise by item
        column =
            std::find_if(column, columns.end(), [&](const ItemColumns& one) { return one.id >= row.item; });
        if (column == columns.end())
            break;
        if (column->id != row.item || column->contentHash != row.contentHash || row.values.empty())
            continue;
        list.items.push_back(row.item);
        list.classes.push_back(static_cast<std::int32_t>(row.integer));
        list.probabilities.push_back(row.values[0]);
    }
    return list;
}

} // namespace trainyard::widgets
