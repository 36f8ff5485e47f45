// SPDX-License-Identifier: GPL-3.0-or-later
// The other process of the project tests: project_child VERB FOLDER ARGUMENTS...
// It reports on standard output, one line at a time, so that a kill loses nothing that it said.
#include "core/base/random.h"
#include "core/project/annotation_edits.h"
#include "core/project/class_remap.h"
#include "tests/core/project/project_fixture.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sys/resource.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::test;

namespace {

using Arguments = std::vector<std::string>;

void say(const std::string& line)
{
    const std::string bytes = line + "\n";
    if (::write(STDOUT_FILENO, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
        ::_exit(3);
}

/// label FOLDER AUTHOR SEED COUNT PART PARTS ITEMS: gives random ones of the first items, of its part, random
/// classes; "t ITEM CLASS" before, "a ITEM CLASS REVISION" after each.
int label(const Arguments& a)
{
    auto project = openProject(a.at(0), a.at(1));
    CounterRandom random(std::stoull(a.at(2)), RandomPurpose::Sample, 0, 0);
    const std::int64_t count = std::stoll(a.at(3));
    const std::uint64_t part = std::stoull(a.at(4));
    const std::uint64_t parts = std::stoull(a.at(5));
    for (std::int64_t i = 0; i < count; ++i) {
        const std::size_t size = std::stoull(a.at(6)) / parts;
        const ItemId item = project->columns()[random.below(size) * parts + part].id;
        const ClassId classId = project->classes()[random.below(project->classes().size())].id;
        const std::string what = std::to_string(item) + " " + std::to_string(classId);
        say("t " + what);
        const Revision revision =
            VALUE(project->applyNow(VALUE(makeSetClass(*project, std::span(&item, 1), classId))));
        say("a " + what + " " + std::to_string(revision));
        VALUE(project->refresh());
    }
    return 0;
}

/// strays FOLDER AUTHOR CLASS COUNT: gives boxes of the class to items in turn, without ever looking what
/// others did; "a ITEM REVISION" after each. Its memory of the classes stays that of the start.
int strays(const Arguments& a)
{
    auto project = openProject(a.at(0), a.at(1));
    const ClassId classId = std::stoll(a.at(2));
    say("ready");
    for (std::int64_t i = 0; i < std::stoll(a.at(3)); ++i) {
        Annotation box;
        box.item = project->columns()[static_cast<std::size_t>(i) % project->columns().size()].id;
        box.classId = classId;
        box.shape = Box{static_cast<double>(i), 0, 5, 5};
        const Revision revision = VALUE(project->applyNow(VALUE(makeAddAnnotation(*project, box))));
        say("a " + std::to_string(box.item) + " " + std::to_string(revision));
        ::usleep(1000);
    }
    return 0;
}

/// again FOLDER AUTHOR CLASS: waits until the first item of the class has lost it, and gives it back:
/// "given", or "late" where the class is gone.
int again(const Arguments& a)
{
    auto project = openProject(a.at(0), a.at(1));
    const ClassId classId = std::stoll(a.at(2));
    const ItemId item = project->columns().front().id;
    say("ready");
    while (VALUE(project->item(item)).classId == classId)
        ::usleep(200);
    VALUE(project->refresh());
    const auto edit = makeSetClass(*project, std::span(&item, 1), classId);
    if (edit)
        VALUE(project->applyNow(*edit));
    say(edit ? "given" : "late");
    return 0;
}

/// merge FOLDER AUTHOR FROM INTO: "done REVISION".
int merge(const Arguments& a)
{
    auto project = openProject(a.at(0), a.at(1));
    say("ready");
    say("done " + std::to_string(VALUE(mergeClasses(*project, std::stoll(a.at(2)), std::stoll(a.at(3))))));
    return 0;
}

/// undo FOLDER AUTHOR: "done REVISION".
int undo(const Arguments& a)
{
    auto project = openProject(a.at(0), a.at(1));
    say("ready");
    say("done " + std::to_string(VALUE(project->undo())));
    return 0;
}

/// import FOLDER AUTHOR PREFIX COUNT HANG: a bulk revision; "b" after each batch, "done REVISION" at the end.
/// With HANG 1 it stays within the revision after the second batch.
int import(const Arguments& a)
{
    auto project = openProject(a.at(0), a.at(1));
    int made = 0;
    int batches = 0;
    const int count = std::stoi(a.at(3));
    const auto next = [&]() -> Result<std::vector<RowChange>> {
        if (batches > 0)
            say("b " + std::to_string(made));
        if (a.at(4) == "1" && batches == 2)
            ::pause();
        const int some = std::min(50, count - made);
        made += some;
        ++batches;
        return newItemRows(*project, some, a.at(2) + std::to_string(batches) + "-");
    };
    const Revision revision = VALUE(project->applyBulk("import", "import " + a.at(2), next));
    say("done " + std::to_string(revision));
    return 0;
}

/// read FOLDER UID: as that user, open for reading; "items N REVISION", then the notice.
int read(const Arguments& a)
{
    const auto user = static_cast<uid_t>(std::stoul(a.at(1)));
    if (user != 0 && (::setgid(user) != 0 || ::setuid(user) != 0))
        return 4;
    auto writable = Project::open(a.at(0), Project::OpenMode::ReadWrite, "nobody@here/cli");
    say(writable ? "writable" : std::string(errorCodeName(writable.error().code)));
    auto project = Project::open(a.at(0), Project::OpenMode::ReadOnly, "nobody@here/cli");
    if (!project) {
        say(std::string(errorCodeName(project.error().code)) + " " + project.error().message);
        return 1;
    }
    say("items " + std::to_string((*project)->items()->size()) + " " +
        std::to_string((*project)->revision()));
    say("notice " + (*project)->notice());
    return 0;
}

/// limited FOLDER BYTES: labels while files may not grow beyond BYTES; "a ITEM CLASS REVISION" for each, then
/// the error's name.
int limited(const Arguments& a)
{
    std::signal(SIGXFSZ, SIG_IGN);
    auto project = openProject(a.at(0), "ann@here/cli");
    const rlimit limit = {std::stoul(a.at(1)), RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    for (std::size_t i = 0; i < 100000; ++i) {
        const ItemId item = project->columns()[i % project->columns().size()].id;
        const ClassId classId =
            project->classes()[i / project->columns().size() % project->classes().size()].id;
        const Edit edit = VALUE(makeSetClass(*project, std::span(&item, 1), classId));
        const Result<Revision> revision = project->applyNow(edit);
        if (!revision) {
            say(std::string(errorCodeName(revision.error().code)));
            return 0;
        }
        say("a " + std::to_string(item) + " " + std::to_string(classId) + " " + std::to_string(*revision));
    }
    return 5;
}

/// golden FOLDER: the project of tests/data/compat/, made with this program when the schema was new.
int golden(const Arguments& a)
{
    Project::CreateOptions options;
    options.author = "maker@golden/cli";
    auto project = VALUE(Project::create(a.at(0), options));
    for (const char* name : {"c0", "c1"})
        VALUE(project->applyNow(VALUE(makeAddClass(*project, name, 0x336699, ""))));
    SourceRoot root = sourceRootFor(a.at(0), a.at(0) + "/pictures");
    root.id = VALUE(project->newId());
    VALUE(project->applyNow(Edit{"add-root", "add pictures", {rowForNewRoot(root)}}));
    std::vector<Item> items(4);
    const std::vector<std::string> paths = {"a.png", std::string("l\xe4ngs\n.png"), "c.png", "d.png"};
    int made = 0;
    VALUE(project->applyBulk("import", "import pictures", [&]() -> Result<std::vector<RowChange>> {
        std::vector<RowChange> rows;
        for (; made < 4; ++made) {
            Item& item = items[static_cast<std::size_t>(made)];
            item.id = VALUE(project->newId());
            item.root = root.id;
            item.path = paths[static_cast<std::size_t>(made)];
            item.contentHash = 0x8000000000000001ULL + static_cast<std::uint64_t>(made);
            if (made == 1) {
                item.sourcePicture = "/pictures/whole.png";
                item.sourceBox = Box{1, 2, 3.5, 4};
            }
            rows.push_back(rowForNewItem(item));
        }
        return rows;
    }));
    VALUE(project->applyNow(
        VALUE(makeSetClass(*project, std::span(&items[0].id, 1), project->classes()[0].id))));
    Annotation box;
    box.item = items[0].id;
    box.classId = project->classes()[1].id;
    box.shape = Box{0.5, 0.25, 10, 20};
    VALUE(project->applyNow(VALUE(makeAddAnnotation(*project, box))));
    VALUE(project->applyNow(VALUE(makeExclude(*project, std::span(&items[2].id, 1), "dark"))));
    Issue issue;
    issue.id = VALUE(project->newId());
    issue.kind = IssueKind::ExactDuplicate;
    issue.item = items[3].id;
    issue.other = items[2].id;
    const RejectRow reject{VALUE(project->newId()), "data.zip", "e.png", "cut short", "send it again", false};
    VALUE(project->applyNow(Edit{"check", "found", {rowForNewIssue(issue), rowForNewReject(reject)}}));
    const std::vector<std::pair<ItemId, Split>> splits = {{items[3].id, Split::Test}};
    VALUE(project->applyNow(VALUE(makeSetSplit(*project, splits))));
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    using Verb = int (*)(const Arguments&);
    const std::map<std::string, Verb> verbs = {{"label", label}, {"strays", strays},   {"again", again},
                                               {"merge", merge}, {"undo", undo},       {"import", import},
                                               {"read", read},   {"limited", limited}, {"golden", golden}};
    if (argc < 3 || !verbs.contains(argv[1]))
        return 2;
    return verbs.at(argv[1])(Arguments(argv + 2, argv + argc));
}
