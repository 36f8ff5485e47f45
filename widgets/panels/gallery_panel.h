// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/item_filter.h"
#include "widgets/bridge/project_document.h"
#include "widgets/bridge/theme.h"
#include "widgets/bridge/view_state.h"
#include "widgets/elements/item_cells.h"

#include <QWidget>

class QComboBox;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QStackedWidget;
class QTimer;

namespace trainyard::widgets {

class EmptyState;
class Notice;
class ThumbnailSource;

/// The collection as a gallery with its filter row and, while something is selected, what can be done with
/// it.
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

signals:
    void importRequested();
    void splitRequested();

private:
    QWidget* makeFilterRow();
    QWidget* makeSelectionRow();
    void take(const Change& change);
    void fillClasses();
    void readFilter();
    void showItems();
    void updateSelection();
    void giveClass(int index);
    void setExcluded(bool on);
    void applied(const Result<EditId>& result);

    ProjectDocument& m_document;
    ViewState& m_view;
    const Theme& m_theme;
    ItemCells m_cells;
    ItemFilter m_filter;
    QLineEdit* m_text = nullptr;
    QComboBox* m_class = nullptr;
    QComboBox* m_split = nullptr;
    QComboBox* m_state = nullptr;
    QLabel* m_count = nullptr;
    Notice* m_notice = nullptr;
    GalleryView* m_gallery = nullptr;
    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    QFrame* m_selectionRow = nullptr;
    QLabel* m_selectionText = nullptr;
    QComboBox* m_giveClass = nullptr;
    QPushButton* m_exclude = nullptr;
    QPushButton* m_include = nullptr;
    QTimer* m_delay = nullptr;
};

} // namespace trainyard::widgets
