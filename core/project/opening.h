// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"
#include "core/project/write_lock.h"
#include "core/storage/sqlite.h"

#include <filesystem>
#include <memory>
#include <string>

namespace trainyard {

/// A folder in the user's cache that goes with this object.
class CacheFolder
{
public:
    static Result<std::unique_ptr<CacheFolder>> make(const std::filesystem::path& projectFolder);
    ~CacheFolder();
    CacheFolder(const CacheFolder&) = delete;
    CacheFolder& operator=(const CacheFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    explicit CacheFolder(std::filesystem::path path) : m_path(std::move(path)) {}
    std::filesystem::path m_path;
};

/// The connections of a project that was found in order. Without a writing connection it is read-only.
struct OpenPlace
{
    std::filesystem::path folder;
    std::unique_ptr<CacheFolder> cache; ///< where the copy lies that is read in the place of the database
    std::unique_ptr<Database> writing;
    std::unique_ptr<WriteLock> lock;
    std::unique_ptr<Database> reader;
    std::string notice; ///< what a person should know about what they see; usually empty
};

/// Makes the database in an empty or new folder, complete or not at all.
Result<void> createDatabase(const std::filesystem::path& folder, const std::string& task);

/// Checks, migrates (after a copy) and rolls back what a crash interrupted.
Result<OpenPlace> openForWriting(const std::filesystem::path& folder);

/// Where the folder cannot be written: the database as it lies if its log is empty, else a copy of both in
/// the user's cache.
Result<OpenPlace> openForReading(const std::filesystem::path& folder);

/// Loads the columns and gives the project.
Result<std::unique_ptr<Project>> openAt(OpenPlace place, std::string author);

} // namespace trainyard
