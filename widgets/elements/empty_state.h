// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;

namespace trainyard::widgets {

/// What an empty place is for and what to do next, with the button that does it. GUI thread.
class EmptyState : public QWidget
{
    Q_OBJECT
public:
    explicit EmptyState(const QIcon& icon, QWidget* parent = nullptr);

    /// Without a button text there is no button.
    void setMessage(const QString& title, const QString& text, const QString& buttonText = {});
    [[nodiscard]] QPushButton* button() const { return m_button; }
    [[nodiscard]] QString title() const;

signals:
    void clicked();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitText();

    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_button;
};

} // namespace trainyard::widgets
