// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/read_file.h"

#include "core/base/path_text.h"
#include "core/storage/io_env.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace trainyard {

namespace {

/// Closes the descriptor of a file that is only read.
class Descriptor
{
public:
    explicit Descriptor(int fd) : m_fd(fd) {}
    ~Descriptor()
    {
        if (m_fd >= 0)
            ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int fd() const { return m_fd; }
    int release() { return std::exchange(m_fd, -1); }
    void reset(int fd)
    {
        if (m_fd >= 0)
            ::close(m_fd);
        m_fd = fd;
    }

private:
    int m_fd;
};

/// Opens without ever waiting for the other end of a pipe.
int openToRead(const std::filesystem::path& path)
{
    int fd = -1;
    do {
        fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

Result<std::uint64_t> regularSize(int fd, const std::filesystem::path& path)
{
    struct stat status
    {
    };
    if (::fstat(fd, &status) != 0)
        return fail(ioError("stat", path, errno));
    if (!S_ISREG(status.st_mode))
        return fail(ErrorCode::Refused, displayText(path.native()) + ": not a regular file");
    return static_cast<std::uint64_t>(status.st_size);
}

tl::unexpected<Error> tooLarge(const std::filesystem::path& path, std::uint64_t size, std::uint64_t limit)
{
    return fail(ErrorCode::Refused, displayText(path.native()) + ": " + std::to_string(size) +
                                        " bytes, more than the limit of " + std::to_string(limit));
}

} // namespace

Result<std::string> readFile(const std::filesystem::path& path, std::uint64_t maxBytes)
{
    const Descriptor file(openToRead(path));
    if (file.fd() < 0)
        return fail(ioError("open", path, errno));
    TRAINYARD_TRY(const std::uint64_t size, regularSize(file.fd(), path));
    if (size > maxBytes)
        return tooLarge(path, size, maxBytes);

    std::string bytes(size, '\0');
    std::size_t filled = 0;
    for (;;) {
        if (filled == bytes.size()) // the file may grow while it is read, and /proc says 0
            bytes.resize(bytes.size() + 4096);
        const ssize_t count = ::read(file.fd(), bytes.data() + filled, bytes.size() - filled);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(ioError("read", path, errno));
        if (count == 0)
            break;
        filled += static_cast<std::size_t>(count);
        if (filled > maxBytes)
            return tooLarge(path, filled, maxBytes);
    }
    bytes.resize(filled);
    return bytes;
}

Result<FileTail> readTail(const std::filesystem::path& path, std::uint64_t offset)
{
    const Descriptor file(openToRead(path));
    if (file.fd() < 0)
        return fail(ioError("open", path, errno));
    FileTail tail;
    TRAINYARD_TRY(tail.size, regularSize(file.fd(), path));
    if (tail.size <= offset)
        return tail;
    tail.bytes.resize(tail.size - offset);
    std::size_t filled = 0;
    while (filled < tail.bytes.size()) {
        const ssize_t count = ::pread(file.fd(), tail.bytes.data() + filled, tail.bytes.size() - filled,
                                      static_cast<off_t>(offset + filled));
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(ioError("read", path, errno));
        if (count == 0)
            break;
        filled += static_cast<std::size_t>(count);
    }
    tail.bytes.resize(filled);
    return tail;
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path)
{
    const Descriptor file(openToRead(path));
    if (file.fd() < 0)
        return fail(ioError("open", path, errno));
    TRAINYARD_TRY(const std::uint64_t size, regularSize(file.fd(), path));
    if (size == 0)
        return MappedFile(nullptr, 0);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.fd(), 0);
    if (data == MAP_FAILED)
        return fail(ioError("map", path, errno));
    return MappedFile(static_cast<const char*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

MappedFile::~MappedFile()
{
    if (m_data != nullptr)
        ::munmap(const_cast<char*>(m_data), m_size);
}

Result<int> openBeneath(const std::filesystem::path& folder, const std::string& name)
{
    const auto refuse = [&](const std::string& reason) {
        return fail(ErrorCode::Refused, displayText(folder.native()) + ": refuses the name '" +
                                            displayText(name) + "': " + reason);
    };
    if (name.empty() || name.find('\0') != std::string::npos)
        return refuse("not a file name");
    if (name.front() == '/')
        return refuse("an absolute path");

    Descriptor place(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (place.fd() < 0)
        return fail(ioError("open folder", folder, errno));
    // One component at a time, never through a link: nothing that changes meanwhile can lead outside.
    std::size_t begin = 0;
    while (true) {
        const std::size_t slash = name.find('/', begin);
        const std::string part = name.substr(begin, slash - begin);
        if (part.empty() || part == "." || part == "..")
            return refuse(part.empty() ? "it has an empty part" : "it has the part " + part);
        const bool isLast = slash == std::string::npos;
        const int flags = isLast ? O_RDONLY | O_NONBLOCK | O_NOCTTY : O_PATH | O_DIRECTORY;
        const int next = ::openat(place.fd(), part.c_str(), flags | O_NOFOLLOW | O_CLOEXEC);
        if (next < 0 && (errno == ELOOP || (errno == ENOTDIR && !isLast)))
            return refuse(displayText(part) + " is a link or no folder");
        if (next < 0)
            return fail(ioError("open", folder / name, errno));
        place.reset(next);
        if (isLast)
            break;
        begin = slash + 1;
    }

    struct stat status
    {
    };
    if (::fstat(place.fd(), &status) != 0)
        return fail(ioError("stat", folder / name, errno));
    if (!S_ISREG(status.st_mode))
        return refuse("not a regular file");
    if (status.st_nlink != 1)
        return refuse(std::to_string(status.st_nlink) + " hard links lead to the file");
    return place.release();
}

} // namespace trainyard
