// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/io_env.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace trainyard {

/// One row of a run's series. Values are named by series ("loss", "val/accuracy", "lr").
struct MetricRecord
{
    std::int64_t step = 0;
    std::int64_t epoch = 0;
    std::vector<std::pair<std::string, double>> values;

    bool operator==(const MetricRecord&) const = default;
};

/// Appends records to metrics.log: length, payload, CRC-32C of each; a rewind record says from which step on a
/// resumed run writes again. One writer, one thread.
class MetricLogWriter
{
public:
    /// Cuts off a bad tail. With `rewindTo` >= 0 a rewind record is appended first.
    static Result<MetricLogWriter> open(IoEnv& io, const std::filesystem::path& path, std::int64_t rewindTo = -1);
    MetricLogWriter(MetricLogWriter&& other) noexcept;
    MetricLogWriter& operator=(MetricLogWriter&& other) noexcept;
    ~MetricLogWriter();
    Result<void> append(const MetricRecord& record);
    Result<void> sync();

private:
    MetricLogWriter(IoEnv& io, std::filesystem::path path, int fd);
    IoEnv* m_io;
    std::filesystem::path m_path;
    int m_fd = -1;
};

/// Follows a metrics.log; after a rewind {to_step} it drops the records beyond that step.
class MetricLogReader
{
public:
    explicit MetricLogReader(std::filesystem::path path) : m_path(std::move(path)) {}
    /// Reads what appeared; true where `records()` changed. An absent file is empty.
    Result<bool> readNew();
    [[nodiscard]] const std::vector<MetricRecord>& records() const { return m_records; }
    /// Grows with every rewind, so that a reader who kept positions knows to start over.
    [[nodiscard]] std::int64_t generation() const { return m_generation; }

private:
    std::filesystem::path m_path;
    std::uint64_t m_offset = 0;
    std::vector<MetricRecord> m_records;
    std::int64_t m_generation = 0;
};

} // namespace trainyard
