// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/pack_file.h"

#include "core/base/path_text.h"
#include "core/storage/atomic_file.h"
#include "core/storage/hash.h"
#include "core/storage/hdf5_layout.h"
#include "core/storage/read_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <mutex>
#include <system_error>

namespace trainyard {

namespace {

using hdf5::Array;
using hdf5::NumberType;
using hdf5::Place;

constexpr int kVersion = 1;
constexpr std::string_view kKind = "pack";
constexpr std::int64_t kLargestSide = 1 << 16;
constexpr std::uint64_t kStructureRoom = 1 << 20; // for the HDF5 structure, generously

enum Which : std::size_t { Pixels, Items, Hashes };

std::vector<Array> arraysOf(PackShape shape)
{
    const auto count = static_cast<std::uint64_t>(shape.count);
    const auto height = static_cast<std::uint64_t>(shape.height);
    const auto width = static_cast<std::uint64_t>(shape.width);
    return {{"pixels", NumberType::UInt8, {count, height, width, 3}, nullptr, {}},
            {"item", NumberType::Int64, {count}, nullptr, {}},
            {"xxh3", NumberType::UInt64, {count}, nullptr, {}}};
}

template <typename T>
std::string_view bytesOf(const std::vector<T>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::span<const std::byte> asBytes(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string_view asText(std::span<const std::uint8_t> pixels)
{
    return {reinterpret_cast<const char*>(pixels.data()), pixels.size()};
}

Json describe(PackShape shape, const hdf5::Attributes& attributes, const std::vector<Place>& places,
              std::uint64_t blockSize, std::uint64_t itemsHash, std::uint64_t hashesHash)
{
    Json stored = Json::array();
    for (const auto& [name, text] : attributes)
        stored.push_back({hdf5::textToJson(name), hdf5::textToJson(text)});
    return {{"kind", kKind},
            {"version", kVersion},
            {"block", blockSize},
            {"shape", {shape.count, shape.height, shape.width, 3}},
            {"pixels", places[Pixels].offset},
            {"item", {places[Items].offset, hdf5::hexText(itemsHash)}},
            {"xxh3", {places[Hashes].offset, hdf5::hexText(hashesHash)}},
            {"attributes", std::move(stored)}};
}

Result<void> checkShape(PackShape shape)
{
    if (shape.count < 0 || shape.height < 1 || shape.width < 1 || shape.height > kLargestSide ||
        shape.width > kLargestSide)
        return fail(ErrorCode::InvalidArgument, "a pack needs a count and sides from 1 to 65536");
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(shape.count), shape.pictureBytes() + 16, &bytes) ||
        bytes > static_cast<std::uint64_t>(INT64_MAX))
        return fail(ErrorCode::InvalidArgument, "a pack of that many rows does not fit a file");
    return {};
}

Result<void> checkSpace(IoEnv& io, const std::filesystem::path& path, PackShape shape)
{
    TRAINYARD_TRY(const std::uint64_t free,
                  io.freeBytes(path.parent_path().empty() ? "." : path.parent_path()));
    const std::uint64_t needed =
        static_cast<std::uint64_t>(shape.count) * (shape.pictureBytes() + 16) + kStructureRoom;
    if (free < needed)
        return fail(ErrorCode::NoSpace, "cannot save " + displayText(path.native()) + ": it needs " +
                                            std::to_string(needed) + " bytes, " + std::to_string(free) +
                                            " are free");
    return {};
}

class FilePackWriter final : public PackWriter
{
public:
    FilePackWriter(IoEnv& io, const std::filesystem::path& path, PackShape shape, hdf5::Attributes attributes)
        : m_io(io), m_file(io, path), m_path(path), m_shape(shape), m_attributes(std::move(attributes)),
          m_items(static_cast<std::size_t>(shape.count)), m_hashes(m_items.size()), m_isThere(m_items.size())
    {
    }
    ~FilePackWriter() override
    {
        if (m_fd >= 0)
            static_cast<void>(m_io.close(m_fd, m_file.stagingPath()));
    }

    Result<void> begin()
    {
        const std::vector<Place> widest(3, Place{UINT64_MAX, UINT64_MAX});
        m_blockSize =
            hdf5::blockSizeFor(jsonLine(describe(m_shape, m_attributes, widest, UINT64_MAX, 0, 0)).size());
        TRAINYARD_CHECK(
            hdf5::buildFile(m_file.stagingPath(), arraysOf(m_shape), m_attributes, m_blockSize, m_places));
        TRAINYARD_TRY(m_fd, m_io.openForWriting(m_file.stagingPath(), IoEnv::Create::Existing));
        return {};
    }

    Result<void> put(std::int64_t index, std::int64_t itemId, std::span<const std::uint8_t> pixels) override
    {
        if (index < 0 || index >= m_shape.count || pixels.size() != m_shape.pictureBytes())
            return fail(ErrorCode::InvalidArgument, "row " + std::to_string(index) + " with " +
                                                        std::to_string(pixels.size()) +
                                                        " bytes does not fit the pack");
        const std::uint64_t offset =
            m_places[Pixels].offset + static_cast<std::uint64_t>(index) * pixels.size();
        TRAINYARD_CHECK(m_io.writeAt(m_fd, std::as_bytes(pixels), offset, m_file.stagingPath()));
        const std::uint64_t hash = xxh3(asText(pixels));
        const std::lock_guard guard(m_mutex);
        const auto row = static_cast<std::size_t>(index);
        m_items[row] = itemId;
        m_hashes[row] = hash;
        m_isThere[row] = true;
        return {};
    }

    Result<void> commit() override
    {
        const std::lock_guard guard(m_mutex);
        const auto missing = std::find(m_isThere.begin(), m_isThere.end(), false);
        if (missing != m_isThere.end())
            return fail(ErrorCode::InvalidArgument, displayText(m_path.native()) + ": row " +
                                                        std::to_string(missing - m_isThere.begin()) +
                                                        " is missing");
        const std::filesystem::path& staging = m_file.stagingPath();
        const std::string block = hdf5::blockBytes(describe(m_shape, m_attributes, m_places, m_blockSize,
                                                            xxh3(bytesOf(m_items)), xxh3(bytesOf(m_hashes))),
                                                   m_blockSize);
        TRAINYARD_CHECK(m_io.writeAt(m_fd, asBytes(bytesOf(m_items)), m_places[Items].offset, staging));
        TRAINYARD_CHECK(m_io.writeAt(m_fd, asBytes(bytesOf(m_hashes)), m_places[Hashes].offset, staging));
        TRAINYARD_CHECK(m_io.writeAt(m_fd, asBytes(block), 0, staging));
        TRAINYARD_CHECK(m_io.close(std::exchange(m_fd, -1), staging));
        return m_file.commit();
    }

private:
    IoEnv& m_io;
    AtomicFile m_file;
    std::filesystem::path m_path;
    PackShape m_shape;
    hdf5::Attributes m_attributes;
    std::uint64_t m_blockSize = 0;
    std::vector<Place> m_places;
    int m_fd = -1;
    std::mutex m_mutex; ///< guards the three columns below
    std::vector<std::int64_t> m_items;
    std::vector<std::uint64_t> m_hashes;
    std::vector<bool> m_isThere;
};

class MappedPackReader final : public PackReader
{
public:
    explicit MappedPackReader(MappedFile file) : m_file(std::move(file)) {}

    Result<void> begin(const std::string& source)
    {
        TRAINYARD_TRY(const auto block, hdf5::readBlock(m_file.bytes(), kKind, kVersion, source));
        const Json& description = block.first;
        const Json& shape = description.at("shape");
        m_shape = {shape.at(0).get<std::int64_t>(), shape.at(1).get<int>(), shape.at(2).get<int>()};
        TRAINYARD_CHECK(checkShape(m_shape));
        const auto count = static_cast<std::uint64_t>(m_shape.count);
        TRAINYARD_TRY(m_pixels, arrayAt(description.at("pixels").get<std::uint64_t>(), count,
                                        m_shape.pictureBytes(), source));
        TRAINYARD_CHECK(readNumbers(m_items, description.at("item"), source));
        TRAINYARD_CHECK(readNumbers(m_hashes, description.at("xxh3"), source));
        for (const Json& attribute : jsonValue(description, "attributes", Json::array()))
            m_attributes.emplace_back(hdf5::textFromJson(attribute.at(0)),
                                      hdf5::textFromJson(attribute.at(1)));
        return {};
    }

    PackShape shape() const override { return m_shape; }
    std::span<const std::int64_t> itemIds() const override { return m_items; }

    std::span<const std::uint8_t> pixels(std::int64_t index) const override
    {
        const std::size_t size = m_shape.pictureBytes();
        const auto* first = reinterpret_cast<const std::uint8_t*>(m_pixels.data());
        return {first + static_cast<std::size_t>(index) * size, size};
    }

    bool isIntact(std::int64_t index) const override
    {
        return xxh3(asText(pixels(index))) == m_hashes[static_cast<std::size_t>(index)];
    }

    std::string attribute(std::string_view name) const override
    {
        const auto found = std::find_if(m_attributes.begin(), m_attributes.end(),
                                        [&](const auto& entry) { return entry.first == name; });
        return found == m_attributes.end() ? std::string() : found->second;
    }

private:
    Result<std::string_view> arrayAt(std::uint64_t offset, std::uint64_t count, std::uint64_t size,
                                     const std::string& source) const
    {
        const std::string_view bytes = m_file.bytes();
        if (offset > bytes.size() || count > (bytes.size() - offset) / size)
            return fail(ErrorCode::CorruptFile, source + ": shorter than its description says");
        return bytes.substr(offset, count * size);
    }

    template <typename T>
    Result<void> readNumbers(std::vector<T>& values, const Json& place, const std::string& source) const
    {
        const auto count = static_cast<std::uint64_t>(m_shape.count);
        TRAINYARD_TRY(const std::string_view bytes,
                      arrayAt(place.at(0).get<std::uint64_t>(), count, sizeof(T), source));
        if (hdf5::hexText(xxh3(bytes)) != place.at(1).get<std::string>())
            return fail(ErrorCode::CorruptFile, source + ": its list of items or checksums is damaged");
        values.resize(count);
        std::memcpy(values.data(), bytes.data(), bytes.size());
        return {};
    }

    MappedFile m_file;
    PackShape m_shape;
    std::string_view m_pixels;
    std::vector<std::int64_t> m_items;
    std::vector<std::uint64_t> m_hashes;
    hdf5::Attributes m_attributes;
};

} // namespace

Result<std::unique_ptr<PackWriter>>
PackWriter::create(IoEnv& io, const std::filesystem::path& path, PackShape shape,
                   const std::vector<std::pair<std::string, std::string>>& attributes)
{
    TRAINYARD_CHECK(checkShape(shape));
    TRAINYARD_CHECK(checkSpace(io, path, shape));
    auto writer = std::make_unique<FilePackWriter>(io, path, shape, attributes);
    TRAINYARD_CHECK(writer->begin());
    return std::unique_ptr<PackWriter>(std::move(writer));
}

Result<std::unique_ptr<PackReader>> PackReader::open(const std::filesystem::path& path)
{
    TRAINYARD_TRY(MappedFile file, MappedFile::open(path));
    auto reader = std::make_unique<MappedPackReader>(std::move(file));
    try {
        TRAINYARD_CHECK(reader->begin(displayText(path.native())));
    } catch (const nlohmann::json::exception& e) { // a description with a good checksum that we did not write
        return fail(ErrorCode::CorruptFile, displayText(path.native()) + ": its description is not complete",
                    e.what());
    }
    return std::unique_ptr<PackReader>(std::move(reader));
}

} // namespace trainyard
