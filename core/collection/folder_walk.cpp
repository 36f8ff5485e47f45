// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/folder_walk.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr std::size_t kMaxDepth = 256;
constexpr std::size_t kProgressEvery = 4'096;

struct CloseFolder
{
    void operator()(DIR* folder) const { closedir(folder); }
};
using FolderHandle = std::unique_ptr<DIR, CloseFolder>;

FileStamp stampOf(const struct stat& status)
{
    return {status.st_size,
            static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
}

/// One folder of the way down.
struct Level
{
    FolderHandle handle;
    std::string prefix; ///< "" or "a/b/"
    dev_t device = 0;
    ino_t inode = 0;
};

class Walk
{
public:
    Walk(const std::filesystem::path& top, const Cancellation& cancellation, const ProgressObserver& progress)
        : m_top(top), m_cancellation(cancellation), m_progress(progress)
    {
    }

    Result<FolderWalk> run()
    {
        if (const auto error = descend(AT_FDCWD, m_top.c_str(), {}))
            return fail(*error == ENOENT ? ErrorCode::NotFound : ErrorCode::IoError,
                        displayText(m_top.native()) + ": cannot read the folder", std::strerror(*error));
        while (!m_levels.empty()) {
            if (m_cancellation.isCancelled())
                return fail(ErrorCode::Cancelled, "looking for pictures was cancelled");
            step();
        }
        std::sort(m_found.files.begin(), m_found.files.end(),
                  [](const WalkedFile& a, const WalkedFile& b) { return a.path < b.path; });
        return std::move(m_found);
    }

private:
    /// Opens a folder and puts it on the way down; errno where that fails.
    std::optional<int> descend(int parent, const char* name, std::string prefix)
    {
        const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return errno;
        struct stat status
        {
        };
        if (fstat(fd, &status) != 0) {
            const int error = errno;
            close(fd);
            return error;
        }
        const bool isLoop = std::any_of(m_levels.begin(), m_levels.end(), [&](const Level& level) {
            return level.device == status.st_dev && level.inode == status.st_ino;
        });
        if (isLoop) {
            close(fd);
            return std::nullopt;
        }
        if (m_levels.size() >= kMaxDepth) {
            close(fd);
            return ELOOP;
        }
        FolderHandle handle(fdopendir(fd));
        if (!handle) {
            const int error = errno;
            close(fd);
            return error;
        }
        m_levels.push_back({std::move(handle), std::move(prefix), status.st_dev, status.st_ino});
        return std::nullopt;
    }

    void reject(const std::string& path, int error)
    {
        m_found.rejections.push_back({(m_top / path).native(),
                                      {},
                                      std::string("cannot be read: ") + std::strerror(error),
                                      "check the rights of the file or folder and import again"});
    }

    /// Takes one entry of the deepest folder, or leaves it.
    void step()
    {
        Level& level = m_levels.back();
        errno = 0;
        const dirent* entry = readdir(level.handle.get());
        if (entry == nullptr) {
            if (errno != 0)
                reject(level.prefix, errno);
            m_levels.pop_back();
            return;
        }
        if (entry->d_name[0] == '.')
            return;
        const std::string name = entry->d_name;
        const std::string path = level.prefix + name;
        const int fd = dirfd(level.handle.get());
        if (entry->d_type == DT_DIR) {
            if (const auto error = descend(fd, name.c_str(), path + "/"))
                reject(path, *error);
            return;
        }
        if (entry->d_type != DT_REG && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
            return;
        struct stat status
        {
        };
        if (fstatat(fd, name.c_str(), &status, 0) != 0) {
            reject(path, errno);
        } else if (S_ISDIR(status.st_mode)) {
            if (const auto error = descend(fd, name.c_str(), path + "/"))
                reject(path, *error);
        } else if (S_ISREG(status.st_mode)) {
            add(path, status);
        }
    }

    void add(const std::string& path, const struct stat& status)
    {
        const FileStamp stamp = stampOf(status);
        m_found.files.push_back({path, stamp.size, stamp.timeNs});
        if (m_progress && m_found.files.size() % kProgressEvery == 0)
            m_progress({"looking for files", static_cast<std::int64_t>(m_found.files.size()), 0});
    }

    const std::filesystem::path& m_top;
    const Cancellation& m_cancellation;
    const ProgressObserver& m_progress;
    std::vector<Level> m_levels;
    FolderWalk m_found;
};

} // namespace

Result<FolderWalk> walkFolder(const std::filesystem::path& folder, const Cancellation& cancellation,
                              const ProgressObserver& progress)
{
    if (const auto stamp = fileStamp(folder)) {
        FolderWalk single;
        single.files.push_back({folder.filename().native(), stamp->size, stamp->timeNs});
        return single;
    }
    return Walk(folder, cancellation, progress).run();
}

std::filesystem::path plainPath(const std::filesystem::path& path)
{
    std::error_code error;
    auto result = std::filesystem::weakly_canonical(path, error);
    if (error)
        result = std::filesystem::absolute(path).lexically_normal();
    return result.has_filename() ? result : result.parent_path();
}

std::optional<FileStamp> fileStamp(const std::filesystem::path& path)
{
    struct stat status
    {
    };
    if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
        return std::nullopt;
    return stampOf(status);
}

} // namespace trainyard
