// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/command_palette.h"

#include <QLineEdit>
#include <QListWidget>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr QSize kSize(560, 380);

bool matches(const Command& command, const QStringList& words)
{
    const QString text = command.text + QLatin1Char(' ') + command.where;
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

} // namespace

CommandPalette::CommandPalette(std::vector<Command> commands, QWidget* parent)
    : SearchDialog(tr("What do you want to do?"), parent), m_commands(std::move(commands))
{
    setWindowTitle(tr("Find an action"));
    resize(kSize);
    field()->setAccessibleName(tr("Search for an action"));
    list()->setAccessibleName(tr("Actions"));
    search();
}

void CommandPalette::find(const QString& text)
{
    const QStringList words = text.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const Command& command : m_commands) {
        if (!matches(command, words))
            continue;
        QString line =
            command.where.isEmpty() ? command.text : command.where + QStringLiteral(": ") + command.text;
        if (!command.shortcut.isEmpty())
            line += QStringLiteral("      ") + command.shortcut;
        auto* item = new QListWidgetItem(line);
        item->setData(Qt::UserRole, command.key);
        list()->addItem(item);
    }
}

void CommandPalette::take(const QListWidgetItem& item)
{
    emit chosen(item.data(Qt::UserRole).toString());
}

} // namespace trainyard::widgets
