// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/keys_dialog.h"

#include "widgets/elements/controls.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr QSize kSize(560, 560);

} // namespace

KeysDialog::KeysDialog(std::vector<KeyRow> rows, QWidget* parent)
    : QDialog(parent), m_rows(std::move(rows)), m_tree(new QTreeWidget), m_edit(new QKeySequenceEdit),
      m_message(makeText({}, "muted"))
{
    setWindowTitle(tr("Keys"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(kSize);
    m_tree->setColumnCount(2);
    m_tree->setHeaderLabels({tr("Action"), tr("Keys")});
    m_tree->setAccessibleName(tr("Actions and their keys"));
    m_tree->setColumnWidth(0, 340);
    m_tree->setProperty("bare", true);
    QTreeWidgetItem* heading = nullptr;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const KeyRow& row = m_rows[i];
        if (heading == nullptr || heading->text(0) != row.where) {
            heading = new QTreeWidgetItem(m_tree, {row.where});
            heading->setFlags(Qt::ItemIsEnabled);
            QFont font = m_tree->font();
            font.setBold(true);
            heading->setFont(0, font);
            heading->setExpanded(true);
        }
        auto* item =
            new QTreeWidgetItem(heading, {row.text, row.shortcut.toString(QKeySequence::NativeText)});
        item->setData(0, Qt::UserRole, static_cast<int>(i));
    }
    m_tree->expandAll();
    m_edit->setAccessibleName(tr("New keys for the chosen action"));
    QPushButton* preset = makeButton(tr("Use the preset"));
    QPushButton* none = makeButton(tr("No key"));
    QPushButton* close = makeButton(tr("Close"));
    auto* row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("New keys")));
    row->addWidget(m_edit, 1);
    row->addWidget(preset);
    row->addWidget(none);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(makeText(tr("Choose an action and type its new keys."), "muted"));
    layout->addWidget(m_tree, 1);
    layout->addLayout(row);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_message, 1);
    foot->addWidget(close);
    layout->addLayout(foot);
    connect(m_tree, &QTreeWidget::currentItemChanged, this, &KeysDialog::showChosen);
    connect(m_edit, &QKeySequenceEdit::editingFinished, this, [this] { apply(m_edit->keySequence()); });
    connect(preset, &QPushButton::clicked, this, [this] {
        if (const KeyRow* row = chosen())
            apply(row->preset);
    });
    connect(none, &QPushButton::clicked, this, [this] { apply({}); });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    showChosen();
}

QString KeysDialog::message() const
{
    return m_message->text();
}

KeyRow* KeysDialog::chosen()
{
    const QTreeWidgetItem* item = m_tree->currentItem();
    const QVariant row = item != nullptr ? item->data(0, Qt::UserRole) : QVariant();
    return row.isValid() ? &m_rows[static_cast<std::size_t>(row.toInt())] : nullptr;
}

void KeysDialog::showChosen()
{
    const KeyRow* row = chosen();
    m_edit->setEnabled(row != nullptr);
    const QSignalBlocker quiet(m_edit);
    m_edit->setKeySequence(row != nullptr ? row->shortcut : QKeySequence());
    m_message->clear();
}

/// Keys clash where both actions can be reached at once: in one workspace, or where one of them is
/// everywhere. The first heading of every workspace's rows is its own name, so rows of different workspaces
/// do not clash.
const KeyRow* KeysDialog::conflict(const KeyRow& row, const QKeySequence& shortcut) const
{
    if (shortcut.isEmpty())
        return nullptr;
    const QString everywhere = tr("Everywhere");
    for (const KeyRow& other : m_rows) {
        const bool canMeet = other.where == row.where || other.where == everywhere || row.where == everywhere;
        if (&other != &row && canMeet && other.shortcut == shortcut)
            return &other;
    }
    return nullptr;
}

void KeysDialog::apply(const QKeySequence& shortcut)
{
    KeyRow* row = chosen();
    if (row == nullptr || row->shortcut == shortcut)
        return;
    if (const KeyRow* other = conflict(*row, shortcut)) {
        m_message->setText(tr("%1 belongs to \"%2\" already.")
                               .arg(shortcut.toString(QKeySequence::NativeText), other->text));
        return;
    }
    row->shortcut = shortcut;
    m_tree->currentItem()->setText(1, shortcut.toString(QKeySequence::NativeText));
    m_message->setText(tr("Changed."));
    emit keyChanged(row->key, shortcut);
}

bool KeysDialog::setShortcut(const QString& key, const QKeySequence& shortcut)
{
    const QList<QTreeWidgetItem*> items =
        m_tree->findItems(QStringLiteral("*"), Qt::MatchWildcard | Qt::MatchRecursive);
    for (QTreeWidgetItem* item : items) {
        const QVariant row = item->data(0, Qt::UserRole);
        if (!row.isValid() || m_rows[static_cast<std::size_t>(row.toInt())].key != key)
            continue;
        m_tree->setCurrentItem(item);
        apply(shortcut);
        return m_rows[static_cast<std::size_t>(row.toInt())].shortcut == shortcut;
    }
    return false;
}

} // namespace trainyard::widgets
