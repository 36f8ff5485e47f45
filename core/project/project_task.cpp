// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/project_task.h"

#include "core/base/named_values.h"
#include "core/project/project.h"

namespace trainyard {

namespace {

constexpr NamedValues<ProjectTask, 4> kNames = {{{ProjectTask::Classify, "classify"},
                                                 {ProjectTask::Tag, "tag"},
                                                 {ProjectTask::Detect, "detect"},
                                                 {ProjectTask::Segment, "segment"}}};

} // namespace

std::string_view projectTaskName(ProjectTask task)
{
    return nameIn(kNames, task);
}

std::optional<ProjectTask> projectTaskFromName(std::string_view name)
{
    return valueIn(kNames, name);
}

ProjectTask taskOf(Project& project)
{
    const auto name = project.setting("task");
    return name ? projectTaskFromName(*name).value_or(ProjectTask::Classify) : ProjectTask::Classify;
}

} // namespace trainyard
