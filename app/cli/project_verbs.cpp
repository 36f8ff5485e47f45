// SPDX-License-Identifier: GPL-3.0-or-later
// init, status, history, undo, redo, diff, relocate: the project as a whole.
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/clock.h"
#include "core/base/path_text.h"
#include "core/collection/import.h"
#include "core/project/project_task.h"

namespace trainyard::cli {

Result<VerbResult> runInit(const Invocation& invocation)
{
    const std::filesystem::path folder = invocation.text("DIR");
    const std::string task = invocation.text("task", "classify");
    if (!projectTaskFromName(task))
        return fail(ErrorCode::InvalidArgument,
                    "there is no task '" + displayText(task) + "': classify, tag, detect or segment");
    TRAINYARD_TRY(auto project, Project::create(folder, {task, invocation.author}));
    VerbResult out;
    out.result = {{"project", bytesToJson(folder.string())}};
    out.text = "Made the project " + displayText(folder.string()) + ". Next: trainyard import PICTURES";
    return out;
}

namespace {

template <std::size_t N, typename NameOf>
Json countsJson(const std::int64_t (&counts)[N], NameOf nameOf)
{
    Json json = Json::object();
    for (std::size_t i = 0; i < N; ++i)
        json[std::string(nameOf(i))] = counts[i];
    return json;
}

/// "train 240, val 40": the counts that are not zero.
std::string countsText(const Json& counts)
{
    std::string text;
    for (const auto& [name, count] : counts.items()) {
        if (count.get<std::int64_t>() > 0)
            text += (text.empty() ? "" : ", ") + displayText(name) + " " +
                    withThousands(count.get<std::int64_t>());
    }
    return text.empty() ? "none" : text;
}

} // namespace

Result<VerbResult> runStatus(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(const ProjectStatus status, project->status());
    Json classes = Json::object();
    for (const auto& [id, count] : status.perClass) {
        const ItemClass* itemClass = project->classById(id);
        classes[itemClass == nullptr ? "(none)" : itemClass->name] = count;
    }
    VerbResult out;
    out.result = {
        {"project", bytesToJson(project->folder().string())},
        {"revision", status.revision},
        {"items", status.items},
        {"excluded", status.excluded},
        {"rejects", status.rejects},
        {"classes", classes},
        {"splits",
         countsJson(status.perSplit, [](std::size_t i) { return splitName(static_cast<Split>(i)); })},
        {"files", countsJson(status.perFileState,
                             [](std::size_t i) { return fileStateName(static_cast<FileState>(i)); })},
        {"review", countsJson(status.perReviewState,
                              [](std::size_t i) { return reviewStateName(static_cast<ReviewState>(i)); })},
        {"openIssues", status.openIssues},
    };
    out.text = displayText(project->folder().string()) + ", revision " + std::to_string(status.revision) +
               "\n" + "items    " + withThousands(status.items) + " (" + withThousands(status.excluded) +
               " excluded, " + withThousands(status.rejects) + " rejected at import)\n" + "classes  " +
               countsText(out.result["classes"]) + "\nsplits   " + countsText(out.result["splits"]) +
               "\nfiles    " + countsText(out.result["files"]) + "\nreview   " +
               countsText(out.result["review"]) + "\nissues   " + withThousands(status.openIssues) + " open";
    return out;
}

namespace {

Result<VerbResult> takeBackOrRepeat(const Invocation& invocation, const char* key, const char* word,
                                    Result<Revision> (Project::*step)())
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadWrite));
    const std::int64_t wanted = invocation.integer("N", 1);
    VerbResult out;
    Json revisions = Json::array();
    for (std::int64_t i = 0; i < wanted; ++i) {
        Result<Revision> revision = (project.get()->*step)();
        if (!revision) {
            if (revisions.empty())
                return fail(revision.error());
            out.text = "Stopped there: " + revision.error().message + "\n";
            break;
        }
        revisions.push_back(*revision);
    }
    out.text += std::string(word) + " " + std::to_string(revisions.size()) + " change" +
                (revisions.size() == 1 ? "" : "s") + ".";
    out.result = {{key, revisions}};
    return out;
}

} // namespace

Result<VerbResult> runUndo(const Invocation& invocation)
{
    return takeBackOrRepeat(invocation, "undone", "Took back", &Project::undo);
}

Result<VerbResult> runRedo(const Invocation& invocation)
{
    return takeBackOrRepeat(invocation, "redone", "Brought back", &Project::redo);
}

Result<VerbResult> runHistory(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(const auto rows, project->history(invocation.integer("newest", 20)));
    TextTable table({"revision", "when", "author", "what", "rows"});
    VerbResult out;
    Json list = Json::array();
    for (const RevisionRow& row : rows) {
        table.add({std::to_string(row.revision), utcText(row.utcMs).substr(0, 19), displayText(row.author),
                   displayText(row.text) + (row.isUndone ? " (undone)" : ""), withThousands(row.rowCount)});
        list.push_back({{"revision", row.revision},
                        {"utc", utcText(row.utcMs)},
                        {"author", row.author},
                        {"verb", row.verb},
                        {"text", row.text},
                        {"rows", row.rowCount},
                        {"undoes", row.undoes},
                        {"isUndone", row.isUndone}});
    }
    out.result = {{"history", list}};
    out.text = table.text();
    return out;
}

Result<VerbResult> runDiff(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(const Edit edit, project->diff(invocation.integer("FROM", 0), invocation.integer("TO", 0)));
    VerbResult out;
    out.result = {{"diff", editToJson(edit)}};
    out.text =
        withThousands(static_cast<long long>(edit.rows.size())) + " rows differ (--json lists every field)";
    return out;
}

Result<VerbResult> runRelocate(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadWrite));
    TRAINYARD_TRY(const RelocateResult found,
                  relocate(*project, invocation.text("OLD"), invocation.text("NEW")));
    VerbResult out;
    out.result = {{"found", found.found}, {"missing", found.missing}, {"differing", found.differing}};
    out.text = withThousands(found.found) + " pictures are there, " + withThousands(found.missing) +
               " are missing, " + withThousands(found.differing) + " have another size than before.";
    return out;
}

} // namespace trainyard::cli
