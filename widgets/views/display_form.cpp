// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/display_form.h"

#include "widgets/elements/controls.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

struct SliderSpec
{
    const char* text;
    int least;
    int most;
    int (*value)(const CanvasDisplay&);
    void (*set)(CanvasDisplay&, int);
};

constexpr double kGammaSteps = 50; ///< per factor of e

const SliderSpec kSliders[] = {
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Brightness"), -100, 100,
     [](const CanvasDisplay& display) { return display.adjustment.brightness; },
     [](CanvasDisplay& display, int value) { display.adjustment.brightness = value; }},
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Contrast"), -100, 95,
     [](const CanvasDisplay& display) { return display.adjustment.contrast; },
     [](CanvasDisplay& display, int value) { display.adjustment.contrast = value; }},
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Gamma"), -80, 80,
     [](const CanvasDisplay& display) {
         return static_cast<int>(std::lround(std::log(display.adjustment.gamma) * kGammaSteps));
     },
     [](CanvasDisplay& display, int value) { display.adjustment.gamma = std::exp(value / kGammaSteps); }},
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Opacity of shapes"), 0, 100,
     [](const CanvasDisplay& display) {
         return static_cast<int>(std::lround(display.style.fillOpacity * 100));
     },
     [](CanvasDisplay& display, int value) { display.style.fillOpacity = value / 100.0; }},
};

struct SwitchSpec
{
    const char* text;
    bool& (*value)(CanvasDisplay&);
};

const SwitchSpec kSwitches[] = {
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Shapes"),
     [](CanvasDisplay& display) -> bool& { return display.hasShapes; }},
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Names beside shapes"),
     [](CanvasDisplay& display) -> bool& { return display.style.hasLabels; }},
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Cross at the cursor"),
     [](CanvasDisplay& display) -> bool& { return display.hasCrosshair; }},
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Pixel grid when zoomed in"),
     [](CanvasDisplay& display) -> bool& { return display.hasPixelGrid; }},
    {QT_TRANSLATE_NOOP("trainyard::widgets::DisplayForm", "Overview when zoomed in"),
     [](CanvasDisplay& display) -> bool& { return display.hasMinimap; }},
};

} // namespace

DisplayForm::DisplayForm(QWidget* parent) : QFrame(parent, Qt::Popup)
{
    setObjectName(QStringLiteral("card"));
    setAccessibleName(tr("How the picture is shown"));
    auto* form = new QFormLayout(this);
    form->setContentsMargins(12, 12, 12, 12);
    form->addRow(
        makeText(tr("For the eye alone: nothing of this changes the picture or an export."), "muted"));
    for (const SliderSpec& spec : kSliders) {
        auto* slider = new QSlider(Qt::Horizontal);
        slider->setRange(spec.least, spec.most);
        slider->setMinimumWidth(160);
        slider->setAccessibleName(tr(spec.text));
        form->addRow(tr(spec.text), slider);
        m_sliders.push_back(slider);
        connect(slider, &QSlider::valueChanged, this, [this, &spec](int value) {
            spec.set(m_display, value);
            emit edited(m_display);
        });
    }
    m_window = makeWindow();
    form->addRow(m_window);
    for (const SwitchSpec& spec : kSwitches) {
        auto* box = new QCheckBox(tr(spec.text));
        box->setAccessibleName(tr(spec.text));
        form->addRow(box);
        m_switches.push_back(box);
        connect(box, &QCheckBox::clicked, this, [this, &spec](bool isOn) {
            spec.value(m_display) = isOn;
            emit edited(m_display);
        });
    }
    auto* reset = makeFlatButton(tr("As the picture is"));
    form->addRow(reset);
    connect(reset, &QPushButton::clicked, this, [this] {
        showDisplay(CanvasDisplay());
        emit edited(m_display);
    });
    setLevels({});
    showDisplay(CanvasDisplay());
}

/// The values that become black and white, as the picture's file counts them.
QWidget* DisplayForm::makeWindow()
{
    auto* window = new QWidget;
    auto* layout = new QHBoxLayout(window);
    layout->setContentsMargins(0, 0, 0, 0);
    m_low = new QSpinBox;
    m_high = new QSpinBox;
    m_low->setRange(0, 65534);
    m_high->setRange(1, 65535);
    m_low->setAccessibleName(tr("Value that is shown black"));
    m_high->setAccessibleName(tr("Value that is shown white"));
    auto* automatic = makeButton(tr("Auto"));
    automatic->setToolTip(tr("Around most of this picture's values"));
    layout->addWidget(makeLabel(tr("Values")));
    layout->addWidget(m_low, 1);
    layout->addWidget(makeLabel(tr("to")));
    layout->addWidget(m_high, 1);
    layout->addWidget(automatic);
    connect(m_low, &QSpinBox::valueChanged, this, [this](int low) {
        setWindow({low, std::max(low + 1, m_high->value())});
    });
    connect(m_high, &QSpinBox::valueChanged, this, [this](int high) {
        setWindow({std::min(m_low->value(), high - 1), high});
    });
    connect(automatic, &QPushButton::clicked, this, [this] { setWindow(m_automatic); });
    return window;
}

void DisplayForm::setWindow(const ValueWindow& window)
{
    CanvasDisplay display = m_display;
    display.adjustment.window = window;
    showDisplay(display);
    emit edited(m_display);
}

void DisplayForm::setLevels(const GrayLevels& levels)
{
    m_automatic = levels.automatic();
    m_window->setVisible(!levels.isNull());
}

void DisplayForm::showDisplay(const CanvasDisplay& display)
{
    m_display = display;
    for (std::size_t i = 0; i < m_sliders.size(); ++i) {
        const QSignalBlocker quiet(m_sliders[i]);
        m_sliders[i]->setValue(kSliders[i].value(display));
    }
    for (std::size_t i = 0; i < m_switches.size(); ++i)
        m_switches[i]->setChecked(kSwitches[i].value(m_display));
    const ValueWindow window = display.adjustment.window.value_or(ValueWindow());
    const QSignalBlocker quietLow(m_low);
    const QSignalBlocker quietHigh(m_high);
    m_low->setValue(window.low);
    m_high->setValue(window.high);
}

} // namespace trainyard::widgets
