// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/class_book.h"

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
    if (const auto made = m_made.find(name); made != m_made.end())
        return made->second;
    if (const ItemClass* known = m_project.classByName(name))
        return known->id;
    ItemClass itemClass;
    TRAINYARD_TRY(itemClass.id, m_project.newId());
    itemClass.name = name;
    itemClass.colour = classColour(m_firstColour + m_made.size());
    for (char digit = '1'; digit <= '9' && itemClass.key.empty(); ++digit) {
        const std::string key(1, digit);
        const auto& known = m_project.classes();
        const bool isTaken =
            std::any_of(known.begin(), known.end(), [&](const auto& other) { return other.key == key; }) ||
            std::find(m_madeKeys.begin(), m_madeKeys.end(), key) != m_madeKeys.end();
        if (!isTaken)
            itemClass.key = key;
    }
    m_madeKeys.push_back(itemClass.key);
    m_made.emplace(name, itemClass.id);
    rows.push_back(rowForNewClass(itemClass));
    return itemClass.id;
}

} // namespace trainyard
