// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/review_bar.h"

#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/item_cells.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace trainyard::widgets {

ReviewBar::ReviewBar(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_state(makeLabel({})), m_comment(new QLineEdit),
      m_accept(makeButton(tr("Accept"), theme.icon(QStringLiteral("check")))),
      m_reject(makeButton(tr("Reject"), theme.icon(QStringLiteral("close")))),
      m_next(makeFlatButton(tr("Next to review"), theme.icon(QStringLiteral("next"))))
{
    m_comment->setPlaceholderText(tr("Comment for who labels"));
    m_comment->setAccessibleName(tr("Review comment"));
    setActionOf(*m_accept, QStringLiteral("label.reviewAccept"));
    setActionOf(*m_reject, QStringLiteral("label.reviewReject"));
    setActionOf(*m_next, QStringLiteral("label.reviewNext"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_state);
    layout->addWidget(m_comment, 1);
    layout->addWidget(m_accept);
    layout->addWidget(m_reject);
    layout->addWidget(m_next);
    connect(m_accept, &QPushButton::clicked, this, &ReviewBar::accept);
    connect(m_reject, &QPushButton::clicked, this, &ReviewBar::reject);
    connect(m_next, &QPushButton::clicked, this, &ReviewBar::nextRequested);
    connect(m_comment, &QLineEdit::returnPressed, this, &ReviewBar::reject);
    clear();
}

void ReviewBar::setItem(ItemId item, ReviewState state, const QString& comment)
{
    m_state->setText(reviewStateText(state));
    if (item != m_item || !m_comment->isModified())
        m_comment->setText(comment);
    m_item = item;
    m_comment->setEnabled(true);
    m_accept->setEnabled(state != ReviewState::Reviewed && state != ReviewState::Unlabelled);
    m_reject->setEnabled(true);
}

void ReviewBar::clear()
{
    m_item = 0;
    m_state->setText({});
    m_comment->clear();
    for (QWidget* widget :
         {static_cast<QWidget*>(m_comment), static_cast<QWidget*>(m_accept), static_cast<QWidget*>(m_reject)})
        widget->setEnabled(false);
}

QString ReviewBar::comment() const
{
    return m_comment->text().trimmed();
}

void ReviewBar::accept()
{
    if (!m_accept->isEnabled())
        return;
    m_comment->setModified(false);
    emit reviewRequested(ReviewState::Reviewed, {});
}

void ReviewBar::reject()
{
    if (!m_reject->isEnabled())
        return;
    if (comment().isEmpty()) {
        m_comment->setPlaceholderText(tr("Say what is wrong, then press Enter"));
        m_comment->setFocus();
        return;
    }
    m_comment->setModified(false);
    emit reviewRequested(ReviewState::Rejected, comment());
}

} // namespace trainyard::widgets
