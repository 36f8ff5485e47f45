// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/verbs.h"
#include "app/engine/worker.h"

#include "core/base/log.h"

#include <string_view>

/// trainyard-engine JOBFOLDER works on a job; trainyard-engine worker answers lines of JSON on its standard streams.
int main(int argc, char** argv)
{
    if (argc != 2) {
        trainyard::logLine(trainyard::LogLevel::Error,
                           "usage: trainyard-engine JOBFOLDER, started by trainyard; or trainyard-engine worker");
        return 2;
    }
    if (std::string_view(argv[1]) == "worker")
        return trainyard::engine::runWorker();
    return trainyard::runJob(argv[1], trainyard::engine::workVerb);
}
