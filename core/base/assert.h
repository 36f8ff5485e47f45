// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace trainyard {

/// Prints the broken condition with its place and aborts.
[[noreturn]] void assertionFailed(const char* condition, const char* file, int line);

} // namespace trainyard

/// For errors of the programmer only; stays on in every build.
#define TRAINYARD_ASSERT(condition)                                                                          \
    ((condition) ? static_cast<void>(0) : ::trainyard::assertionFailed(#condition, __FILE__, __LINE__))
