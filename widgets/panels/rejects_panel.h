// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/project_document.h"

#include <QWidget>

class QLabel;
class QTreeView;

namespace trainyard::widgets {

class RejectsModel;
class Theme;

/// What imports could not take, with the reason and what to do, row by row.
class RejectsPanel : public QWidget
{
    Q_OBJECT
public:
    RejectsPanel(ProjectDocument& document, const Theme& theme, QWidget* parent = nullptr);
    [[nodiscard]] int count() const;

signals:
    void countChanged(int count);

private:
    void read();
    void showChosen();

    ProjectDocument& m_document;
    RejectsModel* m_model;
    QTreeView* m_table;
    QLabel* m_empty;
    QLabel* m_details;
};

} // namespace trainyard::widgets
