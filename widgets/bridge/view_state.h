// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "widgets/bridge/item_filter.h"

#include <QObject>
#include <QString>

namespace trainyard::widgets {

enum class Workspace { Data, Clean, Label, Train, Evaluate, Models };
inline constexpr int kWorkspaceCount = 6;

/// What the workspaces of one window share: which item, which run, and where the window should go. Panels
/// never talk to each other; they ask and listen here. GUI thread.
class ViewState : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] ItemId currentItem() const { return m_item; }
    void setCurrentItem(ItemId item);
    [[nodiscard]] const QString& currentRun() const { return m_run; }
    void setCurrentRun(const QString& run);

    /// Who labels beside the project's own labels, which are hidden meanwhile; empty: nobody.
    [[nodiscard]] const QString& secondPerson() const { return m_secondPerson; }
    void setSecondPerson(const QString& name);

    void show(Workspace workspace) { emit workspaceRequested(workspace); }
    void openInLabel(ItemId item); ///< goes to Label, which shows this item whatever it went through before
    /// Goes to Data and shows what passes the filter.
    void showItems(const ItemFilter& filter) { emit itemsRequested(filter); }
    void tell(const QString& sentence) { emit told(sentence); } ///< a short message that goes away by itself
    void requestAction(const QString& key) { emit actionRequested(key); } ///< runs a row of the actions table

signals:
    void currentItemChanged(trainyard::ItemId item);
    void itemOpened(trainyard::ItemId item);
    void currentRunChanged(const QString& run);
    void secondPersonChanged(const QString& name);
    void workspaceRequested(trainyard::widgets::Workspace workspace);
    void itemsRequested(const trainyard::widgets::ItemFilter& filter);
    void told(const QString& sentence);
    void actionRequested(const QString& key);

private:
    ItemId m_item = 0;
    QString m_run;
    QString m_secondPerson;
};

} // namespace trainyard::widgets
