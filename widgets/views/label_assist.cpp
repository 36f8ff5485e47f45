// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/label_assist.h"

#include "core/project/review_edits.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/class_guide.h"
#include "widgets/elements/review_bar.h"
#include "widgets/elements/suggestion_bar.h"
#include "widgets/views/annotation_canvas.h"
#include "widgets/views/thumbnail_source.h"

#include <QCursor>
#include <QEvent>
#include <algorithm>
#include <cmath>
#include <functional>

namespace trainyard::widgets {

namespace {

/// The suggestion as the canvas draws it; classes that the project does not have yet stay without one.
Annotation drawn(const ShapeSuggestion& suggestion, const Project& project)
{
    Annotation annotation;
    annotation.item = suggestion.item;
    annotation.shape = suggestion.shape;
    annotation.source = AnnotationSource::Model;
    annotation.sourceName = suggestion.model;
    annotation.score = suggestion.score;
    if (const ItemClass* itemClass = project.classByName(suggestion.className))
        annotation.classId = itemClass->id;
    return annotation;
}

} // namespace

LabelAssist::LabelAssist(ProjectDocument& document, Suggestions& suggestions, ShapeSuggestions& shapes,
                         AnnotationCanvas& canvas, ThumbnailSource& thumbnails, const Theme& theme,
                         QObject* parent)
    : QObject(parent), m_document(document), m_suggestions(suggestions), m_shapes(shapes), m_canvas(canvas),
      m_theme(theme), m_timer(document.folder()), m_suggestionBar(new SuggestionBar),
      m_reviewBar(new ReviewBar(theme)), m_guide(new ClassGuide(thumbnails, theme))
{
    m_suggestionBar->setReadOnly(document.isReadOnly());
    m_suggestionBar->setThreshold(shapes.threshold());
    m_reviewBar->setEnabled(!document.isReadOnly());
    m_canvas.installEventFilter(this);
    connect(&m_timer, &LabelTimer::changed, this, &LabelAssist::timeChanged);
    connect(&suggestions, &Suggestions::changed, this, &LabelAssist::showSuggestions);
    connect(&suggestions, &Suggestions::progressChanged, this, &LabelAssist::showSuggestions);
    connect(&suggestions, &Suggestions::listChanged, this, [this] { m_failure.clear(); }); // it works again
    connect(&suggestions, &Suggestions::failed, this, [this](const QString& sentence) {
        m_failure = sentence;
        showSuggestions();
    });
    connect(&shapes, &ShapeSuggestions::changed, this, &LabelAssist::showSuggestions);
    connect(m_suggestionBar, &SuggestionBar::classAccepted, this, &LabelAssist::acceptClass);
    connect(m_suggestionBar, &SuggestionBar::classRejected, this, &LabelAssist::rejectClass);
    connect(m_suggestionBar, &SuggestionBar::shapesAccepted, this, [this] { acceptShapes(true); });
    connect(m_suggestionBar, &SuggestionBar::shapesRejected, this, [this] { rejectShapes(true); });
    connect(m_suggestionBar, &SuggestionBar::thresholdChanged, &shapes, &ShapeSuggestions::setThreshold);
    connect(m_reviewBar, &ReviewBar::reviewRequested, this,
            [this](ReviewState state, const QString& comment) {
                if (m_item != 0)
                    emit applied(m_document.apply(
                        makeSetReview(m_document.project(), std::span(&m_item, 1), state, toUtf8(comment))));
            });
    connect(m_reviewBar, &ReviewBar::nextRequested, this, &LabelAssist::nextToReview);
    connect(m_guide, &ClassGuide::exampleClicked, this, &LabelAssist::itemWanted);
}

void LabelAssist::start()
{
    m_shapes.reload(); // an import may have brought others
    if (m_isStarted || m_document.isReadOnly())
        return;
    m_isStarted = true;
    m_suggestions.start();
}

void LabelAssist::showItem(ItemId item)
{
    const auto row =
        item == 0 ? Result<Item>(fail(ErrorCode::NotFound, {})) : m_document.project().item(item);
    if (row)
        m_reviewBar->setItem(item, row->reviewState, shown(row->reviewComment));
    else
        m_reviewBar->clear();
    if (item != m_item)
        m_timer.gesture();
    m_item = row ? item : 0;
    showSuggestions();
}

void LabelAssist::showClass(ClassId classId)
{
    m_guide->setClass(m_document.project().classById(classId));
}

void LabelAssist::setBlind(bool isBlind)
{
    m_isBlind = isBlind;
    m_reviewBar->setVisible(!isBlind);
    showSuggestions();
}

bool LabelAssist::run(const QString& name)
{
    const std::map<QString, std::function<void()>> actions{
        {QStringLiteral("acceptClass"), [this] { acceptClass(); }},
        {QStringLiteral("rejectClass"), [this] { rejectClass(); }},
        {QStringLiteral("acceptShape"), [this] { acceptShapes(false); }},
        {QStringLiteral("rejectShape"), [this] { rejectShapes(false); }},
        {QStringLiteral("acceptShapes"), [this] { acceptShapes(true); }},
        {QStringLiteral("reviewAccept"), [this] { m_reviewBar->accept(); }},
        {QStringLiteral("reviewReject"), [this] { m_reviewBar->reject(); }},
        {QStringLiteral("reviewNext"), [this] { nextToReview(); }},
    };
    const auto found = actions.find(name);
    if (found == actions.end())
        return false;
    if (m_document.isReadOnly() && name != QLatin1String("reviewNext"))
        emit told(tr("Open for reading only: nothing can be labelled."));
    else if (m_isBlind)
        emit told(tr("Suggestions and reviews wait until the labelling as a second person has ended."));
    else
        found->second();
    return true;
}

bool LabelAssist::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::KeyPress)
        m_timer.gesture();
    return QObject::eventFilter(watched, event);
}

void LabelAssist::showSuggestions()
{
    const ItemId item = m_isBlind ? 0 : m_item;
    const auto suggested = item == 0 ? std::nullopt : m_suggestions.suggestion(item);
    const ItemClass* itemClass = suggested ? m_document.project().classById(suggested->classId) : nullptr;
    if (itemClass == nullptr)
        m_suggestionBar->setClassSuggestion({}, {}, 0);
    else
        m_suggestionBar->setClassSuggestion(shown(itemClass->name), m_theme.classColour(*itemClass),
                                            suggested->probability);
    m_shown = item == 0 ? std::vector<ShapeSuggestion>() : m_shapes.suggestions(item);
    std::vector<Annotation> onCanvas;
    for (const ShapeSuggestion& suggestion : m_shown)
        onCanvas.push_back(drawn(suggestion, m_document.project()));
    m_canvas.contents().setSuggested(std::move(onCanvas));
    m_suggestionBar->setShapes(static_cast<int>(m_shown.size()), item == 0 ? 0 : m_shapes.hiddenCount(item));
    m_suggestionBar->setStatus(m_isBlind ? QString() : statusText());
}

QString LabelAssist::statusText() const
{
    if (!m_failure.isEmpty())
        return m_failure;
    const MeasuringProgress& progress = m_suggestions.progress();
    if (progress.total > 0 && progress.measured < progress.total)
        return progress.secondsLeft < 0 ? tr("Measuring pictures: %1 of %2")
                                              .arg(countText(progress.measured), countText(progress.total))
                                        : tr("Measuring pictures: %1 of %2, %3 s left")
                                              .arg(countText(progress.measured), countText(progress.total))
                                              .arg(std::lround(progress.secondsLeft));
    std::map<std::string, SuggestionCounts> all = m_suggestions.counts();
    for (const auto& [model, counts] : m_shapes.counts()) {
        all[model].accepted += counts.accepted;
        all[model].corrected += counts.corrected;
        all[model].rejected += counts.rejected;
    }
    QStringList parts;
    for (const auto& [model, counts] : all)
        if (counts.accepted + counts.corrected + counts.rejected > 0)
            parts << tr("%1: %2 accepted, %3 corrected, %4 rejected")
                         .arg(model.starts_with("probe of ") ? tr("Learnt from your labels") : shown(model))
                         .arg(counts.accepted)
                         .arg(counts.corrected)
                         .arg(counts.rejected);
    return parts.join(QStringLiteral(" · "));
}

void LabelAssist::acceptClass()
{
    if (m_item == 0 || !m_suggestions.suggestion(m_item))
        return emit told(tr("No class is suggested for this picture."));
    const auto result = m_suggestions.accept(std::span(&m_item, 1));
    emit applied(result);
    if (result) {
        labelled(QStringLiteral("class"));
        emit classAccepted();
    }
}

void LabelAssist::rejectClass()
{
    if (m_item == 0 || !m_suggestions.suggestion(m_item))
        return emit told(tr("No class is suggested for this picture."));
    m_suggestions.reject(std::span(&m_item, 1));
}

/// All that are shown, or the one under the mouse; the best one where it is over none.
std::vector<ShapeSuggestion> LabelAssist::chosenShapes(bool all) const
{
    if (all || m_shown.empty())
        return m_shown;
    const QPointF at = m_canvas.transform().toPicture(m_canvas.mapFromGlobal(QPointF(QCursor::pos())));
    const auto place = m_canvas.contents().suggestedAt(at);
    return {m_shown[place.value_or(0)]};
}

void LabelAssist::acceptShapes(bool all)
{
    const std::vector<ShapeSuggestion> chosen = chosenShapes(all);
    if (chosen.empty())
        return emit told(tr("No shape is suggested here."));
    const auto result = m_shapes.accept(m_item, chosen);
    emit applied(result);
    if (result)
        labelled(QStringLiteral("suggested shape"), static_cast<int>(chosen.size()));
}

void LabelAssist::rejectShapes(bool all)
{
    const std::vector<ShapeSuggestion> chosen = chosenShapes(all);
    if (chosen.empty())
        return emit told(tr("No shape is suggested here."));
    m_shapes.reject(chosen);
}

void LabelAssist::nextToReview()
{
    const ItemId next = trainyard::nextToReview(m_document.project(), m_item);
    if (next == 0)
        emit told(tr("Nothing waits for a review."));
    else
        emit itemWanted(next);
}

} // namespace trainyard::widgets
