// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/packaging.h"

#include "app/engine/request.h"
#include "core/storage/read_file.h"
#include "core/training/batches.h"

#include <algorithm>
#include <unordered_map>

namespace trainyard::engine {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kGoldenSamples = 8;

/// Rows of the dataset spread over the first split that has any.
std::vector<std::int64_t> goldenRows(const Dataset& dataset)
{
    for (const Split split : {Split::Test, Split::Validation, Split::Train}) {
        const std::vector<std::int64_t> rows = splitRows(dataset, split);
        if (rows.empty())
            continue;
        std::vector<std::int64_t> chosen;
        const std::size_t count = std::min(kGoldenSamples, rows.size());
        for (std::size_t i = 0; i < count; ++i)
            chosen.push_back(rows[i * rows.size() / count]);
        return chosen;
    }
    return {};
}

Result<GoldenSamples> makeGolden(const Model& model, NetworkRunner& runner, VerbContext& context)
{
    TRAINYARD_TRY(const Dataset dataset, loadDataset(context.job.project, model.datasetHash));
    TRAINYARD_TRY(const auto pack, packFor(model, dataset, context));
    std::unordered_map<ItemId, std::int64_t> packRow;
    for (std::size_t row = 0; row < pack->itemIds().size(); ++row)
        packRow.emplace(pack->itemIds()[row], static_cast<std::int64_t>(row));
    GoldenSamples golden;
    for (const std::int64_t row : goldenRows(dataset)) {
        const auto place = packRow.find(dataset.items[static_cast<std::size_t>(row)].item);
        if (place == packRow.end() || !pack->isIntact(place->second))
            continue;
        const auto pixels = pack->pixels(place->second);
        golden.pixels.insert(golden.pixels.end(), pixels.begin(), pixels.end());
        ++golden.count;
    }
    if (golden.count == 0)
        return fail(ErrorCode::Refused, "the run's dataset holds no picture for golden samples");
    TRAINYARD_TRY(const auto rows, runner.run(golden.pixels.data(), golden.count, "logits"));
    for (const std::vector<float>& row : rows)
        golden.logits.insert(golden.logits.end(), row.begin(), row.end());
    return golden;
}

/// The newest report that speaks of this run, or null.
Json newestReport(const fs::path& projectFolder, const std::string& run)
{
    std::vector<fs::path> folders;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(projectFolder / "evaluations", error))
        folders.push_back(entry.path());
    std::sort(folders.rbegin(), folders.rend());
    for (const fs::path& folder : folders) {
        const auto text = readFile(folder / "report.json");
        const auto report = text ? parseJson(*text, "report.json") : Result<Json>(Json());
        if (report && jsonValue<std::string>(*report, "run", "") == run)
            return *report;
    }
    return nullptr;
}

/// {"name", "value", "low", "high", "n"} of the figures that a report holds.
Json metricsOf(const Json& report)
{
    Json metrics = Json::array();
    for (const auto& [key, title] : {std::pair{"accuracy", "accuracy"}, std::pair{"macro_f1", "macro F1"},
                                     std::pair{"balanced_accuracy", "balanced accuracy"}}) {
        const Json figure = jsonValue(report, key, Json());
        Json metric{{"name", title}, {"n", jsonValue<std::int64_t>(report, "n", 0)}};
        if (figure.is_object())
            metric.update(figure);
        else
            metric["value"] = figure;
        if (jsonValue(metric, "value", Json()).is_number())
            metrics.push_back(std::move(metric));
    }
    return metrics;
}

Json lineageOf(const Model& model, const RunStatus& run, const Json& report)
{
    const ResolvedRecipe& resolved = *model.resolved;
    Json lineage{{"run", run.id},
                 {"dataset_hash", resolved.datasetHash},
                 {"recipe", recipeToJson(resolved.recipe)},
                 {"seed", resolved.recipe.seed},
                 {"step", model.step},
                 {"device", resolved.device},
                 {"precision", resolved.precision},
                 {"build", resolved.build}};
    if (run.outcome)
        lineage["trained_utc"] = jsonValue<std::string>(*run.outcome, "finished_utc", "");
    if (resolved.recipe.usesStarterWeights)
        lineage["starter_weights"] = resolved.recipe.network;
    if (!report.is_null()) {
        lineage["metrics"] = metricsOf(report);
        lineage["metrics_split"] = jsonValue<std::string>(report, "split", "");
        lineage["evaluation"] = jsonValue<std::string>(report, "evaluation", "");
    }
    return lineage;
}

} // namespace

Result<ParityResult> packageRun(const RunStatus& run, const fs::path& folder, VerbContext& context)
{
    TRAINYARD_TRY(const Model model, loadRunModel(run));
    TRAINYARD_TRY(const auto runner, makeRunner(model));
    PackageContents contents;
    TRAINYARD_TRY(contents.golden, makeGolden(model, *runner, context));
    contents.network = model.network;
    contents.weights = model.weights;
    contents.lineage = lineageOf(model, run, newestReport(context.job.project, run.id));
    return writePackage(folder, contents);
}

} // namespace trainyard::engine
