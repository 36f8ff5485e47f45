// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/theme.h"

#include <QFrame>
#include <map>

class QToolButton;

namespace trainyard::widgets {

/// The tools of the table as buttons, one below the other. GUI thread.
class ToolStrip : public QFrame
{
    Q_OBJECT
public:
    explicit ToolStrip(const Theme& theme, QWidget* parent = nullptr);

    void showTool(const QString& key);
    [[nodiscard]] QToolButton* button(const QString& key) const;

signals:
    void chosen(const QString& key);

private:
    std::map<QString, QToolButton*> m_buttons;
};

} // namespace trainyard::widgets
