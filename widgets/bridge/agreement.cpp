// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/agreement.h"

#include "core/base/user.h"
#include "core/project/opinions.h"
#include "core/project/project.h"

#include <algorithm>

namespace trainyard::widgets {

Result<AgreementAnswer> readAgreement(const std::filesystem::path& projectFolder, AgreementQuestion question)
{
    TRAINYARD_TRY(const auto people, itemsWithOpinions(projectFolder));
    AgreementAnswer answer;
    for (const auto& [name, items] : people)
        answer.people.push_back(name);
    if (!people.contains(question.first))
        question.first.clear();
    if (!people.empty() && !people.contains(question.second))
        question.second = answer.people.front();
    answer.question = question;
    if (people.empty())
        return answer;
    TRAINYARD_TRY(const auto project,
                  Project::open(projectFolder, Project::OpenMode::ReadOnly, userAtHost()));
    TRAINYARD_TRY(const auto annotations, project->annotationsOf(people.at(question.second)));
    answer.agreement =
        measureAgreement(opinionsByItem(annotations, question.first, question.second), question.threshold);
    return answer;
}

} // namespace trainyard::widgets
