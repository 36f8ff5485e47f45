// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cleaning/queue_orders.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/suggestion_list.h"
#include "widgets/bridge/suggestion_tally.h"
#include "widgets/bridge/worker_client.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <functional>
#include <optional>
#include <span>

namespace trainyard::widgets {

/// How far the measuring of pictures has come.
struct MeasuringProgress
{
    std::int64_t measured = 0;
    std::int64_t total = 0;      ///< 0: not known yet
    std::int64_t unreadable = 0; ///< of those measured: files that gave no picture
    double secondsLeft = -1;     ///< below 0: not known, or nothing left
};

/// Classes suggested for the unlabelled pictures of a project, learnt anew with every batch of labels.
///
/// Owns the worker process, which measures pictures in the background and answers; starts it with start(),
/// and again when it died. The document must outlive the object. Nothing here waits on the GUI thread.
/// Suggestions are no annotations: accept() makes those, and leaves items alone that have a class.
///
/// What fails in the background is told by failed(); start() is the way out that the window offers.
class Suggestions : public QObject
{
    Q_OBJECT
public:
    /// `program` is trainyard-engine.
    Suggestions(ProjectDocument& document, const std::filesystem::path& program, QObject* parent = nullptr);
    ~Suggestions() override;

    /// Shows what the last session left in the cache, and begins to measure; also after failed().
    void start();
    /// Another model suggests from now on: a run, a package or NAME@ALIAS; empty: the one that learns from
    /// labels.
    void useModel(const std::string& reference);

    /// Nothing for an item that has a class, whose suggestion was rejected, or that was not measured yet.
    [[nodiscard]] std::optional<Suggestion> suggestion(ItemId item) const;
    /// All of them, also for items that were given a class since.
    [[nodiscard]] const SuggestionList& list() const { return m_list; }
    /// What suggests now, as it is written into annotations; empty before the first suggestion.
    [[nodiscard]] const std::string& model() const { return m_list.model; }
    [[nodiscard]] const MeasuringProgress& progress() const { return m_progress; }
    [[nodiscard]] const std::map<std::string, SuggestionCounts>& counts() const { return m_tally.counts(); }

    /// One Edit that gives these items the class suggested for them; those without a suggestion are left out.
    Result<EditId> accept(std::span<const ItemId> items);
    /// They are not suggested again before the model changes its mind.
    void reject(std::span<const ItemId> items);

    struct Ordered
    {
        std::vector<ItemId> items;
        std::vector<float> scores; ///< as app/engine/FORMAT.md says; empty for Random and File
    };
    using OrderAnswer = std::function<void(const Result<Ordered>&)>;
    /// The items of a queue, at most `count`; `classId` for QueueOrder::OfClass, `seed` for Random. A newer
    /// call gives an older one that has no answer yet Cancelled.
    void order(QueueOrder order, ClassId classId, std::int64_t count, std::uint64_t seed, OrderAnswer answer);

signals:
    void changed();     ///< any number of suggestions, or the model, or the counts
    void listChanged(); ///< before changed(): list() is another one
    void progressChanged();
    void failed(const QString& sentence, const QString& details);

private:
    using Labels = std::vector<std::pair<ItemId, ClassId>>;
    void documentChanged(const Change& change);
    void itemsChanged(const std::vector<ItemId>& items);
    void askToMeasure();
    void measuring(const Json& progress);
    void measured(const Result<std::shared_ptr<const Json>>& answer);
    void askForSuggestions();
    void suggested(const Result<std::shared_ptr<const Json>>& answer);
    void show(SuggestionList list);
    void tallyChanged();
    void workerDied(const QString& reason);
    [[nodiscard]] Labels labels() const;
    [[nodiscard]] Json request(const char* verb) const;

    ProjectDocument& m_document;
    WorkerClient* m_worker;
    SuggestionTally m_tally;
    SuggestionList m_list;
    std::string m_reference; ///< of the model to ask; empty: the probe
    MeasuringProgress m_progress;
    QElapsedTimer m_measuringFor;
    std::int64_t m_measuredAtStart = 0;
    std::int64_t m_measuredWhenAsked = 0;
    QTimer m_soon;  ///< several labels make one request
    QTimer m_again; ///< until the worker is started anew
    QTimer m_save;  ///< until the counts are written
    WorkerClient::RequestId m_measureRequest = 0;
    WorkerClient::RequestId m_suggestRequest = 0;
    WorkerClient::RequestId m_orderRequest = 0;
    bool m_isStarted = false;
    bool m_mustMeasureAgain = false;
    bool m_mustSuggestAgain = false;
    int m_deaths = 0; ///< of the worker since its last answer
};

} // namespace trainyard::widgets
