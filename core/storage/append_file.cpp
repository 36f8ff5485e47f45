// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/append_file.h"

#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"
#include "core/storage/read_file.h"

#include <span>
#include <system_error>
#include <utility>

namespace trainyard {

namespace {

std::span<const std::byte> asBytes(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

Result<std::uint64_t> sizeOf(const std::filesystem::path& path)
{
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(path, error);
    if (error)
        return fail(ioError("stat", path, error.value()));
    return size;
}

} // namespace

AppendFile::AppendFile(IoEnv& io, std::filesystem::path path, int fd, std::uint64_t size)
    : m_io(&io), m_path(std::move(path)), m_fd(fd), m_durableSize(size)
{
}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : m_io(other.m_io), m_path(std::move(other.m_path)), m_fd(std::exchange(other.m_fd, -1)),
      m_durableSize(other.m_durableSize), m_pending(std::move(other.m_pending)),
      m_isTrusted(other.m_isTrusted)
{
}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept
{
    if (this != &other) {
        closeQuietly();
        m_io = other.m_io;
        m_path = std::move(other.m_path);
        m_fd = std::exchange(other.m_fd, -1);
        m_durableSize = other.m_durableSize;
        m_pending = std::move(other.m_pending);
        m_isTrusted = other.m_isTrusted;
    }
    return *this;
}

AppendFile::~AppendFile()
{
    closeQuietly();
}

void AppendFile::closeQuietly()
{
    // Nothing that was not synced was promised, so a failure to close says nothing new.
    if (m_fd >= 0)
        static_cast<void>(m_io->close(std::exchange(m_fd, -1), m_path));
}

Result<AppendFile> AppendFile::open(IoEnv& io, const std::filesystem::path& path, std::uint64_t keepBytes)
{
    std::error_code ignored;
    const bool isNew = !std::filesystem::exists(path, ignored);
    TRAINYARD_TRY(const int fd, io.openForWriting(path, IoEnv::Create::Append));
    AppendFile file(io, path, fd, 0);
    TRAINYARD_TRY(file.m_durableSize, sizeOf(path));
    if (file.m_durableSize > keepBytes) {
        TRAINYARD_CHECK(io.truncate(fd, keepBytes, path));
        file.m_durableSize = keepBytes;
    }
    // What an earlier process appended without a sync counts as durable only from here on.
    TRAINYARD_CHECK(io.dataSync(fd, path));
    if (isNew)
        TRAINYARD_CHECK(io.syncFolder(path.parent_path()));
    return file;
}

Result<void> AppendFile::append(std::string_view bytes)
{
    if (!m_isTrusted)
        TRAINYARD_CHECK(writeAnew());
    if (Result<void> written = m_io->write(m_fd, asBytes(bytes), m_path); !written) {
        m_isTrusted = bool(m_io->truncate(m_fd, size(), m_path));
        return written;
    }
    m_pending += bytes;
    return {};
}

Result<void> AppendFile::sync()
{
    if (!m_isTrusted)
        return writeAnew();
    if (Result<void> synced = m_io->dataSync(m_fd, m_path); !synced) {
        m_isTrusted = false;
        return synced;
    }
    m_durableSize += m_pending.size();
    m_pending.clear();
    return {};
}

Result<void> AppendFile::writeAnew()
{
    std::string bytes;
    if (m_durableSize > 0) {
        TRAINYARD_TRY(bytes, readFile(m_path));
        if (bytes.size() < m_durableSize)
            return fail(ErrorCode::CorruptFile,
                        displayText(m_path.native()) + ": lost bytes that were durable");
        bytes.resize(m_durableSize);
    }
    bytes += m_pending;
    TRAINYARD_CHECK(writeFileAtomically(*m_io, m_path, bytes));
    TRAINYARD_CHECK(reopen());
    m_durableSize = bytes.size();
    m_pending.clear();
    m_isTrusted = true;
    return {};
}

Result<void> AppendFile::reopen()
{
    closeQuietly();
    TRAINYARD_TRY(m_fd, m_io->openForWriting(m_path, IoEnv::Create::Append));
    return {};
}

} // namespace trainyard
