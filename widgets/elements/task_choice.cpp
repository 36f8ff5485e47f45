// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/task_choice.h"

#include "widgets/elements/controls.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr const char* kContext = "tasks";

struct TaskWords
{
    ProjectTask task;
    const char* name;
    const char* key;      ///< what a class key does
    const char* training; ///< what training makes of these labels
};

constexpr TaskWords kWords[] = {
    {ProjectTask::Classify, QT_TRANSLATE_NOOP("tasks", "Classify pictures"),
     QT_TRANSLATE_NOOP("tasks", "A class key gives the picture its one class and goes on to the next."),
     QT_TRANSLATE_NOOP("tasks", "Training is for this task today.")},
    {ProjectTask::Tag, QT_TRANSLATE_NOOP("tasks", "Several tags a picture"),
     QT_TRANSLATE_NOOP("tasks", "A class key adds its tag to the picture, or takes it away again."),
     QT_TRANSLATE_NOOP("tasks", "Training is for classification today: it learns a picture's oldest tag.")},
    {ProjectTask::Detect, QT_TRANSLATE_NOOP("tasks", "Boxes around objects"),
     QT_TRANSLATE_NOOP("tasks", "A class key chooses the class of the next box."),
     QT_TRANSLATE_NOOP("tasks", "Training is for classification today: boxes are kept and exported.")},
    {ProjectTask::Segment, QT_TRANSLATE_NOOP("tasks", "Outlines and masks"),
     QT_TRANSLATE_NOOP("tasks", "A class key chooses the class of the next outline or mask."),
     QT_TRANSLATE_NOOP("tasks", "Training is for classification today: shapes are kept and exported.")},
};

const TaskWords& wordsOf(ProjectTask task)
{
    return *std::find_if(std::begin(kWords), std::end(kWords),
                         [&](const TaskWords& words) { return words.task == task; });
}

QString translated(const char* text)
{
    return QCoreApplication::translate(kContext, text);
}

} // namespace

QString taskText(ProjectTask task)
{
    return translated(wordsOf(task).name);
}

TaskChoice::TaskChoice(ProjectTask task, QWidget* parent)
    : QWidget(parent), m_box(makeComboBox(tr("Task of the project"))), m_text(makeText({}, "muted"))
{
    for (const ProjectTask each : kProjectTasks)
        m_box->addItem(taskText(each), static_cast<int>(each));
    chooseData(*m_box, static_cast<int>(task));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(m_box);
    layout->addWidget(m_text);
    connect(m_box, &QComboBox::currentIndexChanged, this, &TaskChoice::explain);
    explain();
}

ProjectTask TaskChoice::task() const
{
    return static_cast<ProjectTask>(m_box->currentData().toInt());
}

QString TaskChoice::explanation() const
{
    return m_text->text();
}

void TaskChoice::explain()
{
    const TaskWords& words = wordsOf(task());
    m_text->setText(translated(words.key) + QLatin1Char(' ') + translated(words.training));
}

} // namespace trainyard::widgets
