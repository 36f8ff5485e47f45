// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/opinion_bar.h"

#include "widgets/elements/controls.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace trainyard::widgets {

OpinionBar::OpinionBar(QWidget* parent)
    : QFrame(parent), m_sentence(makeText({})), m_end(makeButton(tr("End")))
{
    setObjectName(QStringLiteral("notice"));
    m_end->setAccessibleName(tr("End the labelling as a second person"));
    m_end->setFocusPolicy(Qt::TabFocus);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 6, 8, 6);
    layout->addWidget(m_sentence, 1);
    layout->addWidget(m_end);
    connect(m_end, &QPushButton::clicked, this, &OpinionBar::ended);
    setPerson({});
}

void OpinionBar::setPerson(const QString& name)
{
    m_sentence->setText(tr("Labelling as %1; others' labels are hidden.").arg(name));
    setAccessibleName(m_sentence->text());
    setVisible(!name.isEmpty());
}

QString OpinionBar::sentence() const
{
    return m_sentence->text();
}

} // namespace trainyard::widgets
