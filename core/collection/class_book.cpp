// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/class_book.h"

#include "core/project/class_colours.h"
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
    for (char digit = '1'; hasKey && digit <= '9' && itemClass.key.empty(); ++digit) {
        const std::string key(1, digit);
        const auto& known = m_project.classes();
        const bool isTaken =
            std::any_of(known.begin(), known.end(), [&](const auto& other) { return other.key == key; }) ||
            std::find(m_madeKeys.begin(), m_madeKeys.end(), key) != m_madeKeys.end();
        if (!isTaken)
            itemClass.key = key;
    }
    m_madeKeys.push_back(itemClass.key);
    m_made.emplace(fileClass.name, itemClass.id);
    rows.push_back(rowForNewClass(itemClass));
    return itemClass.id;
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
    if (after.parent == 0) {
        TRAINYARD_TRY(const ClassId parent, parentOf(fileClass, rows));
        // A circle of broader classes would have no end.
        bool isCircle = parent == after.id;
        for (const ItemClass* above = m_project.classById(parent); above != nullptr && !isCircle;
             above = m_project.classById(above->parent))
            isCircle = above->parent == after.id;
        if (!isCircle)
            after.parent = parent;
    }
    if (after != before)
        rows.push_back(changedClass(before, after));
    return {};
}

} // namespace trainyard
