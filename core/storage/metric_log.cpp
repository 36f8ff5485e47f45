// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/metric_log.h"

#include "core/base/path_text.h"
#include "core/storage/hash.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace trainyard {

namespace {

// A file: kFileMark, then records. A record: kRecordMark, u32 payload length, u64 number, u32 CRC-32C of
// length, number and payload, payload. All little-endian; FORMAT.md says what a payload holds.
constexpr std::string_view kFileMark = "TYMETR1\n";
constexpr std::string_view kRecordMark = "\xF1REC";
constexpr std::size_t kRecordHead = 20;
constexpr std::uint32_t kLargestPayload = 1U << 20;
enum class Kind : std::uint8_t { Values = 1, Rewind = 2 };

template <typename T>
void put(std::string& bytes, T value)
{
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// Takes numbers from the front of a payload; `isGood` turns false where it is too short.
class Cursor
{
public:
    explicit Cursor(std::string_view bytes) : m_bytes(bytes) {}
    template <typename T>
    T take()
    {
        T value{};
        const std::string_view bytes = takeBytes(sizeof value);
        if (m_isGood)
            std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }
    std::string_view takeBytes(std::size_t count)
    {
        m_isGood = m_isGood && count <= m_bytes.size();
        if (!m_isGood)
            return {};
        const std::string_view taken = m_bytes.substr(0, count);
        m_bytes.remove_prefix(count);
        return taken;
    }
    [[nodiscard]] bool isGood() const { return m_isGood; }
    [[nodiscard]] bool isAtEnd() const { return m_bytes.empty(); }

private:
    std::string_view m_bytes;
    bool m_isGood = true;
};

std::uint32_t recordCrc(std::string_view lengthAndNumber, std::string_view payload)
{
    return crc32c(payload, crc32c(lengthAndNumber));
}

std::string recordBytes(std::uint64_t number, std::string_view payload)
{
    std::string fields;
    put(fields, static_cast<std::uint32_t>(payload.size()));
    put(fields, number);
    std::string bytes(kRecordMark);
    bytes += fields;
    put(bytes, recordCrc(fields, payload));
    bytes += payload;
    return bytes;
}

struct Framed
{
    std::uint64_t number = 0;
    std::string_view payload;
    std::size_t size = 0; ///< with its head
};

/// The good record at the front of `bytes`, if there is one.
std::optional<Framed> recordAt(std::string_view bytes)
{
    if (bytes.size() < kRecordHead || bytes.substr(0, 4) != kRecordMark)
        return std::nullopt;
    Cursor head(bytes.substr(4, kRecordHead - 4));
    const auto length = head.take<std::uint32_t>();
    Framed record;
    record.number = head.take<std::uint64_t>();
    const auto crc = head.take<std::uint32_t>();
    if (length > kLargestPayload || length > bytes.size() - kRecordHead)
        return std::nullopt;
    record.payload = bytes.substr(kRecordHead, length);
    record.size = kRecordHead + length;
    return recordCrc(bytes.substr(4, 12), record.payload) == crc ? std::optional(record) : std::nullopt;
}

/// Calls `use` for every good record from `offset` on. Returns the offset behind the last one; `damaged`
/// grows by every stretch that had to be passed over to reach a good one.
template <typename Use>
std::size_t walk(std::string_view file, std::size_t offset, std::int64_t& damaged, const Use& use)
{
    std::size_t goodEnd = offset;
    std::size_t position = offset;
    while (position < file.size()) {
        const std::optional<Framed> record = recordAt(file.substr(position));
        if (!record) {
            position = std::min(file.find(kRecordMark, position + 1), file.size());
            continue;
        }
        damaged += position != goodEnd ? 1 : 0;
        use(*record);
        position += record->size;
        goodEnd = position;
    }
    return goodEnd;
}

std::string payloadOf(const MetricRecord& record)
{
    std::string payload;
    put(payload, Kind::Values);
    put(payload, record.step);
    put(payload, record.epoch);
    put(payload, static_cast<std::uint16_t>(record.values.size()));
    for (const auto& [name, value] : record.values) {
        put(payload, static_cast<std::uint16_t>(name.size()));
        payload += name;
        put(payload, value);
    }
    return payload;
}

std::optional<MetricRecord> metricRecord(Cursor& cursor)
{
    MetricRecord record;
    record.step = cursor.take<std::int64_t>();
    record.epoch = cursor.take<std::int64_t>();
    const auto count = cursor.take<std::uint16_t>();
    for (std::uint16_t i = 0; i < count && cursor.isGood(); ++i) {
        const auto length = cursor.take<std::uint16_t>();
        std::string name(cursor.takeBytes(length));
        const auto value = cursor.take<double>();
        record.values.emplace_back(std::move(name), value);
    }
    return cursor.isGood() && cursor.isAtEnd() ? std::optional(std::move(record)) : std::nullopt;
}

/// The file's bytes from `offset` on; an absent file is empty.
Result<FileTail> tailOrNothing(const std::filesystem::path& path, std::uint64_t offset)
{
    Result<FileTail> tail = readTail(path, offset);
    if (!tail && tail.error().code == ErrorCode::NotFound)
        return FileTail{};
    return tail;
}

bool hasMark(std::string_view bytes)
{
    return bytes.substr(0, kFileMark.size()) == kFileMark;
}

/// A file without a mark is a log that was never made durable (nothing but zeros, or too short), or something
/// else.
Result<void> checkMark(std::string_view bytes, const std::filesystem::path& path)
{
    const std::string_view begin = bytes.substr(0, kFileMark.size());
    if (begin.size() < kFileMark.size() || hasMark(bytes) ||
        begin.find_first_not_of('\0') == std::string_view::npos)
        return {};
    const bool isOurs = begin.substr(0, 6) == kFileMark.substr(0, 6);
    return fail(isOurs ? ErrorCode::Unsupported : ErrorCode::CorruptFile,
                displayText(path.native()) + ": does not begin as a metric log of version 1");
}

} // namespace

MetricLogWriter::MetricLogWriter(AppendFile file, std::uint64_t number, std::uint64_t cutBytes)
    : m_file(std::move(file)), m_number(number), m_cutBytes(cutBytes)
{
}

Result<MetricLogWriter> MetricLogWriter::open(IoEnv& io, const std::filesystem::path& path,
                                              std::int64_t rewindTo)
{
    TRAINYARD_TRY(const FileTail present, tailOrNothing(path, 0));
    TRAINYARD_CHECK(checkMark(present.bytes, path));
    std::uint64_t kept = 0;
    std::uint64_t number = 0;
    std::int64_t damaged = 0;
    if (hasMark(present.bytes))
        kept = walk(present.bytes, kFileMark.size(), damaged,
                    [&](const Framed& record) { number = record.number; });
    TRAINYARD_TRY(AppendFile file, AppendFile::open(io, path, kept));
    if (kept == 0)
        TRAINYARD_CHECK(file.append(kFileMark));
    MetricLogWriter writer(std::move(file), number, present.bytes.size() - kept);
    if (rewindTo >= 0) {
        std::string payload;
        put(payload, Kind::Rewind);
        put(payload, rewindTo);
        TRAINYARD_CHECK(writer.appendPayload(payload));
    }
    TRAINYARD_CHECK(writer.sync());
    return writer;
}

Result<void> MetricLogWriter::appendPayload(std::string_view payload)
{
    TRAINYARD_CHECK(m_file.append(recordBytes(m_number + 1, payload)));
    ++m_number;
    return {};
}

Result<void> MetricLogWriter::append(const MetricRecord& record)
{
    const bool hasLongName = std::any_of(record.values.begin(), record.values.end(),
                                         [](const auto& entry) { return entry.first.size() > UINT16_MAX; });
    const std::string payload =
        hasLongName || record.values.size() > UINT16_MAX ? std::string() : payloadOf(record);
    if (payload.empty() || payload.size() > kLargestPayload)
        return fail(ErrorCode::InvalidArgument, "a metric record holds at most 65535 series and 1 MiB");
    return appendPayload(payload);
}

Result<void> MetricLogWriter::sync()
{
    return m_file.sync();
}

Result<bool> MetricLogReader::readNew()
{
    bool hasChanged = false;
    TRAINYARD_TRY(FileTail tail, tailOrNothing(m_path, m_offset));
    if (tail.size < m_offset) { // another file under the same name
        hasChanged = !m_records.empty();
        m_records.clear();
        m_offset = 0;
        m_damaged = 0;
        ++m_generation;
        TRAINYARD_TRY(tail, tailOrNothing(m_path, 0));
    }
    if (m_offset == 0) {
        TRAINYARD_CHECK(checkMark(tail.bytes, m_path));
        if (!hasMark(tail.bytes))
            return hasChanged;
        tail.bytes.erase(0, kFileMark.size());
        m_offset = kFileMark.size();
    }
    m_offset += walk(tail.bytes, 0, m_damaged, [&](const Framed& framed) {
        Cursor cursor(framed.payload);
        const auto kind = cursor.take<Kind>();
        if (kind == Kind::Rewind) {
            const auto toStep = cursor.take<std::int64_t>();
            std::erase_if(m_records, [&](const MetricRecord& record) { return record.step > toStep; });
            ++m_generation;
            hasChanged = true;
        } else if (kind == Kind::Values) {
            if (auto record = metricRecord(cursor)) {
                m_records.push_back(std::move(*record));
                hasChanged = true;
            } else {
                ++m_damaged;
            }
        }
    });
    return hasChanged;
}

} // namespace trainyard
