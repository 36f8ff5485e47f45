// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/run_series.h"

#include "core/storage/metric_log.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/text.h"

#include <QTimer>

namespace trainyard::widgets {

namespace {

constexpr int kLiveMs = 200;
constexpr int kIdleMs = 2000;

struct Update
{
    bool isRestarted = false;
    RunSeries::Batch points;
};

} // namespace

/// Used by one pool task at a time.
struct RunSeries::Reader
{
    explicit Reader(const std::filesystem::path& path) : log(path) {}

    Update read()
    {
        Update update;
        const auto isNew = log.readNew();
        if (!isNew || !*isNew)
            return update;
        if (log.generation() != generation || log.records().size() < position) {
            generation = log.generation();
            position = 0;
            update.isRestarted = true;
        }
        for (; position < log.records().size(); ++position) {
            const MetricRecord& record = log.records()[position];
            for (const auto& [name, value] : record.values) {
                Points& points = update.points[shown(name)];
                points.steps.push_back(static_cast<double>(record.step));
                points.values.push_back(value);
            }
        }
        return update;
    }

    MetricLogReader log;
    std::size_t position = 0;
    std::int64_t generation = 0;
};

RunSeries::RunSeries(const std::filesystem::path& runFolder, QObject* parent)
    : QObject(parent), m_folder(runFolder), m_reader(std::make_shared<Reader>(runFolder / "metrics.log")),
      m_timer(new QTimer(this))
{
    connect(m_timer, &QTimer::timeout, this, &RunSeries::poll);
    m_timer->start(kLiveMs);
    QTimer::singleShot(0, this, &RunSeries::poll);
}

RunSeries::~RunSeries() = default;

void RunSeries::setLive(bool on)
{
    // Setting it starts the wait anew, and a fast job says often that it lives.
    if (const int interval = on ? kLiveMs : kIdleMs; m_timer->interval() != interval)
        m_timer->setInterval(interval);
}

void RunSeries::poll()
{
    if (m_isReading)
        return;
    m_isReading = true;
    runInBackground(
        this, [reader = m_reader] { return reader->read(); },
        [this](Update update) {
            m_isReading = false;
            if (update.isRestarted)
                emit restarted();
            if (!update.points.empty())
                emit appended(update.points);
        });
}

} // namespace trainyard::widgets
