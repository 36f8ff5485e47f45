// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"
#include "widgets/views/gallery_view.h"

#include <QCache>
#include <QPointer>
#include <span>
#include <vector>

namespace trainyard::widgets {

class Suggestions;

/// What the cells of a gallery say of a project's items. File names and tags are kept for the newest
/// 20,000 items asked for. Document and theme must outlive it; GUI thread.
class ItemCells
{
public:
    ItemCells(ProjectDocument& document, const Theme& theme);

    [[nodiscard]] GalleryCell cell(ItemId item);
    /// What a model suggests for items without a class is shown with a question mark. Not owned; null:
    /// nothing.
    void setSuggestions(const Suggestions* suggestions) { m_suggestions = suggestions; }
    /// Neither classes nor suggestions nor states are shown: somebody labels without seeing them.
    void setBlind(bool isBlind) { m_isBlind = isBlind; }
    [[nodiscard]] QString fileName(ItemId item);
    void forget() { m_names.clear(); } ///< paths may have changed
    /// In a project of several tags a picture all of them are read and shown; else its class alone.
    void setShowsTags(bool on);
    /// The tags of these are others now; without any, of all.
    void forgetTags(std::span<const ItemId> items = {});

private:
    void showClasses(GalleryCell& cell, const ItemColumns& columns, ItemId item);

    ProjectDocument& m_document;
    const Theme& m_theme;
    const Suggestions* m_suggestions = nullptr;
    bool m_isBlind = false;
    QCache<ItemId, QString> m_names;
    QCache<ItemId, std::vector<ClassId>> m_tags;
    bool m_showsTags = false;
};

/// One word for what is wrong with an item's file; empty where nothing is.
QString fileStateText(FileState state);
/// "unlabelled", "in work", "labelled", "reviewed", "rejected" as shown.
QString reviewStateText(ReviewState state);
/// "train", "val", "test" as shown; empty for none.
QString splitText(Split split);

} // namespace trainyard::widgets
