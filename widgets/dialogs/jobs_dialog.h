// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/job_list.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QTreeView;

namespace trainyard::widgets {

class JobsModel;

/// All jobs of the project, newest first: how each ended, and its command to copy. Not modal. The list must
/// outlive it.
class JobsDialog : public QDialog
{
    Q_OBJECT
public:
    JobsDialog(const JobList& jobs, QWidget* parent);

private:
    void showChosen();

    const JobList& m_jobs;
    JobsModel* m_model;
    QTreeView* m_table;
    QLabel* m_text;
    QPushButton* m_copy;
};

} // namespace trainyard::widgets
