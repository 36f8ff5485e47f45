// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"

#include <QAbstractScrollArea>
#include <QColor>
#include <QString>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace trainyard::widgets {

class ThumbnailSource;

/// What a cell shows beside its picture.
struct GalleryCell
{
    QString text;                    ///< the line under the picture, a file name
    QString className;               ///< empty: no class
    QColor classColour;              ///< of the chip before the class's name
    std::vector<QColor> moreColours; ///< of the chips of further tags, which `className` names as well
    QString split;                   ///< "train", "val", "test" or empty
    /// How far the work on it is: a sign of its own shape beside the file name, in a colour.
    enum class Mark { None, Ring, Half, Dot, Check, Cross };
    Mark mark = Mark::None;
    QColor markColour;
    QString markText; ///< the sign in words
    bool isExcluded = false;
    QString problem; ///< one word such as "damaged", "changed", "missing"; empty: none
};

/// A grid of pictures by item: a million cells cost no more than one screen of them, because every position
/// is arithmetic.
///
/// The thumbnail source and the cell source are not owned and must outlive the view or be replaced. GUI
/// thread only.
///
/// Keys: arrows, Home, End, Page Up and Down move; with Shift they extend, with Ctrl they move without
/// selecting; Space toggles; Ctrl+A takes all, Escape none; Enter activates; Ctrl+wheel, + and - zoom.
class GalleryView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    /// Called for each cell that is painted, so it must be quick and must not wait.
    using CellSource = std::function<GalleryCell(ItemId)>;

    explicit GalleryView(QWidget* parent = nullptr);
    ~GalleryView() override;

    void setThumbnails(ThumbnailSource* source);
    void setCellSource(CellSource source);
    /// Shown in the middle while there are no items.
    void setEmptyText(const QString& text);

    /// Replaces what is shown, in this order. The selection stays, also of items that are not shown now; the
    /// current item stays as far as it is still there.
    void setItems(std::vector<ItemId> items);
    [[nodiscard]] std::span<const ItemId> items() const;

    [[nodiscard]] ItemId currentItem() const; ///< 0 for none
    void setCurrentItem(ItemId item);         ///< selects it alone and scrolls to it
    /// In the order shown, then those that are not shown.
    [[nodiscard]] std::vector<ItemId> selectedItems() const;
    void setSelectedItems(std::span<const ItemId> items);
    void keepSelected(const std::function<bool(ItemId)>& keeps); ///< takes the others out of the selection
    [[nodiscard]] bool isSelected(ItemId item) const;
    [[nodiscard]] std::int64_t selectedCount() const;
    [[nodiscard]] std::int64_t hiddenCount() const; ///< of the selected: those that are not shown

    /// What the current cell says, in words, for screen readers and status lines.
    [[nodiscard]] QString currentText() const;

    [[nodiscard]] int pictureEdge() const; ///< pixels of a cell's picture area
    void setPictureEdge(int edge);         ///< 48 to 384

    [[nodiscard]] ItemId itemAt(const QPoint& viewportPosition) const; ///< 0 beside every cell
    [[nodiscard]] std::vector<ItemId> visibleItems() const; ///< of which at least a part is in sight
    [[nodiscard]] QRect itemRect(ItemId item) const;        ///< in the viewport; null where it is not shown

signals:
    void currentChanged(trainyard::ItemId item);
    void selectionChanged();
    void activated(trainyard::ItemId item); ///< Enter or double click
    void pictureEdgeChanged(int edge);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> m_d;
};

} // namespace trainyard::widgets
