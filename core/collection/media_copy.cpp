// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/media_copy.h"

#include "core/base/path_text.h"
#include "core/collection/picture_import.h"
#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/read_file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>

namespace trainyard {

Result<void> copyPicture(const std::filesystem::path& source, const std::filesystem::path& copy,
                         const DecodedPicture& decoded)
{
    TRAINYARD_TRY(const std::string bytes, readFile(source));
    if (xxh3(bytes) != decoded.contentHash)
        return fail(ErrorCode::IoError,
                    displayText(source.native()) + ": the file changed while it was read");
    TRAINYARD_CHECK(makeFolders(posixIo(), copy.parent_path()));
    TRAINYARD_CHECK(writeFileAtomically(posixIo(), copy, bytes));
    return setFileTime(copy, decoded.fileTimeNs);
}

Result<void> setFileTime(const std::filesystem::path& path, std::int64_t timeNs)
{
    std::int64_t seconds = timeNs / 1'000'000'000;
    std::int64_t rest = timeNs % 1'000'000'000;
    if (rest < 0) {
        rest += 1'000'000'000;
        --seconds;
    }
    const timespec times[2] = {{0, UTIME_OMIT}, {seconds, rest}};
    if (utimensat(AT_FDCWD, path.c_str(), times, 0) != 0)
        return fail(ErrorCode::IoError, displayText(path.native()) + ": cannot set the file's time",
                    std::strerror(errno));
    return {};
}

Result<std::filesystem::path> mediaFolderFor(ImportSession& session)
{
    const std::string& source = session.scan().folder.native();
    for (int number = 1;; ++number) {
        const std::string name = session.scan().name + (number == 1 ? "" : "-" + std::to_string(number));
        if (name == "crops" || name.empty())
            continue;
        const std::string key = "media/" + displayText(name);
        TRAINYARD_TRY(const std::string owner, session.project().setting(key));
        if (!owner.empty() && owner != source)
            continue;
        if (owner.empty())
            TRAINYARD_CHECK(session.addSetting(key, source));
        return plainPath(session.project().folder()) / "media" / name;
    }
}

} // namespace trainyard
