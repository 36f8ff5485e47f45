// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <cstdint>
#include <functional>
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
    /// The path below `folder` for a picture of this path: its file name as text that every label file can
    /// hold, with a number where that is taken.
    std::string take(std::string_view folder, std::string_view picturePath);

private:
    std::map<std::string, int> m_taken; ///< without ending: the number to try for the next of that name
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
    /// The same for annotations that are not written at all: "boxes have no place in this format".
    void leaveOut(const std::string& what, std::int64_t count = 1)
    {
        add(what, count);
        m_leftOut.insert(what);
        m_labelsLeftOut += count;
    }
    /// The same for a picture, with so many annotations that no other call has counted.
    void leaveOutPicture(const std::string& what, std::int64_t labels)
    {
        add(what);
        m_leftOut.insert(what);
        ++m_picturesLeftOut;
        m_labelsLeftOut += labels;
    }
    void note(const std::string& sentence) { m_notes.insert(sentence); }
    /// "12 boxes lost their angle", by the sentence.
    [[nodiscard]] LossReport report() const;

private:
    std::map<std::string, std::int64_t> m_counts;
    std::set<std::string> m_notes;
    std::set<std::string> m_leftOut; ///< sentences
    std::int64_t m_picturesLeftOut = 0;
    std::int64_t m_labelsLeftOut = 0;
};

/// Classes' names as a format can write them.
class WritableNames
{
public:
    /// `change` makes one name writable; where two would be the same, later ones (by their bytes) get a
    /// number, and names that need no change stay theirs. `losses` counts the changed ones with `what`.
    WritableNames(const LabelSet& labels, const std::function<std::string(std::string)>& change,
                  const std::string& what, LossBook& losses);
    /// Of a class of the set, or of one of its annotations.
    [[nodiscard]] const std::string& of(const std::string& name) const { return m_names.at(name); }

private:
    std::map<std::string, std::string> m_names;
};

/// For lists with one name a line, where lines that begin with # are remarks: line breaks become blanks, such
/// a # an underscore.
WritableNames listedNames(const LabelSet& labels, LossBook& losses);
/// For rows whose columns blanks part: every blank becomes `replacement`.
WritableNames blankFreeNames(const LabelSet& labels, char replacement, LossBook& losses);

/// Cancelled where the user asked for it.
Result<void> checkCancelled(const Cancellation& cancellation);

/// One class entry for each name that annotations bear and `labels.classes` lacks, in the order of their
/// bytes.
void addMissingClasses(LabelSet& labels);

} // namespace trainyard
