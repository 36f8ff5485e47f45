// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/dialogs/search_dialog.h"

#include <QString>
#include <vector>

namespace trainyard::widgets {

/// One thing that can be done, as the palette lists it.
struct Command
{
    QString key; ///< of the actions table
    QString text;
    QString where;    ///< "Data"; empty: everywhere
    QString shortcut; ///< as a person reads it
};

/// Finds any action by a few letters of it: each word of the search must occur.
class CommandPalette : public SearchDialog
{
    Q_OBJECT
public:
    CommandPalette(std::vector<Command> commands, QWidget* parent);

signals:
    void chosen(const QString& key);

protected:
    void find(const QString& text) override;
    void take(const QListWidgetItem& item) override;

private:
    std::vector<Command> m_commands;
};

} // namespace trainyard::widgets
