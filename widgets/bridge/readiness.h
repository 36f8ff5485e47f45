// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"
#include "widgets/bridge/view_state.h"

#include <QString>
#include <optional>

namespace trainyard::widgets {

/// What is missing before a step of the road can be taken, and the way to get it.
struct Missing
{
    QString title;
    QString text;
    QString buttonText;
    Workspace where = Workspace::Data; ///< where the button leads
    QString action;                    ///< an action to run there; may be empty
};

/// The first thing that training still needs; nothing where it can start.
std::optional<Missing> missingForTraining(const Project& project);
/// The first thing that evaluation still needs, besides a run.
std::optional<Missing> missingForEvaluation(const Project& project);

} // namespace trainyard::widgets
