// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/task_dialog.h"

#include "widgets/elements/controls.h"
#include "widgets/elements/task_choice.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr int kWidth = 440;

} // namespace

TaskDialog::TaskDialog(ProjectTask present, QWidget* parent)
    : QDialog(parent), m_choice(new TaskChoice(present))
{
    setWindowTitle(tr("Change the task"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(kWidth);
    QPushButton* change = makePrimaryButton(tr("Change the task"));
    QPushButton* cancel = makeButton(tr("Cancel"));
    change->setEnabled(false);
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(change);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(makeText(tr("Labels that are there stay as they are, whatever the task is."), "muted"));
    layout->addWidget(m_choice);
    layout->addStretch(1);
    layout->addLayout(foot);
    connect(m_choice->box(), &QComboBox::currentIndexChanged, this,
            [this, change, present] { change->setEnabled(m_choice->task() != present); });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(change, &QPushButton::clicked, this, [this] {
        emit chosen(m_choice->task());
        accept();
    });
}

} // namespace trainyard::widgets
