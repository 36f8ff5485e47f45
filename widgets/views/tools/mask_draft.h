// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/mask_ops.h"
#include "widgets/views/tools/tool.h"

#include <functional>

namespace trainyard::widgets {

/// The masks that a gesture works on, from its start to the Edit that it becomes: what the brush, the wand
/// and the superpixels share.
///
/// Adding goes on with the one selected mask and begins another where none is selected. Erasing works on the
/// selected masks, else on the front one under the mouse; a mask without pixels is deleted. GUI thread.
class MaskDraft
{
public:
    explicit MaskDraft(CanvasPort& canvas) : m_canvas(canvas) {}

    /// False where there is nothing to erase from; the person is told.
    bool begin(const QPointF& at, BrushMode mode);
    [[nodiscard]] bool isOpen() const { return m_isOpen; }
    [[nodiscard]] BrushMode mode() const { return m_mode; }
    /// Changes every mask and shows them.
    void apply(const std::function<Mask(const Mask&)>& change);
    /// Adds these pixels, or takes them away.
    void apply(const Mask& pixels);
    void restart(); ///< the masks as they were at begin()
    /// What became of them as one Edit; nothing where nothing changed.
    void finish();
    void cancel();

private:
    /// The class of a mask: the one that is drawn with where the mask is new or the class was chosen since.
    [[nodiscard]] ClassId classFor(const Annotation& annotation) const;

    CanvasPort& m_canvas;
    BrushMode m_mode = BrushMode::Add;
    ClassId m_firstClass = 0; ///< that was drawn with at begin()
    bool m_isOpen = false;
    std::vector<Annotation> m_before;
    std::vector<Annotation> m_masks;
};

} // namespace trainyard::widgets
