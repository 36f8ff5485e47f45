// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QAction;
class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace trainyard::widgets {
class ProjectDocument;
class Theme;
} // namespace trainyard::widgets

namespace trainyard::studio {

/// The line above the workspaces: which project, whether everything is saved, the search for actions, undo,
/// redo, theme and menu.
class TopBar : public QFrame
{
    Q_OBJECT
public:
    TopBar(widgets::ProjectDocument& document, const widgets::Theme& theme, QWidget* parent = nullptr);

    void setMenu(QMenu* menu);
    [[nodiscard]] QString savedText() const;

signals:
    void actionRequested(const QString& key);

private:
    void updateSaved();
    QToolButton* addButton(const char* icon, const QString& name, const char* action);

    widgets::ProjectDocument& m_document;
    const widgets::Theme& m_theme;
    QLabel* m_saved;
    QToolButton* m_menu = nullptr;
};

} // namespace trainyard::studio
