// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/shape_suggestions.h"
#include "widgets/bridge/project_document.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace trainyard::widgets {

/// Shapes that models propose for the pictures of a project, and what a person does with them.
///
/// Reads and writes the cache on other threads: a decision counts here at once. The document must outlive the
/// object. Suggestions are no annotations: accept() makes those, with the model's name and score, and changes
/// nothing that is there. GUI thread.
class ShapeSuggestions : public QObject
{
    Q_OBJECT
public:
    explicit ShapeSuggestions(ProjectDocument& document, QObject* parent = nullptr);
    ~ShapeSuggestions() override;

    /// Reads the cache again; changed() follows.
    void reload();
    [[nodiscard]] bool isEmpty() const { return m_open.empty(); }
    /// Undecided ones at or above the threshold whose picture is still the one that the model saw, by falling
    /// score.
    [[nodiscard]] std::vector<ShapeSuggestion> suggestions(ItemId item) const;
    [[nodiscard]] int hiddenCount(ItemId item) const; ///< undecided ones below the threshold
    [[nodiscard]] double threshold() const { return m_threshold; }
    void setThreshold(double score); ///< 0..1

    /// One Edit with these as annotations, and with the classes that are new.
    Result<EditId> accept(ItemId item, std::span<const ShapeSuggestion> chosen);
    void reject(std::span<const ShapeSuggestion> chosen); ///< not shown again
    [[nodiscard]] const std::map<std::string, SuggestionCounts>& counts() const { return m_counts; }

signals:
    void changed();

private:
    /// A suggestion and what was decided about it before; nothing: it was open.
    struct Decided
    {
        ShapeSuggestion suggestion;
        std::optional<SuggestionDecision> before;
    };
    struct Accepted
    {
        ShapeSuggestion suggestion;
        SuggestionDecision decision = SuggestionDecision::Accepted;
    };
    [[nodiscard]] std::vector<const ShapeSuggestion*> ofThisPicture(ItemId item) const;
    void itemChanged(ItemId item);
    void recheck(); ///< all that was accepted
    void compare(std::map<AnnotationId, Accepted>& accepted, const std::vector<Annotation>& present);
    void takeOut(std::vector<ShapeSuggestion> gone);
    void decide(const std::vector<Decided>& changes, SuggestionDecision decision);
    [[nodiscard]] static std::vector<Decided> opened(std::span<const ShapeSuggestion> chosen);
    [[nodiscard]] SuggestionDecision decisionNow(const ShapeSuggestion& suggestion,
                                                 const Annotation* annotation) const;

    ProjectDocument& m_document;
    ShapeSuggestionStore m_store;
    std::map<ItemId, std::vector<ShapeSuggestion>> m_open;
    std::map<ItemId, std::map<AnnotationId, Accepted>> m_accepted; ///< in this session
    std::map<std::string, SuggestionCounts> m_counts;
    double m_threshold = 0.5;
    int m_decisions = 0;  ///< made here
    QTimer m_soon;        ///< until recheck()
    QThreadPool m_writes; ///< one thread, so that decisions are kept in their order
};

} // namespace trainyard::widgets
