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
    m_writes.setMaxThreadCount(1);
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

ShapeSuggestions::~ShapeSuggestions()
{
    m_writes.waitForDone();
}

void ShapeSuggestions::reload()
{
    struct Kept
    {
        Result<std::map<ItemId, std::vector<ShapeSuggestion>>> open;
        Result<std::map<std::string, SuggestionCounts>> counts;
    };
    m_writes.waitForDone(); // what was decided is among what is read
    runInBackground(
        this,
        [store = m_store] {
            return Kept{store.open(), store.counts()};
        },
        [this, decisions = m_decisions](Kept kept) {
            if (decisions != m_decisions)
                return reload(); // somebody decided meanwhile
            if (!kept.open)
                logLine(LogLevel::Warning, kept.open.error().message);
            else
                m_open = std::move(*kept.open);
            if (kept.counts)
                m_counts = std::move(*kept.counts);
            emit changed();
        });
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
    decide(opened(chosen), SuggestionDecision::Accepted);
    return id;
}

void ShapeSuggestions::reject(std::span<const ShapeSuggestion> chosen)
{
    decide(opened(chosen), SuggestionDecision::Rejected);
}

std::vector<ShapeSuggestions::Decided> ShapeSuggestions::opened(std::span<const ShapeSuggestion> chosen)
{
    std::vector<Decided> changes;
    for (const ShapeSuggestion& suggestion : chosen)
        changes.push_back({suggestion, std::nullopt});
    return changes;
}

void ShapeSuggestions::decide(const std::vector<Decided>& changes, SuggestionDecision decision)
{
    if (changes.empty())
        return;
    ++m_decisions;
    const auto count = [this](const std::string& model, SuggestionDecision what, int by) {
        SuggestionCounts& counts = m_counts[model];
        if (what == SuggestionDecision::Accepted)
            counts.accepted += by;
        else if (what == SuggestionDecision::Corrected)
            counts.corrected += by;
        else if (what == SuggestionDecision::Rejected)
            counts.rejected += by;
    };
    std::vector<ShapeSuggestion> decided;
    for (const auto& [suggestion, before] : changes) {
        decided.push_back(suggestion);
        if (before)
            count(suggestion.model, *before, -1);
        count(suggestion.model, decision, 1);
        std::vector<ShapeSuggestion>& open = m_open[suggestion.item];
        std::erase(open, suggestion);
        if (decision == SuggestionDecision::Reopened)
            open.insert(std::upper_bound(open.begin(), open.end(), suggestion,
                                         [](const auto& a, const auto& b) { return a.score > b.score; }),
                        suggestion);
    }
    // Labels are safe in the project; a decision that cannot be kept only shows the suggestion once more.
    m_writes.start([store = m_store, decided = std::move(decided), decision]() mutable {
        if (const auto kept = store.decide(decided, decision); !kept)
            logLine(LogLevel::Warning, kept.error().message);
    });
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
    std::map<SuggestionDecision, std::vector<Decided>> changes;
    for (auto& [id, entry] : accepted->second) {
        const auto found = std::find_if(present->begin(), present->end(),
                                        [wanted = id](const Annotation& a) { return a.id == wanted; });
        const SuggestionDecision now =
            decisionNow(entry.suggestion, found == present->end() ? nullptr : &*found);
        if (now == entry.decision)
            continue;
        changes[now].push_back({entry.suggestion, entry.decision});
        entry.decision = now;
    }
    for (const auto& [decision, some] : changes)
        decide(some, decision);
}

} // namespace trainyard::widgets
