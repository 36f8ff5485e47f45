// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <vector>

class QLineEdit;
class QListWidget;

namespace trainyard::widgets {

/// One thing that can be done, as the palette lists it.
struct Command
{
    QString key; ///< of the actions table
    QString text;
    QString where;    ///< "Data"; empty: everywhere
    QString shortcut; ///< as a person reads it
};

/// Finds any action by a few letters of it: each word of the search must occur. Not modal; chosen() then it
/// closes.
class CommandPalette : public QDialog
{
    Q_OBJECT
public:
    CommandPalette(std::vector<Command> commands, QWidget* parent);

    [[nodiscard]] QLineEdit* field() const { return m_field; }
    [[nodiscard]] QListWidget* list() const { return m_list; }

signals:
    void chosen(const QString& key);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void choose();

    std::vector<Command> m_commands;
    QLineEdit* m_field;
    QListWidget* m_list;
};

} // namespace trainyard::widgets
