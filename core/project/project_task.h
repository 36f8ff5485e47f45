// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace trainyard {

class Project;

/// What a project's people label first: it decides what a class key does, which tool a window begins with,
/// and the default of a recipe. A project holds every kind of label whatever its task is. Kept as the setting
/// "task".
enum class ProjectTask { Classify, Tag, Detect, Segment };

inline constexpr ProjectTask kProjectTasks[] = {ProjectTask::Classify, ProjectTask::Tag, ProjectTask::Detect,
                                                ProjectTask::Segment};

std::string_view projectTaskName(ProjectTask task); ///< "classify", "tag", "detect", "segment"
std::optional<ProjectTask> projectTaskFromName(std::string_view name);
/// Classify where nothing else is set.
ProjectTask taskOf(Project& project);

} // namespace trainyard
