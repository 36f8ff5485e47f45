// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/shape_suggestions.h"

#include "core/base/log.h"
#include "core/collection/class_book.h"
#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "widgets/bridge/background.h"

#include <algorithm>
#include <iterator>

namespace trainyard::widgets {

namespace {

Annotation annotationFor(const ShapeSuggestion& suggestion, ClassId classId)
{
    Annotation annotation;
    annotation.item = suggestion.item;
    annotation.classId = classId;
    annotation.shape = suggestion.shape;
    annotation.source = AnnotationSource::Model;
    annotation.sourceName = suggestion.model;
    annotation.score = suggestion.score;
    annotation.isReviewed = true;
    return annotation;
}

} // namespace

ShapeSuggestions::ShapeSuggestions(ProjectDocument& document, QObject* parent)
    : QObject(parent), m_document(document), m_store(document.folder())
{
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (const auto* items = std::get_if<ItemsChanged>(&change)) {
            for (const ItemId item : items->items)
                itemChanged(item);
        } else if (isChange<ItemsReset>(change)) {
            for (const auto& [item, accepted] : m_accepted)
                itemChanged(item);
        }
    });
}

ShapeSuggestions::~ShapeSuggestions() = default;

void ShapeSuggestions::reload()
{
    using Open = Result<std::map<ItemId, std::vector<ShapeSuggestion>>>;
    runInBackground(
        this, [store = m_store]() -> Open { return store.open(); },
        [this](Open open) {
            if (!open)
                logLine(LogLevel::Warning, open.error().message);
            else
                m_open = std::move(*open);
            readCounts();
            emit changed();
        });
}

void ShapeSuggestions::readCounts()
{
    if (auto counts = m_store.counts())
        m_counts = std::move(*counts);
}

std::vector<ShapeSuggestion> ShapeSuggestions::suggestions(ItemId item) const
{
    std::vector<ShapeSuggestion> shown;
    for (const ShapeSuggestion* suggestion : ofThisPicture(item))
        if (suggestion->score >= m_threshold)
            shown.push_back(*suggestion);
    return shown;
}

int ShapeSuggestions::hiddenCount(ItemId item) const
{
    const auto all = ofThisPicture(item);
    return static_cast<int>(std::count_if(
        all.begin(), all.end(), [this](const auto* suggestion) { return suggestion->score < m_threshold; }));
}

std::vector<const ShapeSuggestion*> ShapeSuggestions::ofThisPicture(ItemId item) const
{
    std::vector<const ShapeSuggestion*> suggestions;
    const auto found = m_open.find(item);
    const ItemColumns* columns = m_document.project().column(item);
    if (found != m_open.end() && columns != nullptr)
        for (const ShapeSuggestion& suggestion : found->second)
            if (suggestion.contentHash == columns->contentHash)
                suggestions.push_back(&suggestion);
    return suggestions;
}

void ShapeSuggestions::setThreshold(double score)
{
    if (score == m_threshold)
        return;
    m_threshold = score;
    emit changed();
}

Result<EditId> ShapeSuggestions::accept(ItemId item, std::span<const ShapeSuggestion> chosen)
{
    Project& project = m_document.project();
    ClassBook classes(project);
    std::vector<RowChange> newClasses;
    AnnotationChanges changes;
    for (const ShapeSuggestion& suggestion : chosen) {
        ClassId classId = 0;
        if (!suggestion.className.empty()) {
            TRAINYARD_TRY(classId, classes.idOf(suggestion.className, newClasses));
        }
        Annotation annotation = annotationFor(suggestion, classId);
        TRAINYARD_TRY(annotation.id, project.newId());
        changes.added.push_back(std::move(annotation));
    }
    // A class must be there before an annotation names it; it stays when the shapes are taken back.
    if (!newClasses.empty())
        TRAINYARD_CHECK(
            m_document.apply(Edit{"add-class", "add classes that a model suggested", newClasses}));
    TRAINYARD_TRY(const EditId id, m_document.apply(makeAnnotationsEdit(
                                       project, item, "accept-suggestions",
                                       "accept " + annotationWords(project, changes.added), changes)));
    for (std::size_t i = 0; i < chosen.size(); ++i)
        m_accepted[item][changes.added[i].id] = {chosen[i], SuggestionDecision::Accepted};
    decide(chosen, SuggestionDecision::Accepted);
    return id;
}

void ShapeSuggestions::reject(std::span<const ShapeSuggestion> chosen)
{
    decide(chosen, SuggestionDecision::Rejected);
}

void ShapeSuggestions::decide(std::span<const ShapeSuggestion> chosen, SuggestionDecision decision)
{
    // Labels are safe in the project; a decision that cannot be kept only shows the suggestion once more.
    if (const auto kept = m_store.decide(chosen, decision); !kept)
        logLine(LogLevel::Warning, kept.error().message);
    for (const ShapeSuggestion& suggestion : std::vector(chosen.begin(), chosen.end())) {
        std::vector<ShapeSuggestion>& open = m_open[suggestion.item];
        std::erase(open, suggestion);
        if (decision == SuggestionDecision::Reopened)
            open.insert(std::upper_bound(open.begin(), open.end(), suggestion,
                                         [](const auto& a, const auto& b) { return a.score > b.score; }),
                        suggestion);
    }
    readCounts();
    emit changed();
}

SuggestionDecision ShapeSuggestions::decisionNow(const ShapeSuggestion& suggestion,
                                                 const Annotation* annotation) const
{
    if (annotation == nullptr)
        return SuggestionDecision::Reopened;
    const ItemClass* itemClass = m_document.project().classById(annotation->classId);
    const std::string className = itemClass == nullptr ? std::string() : itemClass->name;
    const bool isSame = annotation->shape == suggestion.shape && className == suggestion.className;
    return isSame ? SuggestionDecision::Accepted : SuggestionDecision::Corrected;
}

void ShapeSuggestions::itemChanged(ItemId item)
{
    const auto accepted = m_accepted.find(item);
    if (accepted == m_accepted.end())
        return;
    const auto present = m_document.project().annotations(item);
    if (!present)
        return;
    for (auto& [id, entry] : accepted->second) {
        const auto found = std::find_if(present->begin(), present->end(),
                                        [wanted = id](const Annotation& a) { return a.id == wanted; });
        const SuggestionDecision now =
            decisionNow(entry.suggestion, found == present->end() ? nullptr : &*found);
        if (now == entry.decision)
            continue;
        entry.decision = now;
        decide(std::span(&entry.suggestion, 1), now);
    }
}

} // namespace trainyard::widgets
