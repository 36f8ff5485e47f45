// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/export_folder.h"

#include "core/base/json.h"
#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"
#include "core/storage/file_link.h"
#include "core/storage/io_env.h"
#include "core/storage/read_file.h"

#include <cerrno>
#include <optional>
#include <system_error>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr const char* kListName = "trainyard-export.json";

bool isEmptyFolder(const std::filesystem::path& folder)
{
    std::error_code error;
    return std::filesystem::is_directory(folder, error) && std::filesystem::is_empty(folder, error) && !error;
}

/// The list of the export that the folder holds; nothing where the folder is empty or not there.
Result<std::optional<Json>> earlierList(const std::filesystem::path& folder)
{
    std::error_code error;
    const auto status = std::filesystem::status(folder, error);
    if (!std::filesystem::exists(status))
        return std::optional<Json>();
    if (!std::filesystem::is_directory(status))
        return fail(ErrorCode::Refused, displayText(folder.native()) +
                                            " is a file; name a folder that is empty or does not exist");
    if (isEmptyFolder(folder))
        return std::optional<Json>();
    const auto bytes = readFile(folder / kListName);
    auto list = bytes ? parseJson(*bytes, kListName) : Result<Json>(fail(bytes.error()));
    const bool isList = list && list->is_object() && list->contains("format") &&
                        list->at("format").is_string() && list->contains("files") &&
                        list->at("files").is_array();
    if (!isList)
        return fail(ErrorCode::Refused,
                    displayText(folder.native()) +
                        " holds files that are no earlier export; name a folder that is empty or new");
    return std::optional<Json>(std::move(*list));
}

/// What is written or taken away below a folder must lie there, not where a link leads.
Result<void> checkNoLinkAbove(const std::filesystem::path& folder, const std::filesystem::path& file)
{
    for (auto above = file.parent_path(); above.native().size() > folder.native().size();
         above = above.parent_path()) {
        std::error_code error;
        if (std::filesystem::is_symlink(std::filesystem::symlink_status(above, error)))
            return fail(ErrorCode::Refused,
                        displayText(above.native()) +
                            " is a link that leads out of the export; take it away, or name "
                            "another folder");
    }
    return {};
}

/// Takes away the files that the list of an earlier export names, and then its empty folders.
Result<void> takeAway(const std::filesystem::path& folder, const Json& list)
{
    std::set<std::filesystem::path> folders;
    for (const Json& entry : jsonValue(list, "files", Json::array())) {
        const std::string name = entry.is_string() ? base64Decode(entry.get<std::string>()) : std::string();
        if (!isFileBelow(name))
            continue;
        const std::filesystem::path path = folder / name;
        TRAINYARD_CHECK(checkNoLinkAbove(folder, path));
        std::error_code error;
        if (std::filesystem::symlink_status(path, error).type() == std::filesystem::file_type::not_found)
            continue;
        TRAINYARD_CHECK(posixIo().unlink(path));
        for (auto above = path.parent_path();
             above != folder && above.native().size() > folder.native().size(); above = above.parent_path())
            folders.insert(above);
    }
    for (auto it = folders.rbegin(); it != folders.rend(); ++it) {
        std::error_code ignored;
        if (isEmptyFolder(*it))
            std::filesystem::remove(*it, ignored);
    }
    return {};
}

} // namespace

bool isFileBelow(std::string_view file)
{
    if (file.empty() || file.front() == '/' || file.find('\0') != std::string_view::npos)
        return false;
    for (std::size_t at = 0; at <= file.size();) {
        const std::size_t end = std::min(file.find('/', at), file.size());
        const std::string_view part = file.substr(at, end - at);
        if (part.empty() || part == "." || part == "..")
            return false;
        at = end + 1;
    }
    return true;
}

Result<void> ExportNames::take(std::string_view file)
{
    if (!isFileBelow(file) || file == kListName)
        return fail(ErrorCode::Refused, "'" + displayText(file) + "' is no name for a file of an export");
    if (!m_taken.insert(std::string(file)).second)
        return fail(ErrorCode::Conflict, displayText(file) + " would be written twice");
    return {};
}

Result<std::int64_t> ExportFolder::check(const std::filesystem::path& folder)
{
    TRAINYARD_TRY(const std::optional<Json> list, earlierList(folder));
    std::error_code error;
    std::filesystem::path place = std::filesystem::absolute(folder, error);
    while (!std::filesystem::exists(place, error) && place.has_relative_path())
        place = place.parent_path();
    if (::access(place.c_str(), W_OK) != 0)
        return fail(ErrorCode::IoError, displayText(place.native()) + " cannot be written: " +
                                            std::generic_category().message(errno) + "; name another folder");
    return list ? std::ssize(jsonValue(*list, "files", Json::array())) : std::int64_t{0};
}

Result<ExportFolder> ExportFolder::begin(const std::filesystem::path& folder, std::string_view format,
                                         const std::set<std::string>& planned)
{
    TRAINYARD_TRY(const std::optional<Json> list, earlierList(folder));
    if (list)
        TRAINYARD_CHECK(takeAway(folder, *list));
    TRAINYARD_CHECK(makeFolders(posixIo(), folder));
    ExportFolder result(folder, format);
    TRAINYARD_CHECK(result.writeList(planned));
    return result;
}

Result<std::filesystem::path> ExportFolder::place(std::string_view file)
{
    TRAINYARD_CHECK(m_names.take(file));
    std::filesystem::path path = m_folder / file;
    TRAINYARD_CHECK(checkNoLinkAbove(m_folder, path));
    if (m_folders.insert(path.parent_path()).second)
        TRAINYARD_CHECK(makeFolders(posixIo(), path.parent_path()));
    return path;
}

Result<void> ExportFolder::write(std::string_view file, std::string_view bytes)
{
    TRAINYARD_TRY(const std::filesystem::path path, place(file));
    return writeFileAtomically(posixIo(), path, bytes);
}

Result<void> ExportFolder::copy(const std::filesystem::path& source, std::string_view file)
{
    TRAINYARD_TRY(const std::string bytes, readFile(source));
    return write(file, bytes);
}

Result<void> ExportFolder::link(const std::filesystem::path& source, std::string_view file)
{
    TRAINYARD_TRY(const std::filesystem::path path, place(file));
    return makeLink(source, path);
}

Result<void> ExportFolder::finish()
{
    return writeList(m_names.taken());
}

Result<void> ExportFolder::writeList(const std::set<std::string>& names) const
{
    Json list = {{"format", m_format}, {"files", Json::array()}};
    for (const std::string& file : names)
        list["files"].push_back(base64Encode(file));
    return writeFileAtomically(posixIo(), m_folder / kListName, jsonText(list));
}

} // namespace trainyard
