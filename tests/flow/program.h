// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QByteArray>
#include <QStringList>
#include <filesystem>

namespace trainyard::test {

/// How one of our programs ended.
struct ProgramResult
{
    int exitCode = -1;
    QByteArray output;
    QByteArray errors;
    Json json; ///< the last line of the output, where it is JSON
};

/// Runs `trainyard ARGUMENTS` of this build to its end (at most ten minutes), with its own state folder.
ProgramResult runProgram(const QStringList& arguments, const std::filesystem::path& workingFolder);

} // namespace trainyard::test
