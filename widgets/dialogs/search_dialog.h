// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace trainyard::widgets {

/// A field over a list of what its text finds; the arrows move in the list while the field keeps the
/// keyboard, Enter or a click takes the entry and closes. Not modal.
class SearchDialog : public QDialog
{
    Q_OBJECT
public:
    [[nodiscard]] QLineEdit* field() const { return m_field; }
    [[nodiscard]] QListWidget* list() const { return m_list; }

protected:
    /// `placeholder` stands in the empty field. The subclass calls search() once its own members are there.
    SearchDialog(const QString& placeholder, QWidget* parent, Qt::WindowFlags flags = {});
    /// Fills the list for the text of the field and chooses its first entry.
    void search();
    /// Adds what the text finds to the empty list.
    virtual void find(const QString& text) = 0;
    /// Of find(). The dialog is closed by then.
    virtual void take(const QListWidgetItem& item) = 0;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void choose();

    QLineEdit* m_field;
    QListWidget* m_list;
};

} // namespace trainyard::widgets
