// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/splitting.h"

#include "core/project/edits.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <tuple>

namespace trainyard {

namespace {

constexpr std::array<Split, 3> kSplits = {Split::Train, Split::Validation, Split::Test};
constexpr double kSame = 1e-9;

/// The unit of independence: items that must not be torn apart.
struct Group
{
    std::vector<const Item*> items;      ///< that may be used
    std::vector<const Item*> bystanders; ///< excluded and damaged ones
    Split split = Split::None;
    ClassId stratum = 0;
};

using Groups = std::map<std::string, Group>;
using Counts = std::array<std::int64_t, 4>;

std::string groupKey(const Item& item)
{
    std::string key;
    if (!item.group.empty()) {
        key = 'g';
        key += item.group;
    } else if (!item.sourcePicture.empty()) {
        key = 'p';
        key += item.sourcePicture;
    } else if (item.contentHash != 0) {
        key = 'h';
        key += std::to_string(item.contentHash);
    } else {
        // Without a hash nothing is known to be the same.
        key = 'i';
        key += std::to_string(item.id);
    }
    return key;
}

bool isUsable(const Item& item)
{
    return !item.isExcluded && item.fileState != FileState::Damaged;
}

Groups groupsOf(const std::vector<Item>& items, bool reassign)
{
    Groups groups;
    for (const Item& item : items) {
        Group& group = groups[groupKey(item)];
        (isUsable(item) ? group.items : group.bystanders).push_back(&item);
        if (group.split == Split::None && !reassign)
            group.split = item.split;
    }
    return groups;
}

void findStrata(Groups& groups)
{
    std::map<ClassId, std::int64_t> perClass;
    for (const auto& [key, group] : groups) {
        for (const Item* item : group.items)
            ++perClass[item->classId];
    }
    for (auto& [key, group] : groups) {
        const auto isRarer = [&](const Item* a, const Item* b) {
            return std::pair(perClass[a->classId], a->classId) < std::pair(perClass[b->classId], b->classId);
        };
        const auto rarest = std::min_element(group.items.begin(), group.items.end(), isRarer);
        if (rarest != group.items.end())
            group.stratum = (*rarest)->classId;
    }
}

/// How many items each split lacks for its share of `total`.
std::array<double, 3> lacking(const std::array<double, 3>& shares, const Counts& counts, std::int64_t total)
{
    std::array<double, 3> lack{};
    for (std::size_t i = 0; i < 3; ++i)
        lack[i] = shares[i] * static_cast<double>(total) - static_cast<double>(counts[i + 1]);
    return lack;
}

/// Gives splits to groups and counts, by stratum and over all.
class SplitFiller
{
public:
    SplitFiller(const Groups& groups, std::array<double, 3> shares) : m_shares(shares)
    {
        for (const auto& [key, group] : groups) {
            const auto count = static_cast<std::int64_t>(group.items.size());
            m_totals[group.stratum] += count;
            m_total += count;
            if (group.split != Split::None)
                add(group);
        }
    }

    void fill(Group& group)
    {
        const auto within = lacking(m_shares, m_counts[group.stratum], m_totals[group.stratum]);
        const auto overall = lacking(m_shares, m_overall, m_total);
        std::size_t best = 3;
        for (std::size_t i = 0; i < 3; ++i) {
            if (m_shares[i] <= 0)
                continue;
            const bool isBetter = best == 3 || within[i] > within[best] + kSame ||
                                  (within[i] > within[best] - kSame && overall[i] > overall[best] + kSame);
            if (isBetter)
                best = i;
        }
        group.split = kSplits[best];
        add(group);
    }

    [[nodiscard]] const Counts& overall() const { return m_overall; }

private:
    void add(const Group& group)
    {
        const auto count = static_cast<std::int64_t>(group.items.size());
        m_counts[group.stratum][static_cast<std::size_t>(group.split)] += count;
        m_overall[static_cast<std::size_t>(group.split)] += count;
    }

    std::array<double, 3> m_shares;
    std::map<ClassId, Counts> m_counts;
    std::map<ClassId, std::int64_t> m_totals;
    Counts m_overall{};
    std::int64_t m_total = 0;
};

Result<std::array<double, 3>> sharesOf(const SplitRequest& request)
{
    const std::array<double, 3> percent = {request.train, request.validation, request.test};
    double sum = 0;
    for (const double share : percent) {
        if (!std::isfinite(share) || share < 0)
            return fail(ErrorCode::InvalidArgument, "the shares of train, val and test must not be negative");
        sum += share;
    }
    if (std::abs(sum - 100) > 1e-6) {
        return fail(ErrorCode::InvalidArgument,
                    "the shares of train, val and test must add up to 100, and they add up to " +
                        std::to_string(sum));
    }
    return std::array<double, 3>{percent[0] / 100, percent[1] / 100, percent[2] / 100};
}

std::vector<std::pair<ItemId, Split>> changedSplits(const Groups& groups)
{
    std::vector<std::pair<ItemId, Split>> changes;
    for (const auto& [key, group] : groups) {
        for (const Item* item : group.items) {
            if (item->split != group.split)
                changes.emplace_back(item->id, group.split);
        }
        // What is left out now follows its group where it has a split already, so that it never leaks when it
        // returns.
        for (const Item* item : group.bystanders) {
            if (item->split != Split::None && group.split != Split::None && item->split != group.split)
                changes.emplace_back(item->id, group.split);
        }
    }
    std::sort(changes.begin(), changes.end());
    return changes;
}

} // namespace

Result<SplitResult> planSplit(Project& project, const SplitRequest& request)
{
    TRAINYARD_TRY(auto shares, sharesOf(request));
    TRAINYARD_TRY(auto items, project.items());
    Groups groups = groupsOf(items, request.reassign);
    if (request.stratify)
        findStrata(groups);
    std::vector<std::pair<std::uint64_t, const std::string*>> order;
    for (const auto& [key, group] : groups) {
        if (group.split == Split::None && !group.items.empty())
            order.emplace_back(xxh3(key, request.seed), &key);
    }
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return std::tie(a.first, *a.second) < std::tie(b.first, *b.second);
    });
    SplitFiller filler(groups, shares);
    for (const auto& [hash, key] : order)
        filler.fill(groups[*key]);

    SplitResult result;
    result.groups = static_cast<std::int64_t>(order.size());
    std::copy(filler.overall().begin(), filler.overall().end(), result.perSplit);
    TRAINYARD_TRY(result.edit, makeSetSplit(project, changedSplits(groups)));
    result.edit.verb = request.reassign ? "split-reassign" : "split";
    std::string& text = result.edit.text;
    text = request.reassign ? "give " : "give the rest of ";
    text +=
        std::to_string(items.size()) + " items a split: " + std::to_string(result.perSplit[1]) + " train, ";
    text += std::to_string(result.perSplit[2]) + " val, " + std::to_string(result.perSplit[3]) + " test";
    return result;
}

} // namespace trainyard
