// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/suggestion_tally.h"

#include "core/base/json.h"
#include "core/storage/atomic_file.h"
#include "core/storage/read_file.h"

namespace trainyard::widgets {

namespace {

constexpr std::size_t kLargestFile = 1 << 20;

std::filesystem::path fileOf(const std::filesystem::path& projectFolder)
{
    return projectFolder / "cache" / "class-suggestions.json";
}

} // namespace

SuggestionTally SuggestionTally::load(const std::filesystem::path& projectFolder)
{
    SuggestionTally tally;
    const auto text = readFile(fileOf(projectFolder), kLargestFile);
    if (!text)
        return tally;
    const auto json = parseJson(*text, "class-suggestions.json");
    if (!json || jsonValue(*json, "format_version", 0) != 1)
        return tally;
    tally.m_lastModel = jsonValue<std::string>(*json, "last_model", "");
    const Json models = jsonValue(*json, "models", Json(Json::object()));
    if (!models.is_object())
        return tally;
    for (const auto& [model, counts] : models.items())
        tally.m_counts[model] = {jsonValue<std::int64_t>(counts, "accepted", 0),
                                 jsonValue<std::int64_t>(counts, "corrected", 0),
                                 jsonValue<std::int64_t>(counts, "rejected", 0)};
    return tally;
}

Result<void> SuggestionTally::save(const std::filesystem::path& projectFolder) const
{
    Json models = Json::object();
    for (const auto& [model, counts] : m_counts)
        models[model] = {
            {"accepted", counts.accepted}, {"corrected", counts.corrected}, {"rejected", counts.rejected}};
    const Json json{{"format_version", 1}, {"last_model", m_lastModel}, {"models", std::move(models)}};
    TRAINYARD_CHECK(makeFolders(posixIo(), fileOf(projectFolder).parent_path()));
    return writeFileAtomically(posixIo(), fileOf(projectFolder), jsonText(json));
}

std::int64_t& SuggestionTally::countOf(const std::string& model, Outcome outcome)
{
    SuggestionCounts& counts = m_counts[model];
    if (outcome == Outcome::Accepted)
        return counts.accepted;
    return outcome == Outcome::Corrected ? counts.corrected : counts.rejected;
}

void SuggestionTally::setOutcome(Seen& seen, Outcome outcome)
{
    if (seen.outcome == outcome)
        return;
    if (seen.outcome != Outcome::None)
        --countOf(seen.model, seen.outcome);
    if (outcome != Outcome::None)
        ++countOf(seen.model, outcome);
    seen.outcome = outcome;
}

void SuggestionTally::classIs(ItemId item, ClassId classId, ClassId suggested, const std::string& model)
{
    auto seen = m_seen.find(item);
    if (classId == 0) {
        if (seen == m_seen.end() || seen->second.outcome == Outcome::Rejected)
            return;
        setOutcome(seen->second, Outcome::None);
        m_seen.erase(seen);
        return;
    }
    if (seen == m_seen.end()) {
        if (suggested == 0)
            return;
        seen = m_seen.emplace(item, Seen{model, suggested, Outcome::None}).first;
    }
    setOutcome(seen->second, classId == seen->second.suggested ? Outcome::Accepted : Outcome::Corrected);
}

void SuggestionTally::reject(ItemId item, ClassId suggested, const std::string& model)
{
    if (suggested == 0)
        return;
    Seen& seen = m_seen.try_emplace(item, Seen{model, suggested, Outcome::None}).first->second;
    if (seen.suggested != suggested || seen.model != model)
        seen = {model, suggested, Outcome::None}; // another suggestion: the earlier one keeps its count
    setOutcome(seen, Outcome::Rejected);
}

bool SuggestionTally::isRejected(ItemId item, ClassId suggested) const
{
    const auto seen = m_seen.find(item);
    return seen != m_seen.end() && seen->second.outcome == Outcome::Rejected &&
           seen->second.suggested == suggested;
}

} // namespace trainyard::widgets
