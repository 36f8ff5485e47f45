// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/label_timer.h"
#include "widgets/bridge/shape_suggestions.h"
#include "widgets/bridge/suggestions.h"

#include <QObject>

namespace trainyard::widgets {

class AnnotationCanvas;
class ClassGuide;
class ReviewBar;
class SuggestionBar;
class Theme;
class ThumbnailSource;

/// What helps beside the canvas while one picture is labelled: the class that a model suggests, its shapes on
/// the canvas, the review of the picture, what belongs to the present class, and the time that a label takes.
///
/// Makes three widgets, which whoever shows them owns; everything else must outlive it. Changes go to the
/// document as Edits. GUI thread.
class LabelAssist : public QObject
{
    Q_OBJECT
public:
    LabelAssist(ProjectDocument& document, Suggestions& suggestions, ShapeSuggestions& shapes,
                AnnotationCanvas& canvas, ThumbnailSource& thumbnails, const Theme& theme, QObject* parent);

    [[nodiscard]] SuggestionBar* suggestionBar() const { return m_suggestionBar; }
    [[nodiscard]] ReviewBar* reviewBar() const { return m_reviewBar; }
    [[nodiscard]] ClassGuide* guide() const { return m_guide; }

    /// Reads the suggested shapes; the first time it also begins to measure pictures.
    void start();
    void showItem(ItemId item); ///< 0: none
    void showClass(ClassId classId);
    /// Nothing of what others or models said is shown, and none of it can be accepted or reviewed.
    void setBlind(bool isBlind);
    /// The work of a row "label.NAME" of the actions table; false where it is none of these.
    bool run(const QString& name);
    void labelled(const QString& kind, int count = 1) { m_timer.labelled(kind, count); }
    /// "14 labels, 3.1 s each"; empty before the first label of the day.
    [[nodiscard]] QString timeLine() const { return m_timer.dayLine(); }
    [[nodiscard]] QString timeDetails() const { return m_timer.dayDetails(); } ///< a line for each kind

signals:
    void timeChanged();
    void applied(const trainyard::Result<trainyard::EditId>& result);
    void classAccepted();                    ///< for the picture that is shown
    void itemWanted(trainyard::ItemId item); ///< the next one to review
    void told(const QString& sentence);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override; ///< counts gestures on the canvas

private:
    void showSuggestions();
    void acceptClass();
    void rejectClass();
    void acceptShapes(bool all);
    void rejectShapes(bool all);
    void nextToReview();
    [[nodiscard]] std::vector<ShapeSuggestion> chosenShapes(bool all) const;
    [[nodiscard]] QString statusText() const;

    ProjectDocument& m_document;
    Suggestions& m_suggestions;
    ShapeSuggestions& m_shapes;
    AnnotationCanvas& m_canvas;
    const Theme& m_theme;
    LabelTimer m_timer;
    SuggestionBar* m_suggestionBar;
    ReviewBar* m_reviewBar;
    ClassGuide* m_guide;
    ItemId m_item = 0;
    std::vector<ShapeSuggestion> m_shown;
    QString m_failure; ///< of the worker; empty: none
    bool m_isStarted = false;
    bool m_isBlind = false;
};

} // namespace trainyard::widgets
