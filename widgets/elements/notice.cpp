// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/notice.h"

#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

Notice::Notice(const Theme& theme, Shape shape, QWidget* parent)
    : QFrame(parent), m_sentence(makeText({})), m_button(makeButton({})), m_copy(makeFlatButton(tr("Copy"))),
      m_close(makeIconButton(theme.icon(QStringLiteral("close")), tr("Close this message")))
{
    m_copy->setIcon(theme.icon(QStringLiteral("copy")));
    m_copy->setToolTip(tr("Copy the details"));
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QHBoxLayout;
    if (shape == Shape::Narrow) {
        auto* rows = new QVBoxLayout(this);
        rows->setContentsMargins(12, 8, 4, 4);
        rows->addWidget(m_sentence);
        rows->addLayout(layout);
        layout->addStretch(1);
    } else {
        setLayout(layout);
        layout->setContentsMargins(16, 6, 8, 6);
        layout->addWidget(m_sentence, 1);
    }
    layout->addWidget(m_button);
    layout->addWidget(m_copy);
    layout->addWidget(m_close);
    connect(m_button, &QPushButton::clicked, this, &Notice::clicked);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_details); });
    connect(m_close, &QToolButton::clicked, this, [this] {
        hide();
        emit closed();
    });
    hide();
}

void Notice::show(Kind kind, const QString& sentence, const QString& buttonText, const QString& details)
{
    static constexpr const char* kRoles[] = {"noticeGood", "notice", "noticeBad"};
    setObjectName(QLatin1String(kRoles[static_cast<int>(kind)]));
    style()->unpolish(this);
    style()->polish(this);
    m_sentence->setText(sentence);
    m_button->setText(buttonText);
    m_button->setAccessibleName(buttonText);
    m_button->setVisible(!buttonText.isEmpty());
    m_details = details;
    m_copy->setVisible(!details.isEmpty());
    setAccessibleName(sentence);
    QFrame::show();
}

QString Notice::sentence() const
{
    return m_sentence->text();
}

} // namespace trainyard::widgets
