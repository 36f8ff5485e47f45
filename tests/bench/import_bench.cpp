// SPDX-License-Identifier: GPL-3.0-or-later
// import_bench SOURCE PROJECT [CHILDREN]: imports a folder into a new project, then once more, with files per
// second and the processor time of all processes. PROJECT must not exist.
#include "core/collection/import.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sys/resource.h>

namespace {

using namespace trainyard;
using std::chrono::steady_clock;

double cpuSeconds(int who)
{
    rusage usage{};
    getrusage(who, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

bool importOnce(const char* name, Project& project, const ImportRequest& request, int children)
{
    const auto start = steady_clock::now();
    const double before = cpuSeconds(RUSAGE_SELF) + cpuSeconds(RUSAGE_CHILDREN);
    Result<ImportResult> result;
    {
        const auto decoders = DecoderPool::create(helperProgram("trainyard-decode"), children);
        result = importSource(project, *decoders, request, Cancellation(), {});
    }
    if (!result) {
        std::fprintf(stderr, "%s: %s\n", name, result.error().message.c_str());
        return false;
    }
    const double seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
    const double cpu = cpuSeconds(RUSAGE_SELF) + cpuSeconds(RUSAGE_CHILDREN) - before;
    std::printf(
        "%s: %lld read, %lld added, %lld unchanged, %lld rejected, %lld duplicates in %.2f s: %.0f files/s, "
        "%.2f s of processor time\n",
        name, static_cast<long long>(result->read), static_cast<long long>(result->added),
        static_cast<long long>(result->unchanged), static_cast<long long>(result->rejected),
        static_cast<long long>(result->duplicates), seconds, static_cast<double>(result->read) / seconds,
        cpu);
    return true;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 3) {
        std::fprintf(stderr, "import_bench SOURCE PROJECT [CHILDREN]\n");
        return 2;
    }
    const int children = argc > 3 ? std::atoi(argv[3]) : 2;
    auto project = Project::create(argv[2], {});
    if (!project) {
        std::fprintf(stderr, "%s\n", project.error().message.c_str());
        return 1;
    }
    ImportRequest request;
    request.source = argv[1];
    const bool isDone = importOnce("first import", **project, request, children) &&
                        importOnce("second import", **project, request, children);
    return isDone ? 0 : 1;
}
