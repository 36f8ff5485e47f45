// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/views/annotation_canvas.h"

#include <QFrame>

class QCheckBox;
class QSlider;
class QSpinBox;
class QWidget;

namespace trainyard::widgets {

/// How the canvas shows the picture and its shapes, as a small window of sliders and switches. GUI thread.
class DisplayForm : public QFrame
{
    Q_OBJECT
public:
    explicit DisplayForm(QWidget* parent = nullptr);

    void showDisplay(const CanvasDisplay& display); ///< its values, without a signal
    /// The picture's window is offered where the picture has levels of 16 bits.
    void setLevels(const GrayLevels& levels);
    [[nodiscard]] const CanvasDisplay& display() const { return m_display; }

signals:
    void edited(const trainyard::widgets::CanvasDisplay& display);

private:
    QWidget* makeWindow();
    void setWindow(const ValueWindow& window);

    CanvasDisplay m_display;
    std::vector<QSlider*> m_sliders;
    std::vector<QCheckBox*> m_switches;
    QWidget* m_window;
    QSpinBox* m_low;
    QSpinBox* m_high;
    ValueWindow m_automatic;
};

} // namespace trainyard::widgets
