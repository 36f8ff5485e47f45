// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/tool_strip.h"

#include "widgets/elements/controls.h"
#include "widgets/views/tools/tool_table.h"

#include <QButtonGroup>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr int kWidth = 44;

} // namespace

ToolStrip::ToolStrip(const Theme& theme, QWidget* parent) : QFrame(parent)
{
    setObjectName(QStringLiteral("sideLeft"));
    setFixedWidth(kWidth);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 8, 4, 8);
    layout->setSpacing(2);
    auto* group = new QButtonGroup(this);
    for (const ToolSpec& tool : toolTable()) {
        const QString key = QLatin1String(tool.key);
        QToolButton* button = makeIconButton(theme.icon(QLatin1String(tool.icon)), toolName(tool));
        setActionOf(*button, QStringLiteral("label.tool.") + key);
        button->setObjectName(QStringLiteral("tool"));
        button->setIconSize(QSize(22, 22));
        button->setCheckable(true);
        button->setFocusPolicy(Qt::TabFocus); // a click leaves the keys with the canvas
        group->addButton(button);
        layout->addWidget(button);
        m_buttons.emplace(key, button);
        connect(button, &QToolButton::clicked, this, [this, key] { emit chosen(key); });
    }
    layout->addStretch(1);
}

void ToolStrip::showTool(const QString& key)
{
    if (QToolButton* found = button(key))
        found->setChecked(true);
}

QToolButton* ToolStrip::button(const QString& key) const
{
    const auto found = m_buttons.find(key);
    return found == m_buttons.end() ? nullptr : found->second;
}

} // namespace trainyard::widgets
