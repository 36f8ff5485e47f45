// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/item_embeddings.h"
#include "app/engine/request.h"
#include "app/engine/verbs.h"
#include "core/cleaning/checks.h"
#include "core/engine/linear_probe.h"

#include <algorithm>
#include <map>

namespace trainyard::engine {

namespace {

constexpr int kFolds = 5;
constexpr std::size_t kFewestItems = 20;

std::vector<Item> labelledItems(std::vector<Item> items)
{
    std::erase_if(items, [](const Item& item) {
        return item.classId == 0 || item.isExcluded || item.fileState == FileState::Damaged ||
               item.fileState == FileState::Missing;
    });
    return items;
}

std::vector<ClassId> classesOf(const std::vector<Item>& items)
{
    std::vector<ClassId> classes;
    for (const Item& item : items)
        classes.push_back(item.classId);
    std::sort(classes.begin(), classes.end());
    classes.erase(std::unique(classes.begin(), classes.end()), classes.end());
    return classes;
}

/// Items whose label an independent probe on embeddings doubts; nothing where there is too little to learn
/// from.
Result<std::vector<LabelDoubt>> doubtfulLabels(Project& project, VerbContext& context, DecoderPool& decoders)
{
    TRAINYARD_TRY(auto all, project.items());
    const std::vector<Item> items = labelledItems(std::move(all));
    const std::vector<ClassId> classes = classesOf(items);
    if (classes.size() < 2 || items.size() < kFewestItems) {
        context.console.note("wrong labels were not looked for: that needs two classes and " +
                             std::to_string(kFewestItems) + " labelled pictures");
        return std::vector<LabelDoubt>();
    }
    TRAINYARD_TRY(auto embeddings, itemEmbeddings(project, items, decoders, context));
    ProbeRequest probe;
    probe.classes = static_cast<std::int32_t>(classes.size());
    probe.folds = kFolds;
    std::vector<ItemProbabilities> answers;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (embeddings[i].empty())
            continue; // its file cannot be read: the check of damaged pictures says so
        const auto label =
            std::lower_bound(classes.begin(), classes.end(), items[i].classId) - classes.begin();
        probe.embeddings.push_back(std::move(embeddings[i]));
        probe.labels.push_back(static_cast<std::int32_t>(label));
        probe.groups.push_back(independentUnit(items[i]));
        answers.push_back({items[i].id, items[i].classId, {}});
    }
    context.progress({"looking for wrong labels", 0, 1});
    TRAINYARD_TRY(auto probabilities, crossValidatedProbabilities(probe));
    context.progress({"looking for wrong labels", 1, 1});
    for (std::size_t i = 0; i < answers.size(); ++i)
        answers[i].probabilities = std::move(probabilities[i]);
    return findLabelDoubts(answers, classes);
}

void merge(CheckResult& total, const CheckResult& part)
{
    for (const auto& [kind, count] : part.found)
        total.found[kind] = count;
    for (const auto& [kind, count] : part.added)
        total.added[kind] = count;
}

VerbResult resultOf(const CheckResult& check)
{
    VerbResult result;
    result.result = {{"found", Json::object()}, {"added", Json::object()}};
    for (const auto& [kind, count] : check.found) {
        const std::string name(issueKindName(kind));
        result.result["found"][name] = count;
        result.text += (result.text.empty() ? "" : ", ") + name + " " + std::to_string(count);
    }
    for (const auto& [kind, count] : check.added)
        result.result["added"][std::string(issueKindName(kind))] = count;
    result.text =
        "Open issues: " + (result.text.empty() ? "none" : result.text) + ". `trainyard issues` lists them.";
    return result;
}

} // namespace

Result<VerbResult> workCheck(VerbContext& context)
{
    std::vector<IssueKind> kinds;
    bool wantsLabels = false;
    for (const std::string& name : jsonValue<std::vector<std::string>>(context.job.request, "kinds", {})) {
        const auto kind = issueKindFromName(name);
        if (!kind)
            return fail(ErrorCode::InvalidArgument, "'" + name + "' is no kind of issue");
        if (*kind == IssueKind::WrongLabel)
            wantsLabels = true;
        else
            kinds.push_back(*kind);
    }
    TRAINYARD_TRY(auto project, openProject(context.job, Project::OpenMode::ReadWrite));
    const auto decoders = makeDecoders();
    CheckResult total;
    if (!kinds.empty()) {
        TRAINYARD_TRY(total,
                      checkPictures(*project, *decoders, kinds, context.cancellation, context.progress));
    }
    if (wantsLabels) {
        TRAINYARD_TRY(const auto doubts, doubtfulLabels(*project, context, *decoders));
        TRAINYARD_TRY(const CheckResult labels, recordLabelDoubts(*project, doubts));
        merge(total, labels);
    }
    return resultOf(total);
}

} // namespace trainyard::engine
