// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/suggesting.h"

#include "app/engine/item_embeddings.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace trainyard::engine {

namespace {

constexpr std::int64_t kEnoughExamples = 2; ///< of each of two classes
constexpr int kFolds = 5;
constexpr std::int64_t kProjectedWidth = 128;
constexpr std::chrono::milliseconds kLongestStep{100};

bool canBeLookedAt(const ItemColumns& item)
{
    return !item.isExcluded && item.fileState != FileState::Missing;
}

double rounded(float value)
{
    return std::round(static_cast<double>(value) * 1e4) / 1e4;
}

std::size_t countOf(const Json& request, std::size_t all)
{
    const auto count = jsonValue<std::int64_t>(request, "count", static_cast<std::int64_t>(all));
    return std::min(all, static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
}

/// {"items": [...], "scores": [...]} of the first places of an order.
Json orderedItems(const std::vector<std::size_t>& places, std::size_t count, const std::vector<ItemId>& items,
                  const std::vector<float>& scores)
{
    Json list = Json::array();
    Json values = Json::array();
    for (std::size_t i = 0; i < std::min(count, places.size()); ++i) {
        list.push_back(items[places[i]]);
        if (!scores.empty())
            values.push_back(rounded(scores[places[i]]));
    }
    return Json{{"items", std::move(list)}, {"scores", std::move(values)}};
}

/// Chooses points until there are enough, then the rest by distance.
struct DifferentWork
{
    std::vector<ItemId> items;
    std::vector<float> points;
    std::vector<float> labelled; ///< points that are centres from the start
    std::size_t count = 0;
    std::size_t centresDone = 0;
    std::unique_ptr<FarthestFirst> search;
    std::vector<std::size_t> chosen;
    std::vector<float> scores; ///< the distance of each when it was chosen

    std::optional<Json> advance()
    {
        const std::size_t width = kProjectedWidth;
        const auto start = std::chrono::steady_clock::now();
        while (std::chrono::steady_clock::now() - start < kLongestStep) {
            if (centresDone * width < labelled.size()) {
                search->addCentre(std::span(labelled).subspan(width * centresDone++, width));
                continue;
            }
            const std::vector<float>& before = search->distances();
            const float farthest = before.empty() ? 0 : *std::max_element(before.begin(), before.end());
            const auto place = chosen.size() < count ? search->next() : std::nullopt;
            if (!place)
                return orderedItems(chosen, count, items, scores);
            chosen.push_back(*place);
            scores[*place] = std::isfinite(farthest) ? std::sqrt(std::max(farthest, 0.0F)) : 0.0F;
        }
        return std::nullopt;
    }
};

/// One fold after the other.
struct WrongWork
{
    std::vector<ItemId> items;
    std::vector<ProbeExample> examples;
    std::vector<int> folds;
    std::vector<float> scores;
    int fold = 0;

    Result<std::optional<Json>> advance(const EmbeddingMatrix& matrix, std::size_t count)
    {
        std::vector<ProbeExample> learnt;
        std::vector<ProbeExample> asked;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < examples.size(); ++i) {
            if (folds[i] != fold) {
                learnt.push_back(examples[i]);
                continue;
            }
            asked.push_back(examples[i]);
            places.push_back(i);
        }
        if (!asked.empty()) {
            TRAINYARD_TRY(const auto answers, SuggestionProbe::heldOut(matrix, learnt, asked));
            for (std::size_t i = 0; i < answers.size(); ++i)
                scores[places[i]] = answers[i];
        }
        if (++fold < kFolds)
            return std::optional<Json>();
        return std::optional<Json>(orderedItems(risingOrder(scores), count, items, scores));
    }
};

} // namespace

Json suggestionLists(std::span<const ItemId> items, std::span<const ClassId> classes,
                     std::span<const float> probabilities)
{
    Json values = Json::array();
    for (const float probability : probabilities)
        values.push_back(rounded(probability));
    return Json{{"items", std::vector<ItemId>(items.begin(), items.end())},
                {"classes", std::vector<ClassId>(classes.begin(), classes.end())},
                {"probabilities", std::move(values)}};
}

std::string Suggester::model() const
{
    return "probe of " + m_embeddings.measure();
}

Result<void> Suggester::takeLabels(const Json& request)
{
    if (!request.contains("items") && !request.contains("classes"))
        return {};
    TRAINYARD_TRY(const auto items, jsonField<std::vector<ItemId>>(request, "items", "request"));
    TRAINYARD_TRY(const auto classes, jsonField<std::vector<ClassId>>(request, "classes", "request"));
    if (items.size() != classes.size())
        return fail(ErrorCode::InvalidArgument, "request: 'items' and 'classes' have different lengths");
    m_labels.clear();
    for (std::size_t i = 0; i < items.size(); ++i)
        if (classes[i] != 0)
            m_labels[items[i]] = classes[i];
    m_embeddings.want(items);
    return {};
}

std::vector<ProbeExample> Suggester::examples() const
{
    std::vector<ProbeExample> known;
    for (const auto& [item, classId] : m_labels)
        if (const auto row = m_embeddings.rowOf(item))
            known.push_back({*row, classId});
    std::sort(known.begin(), known.end(),
              [](const ProbeExample& a, const ProbeExample& b) { return a.row < b.row; });
    return known;
}

std::vector<std::int64_t> Suggester::unlabelledRows() const
{
    std::vector<std::int64_t> rows;
    const std::vector<ItemId>& items = m_embeddings.items();
    for (std::size_t row = 0; row < items.size(); ++row)
        if (!m_labels.contains(items[row]) && m_embeddings.rowOf(items[row]) &&
            canBeLookedAt(*m_embeddings.project().column(items[row])))
            rows.push_back(static_cast<std::int64_t>(row));
    return rows;
}

Result<Json> Suggester::suggest()
{
    const std::vector<ProbeExample> known = examples();
    std::map<ClassId, std::int64_t> counts;
    for (const ProbeExample& example : known)
        ++counts[example.classId];
    const auto enough = std::count_if(counts.begin(), counts.end(),
                                      [](const auto& count) { return count.second >= kEnoughExamples; });
    Json answer{{"model", model()},
                {"ready", enough >= 2},
                {"examples", known.size()},
                {"measured", m_embeddings.measured()},
                {"total", m_embeddings.total()}};
    if (enough < 2)
        return answer;
    TRAINYARD_CHECK(m_probe.fit(m_embeddings.matrix(), known));
    m_rows = unlabelledRows();
    TRAINYARD_TRY(m_answers, m_probe.answer(m_embeddings.matrix(), m_rows));
    m_isUnkept = true;
    std::vector<ItemId> items;
    for (const std::int64_t row : m_rows)
        items.push_back(m_embeddings.items()[static_cast<std::size_t>(row)]);
    answer.update(suggestionLists(items, m_answers.best, m_answers.probability));
    return answer;
}

Result<void> Suggester::keep()
{
    m_isUnkept = false;
    std::vector<FactRow> rows;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const ItemId item = m_embeddings.items()[static_cast<std::size_t>(m_rows[i])];
        if (const ItemColumns* columns = m_embeddings.project().column(item))
            rows.push_back({item,
                            columns->contentHash,
                            m_answers.best[i],
                            {m_answers.probability[i], m_answers.margin[i]}});
    }
    return suggestionFacts(m_embeddings.project().folder(), model()).replace(rows);
}

Result<WorkerStep> Suggester::order(const Json& request)
{
    const auto name = jsonValue<std::string>(request, "order", "");
    const auto order = queueOrderFromName(name);
    if (!order)
        return fail(ErrorCode::InvalidArgument, "'" + name + "' is no order of a queue");
    TRAINYARD_CHECK(takeLabels(request));
    if (*order == QueueOrder::Different)
        return different(request);
    if (*order == QueueOrder::Wrong)
        return wrong(request);
    const bool needsProbe = *order == QueueOrder::Uncertain || *order == QueueOrder::OfClass;
    return WorkerStep([this, order, needsProbe, request]() -> Result<std::optional<Json>> {
        TRAINYARD_TRY(Json answer, needsProbe ? byProbe(*order, request) : byColumns(*order, request));
        return std::optional<Json>(std::move(answer));
    });
}

Result<Json> Suggester::byProbe(QueueOrder order, const Json& request) const
{
    const auto classId = jsonValue<ClassId>(request, "class", 0);
    if (order == QueueOrder::OfClass && classId == 0)
        return fail(ErrorCode::InvalidArgument, "request: field 'class' is missing");
    const std::vector<std::int64_t> rows = unlabelledRows();
    TRAINYARD_TRY(const ProbeAnswers answers, m_probe.answer(m_embeddings.matrix(), rows, classId));
    std::vector<ItemId> items;
    for (const std::int64_t row : rows)
        items.push_back(m_embeddings.items()[static_cast<std::size_t>(row)]);
    if (order == QueueOrder::OfClass)
        return orderedItems(fallingOrder(answers.ofClass), countOf(request, items.size()), items,
                            answers.ofClass);
    return orderedItems(risingOrder(answers.margin), countOf(request, items.size()), items, answers.margin);
}

/// Random and by file: measured or not.
Result<Json> Suggester::byColumns(QueueOrder order, const Json& request) const
{
    std::vector<ItemId> items;
    for (const ItemColumns& item : m_embeddings.project().columns())
        if (canBeLookedAt(item) && !m_labels.contains(item.id))
            items.push_back(item.id);
    if (order == QueueOrder::Random)
        return orderedItems(randomOrder(items, jsonValue<std::uint64_t>(request, "seed", 0)),
                            countOf(request, items.size()), items, {});
    std::vector<std::string> paths;
    for (const ItemId id : items) {
        TRAINYARD_TRY(const Item item, m_embeddings.project().item(id));
        paths.push_back(item.path);
    }
    return orderedItems(fileOrder(paths), countOf(request, items.size()), items, {});
}

Result<WorkerStep> Suggester::different(const Json& request) const
{
    auto work = std::make_shared<DifferentWork>();
    const std::vector<std::int64_t> rows = unlabelledRows();
    std::vector<std::int64_t> labelled;
    for (const ProbeExample& example : examples())
        labelled.push_back(example.row);
    TRAINYARD_TRY(work->points, projectedRows(m_embeddings.matrix(), rows, kProjectedWidth, 0));
    TRAINYARD_TRY(work->labelled, projectedRows(m_embeddings.matrix(), labelled, kProjectedWidth, 0));
    for (const std::int64_t row : rows)
        work->items.push_back(m_embeddings.items()[static_cast<std::size_t>(row)]);
    work->scores.resize(rows.size(), 0);
    work->count = countOf(request, rows.size());
    work->search = std::make_unique<FarthestFirst>(work->points, kProjectedWidth);
    return WorkerStep([work]() -> Result<std::optional<Json>> { return work->advance(); });
}

Result<WorkerStep> Suggester::wrong(const Json& request) const
{
    auto work = std::make_shared<WrongWork>();
    work->examples = examples();
    for (const ProbeExample& example : work->examples) {
        const ItemId id = m_embeddings.items()[static_cast<std::size_t>(example.row)];
        TRAINYARD_TRY(const Item item, m_embeddings.project().item(id));
        work->items.push_back(id);
        work->folds.push_back(static_cast<int>(xxh3(independentUnit(item)) % kFolds));
    }
    work->scores.resize(work->items.size(), 0);
    const std::size_t count = countOf(request, work->items.size());
    return WorkerStep([this, work, count] { return work->advance(m_embeddings.matrix(), count); });
}

} // namespace trainyard::engine
