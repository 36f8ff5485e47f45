// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/item_cells.h"

#include "core/project/edits.h"
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
    : m_document(document), m_theme(theme), m_names(kNames), m_tags(kNames)
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

void ItemCells::setShowsTags(bool on)
{
    m_showsTags = on;
    m_tags.clear();
}

void ItemCells::forgetTags(std::span<const ItemId> items)
{
    if (items.empty())
        m_tags.clear();
    for (const ItemId item : items)
        m_tags.remove(item);
}

void ItemCells::showClasses(GalleryCell& cell, const ItemColumns& columns, ItemId item)
{
    std::vector<ClassId> classes;
    if (columns.classId != 0)
        classes.push_back(columns.classId);
    if (m_showsTags && columns.classId != 0) {
        if (const auto* known = m_tags.object(item)) {
            classes = *known;
        } else if (auto read = tagsOf(m_document.project(), item)) {
            classes = *read;
            m_tags.insert(item, new std::vector<ClassId>(std::move(*read)));
        }
    }
    QStringList names;
    for (const ClassId id : classes) {
        const ItemClass* itemClass = m_document.project().classById(id);
        if (itemClass == nullptr)
            continue;
        const QColor colour = m_theme.classColour(*itemClass);
        if (names.isEmpty())
            cell.classColour = colour;
        else
            cell.moreColours.push_back(colour);
        names << shown(itemClass->name);
    }
    cell.className = names.join(QStringLiteral(", "));
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
    showClasses(cell, *columns, item);
    const auto suggested = !cell.className.isEmpty() || m_suggestions == nullptr
                               ? std::nullopt
                               : m_suggestions->suggestion(item);
    if (suggested) {
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
