// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>

namespace trainyard::codecs {

/// What was taken from the process. The kernel decides what it has: a missing Landlock is no failure, because
/// the system-call filter alone already denies every open and every connection.
struct Sandbox
{
    int landlockVersion = 0; ///< 0 where the kernel has none
};

/// Takes the rights of this process away for good: no new privileges, not dumpable, no core file, no file
/// growth, at most `addressSpace` bytes, no path (Landlock), and of the system calls only those that decode
/// from open descriptors. Everything else gives EPERM; a foreign architecture's calls kill the process.
///
/// Call with one thread running. Fails with Internal where the filter cannot be set: then nothing may be
/// decoded.
Result<Sandbox> enterSandbox(std::uint64_t addressSpace);

/// Closes every descriptor above `last`; they came from whoever started the program.
void closeOthers(int last);

} // namespace trainyard::codecs
