// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <exception>
#include <new>
#include <string>

namespace trainyard {

/// Runs `work`, which returns a Result; what OpenCV throws becomes an error and goes no further.
template <typename Work>
auto withoutThrowing(Work work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::OutOfMemory, "there is not enough memory for this selection");
    } catch (const std::exception& error) {
        return fail(ErrorCode::Internal, std::string("the selection failed: ") + error.what());
    }
}

/// The error of every selection that was called off.
inline tl::unexpected<Error> selectionCancelled()
{
    return fail(ErrorCode::Cancelled, "the selection was cancelled");
}

} // namespace trainyard
