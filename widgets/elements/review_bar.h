// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace trainyard::widgets {

class Theme;

/// The review of one item in a row: its state, a comment, accept, reject, and the next one that waits.
///
/// Who shows it applies what it asks for (makeSetReview()) and gives the item again. GUI thread.
class ReviewBar : public QWidget
{
    Q_OBJECT
public:
    explicit ReviewBar(const Theme& theme, QWidget* parent = nullptr);

    /// What is shown; what was typed since goes with another item only.
    void setItem(ItemId item, ReviewState state, const QString& comment);
    void clear(); ///< no item
    [[nodiscard]] QString comment() const;

    void accept();
    void reject(); ///< asks for a comment first where there is none

signals:
    void reviewRequested(trainyard::ReviewState state, const QString& comment);
    void nextRequested();

private:
    ItemId m_item = 0;
    QLabel* m_state;
    QLineEdit* m_comment;
    QPushButton* m_accept;
    QPushButton* m_reject;
    QPushButton* m_next;
};

} // namespace trainyard::widgets
