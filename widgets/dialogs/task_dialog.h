// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project_task.h"

#include <QDialog>

namespace trainyard::widgets {

class TaskChoice;

/// Asks for another task of the project. Not modal; goes away by itself when it is closed.
class TaskDialog : public QDialog
{
    Q_OBJECT
public:
    TaskDialog(ProjectTask present, QWidget* parent);

    [[nodiscard]] TaskChoice* choice() const { return m_choice; }

signals:
    void chosen(trainyard::ProjectTask task); ///< another one than the present

private:
    TaskChoice* m_choice;
};

} // namespace trainyard::widgets
