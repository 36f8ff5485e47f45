// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.h"
#include "app/cli/dispatch.h"

int main(int argc, char** argv)
{
    using namespace trainyard::cli;
    const CommandLine line = parseCommandLine(argc, argv);
    if (!line.job.empty())
        return workOnJob(line.job);
    if (line.invocation)
        return carryOut(*line.invocation);
    return line.exitCode;
}
