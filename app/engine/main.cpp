// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/verbs.h"
#include "app/engine/worker.h"
#include "core/base/log.h"

#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <unistd.h>

namespace {

/// LibTorch's threads spin while they wait for each other. On a machine that others use, too, a thread that
/// spins keeps the one it waits for from running: a step then takes ten times as long. The OpenMP library
/// reads its settings when it is loaded, so they have to stand in the environment before this program starts.
void spinBriefly(char** argv)
{
    if (std::getenv("GOMP_SPINCOUNT") != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr)
        return;
    std::error_code error;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error && setenv("GOMP_SPINCOUNT", "10000", 1) == 0)
        execv(program.c_str(), argv);
}

} // namespace

/// trainyard-engine JOBFOLDER works on a job; trainyard-engine worker answers lines of JSON on its standard
/// streams.
int main(int argc, char** argv)
{
    if (argc != 2) {
        trainyard::logLine(
            trainyard::LogLevel::Error,
            "usage: trainyard-engine JOBFOLDER, started by trainyard; or trainyard-engine worker");
        return 2;
    }
    spinBriefly(argv);
    if (std::string_view(argv[1]) == "worker")
        return trainyard::engine::runWorker();
    return trainyard::runJob(argv[1], trainyard::engine::workVerb);
}
