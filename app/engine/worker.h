// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace trainyard::engine {

/// Answers requests, one JSON object a line, from standard input on standard output until the input ends
/// (FORMAT.md). The model asked last stays loaded. Gives the exit code.
int runWorker();

} // namespace trainyard::engine
