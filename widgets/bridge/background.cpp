// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/background.h"

namespace trainyard::widgets {

QThreadPool& backgroundPool()
{
    static QThreadPool pool;
    // As QCoreApplication does it for the global pool: while there still is an application to hand over to.
    static const bool isAwaited = [] {
        qAddPostRoutine([] { pool.waitForDone(); });
        return true;
    }();
    static_cast<void>(isAwaited);
    return pool;
}

} // namespace trainyard::widgets
