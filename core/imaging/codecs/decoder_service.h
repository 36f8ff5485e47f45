// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace trainyard::codecs {

/// Gives up the process's rights, greets, and answers orders on the socket until the other end closes it.
/// Gives the exit code of the program.
int serveDecoder(int socket);

} // namespace trainyard::codecs
