// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cleaning/leaks.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace trainyard {

namespace {

class Leaks
{
public:
    explicit Leaks(std::span<const Item> items)
    {
        for (const Item& item : items)
            m_items.emplace(item.id, &item);
    }

    [[nodiscard]] const Item* find(ItemId id) const
    {
        const auto found = m_items.find(id);
        return found == m_items.end() ? nullptr : found->second;
    }

    /// Notes the pair where its sides lie in two splits.
    void consider(const Item* a, const Item* b, const std::string& why)
    {
        if (a == nullptr || b == nullptr || a->split == Split::None || b->split == Split::None ||
            a->split == b->split)
            return;
        if (b->split < a->split)
            std::swap(a, b);
        Issue issue;
        issue.kind = IssueKind::Leak;
        issue.item = a->id;
        issue.other = b->id;
        issue.text = why + " #" + std::to_string(b->id) + ", which is in " +
                     std::string(splitName(b->split)) + " while this one is in " +
                     std::string(splitName(a->split));
        m_found.emplace(a->id, std::move(issue));
    }

    std::vector<Issue> take()
    {
        std::vector<Issue> issues;
        for (auto& [item, issue] : m_found)
            issues.push_back(std::move(issue));
        return issues;
    }

private:
    std::unordered_map<ItemId, const Item*> m_items;
    std::map<ItemId, Issue> m_found; ///< the first leak of each item
};

/// Items of one group; the pair of each with the first item of every later split.
void considerGroup(Leaks& leaks, const std::vector<const Item*>& group, const std::string& why)
{
    std::map<Split, const Item*> firsts;
    for (const Item* item : group)
        firsts.emplace(item->split, item);
    for (const Item* item : group)
        for (auto other = firsts.rbegin(); other != firsts.rend() && other->first > item->split; ++other)
            leaks.consider(item, other->second, why);
}

} // namespace

std::vector<Issue> findLeaks(std::span<const Item> items, std::span<const DuplicatePair> exact,
                             std::span<const DuplicatePair> near)
{
    Leaks leaks(items);
    std::map<ItemId, std::vector<const Item*>> copies;
    for (const DuplicatePair& pair : exact)
        if (const Item* copy = leaks.find(pair.second))
            copies[pair.first].push_back(copy);
    for (auto& [first, group] : copies) {
        if (const Item* original = leaks.find(first))
            group.insert(group.begin(), original);
        considerGroup(leaks, group, "the same bytes as");
    }
    for (const DuplicatePair& pair : near)
        leaks.consider(leaks.find(pair.first), leaks.find(pair.second), "nearly the same picture as");
    std::map<std::string, std::vector<const Item*>> groups;
    for (const Item& item : items)
        if (!item.group.empty() && item.split != Split::None)
            groups[item.group].push_back(&item);
    for (const auto& [name, group] : groups)
        considerGroup(leaks, group, "from the same source (" + displayText(name) + ") as");
    return leaks.take();
}

} // namespace trainyard
