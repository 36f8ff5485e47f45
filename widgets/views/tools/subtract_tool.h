// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/path_tool.h"

namespace trainyard::widgets {

/// Takes a drawn area away from the selected shapes, or where none is selected from all under it: a hole
/// inside, a bite at the border.
class SubtractTool : public PathTool
{
public:
    using PathTool::PathTool;

protected:
    [[nodiscard]] bool isClosed() const override { return true; }
    [[nodiscard]] QColor draftColour() const override { return Qt::white; }
    [[nodiscard]] QString startHint() const override;
    void finish(std::vector<Vertex> path) override;
};

} // namespace trainyard::widgets
