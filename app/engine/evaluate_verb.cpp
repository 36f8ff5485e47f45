// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/evaluation.h"
#include "app/engine/request.h"
#include "app/engine/verbs.h"
#include "core/base/clock.h"
#include "core/evaluation/classification.h"
#include "core/evaluation/report_html.h"
#include "core/imaging/own_jpeg.h"
#include "core/imaging/thumbnail_store.h"
#include "core/storage/atomic_file.h"

#include <array>
#include <charconv>
#include <unordered_map>

namespace trainyard::engine {

namespace {

constexpr int kGateNotMet = 5;
constexpr int kPictureQuality = 85;

/// "accuracy>=0.92".
struct Gate
{
    std::string figure;
    bool isStrict = false;
    double threshold = 0;
};

Result<Gate> parseGate(const std::string& text)
{
    const std::size_t sign = text.find('>');
    Gate gate;
    gate.figure = text.substr(0, sign);
    while (!gate.figure.empty() && gate.figure.back() == ' ')
        gate.figure.pop_back();
    std::string number = sign == std::string::npos ? "" : text.substr(sign + 1);
    gate.isStrict = !number.starts_with('=');
    number.erase(0, gate.isStrict ? 0 : 1);
    number.erase(0, number.find_first_not_of(' '));
    const char* end = number.data() + number.size();
    const auto [stop, error] = std::from_chars(number.data(), end, gate.threshold);
    const bool isKnown =
        gate.figure == "accuracy" || gate.figure == "macro-f1" || gate.figure == "balanced-accuracy";
    if (number.empty() || error != std::errc() || stop != end || !isKnown)
        return fail(ErrorCode::InvalidArgument,
                    "--require '" + text +
                        "': give accuracy, macro-f1 or balanced-accuracy, then >= or >, then a number");
    return gate;
}

/// A figure that could not be computed meets no gate.
bool isMet(const Gate& gate, const ClassificationReport& report)
{
    std::optional<double> value = report.accuracy;
    if (gate.figure == "macro-f1")
        value = report.macroF1;
    if (gate.figure == "balanced-accuracy")
        value = report.balancedAccuracy;
    return value && (gate.isStrict ? *value > gate.threshold : *value >= gate.threshold);
}

/// The thumbnail of an item, else the pixels that the model saw.
PictureSource pictureSource(ThumbnailStore* thumbnails, const PackReader& pack)
{
    auto rows = std::make_shared<std::unordered_map<ItemId, std::int64_t>>();
    for (std::size_t row = 0; row < pack.itemIds().size(); ++row)
        rows->emplace(pack.itemIds()[row], static_cast<std::int64_t>(row));
    return [thumbnails, &pack, rows](const Prediction& prediction) -> std::string {
        if (thumbnails != nullptr) {
            if (auto jpeg = thumbnails->read(prediction.item, prediction.contentHash))
                return std::move(*jpeg);
        }
        const auto row = rows->find(prediction.item);
        if (row == rows->end())
            return {};
        const auto pixels = pack.pixels(row->second);
        const Image image{pack.shape().width, pack.shape().height, {pixels.begin(), pixels.end()}};
        return encodeJpeg(image, kPictureQuality).value_or(std::string());
    };
}

struct Written
{
    std::string id;
    std::filesystem::path folder;
};

Result<Written> writeEvaluation(const VerbContext& context, const ClassificationReport& report, Json json,
                                const Predictions& predictions, const PackReader& pack)
{
    Written written;
    written.id = freshId();
    written.folder = std::filesystem::path(context.job.project) / "evaluations" / written.id;
    TRAINYARD_CHECK(makeFolders(posixIo(), written.folder));
    TRAINYARD_CHECK(savePredictions(written.folder / "predictions.h5", predictions));
    const auto thumbnails =
        ThumbnailStore::open(std::filesystem::path(context.job.project) / "cache" / "thumbnails");
    const std::string html = reportHtml(report, predictions, predictions.runId + " on " + predictions.split,
                                        pictureSource(thumbnails ? thumbnails->get() : nullptr, pack));
    TRAINYARD_CHECK(writeFileAtomically(posixIo(), written.folder / "report.html", std::string_view(html)));
    json["evaluation"] = written.id;
    json["evaluated_utc"] = utcText(systemClock().utcMilliseconds());
    TRAINYARD_CHECK(
        writeFileAtomically(posixIo(), written.folder / "report.json", std::string_view(jsonText(json))));
    return written;
}

} // namespace

Result<VerbResult> workEvaluate(VerbContext& context)
{
    const Json& request = context.job.request;
    const auto split = splitFromName(jsonValue<std::string>(request, "split", "test"));
    if (!split || *split == Split::None)
        return fail(ErrorCode::InvalidArgument, "--split takes train, val or test");
    const std::string require = requestText(request, "require");
    std::optional<Gate> gate;
    if (!require.empty()) {
        TRAINYARD_TRY(gate, parseGate(require));
    }
    TRAINYARD_TRY(const Model model, loadModel(context.job.project, requestText(request, "model")));
    TRAINYARD_TRY(const Dataset dataset, datasetFor(model, context));
    TRAINYARD_TRY(const auto pack, packFor(model, dataset, context));
    TRAINYARD_TRY(const auto runner, makeRunner(model));
    TRAINYARD_TRY(const Predictions predictions,
                  predictSplit(model, *runner, dataset, *pack, *split, context));
    TRAINYARD_TRY(const ClassificationReport report, evaluateClassification(predictions));
    TRAINYARD_TRY(const Written written,
                  writeEvaluation(context, report, classificationReportToJson(report, predictions),
                                  predictions, *pack));
    VerbResult out;
    const bool isGateMet = !gate || isMet(*gate, report);
    out.exitCode = isGateMet ? 0 : kGateNotMet;
    out.result = {{"evaluation", written.id},
                  {"model", model.name},
                  {"run", model.isRun ? Json(model.name) : Json(nullptr)},
                  {"step", model.isRun ? Json(model.step) : Json(nullptr)},
                  {"split", predictions.split},
                  {"dataset", dataset.hash},
                  {"n", report.n},
                  {"correct", report.correct},
                  {"accuracy", report.accuracy},
                  {"interval", {report.accuracyInterval.low, report.accuracyInterval.high}},
                  {"macroF1", report.macroF1 ? Json(*report.macroF1) : Json(nullptr)},
                  {"require", require},
                  {"gateMet", gate ? Json(isGateMet) : Json(nullptr)},
                  {"report", bytesToJson((written.folder / "report.html").string())}};
    out.text = "Accuracy " + percentText(report.accuracy) + " (" + std::to_string(report.correct) + " of " +
               std::to_string(report.n) + "; 95 % interval " + percentText(report.accuracyInterval.low) +
               " to " + percentText(report.accuracyInterval.high) + ") on " + predictions.split +
               ". Report: " + (written.folder / "report.html").string();
    if (gate)
        out.text +=
            isGateMet ? "\nThe gate " + require + " is met." : "\nThe gate " + require + " is not met.";
    return out;
}

} // namespace trainyard::engine
