// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/canvas_contents.h"

#include <QAbstractTableModel>

namespace trainyard::widgets {

/// The shapes of the canvas as rows, the front one first, and what is hidden and locked of them. The contents
/// must outlive it.
class ShapesModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column { Class, Kind, Source, Shown, Locked, ColumnCount };

    explicit ShapesModel(CanvasContents& contents, QObject* parent = nullptr);

    [[nodiscard]] AnnotationId idOf(const QModelIndex& index) const; ///< 0: none
    [[nodiscard]] QModelIndex indexOf(AnnotationId id) const;
    /// Turns a row's eye or lock.
    void toggle(const QModelIndex& index);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void take();
    [[nodiscard]] const Annotation* annotation(const QModelIndex& index) const;

    CanvasContents& m_contents;
    std::shared_ptr<const CanvasScene> m_scene;
    // in the order of the rows
    std::vector<AnnotationId> m_ids;
    std::unordered_map<AnnotationId, int> m_rows;
};

/// "box", "polygon" for people.
QString shapeKindText(ShapeKind kind);

} // namespace trainyard::widgets
