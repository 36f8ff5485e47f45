// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/annotation_canvas.h"

#include <QFrame>

class QCheckBox;
class QSlider;

namespace trainyard::widgets {

/// How the canvas shows the picture and its shapes, as a small window of sliders and switches. GUI thread.
class DisplayForm : public QFrame
{
    Q_OBJECT
public:
    explicit DisplayForm(QWidget* parent = nullptr);

    void showDisplay(const CanvasDisplay& display); ///< its values, without a signal
    [[nodiscard]] const CanvasDisplay& display() const { return m_display; }

signals:
    void edited(const trainyard::widgets::CanvasDisplay& display);

private:
    CanvasDisplay m_display;
    std::vector<QSlider*> m_sliders;
    std::vector<QCheckBox*> m_switches;
};

} // namespace trainyard::widgets
