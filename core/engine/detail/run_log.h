// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/event_file.h"
#include "core/storage/metric_log.h"
#include "core/training/reports.h"

#include <filesystem>
#include <memory>

namespace trainyard::detail {

/// A run's series. metrics.log: "loss", "lr", "gradient-norm" of every step; "train/loss", "train/accuracy",
/// "val/loss" and "val/accuracy" of every epoch. machine.log, at most once a second: "seconds",
/// "items-per-second", "resident-bytes". The same as a TensorBoard event file.
///
/// A run that goes on from a step writes again from there; readers drop what was beyond.
class RunLog
{
public:
    static Result<RunLog> open(const std::filesystem::path& runFolder, std::int64_t step);

    Result<void> add(const StepReport& report);
    Result<void> add(const EpochReport& report);
    Result<void> sync();

private:
    RunLog(MetricLogWriter metrics, MetricLogWriter machine, std::unique_ptr<EventFileWriter> events);
    Result<void> write(const MetricRecord& record);
    Result<void> addMachine(const StepReport& report);

    MetricLogWriter m_metrics;
    MetricLogWriter m_machine;
    std::unique_ptr<EventFileWriter> m_events;
    std::int64_t m_startNs;
    std::int64_t m_lastMachineNs = 0;
};

} // namespace trainyard::detail
