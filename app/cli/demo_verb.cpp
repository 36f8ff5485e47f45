// SPDX-License-Identifier: GPL-3.0-or-later
// demo: the whole road on a small sample, each step a trainyard of its own, so that it can be read as a
// recipe.
#include "app/cli/child_process.h"
#include "app/cli/demo_planting.h"
#include "app/cli/text_table.h"
#include "app/cli/verb.h"
#include "core/base/clock.h"
#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

namespace trainyard::cli {

namespace {

constexpr std::uint64_t kSeed = 1;
constexpr const char* kPerClass = "135";
constexpr const char* kModel = "blood-cells";
constexpr const char* kAlias = "production";

/// What the demo knows of itself, kept beside the project: the planted truth and the result of every finished
/// step, so that a second start goes on where the first one stopped and changes nothing that is done.
class DemoLedger
{
public:
    static Result<DemoLedger> open(const std::filesystem::path& project)
    {
        DemoLedger ledger;
        ledger.m_file = project.parent_path() / (project.filename().string() + ".demo.json");
        std::error_code error;
        const bool hasProject = std::filesystem::exists(project / "project.trainyard", error);
        const bool hasLedger = std::filesystem::exists(ledger.m_file, error);
        if (hasProject && !hasLedger)
            return fail(
                ErrorCode::Refused,
                displayText(project.string()) +
                    " is a project that the demo did not make; give another folder: trainyard demo DIR");
        if (hasProject) {
            TRAINYARD_TRY(const std::string text, readFile(ledger.m_file, 16 << 20));
            TRAINYARD_TRY(ledger.m_json, parseJson(text, displayText(ledger.m_file.string())));
        }
        if (!ledger.m_json.is_object() || !ledger.m_json.contains("steps"))
            ledger.m_json = {
                {"v", 1}, {"truth", nullptr}, {"steps", Json::object()}, {"seconds", Json::object()}};
        return ledger;
    }

    [[nodiscard]] bool has(const std::string& step) const { return m_json["steps"].contains(step); }
    [[nodiscard]] const Json& result(const std::string& step) const { return m_json["steps"][step]; }
    [[nodiscard]] const Json& truth() const { return m_json["truth"]; }
    [[nodiscard]] const Json& seconds() const { return m_json["seconds"]; }
    Result<void> setTruth(Json truth)
    {
        m_json["truth"] = std::move(truth);
        return save();
    }

    Result<void> finish(const std::string& step, Json result, double seconds)
    {
        m_json["steps"][step] = std::move(result);
        m_json["seconds"][step] = seconds;
        return save();
    }

private:
    Result<void> save() const { return writeFileAtomically(posixIo(), m_file, jsonText(m_json)); }

    std::filesystem::path m_file;
    Json m_json = Json::object();
};

/// The steps of the road, each knowing the results of those before it.
class Demo
{
public:
    Demo(std::filesystem::path project, DemoLedger ledger, VerbContext& context)
        : m_project(std::move(project)), m_ledger(std::move(ledger)), m_context(context)
    {
    }

    Result<VerbResult> run();

private:
    using Step = std::function<Result<Json>()>;
    Result<Json> trainyard(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--project", m_project.string()});
        return runTrainyard(std::move(arguments), m_context.cancellation);
    }
    Result<Json> makeProject() const;
    Result<Json> plant();
    Result<Json> check() const;
    Result<Json> fix() const;
    Result<Json> predict() const;
    [[nodiscard]] std::string text(const char* step, const char* key) const
    {
        return bytesFromJson(m_ledger.result(step).value(key, Json("")));
    }
    [[nodiscard]] VerbResult summary() const;

    std::filesystem::path m_project;
    DemoLedger m_ledger;
    VerbContext& m_context;
};

Result<Json> Demo::makeProject() const
{
    std::error_code error;
    if (std::filesystem::exists(m_project / "project.trainyard", error))
        return Json::object();
    return runTrainyard({"init", m_project.string()}, m_context.cancellation);
}

Result<Json> Demo::plant()
{
    if (m_ledger.truth().is_null()) {
        TRAINYARD_TRY(auto project, Project::open(m_project, Project::OpenMode::ReadWrite, "demo/planted"));
        TRAINYARD_TRY(const auto history, project->history());
        const bool isHalfPlanted = std::any_of(history.begin(), history.end(), [](const RevisionRow& row) {
            return row.author == "demo/planted";
        });
        if (isHalfPlanted)
            return fail(
                ErrorCode::Refused,
                displayText(m_project.string()) +
                    ": the demo was ended while it planted its faults; delete this folder and start again");
        TRAINYARD_TRY(Json truth, plantFaults(*project, PlantCounts{}, kSeed));
        TRAINYARD_CHECK(m_ledger.setTruth(std::move(truth)));
    }
    return trainyard({"import", (m_project / "media" / "crops").string(), "--format", "image-folder"});
}

Result<Json> Demo::check() const
{
    TRAINYARD_CHECK(trainyard({"check"}));
    TRAINYARD_TRY(auto project, Project::open(m_project, Project::OpenMode::ReadOnly, "demo"));
    return judgeChecks(*project, m_ledger.truth());
}

Result<Json> Demo::fix() const
{
    Json fixed = Json::object();
    for (const char* kind : {"damaged", "duplicate", "near-duplicate", "wrong-label"}) {
        TRAINYARD_TRY(const Json result, trainyard({"fix", kind}));
        fixed[kind] = result.value("items", Json(0));
    }
    return fixed;
}

Result<Json> Demo::predict() const
{
    std::vector<std::string> arguments{"predict", std::string(kModel) + "@" + kAlias};
    TRAINYARD_TRY(auto project, Project::open(m_project, Project::OpenMode::ReadOnly, "demo"));
    for (const ItemClass& itemClass : project->classes()) {
        TRAINYARD_TRY(const auto items, project->items("class=" + itemClass.name +
                                                       " and split=test and excluded=no and state=ok"));
        if (!items.empty())
            arguments.push_back(project->itemPath(items.front()).string());
    }
    return trainyard(arguments);
}

VerbResult Demo::summary() const
{
    const Json& judged = m_ledger.result("check");
    const Json& evaluation = m_ledger.result("evaluate");
    const Json& version = m_ledger.result("publish");
    VerbResult out;
    double total = 0;
    for (const auto& [step, seconds] : m_ledger.seconds().items())
        total += seconds.get<double>();
    const std::string name =
        text("publish", "name") + ":" + std::to_string(jsonValue<std::int64_t>(version, "version", 0));
    out.result = {{"project", bytesToJson(m_project.string())},
                  {"planted", judged["planted"]},
                  {"found", judged["found"]},
                  {"false", judged["false"]},
                  {"items", m_ledger.result("split").value("items", Json::object())},
                  {"accuracy", evaluation.value("accuracy", Json())},
                  {"interval", evaluation.value("interval", Json())},
                  {"n", evaluation.value("n", Json())},
                  {"seconds", m_ledger.seconds()},
                  {"totalSeconds", total},
                  {"report", evaluation.value("report", Json())},
                  {"package", m_ledger.result("package").value("package", Json())},
                  {"version", name}};

    TextTable checks({"fault", "planted", "found", "false"});
    for (const auto& [kind, planted] : judged["planted"].items())
        checks.add({kind, planted.dump(), judged["found"][kind].dump(), judged["false"][kind].dump()});
    const auto interval = jsonValue<std::vector<double>>(evaluation, "interval", {0, 1});
    TextTable answers({"picture", "answer", "probability"});
    for (const Json& prediction : m_ledger.result("predict").value("predictions", Json::array())) {
        const auto label = jsonValue<std::string>(prediction, "label", "");
        const std::filesystem::path path = bytesFromJson(prediction.value("path", Json("")));
        answers.add({displayText(path.filename().string()), displayText(label),
                     percent(jsonValue<double>(prediction.value("probabilities", Json::object()),
                                               label.c_str(), 0.0))});
    }
    out.text = "The whole road, in " + durationText(total) + "\n\n" + checks.text() + "\nitems     ";
    for (const auto& [split, count] : out.result["items"].items())
        out.text += split + " " + count.dump() + "  ";
    out.text += "\naccuracy  " + percent(jsonValue<double>(evaluation, "accuracy", 0)) + " on " +
                std::to_string(jsonValue<std::int64_t>(evaluation, "n", 0)) +
                " test pictures (95 % interval " + percent(interval[0]) + " to " + percent(interval[1]) +
                ", clustered by source picture)\n" + "report    " + displayText(text("evaluate", "report")) +
                "\npackage   " + displayText(text("package", "package")) + "\nversion   " + name + " = " +
                kModel + "@" + kAlias + "\n\n" + answers.text() + "\nOpen it: trainyard-studio " +
                displayText(m_project.string());
    return out;
}

Result<VerbResult> Demo::run()
{
    const std::filesystem::path sample = shareFolder() / "samples" / "blood-cells";
    const std::filesystem::path package = m_project / "packages" / kModel;
    const std::vector<std::pair<const char*, Step>> steps{
        {"init", [&] { return makeProject(); }},
        {"import",
         [&] {
             return trainyard({"import", sample.string(), "--crops", "--per-class", kPerClass, "--seed",
                               std::to_string(kSeed)});
         }},
        {"plant", [&] { return plant(); }},
        {"check", [&] { return check(); }},
        {"fix", [&] { return fix(); }},
        {"split",
         [&] {
             return trainyard({"split", "--train", "60", "--val", "10", "--test", "30"});
         }},
        {"train",
         [&] {
             return trainyard({"train", "--recipe", "transfer"});
         }},
        {"evaluate",
         [&] {
             return trainyard({"evaluate", text("train", "run")});
         }},
        {"package",
         [&] {
             return trainyard({"package", text("train", "run"), "--out", package.string()});
         }},
        {"publish",
         [&] {
             return trainyard({"publish", package.string(), kModel, "--alias", kAlias});
         }},
        {"predict", [&] { return predict(); }},
    };
    std::int64_t done = 0;
    for (const auto& [name, step] : steps) {
        if (!m_ledger.has(name)) {
            m_context.progress({std::string("demo: ") + name, done, static_cast<std::int64_t>(steps.size())});
            const std::int64_t start = systemClock().monotonicNanoseconds();
            TRAINYARD_TRY(Json result, step());
            const double seconds = static_cast<double>(systemClock().monotonicNanoseconds() - start) * 1e-9;
            TRAINYARD_CHECK(m_ledger.finish(name, std::move(result), seconds));
        }
        ++done;
    }
    return summary();
}

} // namespace

Result<Json> demoRequest(const Invocation& invocation, std::string&)
{
    const char* home = std::getenv("HOME");
    const std::filesystem::path preset =
        std::filesystem::path(home == nullptr ? "/tmp" : home) / "Trainyard" / "blood-cells";
    return Json{{"dir", bytesToJson(invocation.text("DIR", preset.string()))}};
}

Result<VerbResult> workDemo(VerbContext& context)
{
    std::filesystem::path folder = bytesFromJson(context.job.request.value("dir", Json("")));
    if (!folder.has_filename())
        folder = folder.parent_path();
    TRAINYARD_TRY(DemoLedger ledger, DemoLedger::open(folder));
    TRAINYARD_CHECK(makeFolders(posixIo(), folder.parent_path()));
    Demo demo(folder, std::move(ledger), context);
    return demo.run();
}

} // namespace trainyard::cli
