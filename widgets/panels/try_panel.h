// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/release/registry.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/picture_loader.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/run_list.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace trainyard::widgets {

class BarChart;
class Notice;
class PictureView;
class Theme;

/// Try a picture: drop it, and a published version or a run of this project answers with its probabilities.
class TryPanel : public QWidget
{
    Q_OBJECT
public:
    TryPanel(ProjectDocument& document, JobList& jobs, RunList& runs, PictureLoader& pictures,
             const Theme& theme, QWidget* parent = nullptr);

    void tryPicture(const std::filesystem::path& picture);
    void setVersions(const std::vector<RegistryVersion>& versions); ///< of the registry, to choose from

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void fillModels();
    void choosePicture();
    void ask();
    void jobEnded(const QString& id);
    void showAnswer(const Json& result);
    void showError(const QString& sentence, const QString& details);

    ProjectDocument& m_document;
    JobList& m_jobs;
    RunList& m_runs;
    PictureLoader& m_pictures;
    const Theme& m_theme;
    std::vector<RegistryVersion> m_versions;
    std::filesystem::path m_path;
    ItemId m_token = 0; ///< below 0: pictures that are no items
    QString m_job;
    QComboBox* m_model;
    QPushButton* m_choose;
    PictureView* m_picture;
    QLabel* m_answer;
    BarChart* m_bars;
    QProgressBar* m_busy;
    Notice* m_notice;
};

} // namespace trainyard::widgets
