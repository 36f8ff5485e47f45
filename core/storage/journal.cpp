// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/journal.h"

#include "core/storage/read_file.h"

#include <span>
#include <string_view>
#include <system_error>

namespace trainyard {

namespace {

/// How many bytes of `bytes` are complete lines.
std::uint64_t completeBytes(std::string_view bytes)
{
    const std::size_t lineEnd = bytes.rfind('\n');
    return lineEnd == std::string_view::npos ? 0 : lineEnd + 1;
}

/// The file's bytes from `offset` on; an absent file is empty.
Result<FileTail> tailOrNothing(const std::filesystem::path& path, std::uint64_t offset)
{
    Result<FileTail> tail = readTail(path, offset);
    if (!tail && tail.error().code == ErrorCode::NotFound)
        return FileTail{};
    return tail;
}

} // namespace

Result<Journal> Journal::open(IoEnv& io, const std::filesystem::path& path)
{
    TRAINYARD_TRY(const FileTail present, tailOrNothing(path, 0));
    const std::uint64_t kept = completeBytes(present.bytes);
    TRAINYARD_TRY(AppendFile file, AppendFile::open(io, path, kept));
    return Journal(std::move(file), present.bytes.size() - kept);
}

Result<void> Journal::append(const Json& record)
{
    return m_file.append(jsonLine(record) + "\n");
}

Result<void> Journal::sync()
{
    return m_file.sync();
}

Result<void> appendShared(IoEnv& io, const std::filesystem::path& path, const Json& record)
{
    std::error_code ignored;
    const bool isNew = !std::filesystem::exists(path, ignored);
    TRAINYARD_TRY(const FileTail present, tailOrNothing(path, 0));
    std::string line(completeBytes(present.bytes) == present.bytes.size() ? "" : "\n");
    line += jsonLine(record);
    line += '\n';
    TRAINYARD_TRY(const int fd, io.openForWriting(path, IoEnv::Create::Append));
    Result<void> done = io.write(fd, std::as_bytes(std::span(line.data(), line.size())), path);
    if (done)
        done = io.dataSync(fd, path);
    const Result<void> closed = io.close(fd, path);
    TRAINYARD_CHECK(done);
    TRAINYARD_CHECK(closed);
    return isNew ? io.syncFolder(path.parent_path()) : Result<void>();
}

Result<std::vector<Json>> JournalReader::readNew()
{
    TRAINYARD_TRY(FileTail tail, tailOrNothing(m_path, m_offset));
    if (tail.size < m_offset) {
        m_offset = 0;
        m_damaged = 0;
        TRAINYARD_TRY(tail, tailOrNothing(m_path, 0));
    }
    const std::string& bytes = tail.bytes;
    std::vector<Json> records;
    std::size_t begin = 0;
    for (std::size_t end = bytes.find('\n'); end != std::string::npos; end = bytes.find('\n', begin)) {
        Result<Json> record = parseJson(std::string_view(bytes).substr(begin, end - begin), m_path.native());
        if (record && record->is_object())
            records.push_back(std::move(*record));
        else
            ++m_damaged;
        begin = end + 1;
    }
    m_offset += begin;
    return records;
}

} // namespace trainyard
