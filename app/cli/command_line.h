// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/verb.h"

#include <optional>

namespace trainyard::cli {

/// What the arguments ask for.
struct CommandLine
{
    std::optional<Invocation> invocation;
    std::filesystem::path job; ///< --job FOLDER: work on an existing job
    int exitCode = 0;          ///< where there is nothing to do (help, usage error): already printed
};

/// Reads the arguments by the table of verbs. Usage errors and help are printed here.
CommandLine parseCommandLine(int argc, char** argv);

} // namespace trainyard::cli
