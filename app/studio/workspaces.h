// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/studio/session.h"
#include "widgets/bridge/theme.h"

#include <QStackedWidget>
#include <array>

namespace trainyard::widgets {
class CleanPanel;
class EvaluatePanel;
class LabelPanel;
class ModelsPanel;
class TrainPanel;
} // namespace trainyard::widgets

namespace trainyard::studio {

class DataWorkspace;

/// The six workspaces, each built when it is first shown and kept from then on.
class Workspaces : public QStackedWidget
{
    Q_OBJECT
public:
    Workspaces(Session& session, const widgets::Theme& theme, QWidget* parent = nullptr);

    void show(widgets::Workspace workspace);
    [[nodiscard]] widgets::Workspace current() const { return m_current; }
    [[nodiscard]] QWidget* built(widgets::Workspace workspace) const; ///< null where it was never shown
    [[nodiscard]] DataWorkspace& data();

    /// Does the work of a row of the actions table that belongs to a workspace; false for others.
    bool run(const QString& action);

signals:
    void shown(trainyard::widgets::Workspace workspace);

private:
    QWidget* build(widgets::Workspace workspace);
    QWidget* buildEvaluate();
    QWidget* buildModels();
    void changeTask();
    template <typename Panel>
    Panel* panel(widgets::Workspace workspace);

    Session& m_session;
    const widgets::Theme& m_theme;
    widgets::Workspace m_current = widgets::Workspace::Data;
    std::array<QWidget*, widgets::kWorkspaceCount> m_pages{};
};

} // namespace trainyard::studio
