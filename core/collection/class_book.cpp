// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/class_book.h"

#include "core/project/class_colours.h"
#include "core/project/class_edits.h"
#include "core/project/row_changes.h"

#include <algorithm>

namespace trainyard {

Result<ClassId> ClassBook::idOf(const std::string& name, std::vector<RowChange>& rows)
{
    FileClass plain;
    plain.name = name;
    return take(plain, rows);
}

Result<ClassId> ClassBook::take(const FileClass& fileClass, std::vector<RowChange>& rows)
{
    if (fileClass.name.empty())
        return ClassId{0};
    if (const auto bare = m_bare.find(fileClass.name); bare != m_bare.end()) {
        ItemClass itemClass = bare->second;
        m_bare.erase(bare);
        TRAINYARD_CHECK(finish(itemClass, fileClass, rows));
        return itemClass.id;
    }
    if (const auto made = m_made.find(fileClass.name); made != m_made.end())
        return made->second;
    if (const ItemClass* known = m_project.classByName(fileClass.name)) {
        const ClassId id = known->id;
        if (m_completed.insert(id).second)
            TRAINYARD_CHECK(complete(*known, fileClass, rows));
        return id;
    }
    return make(fileClass, true, rows);
}

/// A broader class is made without a key: what is labelled is its narrower ones.
Result<ClassId> ClassBook::parentOf(const FileClass& fileClass, std::vector<RowChange>& rows)
{
    if (fileClass.parent.empty() || fileClass.parent == fileClass.name)
        return ClassId{0};
    if (const auto made = m_made.find(fileClass.parent); made != m_made.end())
        return made->second;
    if (const ItemClass* known = m_project.classByName(fileClass.parent))
        return known->id;
    FileClass parent;
    parent.name = fileClass.parent;
    return make(parent, false, rows);
}

Result<ClassId> ClassBook::make(const FileClass& fileClass, bool hasKey, std::vector<RowChange>& rows)
{
    ItemClass itemClass;
    TRAINYARD_TRY(itemClass.parent, parentOf(fileClass, rows));
    TRAINYARD_TRY(itemClass.id, m_project.newId());
    itemClass.name = fileClass.name;
    itemClass.colour = fileClass.colour.value_or(classColour(m_firstColour + m_made.size()));
    itemClass.attributes = fileClass.attributes;
    itemClass.skeleton = fileClass.skeleton;
    if (hasKey)
        itemClass.key = freeClassKey(m_project.classes(), m_madeKeys);
    m_madeKeys.push_back(itemClass.key);
    m_made.emplace(fileClass.name, itemClass.id);
    m_givenParents.emplace(itemClass.id, itemClass.parent);
    if (!hasKey)
        m_bare.emplace(fileClass.name, itemClass);
    rows.push_back(rowForNewClass(itemClass));
    return itemClass.id;
}

bool ClassBook::isAbove(ClassId above, ClassId below) const
{
    std::set<ClassId> seen;
    while (below != 0 && seen.insert(below).second) {
        if (below == above)
            return true;
        const auto made = m_givenParents.find(below);
        const ItemClass* known = m_project.classById(below);
        below = made != m_givenParents.end() ? made->second : known == nullptr ? 0 : known->parent;
    }
    return false;
}

Result<void> ClassBook::giveParent(ItemClass& itemClass, const FileClass& fileClass,
                                   std::vector<RowChange>& rows)
{
    TRAINYARD_TRY(const ClassId parent, parentOf(fileClass, rows));
    if (!isAbove(itemClass.id, parent)) // a circle of broader classes would have no end
        itemClass.parent = m_givenParents[itemClass.id] = parent;
    return {};
}

Result<void> ClassBook::finish(ItemClass& bare, const FileClass& fileClass, std::vector<RowChange>& rows)
{
    const ItemClass before = bare;
    bare.colour = fileClass.colour.value_or(before.colour);
    bare.attributes = fileClass.attributes;
    bare.skeleton = fileClass.skeleton;
    TRAINYARD_CHECK(giveParent(bare, fileClass, rows));
    if (bare != before)
        rows.push_back(changedClass(before, bare));
    return {};
}

Result<void> ClassBook::complete(const ItemClass& known, const FileClass& fileClass,
                                 std::vector<RowChange>& rows)
{
    const ItemClass before = known;
    ItemClass after = before;
    for (const AttributeSpec& spec : fileClass.attributes) {
        const bool isKnown = std::any_of(after.attributes.begin(), after.attributes.end(),
                                         [&](const auto& other) { return other.name == spec.name; });
        if (!isKnown)
            after.attributes.push_back(spec);
    }
    if (after.skeleton.names.empty())
        after.skeleton = fileClass.skeleton;
    if (after.parent == 0)
        TRAINYARD_CHECK(giveParent(after, fileClass, rows));
    if (after != before)
        rows.push_back(changedClass(before, after));
    return {};
}

} // namespace trainyard
