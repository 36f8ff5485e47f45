// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/export.h"
#include "widgets/bridge/job_list.h"
#include "widgets/elements/notice.h"

namespace trainyard::studio {

/// Exports the dataset as a job, and says across the window how that ended: with the way to the folder, or
/// with the file and the reason. The job list must outlive it. GUI thread.
class DatasetExport : public widgets::Notice
{
    Q_OBJECT
public:
    DatasetExport(widgets::JobList& jobs, const std::filesystem::path& projectFolder,
                  const widgets::Theme& theme);

    /// Opens the dialog; the one that is open comes to the front.
    void ask(QWidget* window);

private:
    void start(const ExportRequest& request);
    void ended(const QString& id);

    widgets::JobList& m_jobs;
    std::filesystem::path m_projectFolder;
    const widgets::Theme& m_theme;
    std::filesystem::path m_folder; ///< of the newest export
};

} // namespace trainyard::studio
