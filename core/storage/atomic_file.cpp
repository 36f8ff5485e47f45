// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/atomic_file.h"

#include "core/base/path_text.h"

#include <random>

namespace trainyard {

namespace {

constexpr std::size_t kLongestName = 200; // leaves room for the random part below the usual 255 bytes

std::filesystem::path temporaryBeside(const std::filesystem::path& path)
{
    static constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuv";
    std::random_device random;
    std::string suffix;
    for (int i = 0; i < 10; ++i)
        suffix += kDigits[random() % 32];
    const std::string name = path.filename().native().substr(0, kLongestName);
    return path.parent_path() / ("." + name + "." + suffix + ".tmp");
}

Error saveError(const Error& cause, const std::filesystem::path& path, const std::string& size)
{
    return Error{cause.code, "cannot save " + displayText(path.native()) + size + ": " + cause.message,
                 cause.context};
}

/// Writes and syncs the open file; closes it in any case.
Result<void> fillAndClose(IoEnv& io, int fd, const std::filesystem::path& path,
                          std::span<const std::byte> bytes)
{
    Result<void> written = io.write(fd, bytes, path);
    if (written)
        written = io.sync(fd, path);
    Result<void> closed = io.close(fd, path);
    return written ? closed : written;
}

/// The last steps of a replacement: the new name, then the folder.
Result<void> publish(IoEnv& io, const std::filesystem::path& from, const std::filesystem::path& to,
                     AtomicMode mode)
{
    TRAINYARD_CHECK(io.rename(
        from, to, mode == AtomicMode::Replace ? IoEnv::Rename::Replace : IoEnv::Rename::CreateOnly));
    return io.syncFolder(to.parent_path());
}

} // namespace

Result<void> writeFileAtomically(IoEnv& io, const std::filesystem::path& path,
                                 std::span<const std::byte> bytes, AtomicMode mode)
{
    const std::filesystem::path staging = temporaryBeside(path);
    const std::string size = " (" + std::to_string(bytes.size()) + " bytes)";
    Result<int> fd = io.openForWriting(staging, IoEnv::Create::Exclusive);
    if (!fd)
        return fail(saveError(fd.error(), path, size));
    Result<void> result = fillAndClose(io, *fd, staging, bytes);
    if (result)
        result = publish(io, staging, path, mode);
    if (!result) {
        // Where the rename happened the name is gone already; there is nothing else to do about a failure
        // here.
        static_cast<void>(io.unlink(staging));
        return fail(saveError(result.error(), path, size));
    }
    return {};
}

Result<void> writeFileAtomically(IoEnv& io, const std::filesystem::path& path, std::string_view bytes,
                                 AtomicMode mode)
{
    return writeFileAtomically(io, path, std::as_bytes(std::span(bytes.data(), bytes.size())), mode);
}

AtomicFile::AtomicFile(IoEnv& io, std::filesystem::path path)
    : m_io(io), m_path(std::move(path)), m_staging(temporaryBeside(m_path))
{
}

AtomicFile::~AtomicFile()
{
    if (!m_isCommitted)
        static_cast<void>(m_io.unlink(m_staging));
}

Result<void> AtomicFile::commit(AtomicMode mode)
{
    Result<int> fd = m_io.openForWriting(m_staging, IoEnv::Create::Existing);
    if (!fd)
        return fail(saveError(fd.error(), m_path, {}));
    Result<void> result = fillAndClose(m_io, *fd, m_staging, {});
    if (result)
        result = publish(m_io, m_staging, m_path, mode);
    if (!result)
        return fail(saveError(result.error(), m_path, {}));
    m_isCommitted = true;
    return {};
}

} // namespace trainyard
