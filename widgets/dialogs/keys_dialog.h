// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QKeySequence>
#include <QString>
#include <vector>

class QKeySequenceEdit;
class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace trainyard::widgets {

/// One row of the keys page.
struct KeyRow
{
    QString key; ///< of the actions table
    QString text;
    QString where; ///< heading that it stands under
    QKeySequence shortcut;
    QKeySequence preset;
};

/// All keys, those of the current workspace first, each of which can be changed. Not modal; every change is
/// told by keyChanged() once it is free of conflicts.
class KeysDialog : public QDialog
{
    Q_OBJECT
public:
    KeysDialog(std::vector<KeyRow> rows, QWidget* parent);

    /// Chooses a row and gives it these keys as if they were typed; false where they are taken.
    bool setShortcut(const QString& key, const QKeySequence& shortcut);
    [[nodiscard]] QString message() const;

signals:
    void keyChanged(const QString& key, const QKeySequence& shortcut);

private:
    void showChosen();
    void apply(const QKeySequence& shortcut);
    [[nodiscard]] KeyRow* chosen();
    [[nodiscard]] const KeyRow* conflict(const KeyRow& row, const QKeySequence& shortcut) const;

    std::vector<KeyRow> m_rows;
    QTreeWidget* m_tree;
    QKeySequenceEdit* m_edit;
    QLabel* m_message;
};

} // namespace trainyard::widgets
