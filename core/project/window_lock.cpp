// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/window_lock.h"

#include "core/base/path_text.h"
#include "core/base/user.h"
#include "core/project/project.h"

#include <charconv>
#include <cstdlib>
#include <unistd.h>
#include <vector>

namespace trainyard {

namespace {

std::filesystem::path lockPath(const std::filesystem::path& projectFolder)
{
    return projectFolder / "window.lock";
}

/// Spaces separate the fields of the line.
std::string withoutSpaces(std::string text)
{
    for (char& c : text) {
        if (c == ' ' || c == '\n')
            c = '_';
    }
    return text.empty() ? "-" : text;
}

} // namespace

WindowHolder thisWindow()
{
    WindowHolder holder;
    holder.user = userName();
    holder.host = hostName();
    holder.pid = ::getpid();
    for (const char* name : {"WAYLAND_DISPLAY", "DISPLAY"}) {
        if (const char* display = std::getenv(name); display != nullptr && holder.display.empty())
            holder.display = display;
    }
    return holder;
}

std::string windowHolderLine(const WindowHolder& holder)
{
    return withoutSpaces(holder.user) + " " + withoutSpaces(holder.host) + " " + std::to_string(holder.pid) +
           " " + withoutSpaces(holder.display);
}

std::optional<WindowHolder> windowHolderFromLine(std::string_view line)
{
    std::vector<std::string> parts(1);
    for (const char c : line) {
        if (c == ' ')
            parts.emplace_back();
        else if (c != '\n')
            parts.back() += c;
    }
    if (parts.size() != 4)
        return std::nullopt;
    WindowHolder holder{parts[0], parts[1], 0, parts[3] == "-" ? "" : parts[3]};
    const std::string& pid = parts[2];
    const auto [end, error] = std::from_chars(pid.data(), pid.data() + pid.size(), holder.pid);
    if (error != std::errc() || end != pid.data() + pid.size())
        return std::nullopt;
    return holder;
}

Result<FileLock> acquireWindowLock(const std::filesystem::path& projectFolder, const WindowHolder& holder)
{
    Result<FileLock> lock =
        FileLock::acquire(lockPath(projectFolder), std::chrono::milliseconds(0), windowHolderLine(holder));
    if (lock || lock.error().code != ErrorCode::Conflict)
        return lock;
    const std::optional<WindowHolder> other = windowHolder(projectFolder);
    std::string who = "another window";
    if (other) {
        who = displayText(other->user) + " on " + displayText(other->host) + " (process " +
              std::to_string(other->pid) +
              (other->display.empty() ? "" : ", display " + displayText(other->display)) + ")";
    }
    return fail(ErrorCode::Conflict, displayText(projectFolder.native()) + ": open for editing by " + who,
                lock.error().message);
}

std::optional<WindowHolder> windowHolder(const std::filesystem::path& projectFolder)
{
    const std::optional<std::string> line = FileLock::holder(lockPath(projectFolder));
    return line ? windowHolderFromLine(*line) : std::nullopt;
}

} // namespace trainyard
