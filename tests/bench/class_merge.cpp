// SPDX-License-Identifier: GPL-3.0-or-later
// How long it takes to merge two classes, to take that back and to do it again, and how long a label takes
// from apply() to durable meanwhile in another process.
// class_merge FOLDER [ANNOTATIONS=100000] [tags|boxes]: makes FOLDER/merge (it must not exist) and prints
// seconds and percentiles.
#include "core/project/class_remap.h"
#include "core/project/edits.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
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

std::vector<RowChange> labelledItem(Project& project, std::int64_t number, std::size_t boxes)
{
    std::vector<RowChange> rows;
    Item item;
    item.id = need(project.newId());
    item.root = 1;
    item.path = "picture-" + std::to_string(number) + ".png";
    item.contentHash = 0x9E3779B97F4A7C15ULL * static_cast<std::uint64_t>(number + 1);
    item.width = 640;
    item.height = 480;
    item.reviewState = ReviewState::Labelled;
    Annotation label;
    label.item = item.id;
    label.classId = project.classes()[0].id;
    label.isReviewed = true;
    if (boxes == 0)
        item.classId = label.classId;
    rows.push_back(rowForNewItem(item));
    for (std::size_t i = 0; i < std::max<std::size_t>(boxes, 1); ++i) {
        label.id = need(project.newId());
        if (boxes > 0)
            label.shape = Box{double(i), 1.5, 20, 30.25};
        rows.push_back(rowForNewAnnotation(label));
    }
    return rows;
}

void make(Project& project, std::int64_t annotations, bool areTags)
{
    constexpr std::size_t kBoxes = 10;
    std::int64_t made = 0;
    const auto start = std::chrono::steady_clock::now();
    need(project.applyBulk("import", "bench", [&]() -> Result<std::vector<RowChange>> {
        std::vector<RowChange> rows;
        while (made < annotations && rows.size() < 4000) {
            auto more = labelledItem(project, made, areTags ? 0 : kBoxes);
            made += static_cast<std::int64_t>(more.size()) - 1;
            rows.insert(rows.end(), more.begin(), more.end());
        }
        return rows;
    }));
    std::printf("made %lld annotations in %.2f s\n", static_cast<long long>(made),
                Seconds(std::chrono::steady_clock::now() - start).count());
}

/// Labels other items of a class of their own until the pipe closes, then prints how long each took.
int labelElsewhere(const std::filesystem::path& folder, int stop)
{
    auto project = need(Project::open(folder, Project::OpenMode::ReadWrite, "label@here/studio"));
    const ItemColumns last = project->columns().back();
    std::vector<double> milliseconds;
    char byte = 0;
    while (::read(stop, &byte, 1) < 0) {
        const ClassId classId =
            project->classes()[project->classes().size() - 1 - milliseconds.size() % 2].id;
        const auto start = std::chrono::steady_clock::now();
        need(project->applyNow(need(makeSetClass(*project, std::span(&last.id, 1), classId))));
        milliseconds.push_back(Seconds(std::chrono::steady_clock::now() - start).count() * 1000);
        std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    const auto at = [&](double share) {
        return milliseconds[static_cast<std::size_t>(share * static_cast<double>(milliseconds.size() - 1))];
    };
    std::printf("    labels elsewhere: %zu, median %.2f ms, p99 %.2f ms, longest %.2f ms\n",
                milliseconds.size(), at(0.5), at(0.99), at(1));
    std::fflush(stdout);
    return 0;
}

template <typename Work>
void measure(const char* self, const std::filesystem::path& folder, const char* name, bool isDisturbed,
             Work work)
{
    int ends[2] = {-1, -1};
    pid_t child = -1;
    if (isDisturbed && ::pipe2(ends, O_NONBLOCK) == 0) {
        child = ::fork();
        if (child == 0) {
            ::close(ends[1]);
            ::execl(self, self, "--label", folder.c_str(), std::to_string(ends[0]).c_str(), nullptr);
            ::_exit(127);
        }
        ::close(ends[0]);
        std::this_thread::sleep_for(std::chrono::seconds(1)); // until it labels
    }
    const auto start = std::chrono::steady_clock::now();
    const std::clock_t busy = std::clock();
    work();
    std::printf("%s%s: %.2f s (%.2f s of work)\n", name, isDisturbed ? ", while somebody labels" : "",
                Seconds(std::chrono::steady_clock::now() - start).count(),
                static_cast<double>(std::clock() - busy) / CLOCKS_PER_SEC);
    std::fflush(stdout);
    if (child > 0) {
        ::close(ends[1]);
        ::waitpid(child, nullptr, 0);
    }
}

} // namespace

int main(int argc, char** argv)
{
    if (argc == 4 && std::strcmp(argv[1], "--label") == 0)
        return labelElsewhere(argv[2], std::atoi(argv[3]));
    if (argc < 2)
        return 2;
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / "merge";
    const std::int64_t annotations = argc > 2 ? std::atoll(argv[2]) : 100000;
    auto project = need(Project::create(folder, {}));
    for (const char* name : {"cat", "kitten", "dog", "bird"})
        need(project->applyNow(need(makeAddClass(*project, name, 0, ""))));
    const std::vector<ItemClass> classes = project->classes();
    make(*project, annotations, argc > 3 && std::strcmp(argv[3], "tags") == 0);
    // One more for who labels elsewhere.
    need(project->applyNow(Edit{"import", "one", labelledItem(*project, 1 << 30, 1)}));
    for (const bool isDisturbed : {false, true}) {
        measure(argv[0], folder, "merge", isDisturbed,
                [&] { need(mergeClasses(*project, classes[0].id, classes[1].id)); });
        measure(argv[0], folder, "undo", isDisturbed, [&] { need(project->undo()); });
        measure(argv[0], folder, "redo", isDisturbed, [&] { need(project->redo()); });
        need(project->undo());
    }
    measure(argv[0], folder, "delete with labels", false,
            [&] { need(deleteClass(*project, classes[0].id)); });
    measure(argv[0], folder, "undo", false, [&] { need(project->undo()); });
    return 0;
}
