// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/suggestion_bar.h"

#include "widgets/bridge/theme_icon.h"
#include "widgets/elements/controls.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPixmap>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr int kSliderWidth = 110;

} // namespace

SuggestionBar::SuggestionBar(QWidget* parent)
    : QFrame(parent), m_className(makeLabel({})), m_chip(makeLabel({})),
      m_acceptClass(makeButton(tr("Accept"))), m_rejectClass(makeFlatButton(tr("Wrong"))),
      m_shapes(makeLabel({})), m_acceptShapes(makeButton(tr("Accept all"))),
      m_rejectShapes(makeFlatButton(tr("Reject all"))), m_threshold(new QSlider(Qt::Horizontal)),
      m_score(makeLabel({}, "muted")), m_status(makeLabel({}, "muted"))
{
    setObjectName(QStringLiteral("toolRow"));
    m_acceptClass->setAccessibleName(tr("Accept the suggested class"));
    m_rejectClass->setAccessibleName(tr("The suggested class is wrong"));
    m_acceptShapes->setAccessibleName(tr("Accept all suggested shapes"));
    m_rejectShapes->setAccessibleName(tr("Reject all suggested shapes"));
    const std::pair<QPushButton*, const char*> actions[] = {{m_acceptClass, "label.acceptClass"},
                                                            {m_rejectClass, "label.rejectClass"},
                                                            {m_acceptShapes, "label.acceptShapes"}};
    for (const auto& [button, action] : actions) {
        button->setToolTip(button->accessibleName());
        setActionOf(*button, QLatin1String(action));
    }
    m_threshold->setAccessibleName(tr("Show suggested shapes from this score on"));
    m_threshold->setToolTip(m_threshold->accessibleName());
    m_threshold->setRange(0, 100);
    m_threshold->setFixedWidth(kSliderWidth);
    m_status->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_status->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 4, 12, 4);
    layout->setSpacing(8);
    for (QWidget* part : {static_cast<QWidget*>(m_chip), static_cast<QWidget*>(m_className),
                          static_cast<QWidget*>(m_acceptClass), static_cast<QWidget*>(m_rejectClass),
                          static_cast<QWidget*>(m_shapes), static_cast<QWidget*>(m_acceptShapes),
                          static_cast<QWidget*>(m_rejectShapes), static_cast<QWidget*>(m_threshold),
                          static_cast<QWidget*>(m_score)})
        layout->addWidget(part);
    layout->addWidget(m_status, 1);
    connect(m_acceptClass, &QPushButton::clicked, this, &SuggestionBar::classAccepted);
    connect(m_rejectClass, &QPushButton::clicked, this, &SuggestionBar::classRejected);
    connect(m_acceptShapes, &QPushButton::clicked, this, &SuggestionBar::shapesAccepted);
    connect(m_rejectShapes, &QPushButton::clicked, this, &SuggestionBar::shapesRejected);
    connect(m_threshold, &QSlider::valueChanged, this, [this](int percent) {
        m_score->setText(tr("from %1 %").arg(percent));
        emit thresholdChanged(percent / 100.0);
    });
    setThreshold(0.5);
    refresh();
}

void SuggestionBar::setClassSuggestion(const QString& className, const QColor& colour, double probability)
{
    m_className->setText(className.isEmpty()
                             ? QString()
                             : tr("Perhaps %1, %2 %").arg(className).arg(std::lround(probability * 100)));
    m_chip->setPixmap(className.isEmpty() ? QPixmap() : colourIcon(colour).pixmap(kColourIconEdge));
    refresh();
}

void SuggestionBar::setShapes(int shown, int below)
{
    m_shown = shown;
    m_below = below;
    m_shapes->setText(below == 0 ? tr("%n suggested shape(s)", nullptr, shown)
                                 : tr("%1 of %n suggested shape(s)", nullptr, shown + below).arg(shown));
    refresh();
}

void SuggestionBar::setThreshold(double score)
{
    const QSignalBlocker quiet(m_threshold);
    m_threshold->setValue(static_cast<int>(std::lround(score * 100)));
    m_score->setText(tr("from %1 %").arg(m_threshold->value()));
}

void SuggestionBar::setStatus(const QString& text)
{
    m_status->setText(text);
    m_status->setToolTip(text);
    refresh();
}

void SuggestionBar::setReadOnly(bool isReadOnly)
{
    m_isReadOnly = isReadOnly;
    refresh();
}

void SuggestionBar::refresh()
{
    const bool hasClass = !m_className->text().isEmpty();
    const bool hasShapes = m_shown + m_below > 0;
    for (QWidget* part : {static_cast<QWidget*>(m_chip), static_cast<QWidget*>(m_className),
                          static_cast<QWidget*>(m_acceptClass), static_cast<QWidget*>(m_rejectClass)})
        part->setVisible(hasClass);
    for (QWidget* part : {static_cast<QWidget*>(m_shapes), static_cast<QWidget*>(m_acceptShapes),
                          static_cast<QWidget*>(m_rejectShapes), static_cast<QWidget*>(m_threshold),
                          static_cast<QWidget*>(m_score)})
        part->setVisible(hasShapes);
    m_acceptClass->setEnabled(!m_isReadOnly);
    m_rejectClass->setEnabled(!m_isReadOnly);
    m_acceptShapes->setEnabled(!m_isReadOnly && m_shown > 0);
    m_rejectShapes->setEnabled(!m_isReadOnly && m_shown > 0);
    setVisible(hasClass || hasShapes || !m_status->text().isEmpty());
}

} // namespace trainyard::widgets
