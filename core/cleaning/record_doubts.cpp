// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/cleaning/checks.h"
#include "core/cleaning/issue_book.h"

#include <cstdio>

namespace trainyard {

Result<CheckResult> recordLabelDoubts(Project& project, std::span<const LabelDoubt> doubts)
{
    TRAINYARD_TRY(IssueBook book, IssueBook::open(project));
    const auto nameOf = [&](ClassId id) {
        const ItemClass* itemClass = project.classById(id);
        return itemClass == nullptr ? "class #" + std::to_string(id) : displayText(itemClass->name);
    };
    for (const LabelDoubt& doubt : doubts) {
        Issue issue;
        issue.kind = IssueKind::WrongLabel;
        issue.item = doubt.item;
        issue.suggested = doubt.suggested;
        issue.score = doubt.selfConfidence;
        char percent[16];
        std::snprintf(percent, sizeof percent, "%.0f %%", doubt.selfConfidence * 100);
        issue.text = "labelled " + nameOf(doubt.label) + " (" + percent + " likely), looks like " +
                     nameOf(doubt.suggested);
        book.found(issue);
    }
    return book.write({IssueKind::WrongLabel}, IssueBook::Leftovers::CloseAsFixed, "check",
                      "Checked the labels");
}

} // namespace trainyard
