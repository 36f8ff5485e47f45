// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/thumbnail_store.h"

#include "core/base/clock.h"
#include "core/base/path_text.h"
#include "core/imaging/thumbnail_places.h"
#include "core/storage/hash.h"
#include "core/storage/io_env.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <random>
#include <span>
#include <unistd.h>
#include <vector>

namespace trainyard {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPackEnding = ".pack";
constexpr std::string_view kIndexEnding = ".index";
constexpr std::array<char, 8> kIndexMagic{'T', 'Y', 'T', 'H', 'U', 'M', 'B', '1'};
constexpr std::uint32_t kMostBytes = 4U << 20; ///< of one thumbnail

/// One row of an index file, in the machine's (little-endian) order.
struct IndexRow
{
    std::int64_t item = 0;
    std::uint64_t contentHash = 0;
    std::uint64_t offset = 0; ///< in the pack
    std::uint32_t length = 0;
    std::uint32_t reserved = 0;
    std::uint64_t pictureChecksum = 0; ///< XXH3 of the JPEG
    std::uint64_t rowChecksum = 0;     ///< XXH3 of the fields before
};
static_assert(sizeof(IndexRow) == 48);

std::uint64_t checksumOf(const IndexRow& row)
{
    return xxh3({reinterpret_cast<const char*>(&row), offsetof(IndexRow, rowChecksum)});
}

std::span<const std::byte> bytesOf(const void* data, std::size_t size)
{
    return {static_cast<const std::byte*>(data), size};
}

/// A file open for reading, closed at the end.
class ReadingFile
{
public:
    explicit ReadingFile(const fs::path& path)
        : m_descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW))
    {
    }
    ~ReadingFile()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    ReadingFile(const ReadingFile&) = delete;
    ReadingFile& operator=(const ReadingFile&) = delete;

    /// Fewer bytes where the file ends or cannot be read.
    std::string read(std::uint64_t offset, std::size_t length) const
    {
        std::string bytes(length, '\0');
        std::size_t done = 0;
        while (m_descriptor >= 0 && done < length) {
            const ssize_t got =
                pread(m_descriptor, bytes.data() + done, length - done, static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        bytes.resize(done);
        return bytes;
    }

private:
    int m_descriptor;
};

/// Another writer's pair of files, or an older one of ours.
struct Pair
{
    std::shared_ptr<ReadingFile> index;
    std::shared_ptr<ReadingFile> pack;
    std::uint64_t indexRead = 0; ///< bytes of the index that are known
};

constexpr std::uint64_t kMostRows = kNoRow; ///< of one index file

/// The pair that this process appends to.
struct Writer
{
    std::string name;
    int pack = -1;
    int index = -1;
    std::uint64_t packEnd = 0;
    std::uint32_t rows = 0;
};

class Store : public ThumbnailStore
{
public:
    explicit Store(fs::path folder) : m_folder(std::move(folder)) {}
    ~Store() override { abandonWriter(); }

    Result<void> put(ItemId item, std::uint64_t contentHash, const std::string& jpeg) override;
    Result<void> flush() override;
    std::optional<std::string> read(ItemId item, std::uint64_t contentHash) override;
    bool has(ItemId item, std::uint64_t contentHash) override;
    Result<void> refresh() override;

private:
    Result<void> startWriter();
    void abandonWriter();
    Result<void> append(const IndexRow& row, const std::string& jpeg);
    std::uint32_t pairOf(const std::string& name);
    void readIndex(std::uint32_t pair, std::vector<ThumbnailPlace>& places);
    /// The row at a place; nothing where it is not what the place says.
    [[nodiscard]] std::optional<IndexRow> rowAt(const ThumbnailPlace& place) const;

    fs::path m_folder;
    std::mutex m_mutex;
    std::vector<Pair> m_pairs;
    std::map<std::string, std::uint32_t>
        m_pairNumbers; ///< in the order of the names, which begin with the time
    ThumbnailPlaces m_places;
    Writer m_writer;
};

std::string freshName()
{
    std::random_device random;
    char tail[16];
    std::snprintf(tail, sizeof tail, "-%08x", static_cast<unsigned>(random()));
    return utcFolderText(systemClock().utcMilliseconds()) + "-" + std::to_string(getpid()) + tail;
}

Result<void> Store::startWriter()
{
    IoEnv& io = posixIo();
    TRAINYARD_CHECK(makeFolders(io, m_folder));
    m_writer = Writer();
    m_writer.name = freshName();
    const fs::path pack = m_folder / (m_writer.name + std::string(kPackEnding));
    const fs::path index = m_folder / (m_writer.name + std::string(kIndexEnding));
    TRAINYARD_TRY(m_writer.pack, io.openForWriting(pack, IoEnv::Create::Exclusive));
    TRAINYARD_TRY(m_writer.index, io.openForWriting(index, IoEnv::Create::Exclusive));
    TRAINYARD_CHECK(io.write(m_writer.index, bytesOf(kIndexMagic.data(), kIndexMagic.size()), index));
    return {};
}

void Store::abandonWriter()
{
    if (m_writer.pack >= 0)
        ::close(m_writer.pack);
    if (m_writer.index >= 0)
        ::close(m_writer.index);
    m_writer = Writer();
}

Result<void> Store::append(const IndexRow& row, const std::string& jpeg)
{
    IoEnv& io = posixIo();
    TRAINYARD_CHECK(
        io.write(m_writer.pack, bytesOf(jpeg.data(), jpeg.size()), m_folder / (m_writer.name + ".pack")));
    return io.write(m_writer.index, bytesOf(&row, sizeof row), m_folder / (m_writer.name + ".index"));
}

Result<void> Store::put(ItemId item, std::uint64_t contentHash, const std::string& jpeg)
{
    if (jpeg.empty() || jpeg.size() > kMostBytes)
        return fail(ErrorCode::InvalidArgument,
                    "a thumbnail of " + std::to_string(jpeg.size()) + " bytes is refused");
    const std::uint64_t checksum = xxh3(jpeg);
    const std::lock_guard lock(m_mutex);
    if (m_writer.rows == kMostRows)
        abandonWriter();
    if (m_writer.index < 0) {
        if (auto started = startWriter(); !started) {
            abandonWriter();
            return started;
        }
    }
    IndexRow row;
    row.item = item;
    row.contentHash = contentHash;
    row.offset = m_writer.packEnd;
    row.length = static_cast<std::uint32_t>(jpeg.size());
    row.pictureChecksum = checksum;
    row.rowChecksum = checksumOf(row);
    if (auto appended = append(row, jpeg); !appended) {
        // How much of it arrived is unknown: the next picture begins a fresh pair.
        abandonWriter();
        return appended;
    }
    m_writer.packEnd += jpeg.size();
    m_places.put(ThumbnailPlace{item, pairOf(m_writer.name), m_writer.rows++});
    return {};
}

Result<void> Store::flush()
{
    const std::lock_guard lock(m_mutex);
    if (m_writer.index < 0)
        return {};
    IoEnv& io = posixIo();
    TRAINYARD_CHECK(io.dataSync(m_writer.pack, m_folder / (m_writer.name + std::string(kPackEnding))));
    return io.dataSync(m_writer.index, m_folder / (m_writer.name + std::string(kIndexEnding)));
}

std::optional<IndexRow> Store::rowAt(const ThumbnailPlace& place) const
{
    const std::string bytes = m_pairs[place.pair].index->read(
        kIndexMagic.size() + std::uint64_t{place.row} * sizeof(IndexRow), sizeof(IndexRow));
    if (bytes.size() != sizeof(IndexRow))
        return std::nullopt;
    IndexRow row;
    std::memcpy(&row, bytes.data(), sizeof row);
    if (row.rowChecksum != checksumOf(row) || row.item != place.item || row.length > kMostBytes)
        return std::nullopt;
    return row;
}

std::optional<std::string> Store::read(ItemId item, std::uint64_t contentHash)
{
    ThumbnailPlace place;
    std::optional<IndexRow> row;
    std::shared_ptr<ReadingFile> pack;
    {
        const std::lock_guard lock(m_mutex);
        const ThumbnailPlace* found = m_places.find(item);
        if (found == nullptr)
            return std::nullopt;
        place = *found;
        row = rowAt(place);
        if (row && row->contentHash != contentHash)
            return std::nullopt;
        pack = m_pairs[place.pair].pack;
    }
    if (row) {
        std::string jpeg = pack->read(row->offset, row->length);
        if (jpeg.size() == row->length && xxh3(jpeg) == row->pictureChecksum)
            return jpeg;
    }
    const std::lock_guard lock(m_mutex);
    const ThumbnailPlace* found = m_places.find(item);
    if (found != nullptr && found->pair == place.pair && found->row == place.row)
        m_places.erase(item);
    return std::nullopt;
}

bool Store::has(ItemId item, std::uint64_t contentHash)
{
    const std::lock_guard lock(m_mutex);
    const ThumbnailPlace* found = m_places.find(item);
    if (found == nullptr)
        return false;
    const std::optional<IndexRow> row = rowAt(*found);
    return row && row->contentHash == contentHash;
}

Result<void> Store::refresh()
{
    std::vector<std::string> names;
    std::error_code problem;
    for (fs::directory_iterator entry(m_folder, problem), end; !problem && entry != end;
         entry.increment(problem))
        if (entry->path().extension() == kIndexEnding)
            names.push_back(entry->path().stem().native());
    if (problem && problem != std::errc::no_such_file_or_directory)
        return fail(ErrorCode::IoError,
                    displayText(m_folder.native()) + ": cannot read the folder: " + problem.message());
    const std::lock_guard lock(m_mutex);
    for (const std::string& name : names)
        pairOf(name);
    std::vector<ThumbnailPlace> places;
    for (const auto& [name, pair] : m_pairNumbers)
        if (name != m_writer.name)
            readIndex(pair, places);
    m_places.put(std::move(places));
    return {};
}

std::uint32_t Store::pairOf(const std::string& name)
{
    const auto [found, isNew] = m_pairNumbers.try_emplace(name, static_cast<std::uint32_t>(m_pairs.size()));
    if (isNew) {
        Pair pair;
        pair.index = std::make_shared<ReadingFile>(m_folder / (name + std::string(kIndexEnding)));
        pair.pack = std::make_shared<ReadingFile>(m_folder / (name + std::string(kPackEnding)));
        m_pairs.push_back(std::move(pair));
    }
    return found->second;
}

void Store::readIndex(std::uint32_t number, std::vector<ThumbnailPlace>& places)
{
    Pair& pair = m_pairs[number];
    if (pair.indexRead == 0) {
        if (pair.index->read(0, kIndexMagic.size()) !=
            std::string_view(kIndexMagic.data(), kIndexMagic.size()))
            return;
        pair.indexRead = kIndexMagic.size();
    }
    constexpr std::size_t kRows = 4096;
    std::string bytes;
    do {
        // A row that is only half there yet is read the next time.
        bytes = pair.index->read(pair.indexRead, kRows * sizeof(IndexRow));
        const std::size_t rows = bytes.size() / sizeof(IndexRow);
        const std::uint64_t first = (pair.indexRead - kIndexMagic.size()) / sizeof(IndexRow);
        for (std::size_t i = 0; i < rows; ++i) {
            IndexRow row;
            std::memcpy(&row, bytes.data() + i * sizeof row, sizeof row);
            if (row.rowChecksum == checksumOf(row) && row.length <= kMostBytes && first + i < kMostRows)
                places.push_back({row.item, number, static_cast<std::uint32_t>(first + i)});
        }
        pair.indexRead += rows * sizeof(IndexRow);
    } while (bytes.size() == kRows * sizeof(IndexRow));
}

} // namespace

Result<std::unique_ptr<ThumbnailStore>> ThumbnailStore::open(const std::filesystem::path& folder)
{
    auto store = std::make_unique<Store>(folder);
    TRAINYARD_CHECK(store->refresh());
    return Result<std::unique_ptr<ThumbnailStore>>(std::move(store));
}

} // namespace trainyard
