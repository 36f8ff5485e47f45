// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/verbs.h"

#include <array>

namespace trainyard::engine {

namespace {

struct VerbRow
{
    std::string_view name;
    Result<VerbResult> (*work)(VerbContext& context);
};

constexpr std::array<VerbRow, 8> kVerbs{{
    {"check", workCheck},
    {"doctor", workDoctor},
    {"evaluate", workEvaluate},
    {"package", workPackage},
    {"predict", workPredict},
    {"publish", workPublish},
    {"train", workTrain},
    {"verify", workVerify},
}};

} // namespace

Result<VerbResult> workVerb(VerbContext& context)
{
    for (const VerbRow& row : kVerbs) {
        if (row.name == context.job.verb)
            return row.work(context);
    }
    return fail(ErrorCode::Unsupported, "'" + context.job.verb + "' is no verb of trainyard-engine");
}

} // namespace trainyard::engine
