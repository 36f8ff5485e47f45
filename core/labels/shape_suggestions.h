// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/labels/annotation.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// A shape that a model proposes. It is no annotation: it lives in the cache until a person takes it.
struct ShapeSuggestion
{
    ItemId item = 0;
    std::uint64_t contentHash = 0; ///< of the picture that the model saw
    std::string className;
    Shape shape;
    double score = 0; ///< 0..1
    std::string model;

    bool operator==(const ShapeSuggestion&) const = default;
};

/// What a person did with a suggestion. Reopened: the acceptance was undone, so that it is open again.
enum class SuggestionDecision { Accepted, Corrected, Rejected, Reopened };

struct SuggestionCounts
{
    std::int64_t accepted = 0;
    std::int64_t corrected = 0;
    std::int64_t rejected = 0;

    bool operator==(const SuggestionCounts&) const = default;
};

/// Identifies a suggestion by what it says, so that the same one is known again after a restart.
std::uint64_t suggestionKey(const ShapeSuggestion& suggestion);

/// Suggested shapes of a project in cache/suggestions/: one file for each model, replaced when that model
/// suggests anew, and one journal of decisions that outlives them.
///
/// One thread. Everything is rebuildable but the decisions; a damaged line is skipped. Fails with IoError,
/// NoSpace, and InvalidArgument for a score outside 0..1, a shape that checkShape() refuses or an empty
/// model.
class ShapeSuggestionStore
{
public:
    explicit ShapeSuggestionStore(const std::filesystem::path& projectFolder);

    /// All suggestions of a model, instead of its earlier ones.
    Result<void> replace(const std::string& model, const std::vector<ShapeSuggestion>& suggestions);
    /// What nobody decided yet, by falling score for each item.
    Result<std::map<ItemId, std::vector<ShapeSuggestion>>> open() const;
    /// The last decision about a suggestion counts.
    Result<void> decide(std::span<const ShapeSuggestion> suggestions, SuggestionDecision decision);
    /// By model.
    Result<std::map<std::string, SuggestionCounts>> counts() const;

private:
    std::filesystem::path m_folder;
};

} // namespace trainyard
