// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/event_file.h"

#include "core/base/path_text.h"
#include "core/base/user.h"
#include "core/storage/append_file.h"
#include "core/storage/hash.h"

#include <cmath>
#include <cstring>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace trainyard {

namespace {

// Field numbers and wire types of TensorBoard's event.proto and summary.proto.
constexpr int kEventWallTime = 1;
constexpr int kEventStep = 2;
constexpr int kEventFileVersion = 3;
constexpr int kEventSummary = 5;
constexpr int kEventSessionLog = 7;
constexpr int kSummaryValue = 1;
constexpr int kValueTag = 1;
constexpr int kValueSimple = 2;
constexpr int kSessionStatus = 1;
constexpr std::uint64_t kSessionStart = 1;
enum Wire : int { Varint = 0, Fixed64 = 1, Delimited = 2, Fixed32 = 5 };

/// One protobuf message; unlike proto3's rule a zero is written, too, because a scalar of 0 is a value.
class Message
{
public:
    Message& number(int field, std::uint64_t value)
    {
        key(field, Varint);
        varint(value);
        return *this;
    }
    Message& fixed(int field, double value) { return raw(field, Fixed64, &value, sizeof value); }
    Message& fixed(int field, float value) { return raw(field, Fixed32, &value, sizeof value); }
    Message& bytes(int field, std::string_view value)
    {
        key(field, Delimited);
        varint(value.size());
        m_bytes += value;
        return *this;
    }
    [[nodiscard]] const std::string& text() const { return m_bytes; }

private:
    void key(int field, Wire wire) { varint(static_cast<std::uint64_t>(field << 3 | wire)); }
    void varint(std::uint64_t value)
    {
        for (; value >= 0x80; value >>= 7)
            m_bytes += static_cast<char>(value | 0x80);
        m_bytes += static_cast<char>(value);
    }
    Message& raw(int field, Wire wire, const void* value, std::size_t size)
    {
        key(field, wire);
        m_bytes.append(static_cast<const char*>(value), size);
        return *this;
    }

    std::string m_bytes;
};

/// A checksum as TFRecord stores it.
std::uint32_t maskedCrc(std::string_view bytes)
{
    const std::uint32_t crc = crc32c(bytes);
    return ((crc >> 15) | (crc << 17)) + 0xA282EAD8U;
}

template <typename T>
void put(std::string& bytes, T value)
{
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

/// length, its checksum, data, its checksum.
std::string tfRecord(std::string_view data)
{
    std::string record;
    put(record, static_cast<std::uint64_t>(data.size()));
    put(record, maskedCrc(record));
    record += data;
    put(record, maskedCrc(data));
    return record;
}

/// A name that no file in the folder has.
std::filesystem::path freshPath(const std::filesystem::path& folder, double wallSeconds)
{
    std::string seconds = std::to_string(static_cast<std::int64_t>(wallSeconds));
    seconds.insert(0, seconds.size() < 10 ? 10 - seconds.size() : 0, '0');
    const std::string stem =
        "events.out.tfevents." + seconds + "." + hostName() + "." + std::to_string(::getpid()) + ".";
    std::error_code ignored;
    int number = 0;
    while (std::filesystem::exists(folder / (stem + std::to_string(number)), ignored))
        ++number;
    return folder / (stem + std::to_string(number));
}

class ScalarWriter final : public EventFileWriter
{
public:
    explicit ScalarWriter(AppendFile file) : m_file(std::move(file)) {}

    Result<void> begin(double wallSeconds, std::int64_t resumeStep)
    {
        Message version;
        version.fixed(kEventWallTime, wallSeconds).bytes(kEventFileVersion, "brain.Event:2");
        TRAINYARD_CHECK(m_file.append(tfRecord(version.text())));
        if (resumeStep >= 0) { // TensorBoard then drops what older files say from this step on
            const std::string log = Message().number(kSessionStatus, kSessionStart).text();
            Message start;
            start.fixed(kEventWallTime, wallSeconds)
                .number(kEventStep, static_cast<std::uint64_t>(resumeStep))
                .bytes(kEventSessionLog, log);
            TRAINYARD_CHECK(m_file.append(tfRecord(start.text())));
        }
        return m_file.sync();
    }

    Result<void> addScalar(const std::string& tag, std::int64_t step, double value,
                           double wallSeconds) override
    {
        const std::string inner = Message()
                                      .bytes(kValueTag, isUtf8(tag) ? tag : displayText(tag))
                                      .fixed(kValueSimple, static_cast<float>(value))
                                      .text();
        const std::string summary = Message().bytes(kSummaryValue, inner).text();
        Message event;
        event.fixed(kEventWallTime, wallSeconds)
            .number(kEventStep, static_cast<std::uint64_t>(step))
            .bytes(kEventSummary, summary);
        return m_file.append(tfRecord(event.text()));
    }

    Result<void> flush() override { return m_file.sync(); }

private:
    AppendFile m_file;
};

} // namespace

Result<std::unique_ptr<EventFileWriter>> EventFileWriter::create(IoEnv& io,
                                                                 const std::filesystem::path& folder,
                                                                 double wallSeconds, std::int64_t resumeStep)
{
    TRAINYARD_CHECK(makeFolders(io, folder));
    TRAINYARD_TRY(AppendFile file, AppendFile::open(io, freshPath(folder, wallSeconds), 0));
    auto writer = std::make_unique<ScalarWriter>(std::move(file));
    TRAINYARD_CHECK(writer->begin(wallSeconds, resumeStep));
    return std::unique_ptr<EventFileWriter>(std::move(writer));
}

} // namespace trainyard
