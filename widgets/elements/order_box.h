// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/item_order.h"
#include "widgets/bridge/theme.h"

#include <QWidget>
#include <vector>

class QComboBox;
class QToolButton;

namespace trainyard::widgets {

/// In which order items are shown: a box with the columns and the rankings that are there, and a button for
/// the direction.
class OrderBox : public QWidget
{
    Q_OBJECT
public:
    explicit OrderBox(const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] ItemOrder order() const;
    void setOrder(ItemOrder::Key key, bool isDescending); ///< of a column
    /// Offers a ranking from outside the project by its own name, or puts a newer one in its place; null
    /// takes it away (back to the order of adding where it was chosen).
    void setRanking(const QString& id, const QString& label, std::shared_ptr<const ItemRanking> ranking);
    bool chooseRanking(const QString& id, bool isDescending); ///< false where there is none

    /// What is remembered of the choice; rankings are not.
    [[nodiscard]] QByteArray state() const;
    void restoreState(const QByteArray& state);

    void open();    ///< the list of columns, with the keyboard in it
    void reverse(); ///< the direction

signals:
    void changed(); ///< the order, by whatever way

private:
    struct Ranking
    {
        QString id;
        std::shared_ptr<const ItemRanking> values;
    };
    void setDescending(bool on);

    const Theme& m_theme;
    QComboBox* m_key;
    QToolButton* m_direction;
    std::vector<Ranking> m_rankings;
    bool m_isDescending = false;
};

} // namespace trainyard::widgets
