// SPDX-License-Identifier: GPL-3.0-or-later
// classes: what the class manager of the studio does, as commands.
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/project/class_colours.h"
#include "core/project/class_counts.h"
#include "core/project/class_edits.h"
#include "core/project/class_remap.h"
#include "core/project/edits.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace trainyard::cli {

namespace {

using Action = Result<VerbResult> (*)(Project&, const Invocation&);

/// The number of "#17"; 0 for other texts.
ClassId idFrom(const std::string& text)
{
    ClassId id = 0;
    const char* end = text.data() + text.size();
    if (!text.starts_with("#") || std::from_chars(text.data() + 1, end, id).ptr != end)
        return 0;
    return id;
}

/// A class by name or "#id".
Result<ClassId> classNamed(const Project& project, const std::string& name, const char* what)
{
    if (name.empty())
        return fail(ErrorCode::InvalidArgument, std::string("name the ") + what);
    if (project.classById(idFrom(name)) != nullptr)
        return idFrom(name);
    if (const ItemClass* found = project.classByName(name))
        return found->id;
    return fail(ErrorCode::NotFound,
                "there is no class '" + displayText(name) + "' ('trainyard classes' lists them)");
}

Result<ClassId> firstClass(const Project& project, const Invocation& invocation)
{
    return classNamed(project, invocation.text("CLASS"), "class");
}

VerbResult saved(Revision revision)
{
    VerbResult out;
    out.result = {{"revision", revision}};
    out.text = "Saved as revision " + std::to_string(revision) + "; 'trainyard undo' takes it back.";
    return out;
}

Result<VerbResult> applied(Project& project, Result<Edit> edit)
{
    TRAINYARD_CHECK(edit);
    TRAINYARD_TRY(const Revision revision, project.applyNow(*edit));
    return saved(revision);
}

std::string colourText(std::uint32_t colour)
{
    char text[8];
    std::snprintf(text, sizeof text, "#%06X", colour & 0xFFFFFFU);
    return text;
}

Result<std::uint32_t> colourFrom(std::string text)
{
    if (text.starts_with("#"))
        text.erase(0, 1);
    std::uint32_t colour = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), colour, 16);
    if (text.size() != 6 || error != std::errc() || end != text.data() + text.size())
        return fail(ErrorCode::InvalidArgument, "'" + displayText(text) + "': a colour is #RRGGBB");
    return colour;
}

Json classJson(const Project& project, const ItemClass& itemClass, const ClassCount& count)
{
    const ItemClass* parent = project.classById(itemClass.parent);
    Json attributes = Json::array();
    for (const AttributeSpec& spec : itemClass.attributes)
        attributes.push_back({{"name", bytesToJson(spec.name)},
                              {"kind", attributeKindName(spec.kind)},
                              {"choices", spec.choices}});
    return {{"id", itemClass.id},
            {"name", bytesToJson(itemClass.name)},
            {"colour", colourText(itemClass.colour)},
            {"key", itemClass.key},
            {"parent", parent == nullptr ? Json("") : bytesToJson(parent->name)},
            {"guide", bytesToJson(itemClass.guide)},
            {"examples", itemClass.examples},
            {"attributes", attributes},
            {"skeleton", itemClass.skeleton.names},
            {"tags", count.tags},
            {"shapes", count.shapes},
            {"opinions", count.opinions}};
}

Result<VerbResult> list(Project& project, const Invocation&)
{
    TRAINYARD_TRY(const auto counts, countClassLabels(project.folder()));
    TextTable table({"class", "colour", "key", "below", "tags", "shapes"});
    Json classes = Json::array();
    for (const ItemClass& itemClass : project.classes()) {
        ClassCount count;
        for (const ClassCount& known : counts)
            if (known.classId == itemClass.id)
                count = known;
        const ItemClass* parent = project.classById(itemClass.parent);
        table.add({displayText(itemClass.name), colourText(itemClass.colour), itemClass.key,
                   parent == nullptr ? "" : displayText(parent->name), withThousands(count.tags),
                   withThousands(count.shapes)});
        classes.push_back(classJson(project, itemClass, count));
    }
    VerbResult out;
    out.text = table.text() + withThousands(static_cast<long long>(project.classes().size())) + " classes";
    Json deleted = Json::array();
    for (const ClassCount& count : counts) {
        if (!count.isDeleted)
            continue;
        const ItemClass* successor = project.classById(count.successor);
        const std::string into = successor == nullptr ? "CLASS" : successor->name;
        out.text += "\n" + withThousands(count.all()) + " labels of the deleted class " +
                    displayText(count.name) + ": 'trainyard classes adopt " + displayText(count.name) + " " +
                    displayText(into) + "'";
        deleted.push_back({{"id", count.classId},
                           {"name", bytesToJson(count.name)},
                           {"successor", successor == nullptr ? Json("") : bytesToJson(successor->name)},
                           {"tags", count.tags},
                           {"shapes", count.shapes},
                           {"opinions", count.opinions}});
    }
    out.result = {{"classes", std::move(classes)}, {"deleted", std::move(deleted)}};
    return out;
}

Result<VerbResult> add(Project& project, const Invocation& invocation)
{
    std::uint32_t colour = freshClassColour(project.classes());
    if (invocation.has("VALUE")) {
        TRAINYARD_TRY(colour, colourFrom(invocation.text("VALUE")));
    }
    return applied(project, makeAddClass(project, invocation.text("CLASS"), colour, {}));
}

Result<VerbResult> rename(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId classId, firstClass(project, invocation));
    return applied(project, makeRenameClass(project, classId, invocation.text("VALUE")));
}

Result<VerbResult> recolour(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId classId, firstClass(project, invocation));
    TRAINYARD_TRY(const std::uint32_t colour, colourFrom(invocation.text("VALUE")));
    return applied(project, makeSetClassColour(project, classId, colour));
}

Result<VerbResult> key(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId classId, firstClass(project, invocation));
    const std::string value = invocation.text("VALUE");
    return applied(project, makeSetClassKey(project, classId, value == "-" ? std::string() : value));
}

Result<VerbResult> parent(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId classId, firstClass(project, invocation));
    ClassId above = 0;
    if (invocation.text("VALUE") != "-") {
        TRAINYARD_TRY(above, classNamed(project, invocation.text("VALUE"), "broader class (or -)"));
    }
    return applied(project, makeSetClassParent(project, classId, above));
}

Result<VerbResult> guide(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId classId, firstClass(project, invocation));
    const ItemClass before = *project.classById(classId);
    std::vector<ItemId> examples = before.examples;
    if (invocation.has("items")) {
        TRAINYARD_TRY(examples, project.itemIds(invocation.text("items")));
    }
    return applied(project,
                   makeSetClassGuide(project, classId, invocation.text("VALUE", before.guide), examples));
}

Result<VerbResult> merge(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId from, firstClass(project, invocation));
    TRAINYARD_TRY(const ClassId into, classNamed(project, invocation.text("VALUE"), "class to merge into"));
    TRAINYARD_TRY(const Revision revision, mergeClasses(project, from, into));
    return saved(revision);
}

Result<VerbResult> split(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId from, firstClass(project, invocation));
    if (!invocation.has("items") || invocation.text("VALUE").empty())
        return fail(ErrorCode::InvalidArgument, "classes split CLASS NEW --items FILTER");
    LabelChoice choice;
    TRAINYARD_TRY(choice.items, project.itemIds(invocation.text("items")));
    TRAINYARD_TRY(const Revision revision, splitClass(project, from, invocation.text("VALUE"),
                                                      freshClassColour(project.classes()), choice));
    return saved(revision);
}

Result<VerbResult> remove(Project& project, const Invocation& invocation)
{
    TRAINYARD_TRY(const ClassId classId, firstClass(project, invocation));
    if (invocation.has("remap") == invocation.flag("with-labels"))
        return fail(ErrorCode::InvalidArgument,
                    "say what becomes of its labels: --remap CLASS, or --with-labels to delete them too");
    if (invocation.flag("with-labels")) {
        TRAINYARD_TRY(const Revision revision, deleteClass(project, classId));
        return saved(revision);
    }
    TRAINYARD_TRY(const ClassId into, classNamed(project, invocation.text("remap"), "class to remap to"));
    TRAINYARD_TRY(const Revision revision, mergeClasses(project, classId, into));
    return saved(revision);
}

Result<VerbResult> adopt(Project& project, const Invocation& invocation)
{
    const std::string name = invocation.text("CLASS");
    ClassId into = 0;
    if (invocation.has("VALUE")) {
        TRAINYARD_TRY(into, classNamed(project, invocation.text("VALUE"), "class that takes the labels"));
    }
    TRAINYARD_TRY(const auto counts, countClassLabels(project.folder()));
    const auto gone = std::find_if(counts.begin(), counts.end(), [&](const ClassCount& count) {
        return count.isDeleted && (count.name == name || count.classId == idFrom(name));
    });
    if (gone == counts.end())
        return fail(ErrorCode::NotFound, "no deleted class '" + displayText(name) + "' has labels");
    TRAINYARD_TRY(const Revision revision, adoptLabels(project, gone->classId, into));
    return saved(revision);
}

constexpr std::pair<const char*, Action> kActions[] = {
    {"list", list},   {"add", add},       {"rename", rename}, {"recolour", recolour},
    {"key", key},     {"parent", parent}, {"guide", guide},   {"merge", merge},
    {"split", split}, {"delete", remove}, {"adopt", adopt},
};

} // namespace

Result<VerbResult> runClasses(const Invocation& invocation)
{
    const std::string name = invocation.text("ACTION", "list");
    for (const auto& [word, action] : kActions) {
        if (name != word)
            continue;
        const auto mode = action == list ? Project::OpenMode::ReadOnly : Project::OpenMode::ReadWrite;
        TRAINYARD_TRY(auto project, openProject(invocation, mode));
        return action(*project, invocation);
    }
    std::string known;
    for (const auto& [word, action] : kActions)
        known += (known.empty() ? "" : ", ") + std::string(word);
    return fail(ErrorCode::InvalidArgument,
                "'" + displayText(name) + "' is no action of classes; they are " + known);
}

} // namespace trainyard::cli
