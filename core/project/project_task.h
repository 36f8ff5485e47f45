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

/// True where people draw shapes first: a picture counts as labelled once anything is said about it, else
/// once it has a class.
constexpr bool labelsShapes(ProjectTask task)
{
    return task == ProjectTask::Detect || task == ProjectTask::Segment;
}

std::string_view projectTaskName(ProjectTask task); ///< "classify", "tag", "detect", "segment"
std::optional<ProjectTask> projectTaskFromName(std::string_view name);
/// Classify where nothing else is set.
ProjectTask taskOf(Project& project);

} // namespace trainyard
