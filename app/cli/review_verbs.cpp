// SPDX-License-Identifier: GPL-3.0-or-later
// review, agreement: what a second person says of labels.
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/evaluation/agreement.h"
#include "core/project/opinions.h"
#include "core/project/review_edits.h"

#include <cstdio>

namespace trainyard::cli {

namespace {

Result<VerbResult> listQueue(const Invocation& invocation)
{
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(const std::vector<ItemId> queue, reviewQueue(*project));
    VerbResult out;
    out.result = {{"waiting", queue}};
    if (queue.empty()) {
        out.text = "Nothing waits for a review.";
        return out;
    }
    TRAINYARD_TRY(const Item first, project->item(queue.front()));
    out.text = withThousands(static_cast<long long>(queue.size())) + " items wait for a review. Next: #" +
               std::to_string(first.id) + " " + displayText(first.path) +
               (first.reviewComment.empty() ? "" : " (" + displayText(first.reviewComment) + ")");
    return out;
}

} // namespace

Result<VerbResult> runReview(const Invocation& invocation)
{
    if (!invocation.has("STATE"))
        return listQueue(invocation);
    const auto state = reviewStateFromName(invocation.text("STATE"));
    if (!state)
        return fail(ErrorCode::InvalidArgument,
                    "'" + displayText(invocation.text("STATE")) +
                        "' is no review state; they are unlabelled, in-work, labelled, reviewed, rejected");
    const std::vector<std::string> names = invocation.texts("ITEM");
    if (names.empty() == !invocation.has("items"))
        return fail(ErrorCode::InvalidArgument, "name items, or give --items FILTER");
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadWrite));
    std::vector<ItemId> items;
    if (names.empty()) {
        TRAINYARD_TRY(items, project->itemIds(invocation.text("items")));
    }
    for (const std::string& name : names) {
        TRAINYARD_TRY(const ItemId item, findItem(*project, name));
        items.push_back(item);
    }
    TRAINYARD_TRY(const Revision revision, setReview(*project, items, *state, invocation.text("comment")));
    VerbResult out;
    out.result = {{"items", items.size()}, {"state", reviewStateName(*state)}, {"revision", revision}};
    out.text = withThousands(static_cast<long long>(items.size())) + " items are " +
               std::string(reviewStateName(*state)) + ", revision " + std::to_string(revision) + ".";
    return out;
}

namespace {

std::string number(std::optional<double> value)
{
    char text[32] = "";
    if (value)
        std::snprintf(text, sizeof text, "%.3f", *value);
    return text;
}

Json optionalJson(std::optional<double> value)
{
    return value ? Json(*value) : Json(nullptr);
}

std::string nameOf(const Project& project, ClassId classId)
{
    const ItemClass* known = project.classById(classId);
    return known == nullptr ? "(none)" : known->name;
}

Json kappaJson(const KappaFigures& figures)
{
    return {{"n", figures.items}, {"agreeing", figures.agreeing}, {"kappa", optionalJson(figures.kappa)}};
}

Json shapesJson(const ShapeFigures& figures)
{
    return {{"first", figures.first},
            {"second", figures.second},
            {"paired", figures.paired},
            {"f1", optionalJson(figures.f1())},
            {"meanIou", figures.meanIou}};
}

Json confusionsJson(const Project& project, const Confusions& answers)
{
    Json list = Json::array();
    for (const auto& [classes, n] : answers)
        if (classes.first != classes.second)
            list.push_back({{"first", bytesToJson(nameOf(project, classes.first))},
                            {"second", bytesToJson(nameOf(project, classes.second))},
                            {"n", n}});
    return list;
}

Json differingJson(const Project& project, const std::vector<ItemDifference>& differing)
{
    Json list = Json::array();
    for (const ItemDifference& difference : differing) {
        Json entry{{"item", difference.item},
                   {"onlyFirst", difference.onlyFirst},
                   {"onlySecond", difference.onlySecond},
                   {"otherClass", difference.otherClass}};
        if (difference.firstTag != 0 || difference.secondTag != 0) {
            entry["first"] = bytesToJson(nameOf(project, difference.firstTag));
            entry["second"] = bytesToJson(nameOf(project, difference.secondTag));
        }
        list.push_back(std::move(entry));
    }
    return list;
}

VerbResult agreementResult(const Project& project, const Agreement& agreement, double threshold)
{
    TextTable table({"class", "tags n", "kappa", "shapes", "paired", "F1", "mean IoU"});
    Json classes = Json::array();
    std::map<ClassId, std::pair<KappaFigures, ShapeFigures>> rows;
    for (const auto& [classId, figures] : agreement.tagsPerClass)
        rows[classId].first = figures;
    for (const auto& [classId, figures] : agreement.shapesPerClass)
        rows[classId].second = figures;
    const auto add = [&](const std::string& name, const KappaFigures& tags, const ShapeFigures& shapes) {
        table.add({displayText(name), withThousands(tags.items), number(tags.kappa),
                   withThousands(shapes.first) + "+" + withThousands(shapes.second),
                   withThousands(shapes.paired), number(shapes.f1()),
                   shapes.paired == 0 ? "" : number(shapes.meanIou)});
    };
    for (const auto& [classId, figures] : rows) {
        const std::string name = nameOf(project, classId);
        add(name, figures.first, figures.second);
        classes.push_back({{"class", bytesToJson(name)},
                           {"tags", kappaJson(figures.first)},
                           {"shapes", shapesJson(figures.second)}});
    }
    add("all", agreement.tags, agreement.shapes);
    VerbResult out;
    out.result = {{"items", agreement.items},
                  {"threshold", threshold},
                  {"tags", kappaJson(agreement.tags)},
                  {"shapes", shapesJson(agreement.shapes)},
                  {"shapePairs", agreement.pairs},
                  {"shapeClasses", kappaJson(agreement.shapeClasses)},
                  {"classes", std::move(classes)},
                  {"tagConfusions", confusionsJson(project, agreement.tagAnswers)},
                  {"shapeConfusions", confusionsJson(project, agreement.shapeAnswers)},
                  {"differing", differingJson(project, agreement.differing)}};
    out.text = table.text() + withThousands(agreement.items) + " items labelled by both; " +
               withThousands(agreement.pairs) + " shapes at the same place (IoU " + number(threshold) +
               " or more), kappa of their classes " + number(agreement.shapeClasses.kappa) + "; " +
               withThousands(std::ssize(agreement.differing)) + " items on which they differ";
    return out;
}

} // namespace

Result<VerbResult> runAgreement(const Invocation& invocation)
{
    const double threshold = invocation.real("iou", 0.5);
    if (!(threshold > 0 && threshold <= 1))
        return fail(ErrorCode::InvalidArgument, "--iou is above 0 and at most 1");
    TRAINYARD_TRY(auto project, openProject(invocation, Project::OpenMode::ReadOnly));
    TRAINYARD_TRY(const auto people, itemsWithOpinions(project->folder()));
    const std::string second = invocation.text("PERSON");
    const std::string first = invocation.text("with");
    if (second.empty() && people.size() != 1) {
        std::string names;
        for (const auto& [name, items] : people)
            names += (names.empty() ? "" : ", ") + displayText(name);
        return fail(ErrorCode::InvalidArgument,
                    people.empty() ? "nobody gave a second opinion; 'trainyard label --by NAME' does"
                                   : "name the person: " + names);
    }
    const std::string name = second.empty() ? people.begin()->first : second;
    if (!first.empty() && !people.contains(first))
        return fail(ErrorCode::NotFound, "--with: there is no label by '" + displayText(first) + "'");
    const auto theirs = people.find(name);
    if (theirs == people.end())
        return fail(ErrorCode::NotFound, "there is no label by '" + displayText(name) + "'");
    TRAINYARD_TRY(const auto annotations, project->annotationsOf(theirs->second));
    return agreementResult(*project, measureAgreement(opinionsByItem(annotations, first, name), threshold),
                           threshold);
}

} // namespace trainyard::cli
