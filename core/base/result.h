// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace trainyard {

/// The value of everything that can fail because of the world; never to be dropped unread.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error>
{
public:
    using tl::expected<T, Error>::expected;
};

/// An error to return: `return fail(ErrorCode::NotFound, "a.jpg: no such file");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string context = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(context)});
}

/// An existing error to hand on.
inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

} // namespace trainyard

#define TRAINYARD_CONCAT_INNER(a, b) a##b
#define TRAINYARD_CONCAT(a, b) TRAINYARD_CONCAT_INNER(a, b)

/// `TRAINYARD_TRY(auto bytes, readFile(path));` binds the value or returns the error from this function.
#define TRAINYARD_TRY(declaration, expression)                                                               \
    TRAINYARD_TRY_INNER(TRAINYARD_CONCAT(tryResult, __COUNTER__), declaration, expression)
#define TRAINYARD_TRY_INNER(name, declaration, expression)                                                   \
    auto name = (expression);                                                                                \
    if (!name)                                                                                               \
        return ::trainyard::fail(std::move(name.error()));                                                   \
    declaration = std::move(*name)

/// `TRAINYARD_CHECK(file.sync());` returns the error of a Result<void> from this function.
#define TRAINYARD_CHECK(expression)                                                                          \
    do {                                                                                                     \
        if (auto checkResult = (expression); !checkResult)                                                   \
            return ::trainyard::fail(std::move(checkResult.error()));                                        \
    } while (false)
