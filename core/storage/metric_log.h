// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/append_file.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
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

/// Appends records to metrics.log: mark, length, number, CRC-32C and payload of each; a rewind record says
/// after which step a resumed run goes on. append() hands the bytes to the system, sync() makes them durable.
/// One writer, one thread.
class MetricLogWriter
{
public:
    /// Cuts off a bad tail. With `rewindTo` >= 0 a rewind record is appended first: readers drop what lies
    /// beyond that step.
    static Result<MetricLogWriter> open(IoEnv& io, const std::filesystem::path& path,
                                        std::int64_t rewindTo = -1);
    Result<void> append(const MetricRecord& record);
    Result<void> sync();
    /// How many bytes of a bad tail open() cut off.
    [[nodiscard]] std::uint64_t cutBytes() const { return m_cutBytes; }

private:
    MetricLogWriter(AppendFile file, std::uint64_t number, std::uint64_t cutBytes);
    Result<void> appendPayload(std::string_view payload);
    AppendFile m_file;
    std::uint64_t m_number = 0; ///< of the last record
    std::uint64_t m_cutBytes = 0;
};

/// Follows a metrics.log; after a rewind {to_step} it drops the records beyond that step. A damaged record
/// with good ones behind it is passed over and counted.
class MetricLogReader
{
public:
    explicit MetricLogReader(std::filesystem::path path) : m_path(std::move(path)) {}
    /// Reads what appeared; true where `records()` changed. An absent file is empty.
    Result<bool> readNew();
    [[nodiscard]] const std::vector<MetricRecord>& records() const { return m_records; }
    /// Grows with every rewind, so that a reader who kept positions knows to start over.
    [[nodiscard]] std::int64_t generation() const { return m_generation; }
    /// Stretches of bytes that are no record but have records behind them.
    [[nodiscard]] std::int64_t damagedPlaces() const { return m_damaged; }

private:
    std::filesystem::path m_path;
    std::uint64_t m_offset = 0;
    std::vector<MetricRecord> m_records;
    std::int64_t m_generation = 0;
    std::int64_t m_damaged = 0;
};

} // namespace trainyard
