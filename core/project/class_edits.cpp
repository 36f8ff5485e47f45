// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/class_edits.h"

#include "core/base/path_text.h"
#include "core/labels/label_set.h"
#include "core/project/row_changes.h"

#include <algorithm>
#include <set>

namespace trainyard {

namespace {

Result<const ItemClass*> need(const Project& project, ClassId classId)
{
    if (const ItemClass* found = project.classById(classId))
        return found;
    return fail(ErrorCode::NotFound, "there is no class with the id " + std::to_string(classId));
}

Edit changed(std::string verb, std::string text, const ItemClass& before, const ItemClass& after)
{
    Edit edit{std::move(verb), std::move(text), {}};
    if (RowChange row = changedClass(before, after); !row.fields.empty())
        edit.rows.push_back(std::move(row));
    return edit;
}

Result<void> checkNames(const std::vector<std::string>& names, const char* what)
{
    std::set<std::string> known;
    for (const std::string& name : names) {
        if (name.empty())
            return fail(ErrorCode::InvalidArgument, std::string(what) + " needs a name");
        if (!known.insert(name).second) {
            return fail(ErrorCode::InvalidArgument, std::string("there are two of the name '") +
                                                        displayText(name) + "'; give each its own");
        }
    }
    return {};
}

} // namespace

bool isClassBelow(const Project& project, ClassId classId, ClassId above)
{
    std::set<ClassId> seen; // a damaged project may hold a circle
    while (classId != 0 && seen.insert(classId).second) {
        if (classId == above)
            return true;
        const ItemClass* itemClass = project.classById(classId);
        classId = itemClass == nullptr ? 0 : itemClass->parent;
    }
    return false;
}

Result<void> checkClassName(const std::string& name)
{
    if (name.empty())
        return fail(ErrorCode::InvalidArgument, "a class needs a name");
    if (name.size() > kMaxClassNameBytes)
        return fail(ErrorCode::InvalidArgument, "the name of a class is at most " +
                                                    std::to_string(kMaxClassNameBytes) + " bytes long, not " +
                                                    std::to_string(name.size()));
    if (plainText(name) != name)
        return fail(ErrorCode::InvalidArgument,
                    "'" + displayText(name) +
                        "' is no name for a class: a name is text in UTF-8 without line breaks");
    if (name.front() == ' ' || name.back() == ' ')
        return fail(ErrorCode::InvalidArgument,
                    "'" + displayText(name) + "': take the blank away at the name's beginning or end");
    return {};
}

std::string freeClassKey(std::span<const ItemClass> classes, std::span<const std::string> taken)
{
    for (char digit = '1'; digit <= '9'; ++digit) {
        const std::string key(1, digit);
        const bool isTaken = std::any_of(classes.begin(), classes.end(),
                                         [&](const auto& other) { return other.key == key; }) ||
                             std::find(taken.begin(), taken.end(), key) != taken.end();
        if (!isTaken)
            return key;
    }
    return {};
}

Result<Edit> makeRenameClass(Project& project, ClassId classId, const std::string& name)
{
    TRAINYARD_TRY(const ItemClass* before, need(project, classId));
    TRAINYARD_CHECK(checkClassName(name));
    if (const ItemClass* other = project.classByName(name); other != nullptr && other != before) {
        return fail(ErrorCode::InvalidArgument,
                    "there is a class '" + displayText(name) + "' already; merge the two to make them one");
    }
    ItemClass after = *before;
    after.name = name;
    return changed("rename-class", "class " + displayText(before->name) + " is now " + displayText(name),
                   *before, after);
}

Result<Edit> makeSetClassColour(Project& project, ClassId classId, std::uint32_t colour)
{
    TRAINYARD_TRY(const ItemClass* before, need(project, classId));
    if (colour > 0xFFFFFF)
        return fail(ErrorCode::InvalidArgument, "a colour is a number up to 0xFFFFFF");
    ItemClass after = *before;
    after.colour = colour;
    return changed("recolour-class", "colour of class " + displayText(before->name), *before, after);
}

Result<Edit> makeSetClassKey(Project& project, ClassId classId, const std::string& key)
{
    TRAINYARD_TRY(const ItemClass* before, need(project, classId));
    if (!key.empty() && (key.size() != 1 || key[0] < '1' || key[0] > '9'))
        return fail(ErrorCode::InvalidArgument, "the key of a class is 1 to 9, or none");
    ItemClass after = *before;
    after.key = key;
    Edit edit = changed("set-class-key",
                        "key of class " + displayText(before->name) + " is " + (key.empty() ? "none" : key),
                        *before, after);
    for (const ItemClass& other : project.classes()) {
        if (key.empty() || other.id == classId || other.key != key)
            continue;
        ItemClass without = other;
        without.key.clear();
        edit.rows.push_back(changedClass(other, without));
    }
    return edit;
}

Result<Edit> makeSetClassParent(Project& project, ClassId classId, ClassId parent)
{
    TRAINYARD_TRY(const ItemClass* before, need(project, classId));
    std::string words = "no broader class";
    if (parent != 0) {
        TRAINYARD_TRY(const ItemClass* above, need(project, parent));
        if (isClassBelow(project, parent, classId)) {
            return fail(ErrorCode::InvalidArgument, "'" + displayText(above->name) + "' is '" +
                                                        displayText(before->name) +
                                                        "' or lies below it: that would be a circle");
        }
        words = displayText(above->name) + " above it";
    }
    ItemClass after = *before;
    after.parent = parent;
    return changed("set-class-parent", "class " + displayText(before->name) + " has " + words, *before,
                   after);
}

Result<Edit> makeSetClassGuide(Project& project, ClassId classId, const std::string& guide,
                               std::span<const ItemId> examples)
{
    TRAINYARD_TRY(const ItemClass* before, need(project, classId));
    ItemClass after = *before;
    after.guide = guide;
    after.examples.clear();
    for (const ItemId example : examples) {
        if (project.column(example) == nullptr)
            return fail(ErrorCode::NotFound, "there is no item #" + std::to_string(example));
        if (std::find(after.examples.begin(), after.examples.end(), example) == after.examples.end())
            after.examples.push_back(example);
    }
    return changed("set-class-guide", "guide of class " + displayText(before->name), *before, after);
}

Result<Edit> makeSetClassAttributes(Project& project, ClassId classId,
                                    const std::vector<AttributeSpec>& attributes)
{
    TRAINYARD_TRY(const ItemClass* before, need(project, classId));
    std::vector<std::string> names;
    for (const AttributeSpec& spec : attributes) {
        names.push_back(spec.name);
        const std::string name = "attribute '" + displayText(spec.name) + "'";
        if (spec.kind == AttributeKind::Choice && spec.choices.empty())
            return fail(ErrorCode::InvalidArgument, name + ": a choice needs something to choose from");
        if (spec.preset && !fitsAttribute(spec, *spec.preset))
            return fail(ErrorCode::InvalidArgument, name + ": its preset is no value that it can have");
    }
    TRAINYARD_CHECK(checkNames(names, "an attribute"));
    ItemClass after = *before;
    after.attributes = attributes;
    return changed("set-class-attributes", "attributes of class " + displayText(before->name), *before,
                   after);
}

Result<Edit> makeSetClassSkeleton(Project& project, ClassId classId, const Skeleton& skeleton)
{
    TRAINYARD_TRY(const ItemClass* before, need(project, classId));
    TRAINYARD_CHECK(checkNames(skeleton.names, "a keypoint"));
    const int count = static_cast<int>(skeleton.names.size());
    for (const auto& [from, to] : skeleton.bones) {
        if (from < 0 || to < 0 || from >= count || to >= count || from == to)
            return fail(ErrorCode::InvalidArgument, "a line of the skeleton joins two different keypoints");
    }
    ItemClass after = *before;
    after.skeleton = skeleton;
    return changed("set-class-skeleton", "skeleton of class " + displayText(before->name), *before, after);
}

} // namespace trainyard
