// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/evaluation/agreement.h"

#include <filesystem>
#include <string>
#include <vector>

namespace trainyard::widgets {

/// Whose labels are compared, and from which overlap on two shapes are one.
struct AgreementQuestion
{
    std::string first;  ///< empty: the project's own labels
    std::string second; ///< somebody who is not there: the first of those who are
    double threshold = 0.5;

    bool operator==(const AgreementQuestion&) const = default;
};

struct AgreementAnswer
{
    AgreementQuestion question; ///< as it was answered
    std::vector<std::string> people;
    Agreement agreement; ///< empty where there are no people
};

/// Reads everything that is written of the two. Opens the project for itself; any thread. Fails as
/// Project::open() does.
Result<AgreementAnswer> readAgreement(const std::filesystem::path& projectFolder, AgreementQuestion question);

} // namespace trainyard::widgets
