// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/item_filter.h"
#include "widgets/bridge/project_document.h"

#include <optional>
#include <set>
#include <vector>

namespace trainyard::widgets {

/// The pictures that are gone through while labelling, in order, and which one is on. A value over a
/// document, which must outlive it; GUI thread.
class LabelQueue
{
public:
    /// `countsShapes`: a picture counts as labelled once anything is said about it, else once it has a class.
    LabelQueue(ProjectDocument& document, bool countsShapes)
        : m_document(document), m_countsShapes(countsShapes)
    {
    }

    void setCountsShapes(bool countsShapes) { m_countsShapes = countsShapes; }

    /// Keeps the present item where it passes, else `preferred`, else the first.
    void fill(const ItemFilter& filter, ItemId preferred);
    /// The same after the project changed elsewhere: the present item stays also where it passes no longer.
    void refill(const ItemFilter& filter);
    /// Takes away what the project has no longer.
    void dropGone();
    /// Goes through these from the first on.
    void fill(std::vector<ItemId> items);
    /// From now on these count as labelled, whatever the items say; nothing: the items' own labels count.
    void countOnly(std::optional<std::set<ItemId>> labelled) { m_labelled = std::move(labelled); }
    /// Whether one counts as labelled now, where countOnly() said which do.
    void note(ItemId item, bool isLabelled);
    [[nodiscard]] ItemId current() const; ///< 0: there is none
    [[nodiscard]] std::size_t position() const { return m_position; }
    [[nodiscard]] std::size_t size() const { return m_items.size(); }
    [[nodiscard]] bool isEmpty() const { return m_items.empty(); }
    bool goTo(ItemId item);   ///< false where the item is not in it
    void insert(ItemId item); ///< goes to it, also where it was not in it: then at its place by number
    void step(int by);        ///< stops at both ends
    /// The next one that is not labelled, around the end; false where every one is.
    bool stepUnlabelled();
    /// The next ones, and the one before: what is decoded ahead.
    [[nodiscard]] std::vector<ItemId> neighbours(std::size_t ahead) const;
    [[nodiscard]] const std::vector<ItemId>& items() const { return m_items; }

private:
    [[nodiscard]] bool isUnlabelled(ItemId item) const;

    ProjectDocument& m_document;
    bool m_countsShapes;
    std::optional<std::set<ItemId>> m_labelled;
    std::vector<ItemId> m_items;
    std::size_t m_position = 0;
};

} // namespace trainyard::widgets
