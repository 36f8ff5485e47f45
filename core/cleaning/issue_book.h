// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cleaning/checks.h"

#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace trainyard {

/// The issues of a project while a check runs: what is found again is not written twice, what was dismissed
/// or fixed stays so, and what is open but no longer true goes.
class IssueBook
{
public:
    static Result<IssueBook> open(Project& project);

    /// Notes that the check found this issue (id and state are ignored). Wrong labels are told apart by the
    /// suggested class as well.
    void found(const Issue& issue);
    /// What becomes of open issues of a kind that were not found again.
    enum class Leftovers { Delete, CloseAsFixed };
    /// Writes one revision, where there is anything to write.
    Result<CheckResult> write(const std::set<IssueKind>& kinds, Leftovers leftovers, const std::string& verb,
                              const std::string& text);

private:
    using Key = std::tuple<IssueKind, ItemId, ItemId, ClassId>;
    static Key keyOf(const Issue& issue);

    explicit IssueBook(Project& project) : m_project(&project) {}

    Project* m_project;
    std::map<Key, Issue> m_known;
    std::map<Key, Issue> m_found;
};

} // namespace trainyard
