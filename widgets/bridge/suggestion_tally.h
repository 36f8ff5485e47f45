// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/labels/shape_suggestions.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace trainyard::widgets {

/// What became of the classes that models suggested: accepted (the item was given that class), corrected
/// (another) or rejected (none); counted per model and kept in cache/class-suggestions.json with the name of
/// the model that suggested last.
///
/// An item counts once: what is done last to it replaces what was done before, and undoing takes it away
/// (within one session). One thread at a time.
class SuggestionTally
{
public:
    /// An absent or damaged file counts from zero.
    static SuggestionTally load(const std::filesystem::path& projectFolder);
    [[nodiscard]] Result<void> save(const std::filesystem::path& projectFolder) const;

    /// The item has this class now (0: none). `suggested` is what `model` suggests for it, 0 for nothing.
    void classIs(ItemId item, ClassId classId, ClassId suggested, const std::string& model);
    void reject(ItemId item, ClassId suggested, const std::string& model);
    [[nodiscard]] bool isRejected(ItemId item, ClassId suggested) const;

    [[nodiscard]] const std::map<std::string, SuggestionCounts>& counts() const { return m_counts; }
    [[nodiscard]] const std::string& lastModel() const { return m_lastModel; }
    void setLastModel(const std::string& model) { m_lastModel = model; }
    bool operator==(const SuggestionTally&) const = default;

private:
    enum class Outcome { None, Accepted, Corrected, Rejected };
    struct Seen
    {
        std::string model;
        ClassId suggested = 0;
        Outcome outcome = Outcome::None;
        bool operator==(const Seen&) const = default;
    };
    void setOutcome(Seen& seen, Outcome outcome);
    std::int64_t& countOf(const std::string& model, Outcome outcome);

    std::map<std::string, SuggestionCounts> m_counts;
    std::map<ItemId, Seen> m_seen;
    std::string m_lastModel;
};

} // namespace trainyard::widgets
