// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/detail/run_log.h"

#include "core/base/clock.h"
#include "core/engine/detail/machine.h"

namespace trainyard::detail {

namespace {

double wallSeconds()
{
    return static_cast<double>(systemClock().utcMilliseconds()) / 1000.0;
}

Result<MetricLogWriter> openLog(const std::filesystem::path& file, std::int64_t step)
{
    return MetricLogWriter::open(posixIo(), file, std::filesystem::exists(file) ? step : -1);
}

} // namespace

RunLog::RunLog(MetricLogWriter metrics, MetricLogWriter machine, std::unique_ptr<EventFileWriter> events)
    : m_metrics(std::move(metrics)), m_machine(std::move(machine)), m_events(std::move(events)),
      m_startNs(systemClock().monotonicNanoseconds())
{
}

Result<RunLog> RunLog::open(const std::filesystem::path& runFolder, std::int64_t step)
{
    TRAINYARD_TRY(MetricLogWriter metrics, openLog(runFolder / "metrics.log", step));
    TRAINYARD_TRY(MetricLogWriter machine, openLog(runFolder / "machine.log", step));
    TRAINYARD_TRY(auto events,
                  EventFileWriter::create(posixIo(), runFolder, wallSeconds(), step > 0 ? step : -1));
    return RunLog(std::move(metrics), std::move(machine), std::move(events));
}

Result<void> RunLog::write(const MetricRecord& record)
{
    const double now = wallSeconds();
    for (const auto& [name, value] : record.values)
        TRAINYARD_CHECK(m_events->addScalar(name, record.step, value, now));
    return m_metrics.append(record);
}

Result<void> RunLog::add(const StepReport& report)
{
    TRAINYARD_CHECK(write(
        {report.step,
         report.epoch,
         {{"loss", report.loss}, {"lr", report.learningRate}, {"gradient-norm", report.gradientNorm}}}));
    return addMachine(report);
}

Result<void> RunLog::addMachine(const StepReport& report)
{
    const std::int64_t now = systemClock().monotonicNanoseconds();
    if (now - m_lastMachineNs < 1'000'000'000)
        return {};
    m_lastMachineNs = now;
    return m_machine.append({report.step,
                             report.epoch,
                             {{"seconds", static_cast<double>(now - m_startNs) * 1e-9},
                              {"items-per-second", report.itemsPerSecond},
                              {"resident-bytes", static_cast<double>(residentBytes())}}});
}

Result<void> RunLog::add(const EpochReport& report)
{
    MetricRecord record{report.step,
                        report.epoch,
                        {{"train/loss", report.trainLoss}, {"train/accuracy", report.trainAccuracy}}};
    if (report.validationLoss)
        record.values.emplace_back("val/loss", *report.validationLoss);
    if (report.validationAccuracy)
        record.values.emplace_back("val/accuracy", *report.validationAccuracy);
    return write(record);
}

Result<void> RunLog::sync()
{
    TRAINYARD_CHECK(m_metrics.sync());
    TRAINYARD_CHECK(m_machine.sync());
    return m_events->flush();
}

} // namespace trainyard::detail
