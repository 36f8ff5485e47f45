// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/suggestions.h"

#include "core/project/suggestion_edits.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/job_commands.h"
#include "widgets/bridge/text.h"

#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kSoonMs = 100;
constexpr int kFirstPauseMs = 500; ///< before the worker is started again; doubles with each death
constexpr int kMostDeaths = 5;
constexpr int kSaveMs = 2'000;          ///< from a count's change to the file
constexpr std::int64_t kFewestNew = 64; ///< measured pictures that are worth new suggestions

void addLabels(Json& request, const std::vector<std::pair<ItemId, ClassId>>& labels)
{
    std::vector<ItemId> items;
    std::vector<ClassId> classes;
    for (const auto& [item, label] : labels) {
        items.push_back(item);
        classes.push_back(label);
    }
    request["items"] = std::move(items);
    request["classes"] = std::move(classes);
}

} // namespace

Suggestions::Suggestions(ProjectDocument& document, const std::filesystem::path& program, QObject* parent)
    : QObject(parent), m_document(document), m_worker(new WorkerClient(program, this)),
      m_tally(SuggestionTally::load(document.folder()))
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    m_again.setSingleShot(true);
    m_save.setSingleShot(true);
    m_save.setInterval(kSaveMs);
    connect(&m_save, &QTimer::timeout, this, [this] {
        runInBackground(
            this, [tally = m_tally, folder = m_document.folder()] { return tally.save(folder); },
            [](const Result<void>&) {}); // counts are a comfort: nothing is lost without
    });
    connect(&m_soon, &QTimer::timeout, this, &Suggestions::askForSuggestions);
    connect(&m_again, &QTimer::timeout, this, [this] {
        askToMeasure();
        m_soon.start();
    });
    connect(m_worker, &WorkerClient::died, this, &Suggestions::workerDied);
    connect(&document, &ProjectDocument::changed, this, &Suggestions::documentChanged);
}

Suggestions::~Suggestions()
{
    if (m_save.isActive())
        static_cast<void>(m_tally.save(m_document.folder()));
}

void Suggestions::tallyChanged()
{
    if (!m_document.isReadOnly() && !m_save.isActive())
        m_save.start();
    emit changed();
}

void Suggestions::start()
{
    m_deaths = 0;
    if (!m_isStarted && !m_tally.lastModel().empty() && m_list.items.empty()) {
        const auto columns = m_document.project().columns();
        runInBackground(
            this,
            [folder = m_document.folder(), model = m_tally.lastModel(),
             known = std::vector<ItemColumns>(columns.begin(), columns.end())] {
                return suggestionsFromCache(folder, model, known);
            },
            [this](Result<SuggestionList> list) {
                if (list && m_list.items.empty() && !list->items.empty())
                    show(std::move(*list));
            });
    }
    m_isStarted = true;
    askToMeasure();
    m_soon.start();
}

void Suggestions::useModel(const std::string& reference)
{
    if (m_reference == reference)
        return;
    m_reference = reference;
    if (m_suggestRequest != 0)
        m_worker->cancel(m_suggestRequest);
    if (m_isStarted)
        m_soon.start();
}

std::optional<Suggestion> Suggestions::suggestion(ItemId item) const
{
    const ItemColumns* columns = m_document.project().column(item);
    if (columns == nullptr || columns->classId != 0)
        return std::nullopt;
    const auto found = m_list.find(item);
    if (!found || m_tally.isRejected(item, found->classId) ||
        m_document.project().classById(found->classId) == nullptr)
        return std::nullopt;
    return found;
}

Result<EditId> Suggestions::accept(std::span<const ItemId> items)
{
    std::vector<AcceptedSuggestion> accepted;
    for (const ItemId item : items)
        if (const auto found = suggestion(item))
            accepted.push_back({item, found->classId, static_cast<double>(found->probability)});
    return m_document.apply(makeAcceptSuggestions(m_document.project(), accepted, m_list.model));
}

void Suggestions::reject(std::span<const ItemId> items)
{
    for (const ItemId item : items)
        if (const auto found = suggestion(item))
            m_tally.reject(item, found->classId, m_list.model);
    tallyChanged();
}

void Suggestions::order(QueueOrder order, ClassId classId, std::int64_t count, std::uint64_t seed,
                        OrderAnswer answer)
{
    if (m_orderRequest != 0)
        m_worker->cancel(m_orderRequest);
    m_orderRequest = m_worker->ask(
        [json = request("order"), known = labels(), order, classId, count, seed]() mutable {
            json["order"] = queueOrderName(order);
            json["class"] = classId;
            json["count"] = count;
            json["seed"] = seed;
            addLabels(json, known);
            return json;
        },
        [this, answer = std::move(answer)](const Result<std::shared_ptr<const Json>>& json) {
            m_orderRequest = 0;
            if (!json)
                return answer(fail(json.error()));
            Ordered ordered;
            ordered.items = jsonValue<std::vector<ItemId>>(**json, "items", {});
            ordered.scores = jsonValue<std::vector<float>>(**json, "scores", {});
            answer(std::move(ordered));
        });
}

void Suggestions::documentChanged(const Change& change)
{
    if (const auto* some = std::get_if<ItemsChanged>(&change))
        itemsChanged(some->items);
    if (isChange<ClassesChanged>(change))
        emit changed();
    if (!m_isStarted || !changesItems(change))
        return;
    if (isChange<ItemsReset>(change))
        askToMeasure();
    if (!m_soon.isActive())
        m_soon.start();
}

void Suggestions::itemsChanged(const std::vector<ItemId>& items)
{
    const auto before = m_tally.counts();
    for (const ItemId item : items) {
        const ItemColumns* columns = m_document.project().column(item);
        const auto found = m_list.find(item);
        if (columns != nullptr)
            m_tally.classIs(item, columns->classId, found ? found->classId : 0, m_list.model);
    }
    if (m_tally.counts() != before)
        tallyChanged();
}

/// Of people, and of models that a person agreed with.
Suggestions::Labels Suggestions::labels() const
{
    Labels known;
    for (const ItemColumns& item : m_document.project().columns())
        if (item.classId != 0 && !item.isExcluded &&
            (item.reviewState == ReviewState::Labelled || item.reviewState == ReviewState::Reviewed))
            known.emplace_back(item.id, item.classId);
    return known;
}

Json Suggestions::request(const char* verb) const
{
    return Json{{"verb", verb}, {"project", pathJson(m_document.folder())}};
}

void Suggestions::askToMeasure()
{
    if (m_measureRequest != 0) {
        m_mustMeasureAgain = true; // the present request does not know of the newest items
        return;
    }
    m_mustMeasureAgain = false;
    m_measuringFor.invalidate();
    m_measureRequest = m_worker->ask([json = request("embed")] { return json; },
                                     [this](const auto& answer) { measured(answer); },
                                     [this](const Json& progress) { measuring(progress); });
}

void Suggestions::measuring(const Json& progress)
{
    m_deaths = 0;
    m_progress.measured = jsonValue<std::int64_t>(progress, "measured", 0);
    m_progress.total = jsonValue<std::int64_t>(progress, "total", 0);
    m_progress.unreadable = jsonValue<std::int64_t>(progress, "unreadable", 0);
    m_progress.secondsLeft = -1;
    if (!m_measuringFor.isValid()) {
        m_measuringFor.start();
        m_measuredAtStart = m_progress.measured;
    } else if (m_progress.measured > m_measuredAtStart) {
        m_progress.secondsLeft = static_cast<double>(m_measuringFor.elapsed()) / 1000.0 *
                                 static_cast<double>(m_progress.total - m_progress.measured) /
                                 static_cast<double>(m_progress.measured - m_measuredAtStart);
    }
    emit progressChanged();
    const std::int64_t enough = m_list.items.empty() ? 1 : std::max(kFewestNew, m_measuredWhenAsked / 4);
    if (m_progress.measured >= m_measuredWhenAsked + enough && m_reference.empty() && !m_soon.isActive())
        m_soon.start();
}

void Suggestions::measured(const Result<std::shared_ptr<const Json>>& answer)
{
    m_measureRequest = 0;
    if (!answer) {
        if (answer.error().code != ErrorCode::Internal && answer.error().code != ErrorCode::Cancelled) {
            const ErrorText words = errorText(answer.error());
            emit failed(words.whole(), words.details);
        }
        return; // Internal: the worker died, which workerDied() sees to
    }
    measuring(**answer);
    m_progress.secondsLeft = -1;
    emit progressChanged();
    if (m_mustMeasureAgain)
        askToMeasure();
    if (m_reference.empty() && m_progress.measured != m_measuredWhenAsked)
        m_soon.start();
}

void Suggestions::askForSuggestions()
{
    if (m_suggestRequest != 0) {
        m_mustSuggestAgain = true;
        return;
    }
    m_mustSuggestAgain = false;
    m_measuredWhenAsked = m_progress.measured;
    m_suggestRequest = m_worker->ask(
        [json = request("suggest"), known = labels(), reference = m_reference]() mutable {
            if (!reference.empty()) {
                json["model"] = pathJson(reference);
                return json;
            }
            addLabels(json, known);
            return json;
        },
        [this](const auto& answer) { suggested(answer); });
}

void Suggestions::suggested(const Result<std::shared_ptr<const Json>>& answer)
{
    m_suggestRequest = 0;
    if (m_mustSuggestAgain)
        askForSuggestions();
    if (!answer) {
        if (answer.error().code != ErrorCode::Internal && answer.error().code != ErrorCode::Cancelled) {
            const ErrorText words = errorText(answer.error());
            emit failed(words.whole(), words.details);
        }
        return;
    }
    m_deaths = 0;
    runInBackground(
        this, [json = *answer] { return suggestionsFromAnswer(*json); },
        [this](Result<SuggestionList> list) {
            if (list)
                show(std::move(*list));
        });
}

void Suggestions::show(SuggestionList list)
{
    m_list = std::move(list);
    emit listChanged();
    if (m_tally.lastModel() == m_list.model) {
        emit changed();
        return;
    }
    m_tally.setLastModel(m_list.model);
    tallyChanged();
}

void Suggestions::workerDied(const QString& reason)
{
    if (++m_deaths >= kMostDeaths) {
        m_isStarted = false; // labelling goes on without
        m_soon.stop();
        emit failed(tr("Suggestions have stopped: the program that makes them ended %n time(s) in a row. "
                       "Start them again, or go on without.",
                       nullptr, m_deaths),
                    reason);
        return;
    }
    m_again.start(kFirstPauseMs << (m_deaths - 1));
}

} // namespace trainyard::widgets
