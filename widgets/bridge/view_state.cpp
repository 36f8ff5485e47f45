// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/view_state.h"

namespace trainyard::widgets {

void ViewState::setCurrentItem(ItemId item)
{
    if (item == m_item)
        return;
    m_item = item;
    emit currentItemChanged(item);
}

void ViewState::openInLabel(ItemId item)
{
    setCurrentItem(item);
    emit workspaceRequested(Workspace::Label);
    emit itemOpened(item);
}

void ViewState::setCurrentRun(const QString& run)
{
    if (run == m_run)
        return;
    m_run = run;
    emit currentRunChanged(run);
}

void ViewState::setSecondPerson(const QString& name)
{
    if (name == m_secondPerson)
        return;
    m_secondPerson = name;
    emit secondPersonChanged(name);
}

} // namespace trainyard::widgets
