// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/class_choice.h"

#include "core/project/project_task.h"

#include <algorithm>

namespace trainyard {

Result<ClassChoice> ClassChoice::of(Project& project, ClassId classId)
{
    ClassChoice choice;
    choice.m_class = classId;
    if (classId != 0 && taskOf(project) != ProjectTask::Classify) {
        TRAINYARD_TRY(choice.m_labelled, project.itemsWithLabel(classId));
    }
    return choice;
}

bool ClassChoice::accepts(const ItemColumns& columns) const
{
    return columns.classId == m_class || std::binary_search(m_labelled.begin(), m_labelled.end(), columns.id);
}

} // namespace trainyard
