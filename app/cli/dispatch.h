// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/verb.h"

namespace trainyard::cli {

/// Does what the command line asks: at once, or as a job that this process makes and works on. Gives the exit
/// code.
int carryOut(const Invocation& invocation);

/// Works on a job folder that somebody made; engine verbs replace this process by trainyard-engine.
int workOnJob(const std::filesystem::path& jobFolder);

} // namespace trainyard::cli
