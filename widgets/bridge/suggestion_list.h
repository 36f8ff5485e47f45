// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/project/item.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace trainyard::widgets {

/// What a model believes an item to be.
struct Suggestion
{
    ClassId classId = 0;
    float probability = 0; ///< 0..1

    bool operator==(const Suggestion&) const = default;
};

/// Suggestions of one model for many items: 16 bytes each, found by item.
struct SuggestionList
{
    std::string model;
    std::vector<ItemId> items; ///< rising
    std::vector<std::int32_t> classes;
    std::vector<float> probabilities;

    [[nodiscard]] std::optional<Suggestion> find(ItemId item) const;
};

/// From a worker's answer; CorruptFile where its lists do not fit together. Any thread.
Result<SuggestionList> suggestionsFromAnswer(const Json& answer);
/// What `model` left in the project's cache for items whose content is still the same. Any thread.
Result<SuggestionList> suggestionsFromCache(const std::filesystem::path& projectFolder,
                                            const std::string& model, std::span<const ItemColumns> columns);

} // namespace trainyard::widgets
