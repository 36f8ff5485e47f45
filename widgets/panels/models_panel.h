// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/registry.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/run_list.h"
#include "widgets/bridge/view_state.h"

#include <QWidget>
#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTreeView;

namespace trainyard::widgets {

class EmptyState;
class Notice;
class Theme;
class VersionsModel;

/// The versions in the project's registry, their aliases, and how a run gets out: as a package folder or as
/// the next version.
class ModelsPanel : public QWidget
{
    Q_OBJECT
public:
    ModelsPanel(ProjectDocument& document, ViewState& view, JobList& jobs, RunList& runs, const Theme& theme,
                QWidget* parent = nullptr);

    void exportRun();
    void publishRun();
    void verifyRegistry();
    void readVersions();

signals:
    /// The registry was read, at the start and after every change from this window.
    void versionsRead(const std::vector<trainyard::RegistryVersion>& versions);

private:
    QWidget* makeReleaseRow(const Theme& theme);
    QWidget* makeDetails(const Theme& theme);
    void fillRuns();
    void showVersion();
    void setAlias();
    void rollback();
    void removeVersion();
    void changeRegistry(std::function<Result<QString>(Registry&)> change);
    void updateButtons();
    void showError(const Error& error);
    [[nodiscard]] std::filesystem::path registryFolder() const;
    [[nodiscard]] const RegistryVersion* chosen() const;

    ProjectDocument& m_document;
    ViewState& m_view;
    JobList& m_jobs;
    RunList& m_runs;
    VersionsModel* m_model;
    Notice* m_notice;
    QTreeView* m_table = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    QComboBox* m_run = nullptr;
    QLineEdit* m_name = nullptr;
    QPushButton* m_export = nullptr;
    QPushButton* m_publish = nullptr;
    QPushButton* m_verify = nullptr;
    QLabel* m_details = nullptr;
    QLineEdit* m_alias = nullptr;
    QPushButton* m_setAlias = nullptr;
    QPushButton* m_rollback = nullptr;
    QPushButton* m_remove = nullptr;
};

} // namespace trainyard::widgets
