// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace trainyard {

/// What several format readers and writers need. Paths have "/" between their parts.

std::string_view fileNameOf(std::string_view path);
std::string_view folderOf(std::string_view path); ///< without the last "/", empty where there is none
std::string_view stemOf(std::string_view path);   ///< of the file's name: without its last ending
std::string_view endingOf(std::string_view path); ///< ".jpg", as it is written
bool hasEnding(std::string_view path, std::string_view ending); ///< any case
std::string joinedPath(std::string_view folder, std::string_view name);

/// Gives each file a name that no other has, whatever its ending: "a.jpg" and "a.png" become "a" and "a-2".
class NameBook
{
public:
    /// The path below `folder` for a picture of this path: its file name, with a number where that is taken.
    std::string take(std::string_view folder, std::string_view picturePath);

private:
    std::set<std::string> m_taken; ///< without ending
};

/// Counts what a format cannot carry; each sentence follows a number: "boxes lost their angle".
class LossBook
{
public:
    void add(const std::string& what, std::int64_t count = 1)
    {
        if (count > 0)
            m_counts[what] += count;
    }
    void note(const std::string& sentence) { m_notes.insert(sentence); }
    /// "12 boxes lost their angle", by the sentence.
    [[nodiscard]] LossReport report() const;

private:
    std::map<std::string, std::int64_t> m_counts;
    std::set<std::string> m_notes;
};

/// A class's name in a list with one a line, where lines that begin with # are remarks: line breaks become
/// blanks, such a # an underscore, and `losses` says so.
std::string listedName(const std::string& name, LossBook& losses);

/// Cancelled where the user asked for it.
Result<void> checkCancelled(const Cancellation& cancellation);

/// One class entry for each name that annotations bear and `labels.classes` lacks, in the order of their
/// bytes.
void addMissingClasses(LabelSet& labels);

} // namespace trainyard
