// SPDX-License-Identifier: GPL-3.0-or-later
// items, split, issues, fix: what is done to single items.
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/cleaning/checks.h"
#include "core/project/edits.h"
#include "core/project/splitting.h"

#include <array>
#include <charconv>

namespace trainyard::cli {

Result<ItemId> findItem(Project& project, const std::string& text)
{
    if (text.starts_with("#")) {
        ItemId id = 0;
        const auto end = text.data() + text.size();
        if (std::from_chars(text.data() + 1, end, id).ptr == end && project.column(id) != nullptr)
            return id;
        return fail(ErrorCode::NotFound, "there is no item " + displayText(text));
    }
    if (text.empty())
        return fail(ErrorCode::InvalidArgument, "the item is an empty text; name a picture or #NUMBER");
    const std::filesystem::path path = std::filesystem::absolute(text).lexically_normal();
    for (const SourceRoot& root : project.roots()) {
        const std::filesystem::path folder = project.rootFolder(root.id);
        for (const std::string& relative : {path.lexically_relative(folder).string(), text}) {
            TRAINYARD_TRY(const auto id, project.itemByPath(root.id, relative));
            if (id)
                return *id;
        }
    }
    return fail(ErrorCode::NotFound,
                displayText(text) + ": no item has this path ('trainyard items' lists them)");
}

namespace {

/// What is said of an item, with the names of the classes.
Result<Json> annotationList(Project& project, ItemId item)
{
    TRAINYARD_TRY(const auto annotations, project.annotations(item));
    Json list = Json::array();
    for (const Annotation& annotation : annotations) {
        const ItemClass* itemClass = project.classById(annotation.classId);
        Json json = annotationToJson(annotation);
        json["class"] = itemClass == nullptr ? std::string() : itemClass->name;
        list.push_back(std::move(json));
    }
    return list;
}

} // namespace

Result<VerbResult> runItems(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(const auto items, project->items(invocation.text("FILTER")));
    TextTable table({"item", "class", "split", "file", "size", "path"});
    Json list = Json::array();
    for (const Item& item : items) {
        const ItemClass* itemClass = project->classById(item.classId);
        const std::string className = itemClass == nullptr ? "" : itemClass->name;
        if (invocation.printsJson) {
            list.push_back({{"id", item.id},
                            {"path", bytesToJson(project->itemPath(item).string())},
                            {"class", className},
                            {"split", splitName(item.split)},
                            {"file", fileStateName(item.fileState)},
                            {"review", reviewStateName(item.reviewState)},
                            {"excluded", item.isExcluded},
                            {"reason", item.isExcluded ? item.excludedReason : item.damage},
                            {"width", item.width},
                            {"height", item.height},
                            {"source", bytesToJson(item.sourcePicture)}});
            if (invocation.flag("shapes")) {
                TRAINYARD_TRY(list.back()["annotations"], annotationList(*project, item.id));
            }
        } else {
            table.add(
                {"#" + std::to_string(item.id), displayText(className), std::string(splitName(item.split)),
                 item.isExcluded ? "excluded" : std::string(fileStateName(item.fileState)),
                 std::to_string(item.width) + "x" + std::to_string(item.height), displayText(item.path)});
        }
    }
    VerbResult out;
    out.result = {{"items", list}};
    out.text = table.text() + withThousands(static_cast<long long>(items.size())) + " items";
    return out;
}

Result<VerbResult> runSplit(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadWrite));
    SplitRequest request;
    request.train = invocation.real("train", request.train);
    request.validation = invocation.real("val", request.validation);
    request.test = invocation.real("test", request.test);
    request.seed = static_cast<std::uint64_t>(invocation.integer("seed", 0));
    request.stratify = invocation.flag("stratify");
    request.reassign = invocation.flag("reassign");
    TRAINYARD_TRY(const SplitResult plan, planSplit(*project, request));
    if (!plan.edit.rows.empty())
        TRAINYARD_CHECK(project->applyNow(plan.edit));
    VerbResult out;
    out.result = {{"groups", plan.groups}, {"items", Json::object()}};
    for (std::size_t i = 1; i < 4; ++i) {
        const std::string name(splitName(static_cast<Split>(i)));
        out.result["items"][name] = plan.perSplit[i];
        out.text += (out.text.empty() ? "" : ", ") + name + " " + withThousands(plan.perSplit[i]);
    }
    out.text += " (" + withThousands(plan.groups) + " groups got a split now; the others kept theirs)";
    return out;
}

Result<VerbResult> runIssues(const Invocation& invocation)
{
    const bool dismisses = invocation.has("dismiss");
    TRAINYARD_TRY(auto project, openProject(invocation, dismisses ? Project::OpenMode::ReadWrite
                                                                  : Project::OpenMode::ReadOnly));
    VerbResult out;
    if (dismisses) {
        std::vector<IssueId> ids;
        for (const std::string& text : invocation.texts("dismiss"))
            ids.push_back(std::atoll(text.c_str()));
        TRAINYARD_TRY(const Edit edit, makeSetIssueState(*project, ids, IssueState::Dismissed));
        TRAINYARD_TRY(const Revision revision, project->applyNow(edit));
        out.result = {{"dismissed", ids.size()}, {"revision", revision}};
        out.text = "Dismissed " + std::to_string(ids.size()) + " issues.";
        return out;
    }
    std::optional<IssueKind> kind;
    if (invocation.has("KIND")) {
        kind = issueKindFromName(invocation.text("KIND"));
        if (!kind)
            return fail(ErrorCode::InvalidArgument,
                        "'" + displayText(invocation.text("KIND")) + "' is no kind of issue");
    }
    IssueState state = IssueState::Open;
    for (const IssueState each : {IssueState::Open, IssueState::Fixed, IssueState::Dismissed}) {
        if (invocation.text("state", "open") == issueStateName(each))
            state = each;
    }
    TRAINYARD_TRY(const auto issues, project->issues(kind, state));
    TextTable table({"issue", "kind", "item", "other", "score", "what"});
    Json list = Json::array();
    for (const Issue& issue : issues) {
        const ItemClass* suggested = project->classById(issue.suggested);
        char score[32];
        std::snprintf(score, sizeof score, "%.3f", issue.score);
        table.add({std::to_string(issue.id), std::string(issueKindName(issue.kind)),
                   "#" + std::to_string(issue.item),
                   issue.other == 0 ? "" : "#" + std::to_string(issue.other), score,
                   displayText(issue.text)});
        list.push_back({{"id", issue.id},
                        {"kind", issueKindName(issue.kind)},
                        {"item", issue.item},
                        {"other", issue.other},
                        {"suggested", suggested == nullptr ? "" : suggested->name},
                        {"score", issue.score},
                        {"text", issue.text}});
    }
    out.result = {{"issues", list}};
    out.text = table.text() + withThousands(static_cast<long long>(issues.size())) + " issues";
    return out;
}

Result<Json> fixRequest(const Invocation& invocation, std::string&)
{
    if (!issueKindFromName(invocation.text("KIND")))
        return fail(ErrorCode::InvalidArgument,
                    "'" + displayText(invocation.text("KIND")) +
                        "' is no kind of issue; kinds are damaged, duplicate, near-duplicate, "
                        "wrong-label, leak");
    return Json{{"kind", invocation.text("KIND")},
                {"select", invocation.texts("select")},
                {"dryRun", invocation.flag("dry-run")}};
}

Result<VerbResult> workFix(VerbContext& context)
{
    const Json& request = context.job.request;
    const bool isDry = jsonValue<bool>(request, "dryRun", false);
    TRAINYARD_TRY(auto project, openJobProject(context.job, isDry ? Project::OpenMode::ReadOnly
                                                                  : Project::OpenMode::ReadWrite));
    TRAINYARD_TRY(const auto kindName, jsonField<std::string>(request, "kind", "job.json"));
    const auto kind = issueKindFromName(kindName);
    if (!kind)
        return fail(ErrorCode::InvalidArgument, "'" + kindName + "' is no kind of issue");
    std::vector<IssueId> ids;
    for (const std::string& text : jsonValue<std::vector<std::string>>(request, "select", {}))
        ids.push_back(std::atoll(text.c_str()));
    TRAINYARD_TRY(const FixPlan plan, planFix(*project, *kind, ids));
    VerbResult out;
    out.result = {{"kind", kindName}, {"items", plan.items}, {"issues", plan.issues}, {"dryRun", isDry}};
    if (!isDry && !plan.edit.rows.empty()) {
        TRAINYARD_TRY(const Revision revision, project->applyNow(plan.edit));
        out.result["revision"] = revision;
    }
    out.text = (isDry ? "Would exclude " : "Excluded ") + withThousands(plan.items) + " items for " +
               withThousands(plan.issues) + " issues" +
               (isDry ? "." : "; 'trainyard undo' brings them back.");
    return out;
}

} // namespace trainyard::cli
