// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/import_plan.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/project_document.h"

#include <QWidget>
#include <map>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace trainyard::widgets {

class BarChart;
class Notice;
class Theme;

/// What an import of a folder would do, with its open questions and options, and the button that starts it.
/// The plan itself is made by a job, because it reads foreign files.
class ImportPanel : public QWidget
{
    Q_OBJECT
public:
    ImportPanel(ProjectDocument& document, JobList& jobs, const Theme& theme, QWidget* parent = nullptr);

    void setSource(const std::filesystem::path& source);
    [[nodiscard]] const std::filesystem::path& source() const { return m_request.source; }

signals:
    void closed();

private:
    void askForPlan();
    void planEnded(const QString& jobId);
    void showPlan(const ImportPlan& plan);
    void showQuestions(const ImportPlan& plan);
    void readOptions();
    void start();
    void showError(const Error& error);

    ProjectDocument& m_document;
    JobList& m_jobs;
    ImportRequest m_request;
    QString m_planJob;
    std::map<std::string, QComboBox*> m_answers;
    Notice* m_notice;
    QLabel* m_source;
    QLabel* m_counts;
    QProgressBar* m_busy;
    BarChart* m_classes;
    QLabel* m_notes;
    QCheckBox* m_copy;
    QCheckBox* m_crops;
    QSpinBox* m_perClass;
    QWidget* m_perClassRow;
    QFormLayout* m_questions;
    QLabel* m_space;
    QPushButton* m_start;
};

} // namespace trainyard::widgets
