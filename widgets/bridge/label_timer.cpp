// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/label_timer.h"

#include "core/base/json.h"
#include "core/base/log.h"
#include "core/jobs/job.h"
#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/io_env.h"
#include "core/storage/read_file.h"
#include "widgets/bridge/text.h"

#include <QDate>
#include <QLocale>

namespace trainyard::widgets {

namespace {

using namespace std::chrono_literals;

constexpr auto kRest = 30s;
constexpr auto kSaveEvery = 30s;
constexpr std::size_t kDaysKept = 60;

std::chrono::milliseconds steadyNow()
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace

LabelTimer::LabelTimer(const std::filesystem::path& project, QObject* parent)
    : LabelTimer(project, steadyNow, QDate::currentDate().toString(Qt::ISODate), parent)
{
}

LabelTimer::LabelTimer(const std::filesystem::path& project, Clock clock, const QString& today,
                       QObject* parent)
    : QObject(parent), m_clock(std::move(clock)), m_today(today),
      m_file(stateFolder() / "label-times" / (std::to_string(xxh3(project.native())) + ".json")),
      m_project(project.native()), m_savedAt(m_clock())
{
    read();
}

LabelTimer::~LabelTimer()
{
    save();
}

void LabelTimer::gesture()
{
    const auto now = m_clock();
    if (m_last.count() >= 0 && now - m_last <= kRest)
        m_active += now - m_last;
    m_last = now;
}

void LabelTimer::labelled(const QString& kind, int count)
{
    gesture();
    Figures& figures = m_days[m_today][kind];
    figures.labels += count;
    figures.seconds += std::chrono::duration<double>(m_active).count();
    m_active = 0ms;
    if (m_last - m_savedAt >= kSaveEvery)
        save();
    emit changed();
}

int LabelTimer::labelsToday(const QString& kind) const
{
    const auto day = m_days.find(m_today);
    if (day == m_days.end())
        return 0;
    const auto found = day->second.find(kind);
    return found == day->second.end() ? 0 : found->second.labels;
}

double LabelTimer::secondsPerLabel(const QString& kind) const
{
    const int labels = labelsToday(kind);
    return labels == 0 ? 0 : m_days.at(m_today).at(kind).seconds / labels;
}

QString LabelTimer::line(const QString& kind) const
{
    const int labels = labelsToday(kind);
    if (labels == 0)
        return {};
    return tr("%1 s a %2, %3 today")
        .arg(QLocale().toString(secondsPerLabel(kind), 'f', 1), kind, countText(labels));
}

QString LabelTimer::dayLine() const
{
    const auto day = m_days.find(m_today);
    Figures all;
    if (day != m_days.end())
        for (const auto& [kind, figures] : day->second) {
            all.labels += figures.labels;
            all.seconds += figures.seconds;
        }
    if (all.labels == 0)
        return {};
    const QString seconds = QLocale().toString(all.seconds / all.labels, 'f', 1);
    return all.labels == 1 ? tr("1 label, %1 s").arg(seconds)
                           : tr("%1 labels, %2 s each").arg(countText(all.labels), seconds);
}

QString LabelTimer::dayDetails() const
{
    QStringList lines;
    if (const auto day = m_days.find(m_today); day != m_days.end())
        for (const auto& [kind, figures] : day->second)
            if (figures.labels > 0)
                lines << line(kind);
    return lines.join(QLatin1Char('\n'));
}

void LabelTimer::read()
{
    const Result<std::string> bytes = readFile(m_file);
    const Result<Json> json = bytes ? parseJson(*bytes, m_file.string()) : Result<Json>(fail(bytes.error()));
    if (!json || !json->is_object() || !json->contains("days") || !(*json)["days"].is_object())
        return;
    for (const auto& [day, kinds] : (*json)["days"].items()) {
        if (!kinds.is_object())
            continue;
        for (const auto& [kind, figures] : kinds.items()) {
            Figures& known = m_days[QString::fromStdString(day)][QString::fromStdString(kind)];
            known.labels = std::max(0, jsonValue(figures, "labels", 0));
            known.seconds = std::max(0.0, jsonValue(figures, "seconds", 0.0));
        }
    }
}

void LabelTimer::save()
{
    m_savedAt = m_clock();
    while (m_days.size() > kDaysKept)
        m_days.erase(m_days.begin());
    if (m_days.empty())
        return;
    Json days = Json::object();
    for (const auto& [day, kinds] : m_days)
        for (const auto& [kind, figures] : kinds)
            days[toUtf8(day)][toUtf8(kind)] = {{"labels", figures.labels}, {"seconds", figures.seconds}};
    const Json json{{"v", 1}, {"project", shown(m_project).toStdString()}, {"days", std::move(days)}};
    std::error_code error;
    std::filesystem::create_directories(m_file.parent_path(), error);
    if (const auto written = writeFileAtomically(posixIo(), m_file, json.dump()); !written)
        logLine(LogLevel::Warning, written.error().message);
}

} // namespace trainyard::widgets
