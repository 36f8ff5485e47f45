// SPDX-License-Identifier: GPL-3.0-or-later
// How long a label takes from apply() to durable, alone and while another process imports in bulk.
// label_latency FOLDER [ITEMS=60000] [LABELS=1000]: makes FOLDER/latency (it must not exist) and prints
// percentiles.
#include "core/project/edits.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace trainyard;

namespace {

using Seconds = std::chrono::duration<double>;

template <typename T>
T need(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s (%s)\n", result.error().message.c_str(), result.error().context.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

std::vector<RowChange> someItems(Project& project, int count, const std::string& prefix)
{
    std::vector<RowChange> rows;
    for (int i = 0; i < count; ++i) {
        Item item;
        item.id = need(project.newId());
        item.root = 1;
        item.path = prefix + "/picture-" + std::to_string(item.id) + ".png";
        item.size = 3000 + i;
        item.timeNs = 1700000000000000000 + item.id;
        item.contentHash = 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(item.id);
        item.width = 28;
        item.height = 28;
        rows.push_back(rowForNewItem(item));
    }
    return rows;
}

double importItems(const std::filesystem::path& folder, int count)
{
    auto project = need(Project::open(folder, Project::OpenMode::ReadWrite, "import@here/cli"));
    int made = 0;
    const auto start = std::chrono::steady_clock::now();
    need(project->applyBulk("import", "bulk import", [&]() -> Result<std::vector<RowChange>> {
        const int some = std::min(1000, count - made);
        made += some;
        return someItems(*project, some, "bulk");
    }));
    return Seconds(std::chrono::steady_clock::now() - start).count();
}

std::vector<double> label(Project& project, std::size_t count, const std::function<bool()>& goOn)
{
    std::vector<double> milliseconds;
    for (std::size_t i = 0; i < count && goOn(); ++i) {
        const ItemId item = project.columns()[i % 100].id;
        const ClassId classId = project.classes()[(i / 100) % 2].id;
        const auto start = std::chrono::steady_clock::now();
        need(project.applyNow(need(makeSetClass(project, std::span(&item, 1), classId))));
        milliseconds.push_back(Seconds(std::chrono::steady_clock::now() - start).count() * 1000);
        need(project.refresh());
        std::this_thread::sleep_for(std::chrono::milliseconds(3)); // a very fast person
    }
    return milliseconds;
}

void print(const char* name, std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
    };
    std::printf("%s: %zu labels, median %.2f ms, p90 %.2f ms, p99 %.2f ms, longest %.2f ms\n", name,
                values.size(), at(0.5), at(0.9), at(0.99), at(1));
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2)
        return 2;
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / "latency";
    const int items = argc > 2 ? std::atoi(argv[2]) : 60000;
    const std::size_t labels = argc > 3 ? static_cast<std::size_t>(std::atoi(argv[3])) : 1000;
    {
        auto project = need(Project::create(folder, {}));
        for (const char* name : {"cat", "dog"})
            need(project->applyNow(need(makeAddClass(*project, name, 0, ""))));
        need(project->applyNow(Edit{"import", "first pictures", someItems(*project, 100, "first")}));
    }
    const pid_t importer = ::fork(); // before this process has a thread
    if (importer == 0) {
        ::raise(SIGSTOP);
        std::printf("import of %d items: %.2f s\n", items, importItems(folder, items));
        std::fflush(stdout);
        ::_exit(0);
    }
    ::waitpid(importer, nullptr, WUNTRACED);
    auto project = need(Project::open(folder, Project::OpenMode::ReadWrite, "label@here/studio"));
    print("alone", label(*project, labels, [] { return true; }));
    bool isImporting = true;
    ::kill(importer, SIGCONT);
    print("while another process imports", label(*project, 1000000, [&] {
              isImporting = isImporting && ::waitpid(importer, nullptr, WNOHANG) == 0;
              return isImporting;
          }));
    need(project->refresh());
    std::printf("%zu items at the end\n", project->columns().size());
    return project->columns().size() == static_cast<std::size_t>(items) + 100 ? 0 : 1;
}
