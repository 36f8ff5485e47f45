// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/class_book.h"

#include "core/project/row_changes.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace trainyard {

namespace {

/// Colours that people tell apart, in the order of their use; readable on light and dark grounds.
constexpr std::array<std::uint32_t, 20> kColours = {
    0xE6194B, 0x3CB44B, 0x4363D8, 0xF58231, 0x911EB4, 0x42D4F4, 0xF032E6, 0xBFEF45, 0xFABED4, 0x469990,
    0xDCBEFF, 0x9A6324, 0xFFE119, 0xAA2E25, 0x6FCF97, 0x808000, 0xFFB37A, 0x3D5A98, 0xA9A9F5, 0xC71585,
};

/// Hue in turns, saturation 0.65, value 0.9.
std::uint32_t fromHue(double hue)
{
    const auto channel = [&](double offset) {
        const double k = std::fmod(offset + hue * 6, 6);
        const double value = 0.9 * (1 - 0.65 * std::max(0.0, std::min({k, 4 - k, 1.0})));
        return static_cast<std::uint32_t>(std::lround(value * 255));
    };
    return channel(5) << 16 | channel(3) << 8 | channel(1);
}

} // namespace

std::uint32_t classColour(std::size_t index)
{
    if (index < kColours.size())
        return kColours[index];
    constexpr double kGoldenAngle = 0.381966011250105; // of a turn
    return fromHue(std::fmod(static_cast<double>(index) * kGoldenAngle, 1.0));
}

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
