// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/export.h"
#include "widgets/bridge/job_list.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTimer;

namespace trainyard::widgets {

class Notice;
class Theme;

/// Asks how the dataset is exported: format, items, what becomes of the picture files, folder. Shows what the
/// export would write and lose before it can be started; that is a planning job for every choice.
///
/// Not modal, gone when it is closed. The list must outlive it.
class ExportDialog : public QDialog
{
    Q_OBJECT
public:
    /// Proposes a folder beside the project's.
    ExportDialog(JobList& jobs, const std::filesystem::path& projectFolder, const Theme& theme,
                 QWidget* parent);

signals:
    void chosen(const trainyard::ExportRequest& request);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void done(int result) override;

private:
    void makeLayout(const Theme& theme);
    [[nodiscard]] ExportRequest request() const;
    void showFormat();
    void chooseFolder();
    void planLater();
    void askForPlan();
    void planEnded(const QString& jobId);
    void showPlan(const ExportPlan& plan);
    void showProblem(const QString& sentence);
    void leavePlan();

    JobList& m_jobs;
    std::filesystem::path m_projectFolder;
    QString m_planJob;
    bool m_isOwnFolder = false; ///< chosen, typed or dropped: no longer proposed
    QTimer* m_timer;
    QComboBox* m_format;
    QLabel* m_about;
    QComboBox* m_items;
    QComboBox* m_pictures;
    QLineEdit* m_folder;
    QProgressBar* m_busy;
    QLabel* m_figures;
    QLabel* m_losses;
    Notice* m_notice;
    QPushButton* m_start;
};

} // namespace trainyard::widgets
