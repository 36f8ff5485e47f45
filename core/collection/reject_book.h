// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/label_file.h"
#include "core/project/edits.h"

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace trainyard {

/// The table of rejects as an import sees it: the same reject is not written twice, and one whose file was
/// looked at again and found good, or is gone, is taken away.
class RejectBook
{
public:
    static Result<RejectBook> open(Project& project);

    /// Adds the row that says so, where there is none yet.
    Result<void> reject(const Rejection& rejection, std::vector<RowChange>& rows);
    /// This file was looked at completely; rejects of it that were not repeated are out of date.
    void settle(const std::string& path);
    /// The rows that take outdated rejects away, once at the end of a complete import.
    std::vector<RowChange> outdated() const;

private:
    using Key = std::tuple<std::string, std::string, std::string>; ///< source, place, reason

    explicit RejectBook(Project& project) : m_project(&project) {}

    Project* m_project;
    std::map<Key, std::int64_t> m_known;
    std::set<std::string> m_sources; ///< of the rows that were there before
    std::set<Key> m_repeated;
    std::set<std::string> m_settled;
};

} // namespace trainyard
