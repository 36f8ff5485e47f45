// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace trainyard {

/// The time, as an interface, so that tests can set it. Any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    /// Milliseconds since 1970 in UTC; may jump.
    [[nodiscard]] virtual std::int64_t utcMilliseconds() const = 0;
    /// Nanoseconds since some start; never goes back.
    [[nodiscard]] virtual std::int64_t monotonicNanoseconds() const = 0;
};

/// The machine's clocks.
const Clock& systemClock();

/// "2026-11-23T10:15:02.123Z".
std::string utcText(std::int64_t utcMilliseconds);

/// "2026-11-23T10-15-02", fit for a folder's name.
std::string utcFolderText(std::int64_t utcMilliseconds);

} // namespace trainyard
