// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/jobs_dialog.h"

#include "widgets/elements/controls.h"
#include "widgets/item_models/jobs_model.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr QSize kSize(820, 460);

} // namespace

JobsDialog::JobsDialog(const JobList& jobs, QWidget* parent)
    : QDialog(parent), m_jobs(jobs), m_model(new JobsModel(jobs, this)), m_table(makeTable(tr("Jobs"))),
      m_text(makeText({}, "muted")), m_copy(makeButton(tr("Copy as command")))
{
    setWindowTitle(tr("Jobs"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(kSize);
    m_table->setModel(m_model);
    m_table->setProperty("bare", true);
    m_table->setColumnWidth(JobsModel::Job, 170);
    m_table->setColumnWidth(JobsModel::State, 90);
    m_table->setColumnWidth(JobsModel::Text, 400);
    m_table->header()->setStretchLastSection(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QPushButton* close = makeButton(tr("Close"));
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_text, 1);
    foot->addWidget(m_copy);
    foot->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_table, 1);
    layout->addLayout(foot);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &JobsDialog::showChosen);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        if (const JobView* job = m_jobs.job(m_model->jobId(m_table->currentIndex())))
            QGuiApplication::clipboard()->setText(jobCommand(job->request));
    });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    m_table->setCurrentIndex(m_model->index(0, 0));
    showChosen();
}

void JobsDialog::showChosen()
{
    const JobView* job = m_jobs.job(m_model->jobId(m_table->currentIndex()));
    m_copy->setEnabled(job != nullptr);
    m_text->setText(job != nullptr ? jobCommand(job->request)
                                   : tr("Long work runs as jobs; they are listed here."));
}

} // namespace trainyard::widgets
