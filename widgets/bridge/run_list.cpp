// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/run_list.h"

#include "core/project/item.h"
#include "core/storage/read_file.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/text.h"

#include <QDateTime>
#include <QLocale>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr std::uint64_t kMaxReportBytes = 64U << 20;

std::optional<EvaluationSummary> readSummary(const std::filesystem::path& folder)
{
    const auto bytes = readFile(folder / "report.json", kMaxReportBytes);
    if (!bytes)
        return std::nullopt;
    const auto json = parseJson(*bytes, "report.json");
    if (!json)
        return std::nullopt;
    EvaluationSummary summary;
    summary.folder = folder;
    summary.run = jsonValue<std::string>(*json, "run", {});
    summary.split = jsonValue<std::string>(*json, "split", {});
    summary.n = jsonValue<std::int64_t>(*json, "n", 0);
    const Json accuracy = jsonValue<Json>(*json, "accuracy", Json::object());
    summary.accuracy = jsonValue<double>(accuracy, "value", 0);
    summary.low = jsonValue<double>(accuracy, "low", 0);
    summary.high = jsonValue<double>(accuracy, "high", 1);
    return summary;
}

std::vector<RunEntry> readRuns(const std::filesystem::path& projectFolder)
{
    const std::vector<EvaluationSummary> evaluations = listEvaluations(projectFolder);
    std::vector<RunEntry> entries;
    for (RunStatus& status : listRuns(projectFolder)) {
        RunEntry entry;
        if (status.resolved)
            entry.recipe = status.resolved->recipe;
        else if (auto recipe = loadRunRecipe(status.folder))
            entry.recipe = std::move(*recipe);
        for (const EvaluationSummary& evaluation : evaluations) {
            if (evaluation.run == status.id && evaluation.split == splitName(Split::Test)) {
                entry.newest = evaluation;
                break;
            }
        }
        entry.status = std::move(status);
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace

std::vector<EvaluationSummary> listEvaluations(const std::filesystem::path& projectFolder)
{
    std::vector<std::filesystem::path> folders;
    std::error_code error;
    for (std::filesystem::directory_iterator it(projectFolder / "evaluations", error), end;
         !error && it != end; it.increment(error))
        folders.push_back(it->path());
    std::sort(folders.rbegin(), folders.rend());
    std::vector<EvaluationSummary> summaries;
    for (const std::filesystem::path& folder : folders)
        if (auto summary = readSummary(folder))
            summaries.push_back(std::move(*summary));
    return summaries;
}

QString RunEntry::name() const
{
    // "2026-11-23T10-15-02-efficientnet-lite0-a1b2"
    const QString text = id();
    const QDateTime utc = QDateTime::fromString(text.left(19), QStringLiteral("yyyy-MM-ddTHH-mm-ss"));
    if (!utc.isValid())
        return text;
    QDateTime time = utc;
    time.setTimeSpec(Qt::UTC);
    return QLocale().toString(time.toLocalTime(), QStringLiteral("d MMM HH:mm")) + QStringLiteral(" · ") +
           shown(recipe.network) + QStringLiteral(" · ") + text.section(QLatin1Char('-'), -1);
}

bool RunEntry::hasModel() const
{
    return status.resolved.has_value() && status.step > 0;
}

RunList::RunList(std::filesystem::path projectFolder, QObject* parent)
    : QObject(parent), m_folder(std::move(projectFolder))
{
    reload();
}

const RunEntry* RunList::run(const QString& id) const
{
    for (const RunEntry& entry : m_runs)
        if (entry.id() == id)
            return &entry;
    return nullptr;
}

void RunList::reload()
{
    if (m_isReading) {
        m_isWanted = true;
        return;
    }
    m_isReading = true;
    runInBackground(
        this, [folder = m_folder] { return readRuns(folder); },
        [this](std::vector<RunEntry> runs) {
            m_isReading = false;
            m_isLoaded = true;
            m_runs = std::move(runs);
            emit changed();
            if (std::exchange(m_isWanted, false))
                reload();
        });
}

} // namespace trainyard::widgets
