// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/tools/tool.h"

namespace trainyard::widgets {

/// Sets a point with a click.
class PointTool : public Tool
{
public:
    using Tool::Tool;

    void press(const CanvasPointer& pointer) override;
    void doubleClick(const CanvasPointer&) override {} ///< two points at one place are a slip
    [[nodiscard]] QCursor cursor() const override { return Qt::CrossCursor; }
    [[nodiscard]] bool hasCrosshair() const override { return true; }
    [[nodiscard]] QString hint() const override;
};

} // namespace trainyard::widgets
