// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/engine/project_embeddings.h"
#include "app/engine/worker_queue.h"
#include "core/cleaning/queue_orders.h"
#include "core/engine/suggestion_probe.h"

#include <chrono>
#include <unordered_map>

namespace trainyard::engine {

/// {"items": [...], "classes": [...], "probabilities": [...]}: parallel lists, probabilities with four
/// digits.
Json suggestionLists(std::span<const ItemId> items, std::span<const ClassId> classes,
                     std::span<const float> probabilities);

/// What a probe suggests for the unlabelled pictures of a project, from the labels it was told.
///
/// One thread at a time.
class Suggester
{
public:
    explicit Suggester(ProjectEmbeddings& embeddings) : m_embeddings(embeddings) {}

    /// "probe of " and the measure.
    [[nodiscard]] std::string model() const;
    /// Takes "items" and "classes" of a request, where it has them, as all labels that there are.
    Result<void> takeLabels(const Json& request);
    /// Fits the probe and answers for every measured item without a label; {"ready": false} before two
    /// classes have two measured examples each.
    Result<Json> suggest();
    /// The items of a queue in its order with a score each, at most "count" of them. Refused where the order
    /// needs a probe and there is none.
    Result<WorkerStep> order(const Json& request);

    [[nodiscard]] bool isUnkept() const { return m_isUnkept; }
    /// Writes the newest answers to cache/facts/suggestions.
    Result<void> keep();

private:
    [[nodiscard]] std::vector<ProbeExample> examples() const;
    [[nodiscard]] std::vector<std::int64_t> unlabelledRows() const;
    Result<Json> byProbe(QueueOrder order, const Json& request) const;
    Result<Json> byColumns(QueueOrder order, const Json& request) const;
    Result<WorkerStep> different(const Json& request) const;
    Result<WorkerStep> wrong(const Json& request) const;

    ProjectEmbeddings& m_embeddings;
    SuggestionProbe m_probe;
    std::unordered_map<ItemId, ClassId> m_labels;
    std::vector<std::int64_t> m_rows; ///< of the newest answers
    ProbeAnswers m_answers;
    bool m_isUnkept = false;
};

} // namespace trainyard::engine
