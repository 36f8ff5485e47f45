// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/elements/filter_row.h"

#include <QFrame>
#include <cstdint>
#include <span>

class QComboBox;
class QLabel;
class QPushButton;

namespace trainyard::widgets {

class Theme;

/// How many pictures are chosen and what can be done with them; hidden while there are none.
class SelectionBar : public QFrame
{
    Q_OBJECT
public:
    struct Choice
    {
        std::int64_t count = 0;
        std::int64_t notShown = 0;
        bool hasIncluded = false;
        bool hasExcluded = false;
        bool isEditable = false;
    };

    explicit SelectionBar(const Theme& theme, QWidget* parent = nullptr);

    void setChoice(const Choice& choice);
    /// `prompt` says what choosing one does: "Give a class…".
    void setClasses(std::span<const FilterRow::ClassEntry> classes, const QString& prompt);

signals:
    void classChosen(trainyard::ClassId classId); ///< 0: none
    void excludeRequested();
    void includeRequested();
    void lookRequested();
    void clearRequested();

private:
    QLabel* m_text;
    QComboBox* m_class;
    QPushButton* m_exclude;
    QPushButton* m_include;
};

} // namespace trainyard::widgets
