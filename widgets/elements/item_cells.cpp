// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/item_cells.h"

#include "widgets/bridge/suggestions.h"
#include "widgets/bridge/text.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr qsizetype kNames = 20'000;

/// How a review state is shown: by a shape, a colour of the theme and a word.
struct StateLook
{
    GalleryCell::Mark mark;
    const char* colour;
    const char* text;
};

constexpr StateLook kStateLooks[] = {
    {GalleryCell::Mark::Ring, "textDisabled", QT_TRANSLATE_NOOP("items", "unlabelled")},
    {GalleryCell::Mark::Half, "warning", QT_TRANSLATE_NOOP("items", "in work")},
    {GalleryCell::Mark::Dot, "accent", QT_TRANSLATE_NOOP("items", "labelled")},
    {GalleryCell::Mark::Check, "good", QT_TRANSLATE_NOOP("items", "reviewed")},
    {GalleryCell::Mark::Cross, "bad", QT_TRANSLATE_NOOP("items", "rejected")},
};

const StateLook& lookOf(ReviewState state)
{
    return kStateLooks[std::min(static_cast<std::size_t>(state), std::size(kStateLooks) - 1)];
}

} // namespace

QString reviewStateText(ReviewState state)
{
    return QCoreApplication::translate("items", lookOf(state).text);
}

QString fileStateText(FileState state)
{
    switch (state) {
    case FileState::Ok:
        return {};
    case FileState::Changed:
        return QCoreApplication::translate("items", "changed");
    case FileState::Damaged:
        return QCoreApplication::translate("items", "damaged");
    case FileState::Missing:
        return QCoreApplication::translate("items", "missing");
    }
    return {};
}

QString splitText(Split split)
{
    if (split == Split::None)
        return {};
    const std::string_view name = splitName(split);
    return QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
}

ItemCells::ItemCells(ProjectDocument& document, const Theme& theme)
    : m_document(document), m_theme(theme), m_names(kNames)
{
}

QString ItemCells::fileName(ItemId item)
{
    if (const QString* known = m_names.object(item))
        return *known;
    const auto row = m_document.project().item(item);
    QString name = row ? shown(std::filesystem::path(row->path).filename().native()) : QString();
    m_names.insert(item, new QString(name));
    return name;
}

GalleryCell ItemCells::cell(ItemId item)
{
    GalleryCell cell;
    cell.text = fileName(item);
    const ItemColumns* columns = m_document.project().column(item);
    if (columns == nullptr)
        return cell;
    cell.split = splitText(columns->split);
    cell.isExcluded = columns->isExcluded;
    cell.problem = fileStateText(columns->fileState);
    if (m_isBlind)
        return cell;
    if (const ItemClass* itemClass = m_document.project().classById(columns->classId)) {
        cell.className = shown(itemClass->name);
        cell.classColour = m_theme.classColour(*itemClass);
    } else if (const auto suggested =
                   m_suggestions == nullptr ? std::nullopt : m_suggestions->suggestion(item)) {
        const ItemClass* itemClassThere = m_document.project().classById(suggested->classId);
        cell.className = QCoreApplication::translate("items", "%1? %2 %")
                             .arg(shown(itemClassThere->name))
                             .arg(std::lround(suggested->probability * 100));
        cell.classColour = m_theme.classColour(*itemClassThere);
    }
    const StateLook& look = lookOf(columns->reviewState);
    cell.mark = look.mark;
    cell.markColour = m_theme.colour(look.colour);
    cell.markText = reviewStateText(columns->reviewState);
    return cell;
}

} // namespace trainyard::widgets
