// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project_task.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace trainyard::widgets {

/// A task in a few words: "Classify pictures".
QString taskText(ProjectTask task);

/// The box of tasks that a project can have, and below it what a class key does there and what training makes
/// of such labels. GUI thread.
class TaskChoice : public QWidget
{
    Q_OBJECT
public:
    explicit TaskChoice(ProjectTask task = ProjectTask::Classify, QWidget* parent = nullptr);

    [[nodiscard]] ProjectTask task() const;
    [[nodiscard]] QComboBox* box() const { return m_box; }
    [[nodiscard]] QString explanation() const;

private:
    void explain();

    QComboBox* m_box;
    QLabel* m_text;
};

} // namespace trainyard::widgets
