// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/file_lock.h"
#include "widgets/bridge/job_list.h"
#include "widgets/bridge/picture_loader.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/run_list.h"
#include "widgets/bridge/shape_suggestions.h"
#include "widgets/bridge/suggestions.h"
#include "widgets/bridge/thumbnail_maker.h"
#include "widgets/bridge/view_state.h"
#include "widgets/views/thumbnail_source.h"

#include <memory>
#include <optional>

namespace trainyard::studio {

/// The programs that a window starts.
struct Programs
{
    std::filesystem::path trainyard;
    std::filesystem::path decode;
};
/// Those beside the running program.
Programs installedPrograms();

/// A project as it comes from the disk, before anything of Qt knows it.
struct OpenedProject
{
    std::filesystem::path folder;
    std::optional<FileLock> windowLock; ///< none: open for reading
    std::optional<Error> readOnlyCause; ///< why it is open for reading
    Result<std::unique_ptr<Project>> project = fail(ErrorCode::NotFound, "not opened");
    std::shared_ptr<ThumbnailStore> thumbnails; ///< null where it cannot be read
};
/// Opens for editing where the window lock is free, else for reading. Fails as Project::open(). Any thread.
OpenedProject openProjectFiles(const std::filesystem::path& folder);

/// Everything that belongs to one open project, in the order in which it may go: later members use earlier
/// ones.
struct Session
{
    static Result<std::unique_ptr<Session>> open(OpenedProject opened, const Programs& programs);

    std::optional<FileLock> windowLock;
    std::unique_ptr<widgets::ProjectDocument> document;
    widgets::ViewState view;
    std::unique_ptr<widgets::JobList> jobs;
    std::unique_ptr<widgets::RunList> runs;
    std::unique_ptr<widgets::ThumbnailMaker> thumbnailMaker;
    std::unique_ptr<widgets::ThumbnailSource> thumbnails;
    std::unique_ptr<widgets::PictureLoader> pictures;
    std::unique_ptr<widgets::Suggestions> suggestions; ///< nothing runs before start()
    std::unique_ptr<widgets::ShapeSuggestions> shapeSuggestions;
};

} // namespace trainyard::studio
