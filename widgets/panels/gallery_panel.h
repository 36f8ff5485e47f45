// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/item_details_source.h"
#include "widgets/bridge/item_filter.h"
#include "widgets/bridge/item_order.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/view_state.h"
#include "widgets/elements/item_cells.h"

#include <QWidget>

class QLabel;
class QStackedWidget;
class QTimer;

namespace trainyard::widgets {

class EmptyState;
class FilterRow;
class Notice;
class OrderBox;
class SelectionBar;
class Suggestions;
class ThumbnailSource;

/// The collection as a gallery with its filter row, its order and, while something is selected, what can be
/// done with it.
///
/// What is selected stays so when a filter hides it, and everything that is done is done with all of it in
/// one Edit. Names and sizes of the pictures are read in the background; a filter or an order that needs them
/// waits for them and not the window.
class GalleryPanel : public QWidget
{
    Q_OBJECT
public:
    GalleryPanel(ProjectDocument& document, ViewState& view, ThumbnailSource& thumbnails, const Theme& theme,
                 QWidget* parent = nullptr);

    void setFilter(const ItemFilter& filter);
    [[nodiscard]] const ItemFilter& filter() const { return m_filter; }
    [[nodiscard]] GalleryView* gallery() const { return m_gallery; }
    void focusSearch();
    [[nodiscard]] OrderBox* orderBox() const { return m_order; } ///< columns and rankings, and what is chosen

    /// Shows what a model suggests, orders by it, and lets it be taken. Must outlive the panel.
    void setSuggestions(Suggestions& suggestions);
    void acceptSuggestions(); ///< of several selected pictures, else of all that are in sight, as one Edit
    void rejectSuggestions(); ///< for what is selected
    void giveClassByKey(const QString& key); ///< to all that is selected; the key of a class, "1" to "9"
    /// The same by id; 0 takes the class away. In a project of several tags a picture it adds the tag, or
    /// takes it away where all have it.
    void giveClass(ClassId classId);
    void toggleExcluded(); ///< leaves out, or uses again where all is left out

signals:
    void importRequested();
    void splitRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeFilterRow();
    QWidget* makeOrderRow();
    void take(const Change& change);
    void takeDetails();
    void rankSuggestions();
    void fillClasses();
    void takeTask();
    void showItems();
    void showCount(std::int64_t count);
    void updateSelection();
    [[nodiscard]] bool isBlind();
    [[nodiscard]] std::vector<ItemId> chosenItems();
    void setExcluded(bool on);
    void applied(const Result<EditId>& result);

    ProjectDocument& m_document;
    ViewState& m_view;
    const Theme& m_theme;
    ItemCells m_cells;
    Suggestions* m_suggestions = nullptr;
    bool m_areTags = false; ///< several classes a picture
    ItemDetailsSource m_details;
    ItemFilter m_filter;
    FilterRow* m_filterRow;
    OrderBox* m_order;
    QLabel* m_count;
    Notice* m_notice;
    GalleryView* m_gallery;
    QStackedWidget* m_stack;
    EmptyState* m_empty;
    SelectionBar* m_selectionBar;
    QTimer* m_delay;
    bool m_isStale = false; ///< changes came while it was hidden
};

} // namespace trainyard::widgets
