// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace trainyard {

/// How far a long piece of work is: the phase in words, and done of total in the phase's own unit.
struct Progress
{
    std::string phase; ///< for example "reading pictures"
    std::int64_t done = 0;
    std::int64_t total = 0; ///< 0 where it is not known yet
};

/// Called on the working thread, as often as the work likes; the receiver thins it out.
using ProgressObserver = std::function<void(const Progress&)>;

} // namespace trainyard
