// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/shape_suggestions.h"

#include "core/base/log.h"
#include "core/collection/class_book.h"
#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "widgets/bridge/background.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_map>

namespace trainyard::widgets {

namespace {

constexpr int kRecheckMs = 2000; ///< between two looks at what another program changed

bool isSurer(const ShapeSuggestion& a, const ShapeSuggestion& b)
{
    return a.score > b.score;
}

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
        } else if (isChange<ItemsReset>(change) && !m_soon.isActive()) {
            m_soon.start(); // another program writes: it may do so for long
        }
    });
    m_soon.setSingleShot(true);
    m_soon.setInterval(kRecheckMs);
    connect(&m_soon, &QTimer::timeout, this, &ShapeSuggestions::recheck);
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
    // Behind what was decided and is being written, which is then among what is read.
    runInBackground(
        m_writes, this,
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
    }
    takeOut(decided);
    if (decision == SuggestionDecision::Reopened)
        for (const ShapeSuggestion& suggestion : decided) {
            std::vector<ShapeSuggestion>& open = m_open[suggestion.item];
            open.insert(std::upper_bound(open.begin(), open.end(), suggestion, isSurer), suggestion);
        }
    // Labels are safe in the project; a decision that cannot be kept only shows the suggestion once more.
    m_writes.start([store = m_store, decided = std::move(decided), decision]() mutable {
        if (const auto kept = store.decide(decided, decision); !kept)
            logLine(LogLevel::Warning, kept.error().message);
    });
    emit changed();
}

/// Each picture's list is gone through once, however many go.
void ShapeSuggestions::takeOut(std::vector<ShapeSuggestion> gone)
{
    std::sort(gone.begin(), gone.end(), isSurer);
    std::set<ItemId> items;
    for (const ShapeSuggestion& each : gone)
        items.insert(each.item);
    for (const ItemId item : items)
        std::erase_if(m_open[item], [&](const ShapeSuggestion& open) {
            const auto [first, last] = std::equal_range(gone.begin(), gone.end(), open, isSurer);
            return std::find(first, last, open) != last;
        });
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
    if (const auto present = m_document.project().annotations(item))
        compare(accepted->second, *present);
}

void ShapeSuggestions::recheck()
{
    std::vector<ItemId> items;
    for (const auto& [item, accepted] : m_accepted)
        items.push_back(item);
    const auto present = m_document.project().annotationsOf(items);
    if (!present)
        return;
    std::unordered_map<ItemId, std::vector<Annotation>> byItem;
    for (const Annotation& annotation : *present)
        byItem[annotation.item].push_back(annotation);
    for (auto& [item, accepted] : m_accepted)
        compare(accepted, byItem[item]);
}

void ShapeSuggestions::compare(std::map<AnnotationId, Accepted>& accepted,
                               const std::vector<Annotation>& present)
{
    std::unordered_map<AnnotationId, const Annotation*> byId;
    for (const Annotation& annotation : present)
        byId.emplace(annotation.id, &annotation);
    std::map<SuggestionDecision, std::vector<Decided>> changes;
    for (auto& [id, entry] : accepted) {
        const auto found = byId.find(id);
        const SuggestionDecision now =
            decisionNow(entry.suggestion, found == byId.end() ? nullptr : found->second);
        if (now == entry.decision)
            continue;
        changes[now].push_back({entry.suggestion, entry.decision});
        entry.decision = now;
    }
    for (const auto& [decision, some] : changes)
        decide(some, decision);
}

} // namespace trainyard::widgets
