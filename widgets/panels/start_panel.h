// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project_task.h"

#include <QWidget>
#include <filesystem>
#include <memory>
#include <vector>

class QLabel;
class QLineEdit;
class QListWidget;
class QProgressBar;
class QPushButton;

namespace trainyard::widgets {

class JobList;
class Notice;
class TaskChoice;
class Theme;

/// The page without a project: a new one, an existing one, a recent one, or the sample.
class StartPanel : public QWidget
{
    Q_OBJECT
public:
    /// `stateJobs` are the jobs without a project, for the sample.
    StartPanel(JobList& stateJobs, const std::vector<std::filesystem::path>& recent, const Theme& theme,
               QWidget* parent = nullptr);

    /// A folder that holds no project: offers to make one there or to use it as the first source of a new
    /// one.
    void offerFolder(const std::filesystem::path& folder);
    void showError(const QString& sentence, const QString& details);

signals:
    void openRequested(const std::filesystem::path& folder);
    /// Make a project in `folder`, then import `source` where it is not empty.
    void createRequested(const std::filesystem::path& folder, const std::filesystem::path& source,
                         trainyard::ProjectTask task);

private:
    QWidget* makeNewCard(const Theme& theme);
    QWidget* makeSampleCard(const Theme& theme);
    QWidget* makeRecentCard(const Theme& theme, const std::vector<std::filesystem::path>& recent);
    void chooseAndOpen();
    void chooseParent();
    void create();
    void updateTarget();
    void startSample();
    void followSample(const QString& jobId);
    [[nodiscard]] std::filesystem::path target() const;

    JobList& m_jobs;
    Notice* m_notice;
    std::filesystem::path m_offered;
    std::filesystem::path m_source;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_parent = nullptr;
    TaskChoice* m_task = nullptr;
    QLabel* m_target = nullptr;
    QPushButton* m_create = nullptr;
    QPushButton* m_sample = nullptr;
    QProgressBar* m_sampleProgress = nullptr;
    QLabel* m_sampleText = nullptr;
    QString m_sampleJob;
    std::filesystem::path m_sampleFolder;
};

} // namespace trainyard::widgets
