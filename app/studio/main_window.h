// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/preferences.h"
#include "app/studio/session.h"
#include "widgets/bridge/change.h"

#include <QMainWindow>
#include <map>

class QAction;
class QButtonGroup;
class QMenu;

namespace trainyard::widgets {
class Notice;
class Toast;
} // namespace trainyard::widgets

namespace trainyard::studio {

class DatasetExport;
class HeldInput;
class TopBar;
class Workspaces;

/// The window of one project: rail, workspaces, jobs bar, and the actions of the table.
///
/// It is there before its project is: made and shown at once, it says that the project is being opened until
/// showProject() gives it the session. Before that session(), workspaces() and topBar() must not be asked
/// for.
class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(const std::filesystem::path& project, Preferences& preferences, widgets::Theme& theme,
               QWidget* parent = nullptr);
    ~MainWindow() override;

    void showProject(std::unique_ptr<Session> session);
    [[nodiscard]] bool hasProject() const { return m_session != nullptr; }
    [[nodiscard]] Session& session() const { return *m_session; }
    [[nodiscard]] Workspaces& workspaces() const { return *m_workspaces; }
    [[nodiscard]] TopBar& topBar() const { return *m_topBar; }
    /// Runs a row of the actions table.
    void runAction(const QString& key);
    void showImport(const std::filesystem::path& source);
    void comeForward();

signals:
    void newRequested();
    void openRequested(const std::filesystem::path& folder);

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeContent();
    QWidget* makeRail();
    QMenu* makeMenu();
    void makeActions();
    void updateActions();
    void connectSession();
    void jobEnded(const QString& id);
    void secondPersonChanged(const QString& name);
    void step(bool isRedo);
    void take(const widgets::Change& change);
    void askAboutUnsaved();
    void showPalette();
    void showKeys();
    void switchTheme();
    void chooseProject();
    void restoreState();
    void rememberState();

    std::unique_ptr<Session> m_session;
    Preferences& m_preferences;
    widgets::Theme& m_theme;
    std::map<QString, QAction*> m_actions;
    QButtonGroup* m_rail = nullptr;
    TopBar* m_topBar = nullptr;
    widgets::Notice* m_notice = nullptr;
    DatasetExport* m_export = nullptr;
    Workspaces* m_workspaces = nullptr;
    widgets::Toast* m_toast = nullptr;
    HeldInput* m_held = nullptr;
    Revision m_firstStep = 0; ///< undo and redo take no revision before it
    bool m_isClosing = false;
    bool m_losesUnsaved = false; ///< the person wants to close all the same
    bool m_isOrderRestored = false;
};

} // namespace trainyard::studio
