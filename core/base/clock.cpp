// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

#include <chrono>
#include <cstdio>
#include <ctime>

namespace trainyard {

namespace {

class SystemClock final : public Clock
{
public:
    std::int64_t utcMilliseconds() const override
    {
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    }
    std::int64_t monotonicNanoseconds() const override
    {
        using namespace std::chrono;
        return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
    }
};

std::tm utcParts(std::int64_t utcMilliseconds)
{
    const auto seconds = static_cast<std::time_t>(utcMilliseconds / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return parts;
}

} // namespace

const Clock& systemClock()
{
    static const SystemClock clock;
    return clock;
}

std::string utcText(std::int64_t utcMilliseconds)
{
    const std::tm parts = utcParts(utcMilliseconds);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(utcMilliseconds % 1000));
    return text;
}

std::string utcFolderText(std::int64_t utcMilliseconds)
{
    const std::tm parts = utcParts(utcMilliseconds);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d-%02d-%02d", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

} // namespace trainyard
