// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/jobs/job_runner.h"

#include <string_view>

namespace trainyard::engine {

// The verbs that need tensors; each reads its request from context.job.request.

Result<VerbResult> workTrain(VerbContext& context);
Result<VerbResult> workEvaluate(VerbContext& context);
Result<VerbResult> workPackage(VerbContext& context);
Result<VerbResult> workPublish(VerbContext& context);
Result<VerbResult> workPredict(VerbContext& context);
Result<VerbResult> workVerify(VerbContext& context);
Result<VerbResult> workCheck(VerbContext& context);
Result<VerbResult> workDoctor(VerbContext& context);

/// Unsupported for a verb that is not among them.
Result<VerbResult> workVerb(VerbContext& context);

} // namespace trainyard::engine
