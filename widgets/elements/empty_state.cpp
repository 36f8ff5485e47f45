// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/empty_state.h"

#include "widgets/elements/controls.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kIconEdge = 48;
constexpr int kTextWidth = 420;
constexpr int kMargin = 24;

} // namespace

EmptyState::EmptyState(const QIcon& icon, QWidget* parent)
    : QWidget(parent), m_title(makeLabel({}, "title")), m_text(makeText({}, "muted")),
      m_button(makePrimaryButton({}))
{
    auto* picture = new QPushButton(icon, {}, this);
    picture->setProperty("flat", true);
    picture->setIconSize(QSize(kIconEdge, kIconEdge));
    picture->setAttribute(Qt::WA_TransparentForMouseEvents);
    picture->setFocusPolicy(Qt::NoFocus);
    picture->setAccessibleName(tr("Illustration"));
    m_title->setAlignment(Qt::AlignHCenter);
    m_text->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addStretch(2);
    layout->addWidget(picture, 0, Qt::AlignHCenter);
    layout->addWidget(m_title, 0, Qt::AlignHCenter);
    layout->addWidget(m_text, 0, Qt::AlignHCenter);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    connect(m_button, &QPushButton::clicked, this, &EmptyState::clicked);
}

void EmptyState::setMessage(const QString& title, const QString& text, const QString& buttonText)
{
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    fitText();
    m_button->setText(buttonText);
    m_button->setAccessibleName(buttonText);
    m_button->setVisible(!buttonText.isEmpty());
}

void EmptyState::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fitText();
}

/// A centred label that breaks lines gets no height for its width from the layout.
void EmptyState::fitText()
{
    if (m_text->text().isEmpty())
        return; // it is hidden, and has no height
    const int width = std::clamp(this->width() - 2 * kMargin, kMargin, kTextWidth);
    m_text->setFixedSize(width, m_text->heightForWidth(width));
}

QString EmptyState::title() const
{
    return m_title->text();
}

} // namespace trainyard::widgets
