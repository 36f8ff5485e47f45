// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace trainyard::widgets {

/// Asks who labels as a second person. Not modal, gone when it is closed.
class PersonDialog : public QDialog
{
    Q_OBJECT
public:
    explicit PersonDialog(QWidget* parent);

    /// Who gave opinions before; their names are proposed while one is typed.
    void setPeople(const QStringList& names);
    [[nodiscard]] QLineEdit* field() const { return m_name; }

signals:
    void chosen(const QString& name);

protected:
    void done(int result) override;

private:
    [[nodiscard]] QString name() const;

    QLineEdit* m_name;
    QLabel* m_known;
    QPushButton* m_start;
};

} // namespace trainyard::widgets
