// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/suggestion_edits.h"

#include "core/base/path_text.h"
#include "core/project/edits.h"
#include "core/project/item_rows.h"

#include <algorithm>
#include <array>

namespace trainyard {

namespace {

std::string wordsFor(const Edit& edit, std::size_t items, const std::string& model)
{
    return edit.rows.empty() ? "accept no suggestion"
                             : "accept " + std::to_string(items) + " suggestion" + (items == 1 ? "" : "s") +
                                   " of " + displayText(model);
}

} // namespace

Result<Edit> makeAcceptSuggestions(Project& project, std::span<const AcceptedSuggestion> suggestions,
                                   const std::string& model)
{
    Edit edit{"accept-suggestions", "", {}};
    std::size_t accepted = 0;
    for (const AcceptedSuggestion& suggestion : suggestions) {
        if (project.classById(suggestion.classId) == nullptr)
            return fail(ErrorCode::NotFound,
                        "there is no class with the id " + std::to_string(suggestion.classId));
        const ItemColumns* columns = project.column(suggestion.item);
        if (columns == nullptr)
            return fail(ErrorCode::NotFound, "there is no item #" + std::to_string(suggestion.item));
        if (columns->classId != 0)
            continue; // a label that is there is worth more than a guess
        constexpr std::array<std::string_view, 2> kFields = {"class_id", "review_state"};
        TRAINYARD_TRY(const auto before, project.fieldValues(Table::Items, suggestion.item, kFields));
        const std::array<FieldValue, 2> after = {
            storedNumber(suggestion.classId), storedNumber(static_cast<std::int64_t>(ReviewState::Labelled))};
        RowChange row{Table::Items, suggestion.item, {}};
        for (std::size_t i = 0; i < kFields.size(); ++i)
            if (before[i] != after[i])
                row.fields.push_back({std::string(kFields[i]), before[i], after[i]});
        edit.rows.push_back(std::move(row));
        Annotation tag;
        tag.item = suggestion.item;
        tag.classId = suggestion.classId;
        tag.source = AnnotationSource::Model;
        tag.sourceName = model;
        tag.score = std::clamp(suggestion.score, 0.0, 1.0);
        tag.isReviewed = true;
        TRAINYARD_TRY(tag.id, project.newId());
        edit.rows.push_back(rowForNewAnnotation(tag));
        ++accepted;
    }
    edit.text = wordsFor(edit, accepted, model);
    return edit;
}

} // namespace trainyard
