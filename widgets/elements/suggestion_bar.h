// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFrame>
#include <QString>

class QLabel;
class QPushButton;
class QSlider;

namespace trainyard::widgets {

/// One line under a picture: what a model believes it shows or where it sees something, with the buttons that
/// take it or turn it down, the score from which on shapes are shown, and how often the model was right so
/// far.
///
/// Shows values and reports clicks; knows neither project nor models. Hidden while there is nothing to
/// suggest.
class SuggestionBar : public QFrame
{
    Q_OBJECT
public:
    explicit SuggestionBar(QWidget* parent = nullptr);

    /// The class suggested for the whole picture; an empty name: none.
    void setClassSuggestion(const QString& className, const QColor& colour, double probability);
    /// Shapes suggested for the picture at or above the threshold, and below it.
    void setShapes(int shown, int below);
    void setThreshold(double score); ///< 0..1, without a signal
    /// "net: 12 accepted, 1 corrected, 2 rejected", or how far measuring is.
    void setStatus(const QString& text);
    void setReadOnly(bool isReadOnly);

signals:
    void classAccepted();
    void classRejected();
    void shapesAccepted(); ///< all that are shown
    void shapesRejected();
    void thresholdChanged(double score);

private:
    void refresh();

    QLabel* m_className = nullptr;
    QLabel* m_chip = nullptr;
    QPushButton* m_acceptClass = nullptr;
    QPushButton* m_rejectClass = nullptr;
    QLabel* m_shapes = nullptr;
    QPushButton* m_acceptShapes = nullptr;
    QPushButton* m_rejectShapes = nullptr;
    QSlider* m_threshold = nullptr;
    QLabel* m_score = nullptr;
    QLabel* m_status = nullptr;
    int m_shown = 0;
    int m_below = 0;
    bool m_isReadOnly = false;
};

} // namespace trainyard::widgets
