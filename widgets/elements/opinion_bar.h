// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;
class QPushButton;

namespace trainyard::widgets {

/// Says that a second person labels and what that hides, with the button that ends it. Hidden until there is
/// a name.
class OpinionBar : public QFrame
{
    Q_OBJECT
public:
    explicit OpinionBar(QWidget* parent = nullptr);

    void setPerson(const QString& name); ///< empty: hidden
    [[nodiscard]] QString sentence() const;

signals:
    void ended();

private:
    QLabel* m_sentence;
    QPushButton* m_end;
};

} // namespace trainyard::widgets
