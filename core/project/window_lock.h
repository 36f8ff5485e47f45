// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/file_lock.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace trainyard {

/// Who holds window.lock: the one window that may edit a project.
struct WindowHolder
{
    std::string user;
    std::string host;
    int pid = 0;
    std::string display; ///< of the window system, empty where unknown

    bool operator==(const WindowHolder&) const = default;
};

/// This process, on the display named by WAYLAND_DISPLAY or DISPLAY.
WindowHolder thisWindow();

std::string windowHolderLine(const WindowHolder& holder); ///< "USER HOST PID DISPLAY"
std::optional<WindowHolder> windowHolderFromLine(std::string_view line);

/// Takes window.lock for the life of the result. Conflict names who has it; windowHolder() says the same as a
/// value.
Result<FileLock> acquireWindowLock(const std::filesystem::path& projectFolder, const WindowHolder& holder);
/// Nothing where no window has the project open for editing.
std::optional<WindowHolder> windowHolder(const std::filesystem::path& projectFolder);

} // namespace trainyard
