// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/shape_suggestions.h"

#include "core/base/log.h"
#include "core/base/named_values.h"
#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/io_env.h"
#include "core/storage/journal.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <bit>

namespace trainyard {

namespace {

constexpr const char* kFormat = "trainyard-suggestions";
constexpr int kVersion = 1;
constexpr std::string_view kEnding = ".jsonl";
constexpr const char* kDecisions = "decisions.journal";

constexpr NamedValues<SuggestionDecision, 4> kDecisionNames = {{
    {SuggestionDecision::Accepted, "accepted"},
    {SuggestionDecision::Corrected, "corrected"},
    {SuggestionDecision::Rejected, "rejected"},
    {SuggestionDecision::Reopened, "reopened"},
}};

Json toJson(const ShapeSuggestion& suggestion)
{
    Json json = {{"item", suggestion.item},
                 {"hash", std::bit_cast<std::int64_t>(suggestion.contentHash)},
                 {"class", suggestion.className},
                 {"score", suggestion.score}};
    json.update(shapeToJson(suggestion.shape));
    return json;
}

Result<ShapeSuggestion> fromJson(const Json& json, const std::string& model, std::string_view source)
{
    ShapeSuggestion suggestion;
    suggestion.model = model;
    TRAINYARD_TRY(suggestion.item, jsonField<ItemId>(json, "item", source));
    TRAINYARD_TRY(const auto hash, jsonField<std::int64_t>(json, "hash", source));
    suggestion.contentHash = std::bit_cast<std::uint64_t>(hash);
    TRAINYARD_TRY(suggestion.className, jsonField<std::string>(json, "class", source));
    TRAINYARD_TRY(suggestion.score, jsonField<double>(json, "score", source));
    TRAINYARD_TRY(suggestion.shape, shapeFromJson(json, source));
    return suggestion;
}

struct Decided
{
    std::string model;
    SuggestionDecision decision = SuggestionDecision::Reopened;
};

/// The last decision about each suggestion, by its key; reopened ones are left out.
Result<std::map<std::uint64_t, Decided>> readDecisions(const std::filesystem::path& file)
{
    JournalReader journal(file);
    TRAINYARD_TRY(const auto records, journal.readNew());
    std::map<std::uint64_t, Decided> decided;
    for (const Json& record : records) {
        const auto decision = valueIn(kDecisionNames, jsonValue(record, "decision", std::string()));
        if (!decision)
            continue;
        for (const std::int64_t key : jsonValue(record, "keys", std::vector<std::int64_t>()))
            decided[std::bit_cast<std::uint64_t>(key)] = {jsonValue(record, "model", std::string()),
                                                          *decision};
    }
    std::erase_if(decided,
                  [](const auto& entry) { return entry.second.decision == SuggestionDecision::Reopened; });
    return decided;
}

/// The suggestions of one file; nothing where it is not one of ours.
std::vector<ShapeSuggestion> readSuggestions(const std::filesystem::path& file)
{
    std::vector<ShapeSuggestion> suggestions;
    const auto bytes = readFile(file);
    if (!bytes) {
        logLine(LogLevel::Warning, bytes.error().message);
        return suggestions;
    }
    std::string_view rest = *bytes;
    std::string model;
    std::int64_t damaged = 0;
    for (std::int64_t number = 1; !rest.empty(); ++number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string where = displayText(file.native()) + ", line " + std::to_string(number);
        const auto json = parseJson(rest.substr(0, end), where);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (number == 1) {
            if (!json || jsonValue(*json, "format", std::string()) != kFormat ||
                jsonValue(*json, "version", 0) != kVersion)
                return suggestions;
            model = jsonValue(*json, "model", std::string());
            continue;
        }
        auto suggestion = json ? fromJson(*json, model, where) : Result<ShapeSuggestion>(fail(json.error()));
        if (suggestion)
            suggestions.push_back(std::move(*suggestion));
        else
            ++damaged;
    }
    if (damaged > 0)
        logLine(LogLevel::Warning,
                displayText(file.native()) + ": " + std::to_string(damaged) + " damaged lines are left out");
    return suggestions;
}

} // namespace

std::uint64_t suggestionKey(const ShapeSuggestion& suggestion)
{
    Json json = toJson(suggestion);
    json.erase("score"); // the same shape of the same model stays decided when its score moves a little
    return xxh3(suggestion.model + '\n' + jsonLine(json));
}

ShapeSuggestionStore::ShapeSuggestionStore(const std::filesystem::path& projectFolder)
    : m_folder(projectFolder / "cache" / "suggestions")
{
}

Result<void> ShapeSuggestionStore::replace(const std::string& model,
                                           const std::vector<ShapeSuggestion>& suggestions)
{
    if (model.empty())
        return fail(ErrorCode::InvalidArgument, "suggestions need the name of their model");
    std::string text = jsonLine(Json{{"format", kFormat}, {"version", kVersion}, {"model", model}}) + '\n';
    for (const ShapeSuggestion& suggestion : suggestions) {
        TRAINYARD_CHECK(checkShape(suggestion.shape));
        if (!(suggestion.score >= 0 && suggestion.score <= 1))
            return fail(ErrorCode::InvalidArgument, "a score must lie between 0 and 1");
        text += jsonLine(toJson(suggestion)) + '\n';
    }
    TRAINYARD_CHECK(makeFolders(posixIo(), m_folder));
    return writeFileAtomically(posixIo(), m_folder / (std::to_string(xxh3(model)) + std::string(kEnding)),
                               text);
}

Result<std::map<ItemId, std::vector<ShapeSuggestion>>> ShapeSuggestionStore::open() const
{
    TRAINYARD_TRY(const auto decided, readDecisions(m_folder / kDecisions));
    std::map<ItemId, std::vector<ShapeSuggestion>> open;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(m_folder, failed)) {
        if (!entry.path().native().ends_with(kEnding))
            continue;
        for (ShapeSuggestion& suggestion : readSuggestions(entry.path()))
            if (!decided.contains(suggestionKey(suggestion)))
                open[suggestion.item].push_back(std::move(suggestion));
    }
    for (auto& [item, suggestions] : open)
        std::stable_sort(
            suggestions.begin(), suggestions.end(),
            [](const ShapeSuggestion& a, const ShapeSuggestion& b) { return a.score > b.score; });
    return open;
}

Result<void> ShapeSuggestionStore::decide(std::span<const ShapeSuggestion> suggestions,
                                          SuggestionDecision decision)
{
    std::map<std::string, std::vector<std::int64_t>> keys;
    for (const ShapeSuggestion& suggestion : suggestions)
        keys[suggestion.model].push_back(std::bit_cast<std::int64_t>(suggestionKey(suggestion)));
    TRAINYARD_CHECK(makeFolders(posixIo(), m_folder));
    for (const auto& [model, list] : keys)
        TRAINYARD_CHECK(appendShared(
            posixIo(), m_folder / kDecisions,
            Json{{"keys", list}, {"model", model}, {"decision", nameIn(kDecisionNames, decision)}}));
    return {};
}

Result<std::map<std::string, SuggestionCounts>> ShapeSuggestionStore::counts() const
{
    TRAINYARD_TRY(const auto decided, readDecisions(m_folder / kDecisions));
    std::map<std::string, SuggestionCounts> counts;
    for (const auto& [key, entry] : decided) {
        SuggestionCounts& model = counts[entry.model];
        ++(entry.decision == SuggestionDecision::Accepted    ? model.accepted
           : entry.decision == SuggestionDecision::Corrected ? model.corrected
                                                             : model.rejected);
    }
    return counts;
}

} // namespace trainyard
