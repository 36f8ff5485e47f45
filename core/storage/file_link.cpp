// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/file_link.h"

#include "core/storage/io_env.h"

#include <cerrno>
#include <unistd.h>

namespace trainyard {

Result<void> makeLink(const std::filesystem::path& target, const std::filesystem::path& link)
{
    if (symlink(target.c_str(), link.c_str()) != 0)
        return fail(ioError("symlink", link, errno));
    return {};
}

} // namespace trainyard
