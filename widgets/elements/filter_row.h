// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/item_filter.h"

#include <QIcon>
#include <QWidget>
#include <span>

class QComboBox;
class QLineEdit;

namespace trainyard::widgets {

/// What is shown of the collection: words of the file name, class, split, state and size.
class FilterRow : public QWidget
{
    Q_OBJECT
public:
    struct ClassEntry
    {
        ClassId id = 0;
        QString name;
        QIcon chip;
    };

    explicit FilterRow(QWidget* parent = nullptr);

    [[nodiscard]] ItemFilter filter() const;
    void setFilter(const ItemFilter& filter); ///< without a signal
    void setClasses(std::span<const ClassEntry> classes);
    /// The sizes that there are, as ItemFilter::edge counts them; none: the box is not shown.
    void setEdges(std::span<const int> edges);
    void focusSearch();

signals:
    void changed(); ///< by the person

private:
    QLineEdit* m_text;
    QComboBox* m_class;
    QComboBox* m_split;
    QComboBox* m_state;
    QComboBox* m_edge;
};

} // namespace trainyard::widgets
