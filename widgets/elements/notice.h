// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QToolButton;

namespace trainyard::widgets {

class Theme;

/// One sentence across the top of a place, with the button that is the way out. Errors have their details
/// behind "Copy". Hidden until something is shown. GUI thread.
class Notice : public QFrame
{
    Q_OBJECT
public:
    enum class Kind { Good, Warning, Bad };

    /// Wide: all in one row. Narrow: the buttons stand under the sentence, for sides.
    enum class Shape { Wide, Narrow };

    explicit Notice(const Theme& theme, Shape shape = Shape::Wide, QWidget* parent = nullptr);

    /// `details` not empty: a button "Copy" puts them on the clipboard. `buttonText` empty: no button.
    void show(Kind kind, const QString& sentence, const QString& buttonText = {},
              const QString& details = {});
    [[nodiscard]] QString sentence() const;
    [[nodiscard]] QPushButton* button() const { return m_button; }

signals:
    void clicked();
    void closed();

private:
    QLabel* m_sentence;
    QPushButton* m_button;
    QPushButton* m_copy;
    QToolButton* m_close;
    QString m_details;
};

} // namespace trainyard::widgets
