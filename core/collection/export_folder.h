// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// True for a name that stays below its folder: no absolute one, no "..".
bool isFileBelow(std::string_view file);

/// The names of an export's files: each below its folder, and once.
class ExportNames
{
public:
    /// Refused for names that lead out of the folder, Conflict for names that were used.
    Result<void> take(std::string_view file);
    [[nodiscard]] const std::set<std::string>& taken() const { return m_taken; }
    [[nodiscard]] std::int64_t size() const { return std::ssize(m_taken); }

private:
    std::set<std::string> m_taken;
};

/// The folder of an export: every file once, below it, and a list of them in trainyard-export.json, by which
/// a later export knows what it may take away.
class ExportFolder
{
public:
    /// The number of files of an earlier export that begin() would take away. Refused where the folder holds
    /// anything else, or is none, IoError where it cannot be written. Changes nothing.
    static Result<std::int64_t> check(const std::filesystem::path& folder);
    /// Makes the folder, or empties it of an earlier export. `planned` are the names of the files that
    /// follow: they are listed first, so that an export that is killed can be repeated. Fails as check()
    /// does, and with IoError; Refused where a folder below it is a link.
    static Result<ExportFolder> begin(const std::filesystem::path& folder, std::string_view format,
                                      const std::set<std::string>& planned);

    /// These fail as ExportNames::take() and the disk do.
    Result<void> write(std::string_view file, std::string_view bytes);
    Result<void> copy(const std::filesystem::path& source, std::string_view file);
    Result<void> link(const std::filesystem::path& source, std::string_view file);
    /// Writes the list.
    Result<void> finish();
    [[nodiscard]] std::int64_t fileCount() const { return m_names.size(); }

private:
    ExportFolder(std::filesystem::path folder, std::string_view format)
        : m_folder(std::move(folder)), m_format(format)
    {
    }
    Result<std::filesystem::path> place(std::string_view file);
    Result<void> writeList(const std::set<std::string>& names) const;

    std::filesystem::path m_folder;
    std::string m_format;
    ExportNames m_names;
    std::set<std::filesystem::path> m_folders; ///< that are there
};

} // namespace trainyard
