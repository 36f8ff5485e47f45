// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/path_text.h"
#include "core/dataset/predictions.h"
#include "core/evaluation/comparison.h"
#include "core/training/run_folder.h"

#include <algorithm>

namespace trainyard::cli {

namespace {

/// The newest evaluation of a run on the test split.
Result<Predictions> newestPredictions(const std::filesystem::path& project, const std::string& runId)
{
    std::vector<std::filesystem::path> folders;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(project / "evaluations", error))
        folders.push_back(entry.path());
    std::sort(folders.rbegin(), folders.rend());
    for (const auto& folder : folders) {
        Result<Predictions> predictions = loadPredictions(folder / "predictions.h5");
        if (predictions && predictions->runId == runId && predictions->split == "test")
            return predictions;
    }
    return fail(ErrorCode::NotFound,
                "run " + runId + " has no evaluation on the test split; make it with 'trainyard evaluate " +
                    runId + "'");
}

} // namespace

Result<VerbResult> runCompare(const Invocation& invocation)
{
    const auto names = invocation.texts("RUN");
    if (names.size() < 2)
        return fail(ErrorCode::InvalidArgument, "compare needs two runs or more");
    std::vector<Predictions> predictions;
    std::vector<std::string> ids;
    for (const std::string& name : names) {
        TRAINYARD_TRY(const RunStatus run, findRun(invocation.project, name));
        TRAINYARD_TRY(Predictions own, newestPredictions(invocation.project, run.id));
        predictions.push_back(std::move(own));
        ids.push_back(run.id);
    }
    VerbResult out;
    Json list = Json::array();
    for (std::size_t i = 1; i < ids.size(); ++i) {
        TRAINYARD_TRY(const Comparison comparison,
                      compareModels(predictions[0], ids[0], predictions[i], ids[i]));
        list.push_back(comparisonToJson(comparison));
        out.text +=
            ids[0] + " " + percent(comparison.accuracyA) + " [" + percent(comparison.intervalA.low) + ", " +
            percent(comparison.intervalA.high) + "]\n" + ids[i] + " " + percent(comparison.accuracyB) + " [" +
            percent(comparison.intervalB.low) + ", " + percent(comparison.intervalB.high) + "]\n" +
            comparison.verdict + "\n(" + comparison.test + " on " + withThousands(comparison.common) +
            " items that both scored; " +
            withThousands(comparison.onlyA + comparison.onlyB + comparison.differing) + " others left out)\n";
    }
    out.result = {{"comparisons", list}};
    return out;
}

} // namespace trainyard::cli
