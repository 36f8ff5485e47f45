// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/theme.h"
#include "widgets/views/shapes_model.h"

#include <QTreeView>

namespace trainyard::widgets {

/// The shapes of the canvas as a list, with an eye and a lock for each. What is selected here is selected
/// there and the other way round. GUI thread; contents and theme must outlive it.
class ShapeList : public QTreeView
{
    Q_OBJECT
public:
    ShapeList(CanvasContents& contents, const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] ShapesModel* shapes() const { return m_model; }

protected:
    void mousePressEvent(QMouseEvent* event) override;

private:
    void showSelection();
    void takeSelection();

    CanvasContents& m_contents;
    ShapesModel* m_model;
    bool m_isShowing = false;
};

} // namespace trainyard::widgets
