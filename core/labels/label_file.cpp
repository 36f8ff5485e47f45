// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/label_file.h"

namespace trainyard {

Rejection rejectionFromError(std::string_view path, const Error& error, std::string remedy)
{
    return Rejection{std::string(path), error.context, error.message, std::move(remedy)};
}

} // namespace trainyard
