// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/facts.h"

#include "core/base/log.h"
#include "core/base/path_text.h"
#include "core/storage/column_file.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <map>
#include <optional>
#include <unistd.h>

namespace trainyard {

namespace {

constexpr std::size_t kShardRows = 4'096;
constexpr std::string_view kEnding = ".h5";
constexpr int kMaxTries = 10'000;

/// The number of a shard's file name, nothing for other files.
std::optional<std::int64_t> shardNumber(const std::string& name)
{
    if (!name.ends_with(kEnding))
        return std::nullopt;
    std::int64_t number = 0;
    const char* end = name.data() + name.size() - kEnding.size();
    const auto [stop, error] = std::from_chars(name.data(), end, number);
    if (error != std::errc() || stop != end || number < 0)
        return std::nullopt;
    return number;
}

/// The shards of a folder by rising number; none where the folder does not exist.
Result<std::map<std::int64_t, std::filesystem::path>> shards(const std::filesystem::path& folder)
{
    std::map<std::int64_t, std::filesystem::path> found;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    if (error == std::errc::no_such_file_or_directory)
        return found;
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        if (const auto number = shardNumber(entry->path().filename().native()))
            found.emplace(*number, entry->path());
    if (error)
        return fail(ErrorCode::IoError, displayText(folder.native()) + ": cannot list the folder",
                    error.message());
    return found;
}

Result<ColumnTable> tableOf(const std::vector<FactRow>& rows, std::size_t first, std::size_t count,
                            const std::string& version)
{
    std::vector<std::int64_t> items;
    std::vector<std::int64_t> hashes;
    std::vector<std::int64_t> integers;
    std::vector<float> values;
    const std::size_t width = rows[first].values.size();
    for (std::size_t i = first; i < first + count; ++i) {
        const FactRow& row = rows[i];
        if (row.values.size() != width)
            return fail(ErrorCode::InvalidArgument,
                        "facts of one kind need the same number of values: item " + std::to_string(row.item) +
                            " has " + std::to_string(row.values.size()) + ", expected " +
                            std::to_string(width));
        items.push_back(row.item);
        hashes.push_back(static_cast<std::int64_t>(row.contentHash));
        integers.push_back(row.integer);
        values.insert(values.end(), row.values.begin(), row.values.end());
    }
    ColumnTable table;
    table.attributes = {{"format", "trainyard-facts"}, {"format_version", "1"}, {"measure", version}};
    table.columns.push_back({"item", std::move(items)});
    table.columns.push_back({"content_hash", std::move(hashes)});
    table.columns.push_back({"integer", std::move(integers)});
    if (width > 0)
        table.columns.push_back({"values", std::move(values), static_cast<std::int64_t>(width)});
    return table;
}

/// Gives the finished file the next free number, also where others append at the same time.
Result<void> publish(const std::filesystem::path& staging, const std::filesystem::path& folder)
{
    TRAINYARD_TRY(const auto present, shards(folder));
    std::int64_t number = present.empty() ? 0 : present.rbegin()->first + 1;
    for (int tries = 0; tries < kMaxTries; ++tries, ++number) {
        auto renamed = posixIo().rename(staging, folder / (std::to_string(number) + std::string(kEnding)),
                                        IoEnv::Rename::CreateOnly);
        if (renamed)
            return posixIo().syncFolder(folder);
        if (renamed.error().code != ErrorCode::Conflict)
            return renamed;
    }
    return fail(ErrorCode::Conflict, displayText(folder.native()) + ": found no free number for a shard");
}

Result<void> readShard(const std::filesystem::path& path, const std::string& version,
                       const std::function<void(FactRow)>& see)
{
    TRAINYARD_TRY(const ColumnTable table, readColumns(path));
    if (table.attribute("format") != "trainyard-facts" || table.attribute("measure") != version)
        return {};
    TRAINYARD_TRY(const auto items, table.values<std::int64_t>("item"));
    TRAINYARD_TRY(const auto hashes, table.values<std::int64_t>("content_hash"));
    TRAINYARD_TRY(const auto integers, table.values<std::int64_t>("integer"));
    std::vector<float> values;
    std::size_t width = 0;
    if (const Column* column = table.find("values")) {
        TRAINYARD_TRY(values, table.values<float>("values"));
        width = static_cast<std::size_t>(std::max<std::int64_t>(column->width, 0));
    }
    if (hashes.size() != items.size() || integers.size() != items.size() ||
        values.size() != items.size() * width)
        return fail(ErrorCode::CorruptFile,
                    displayText(path.native()) + ": its columns have different lengths");
    for (std::size_t i = 0; i < items.size(); ++i) {
        FactRow row{items[i], static_cast<std::uint64_t>(hashes[i]), integers[i], {}};
        const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * width);
        row.values.assign(begin, begin + static_cast<std::ptrdiff_t>(width));
        see(std::move(row));
    }
    return {};
}

} // namespace

FactStore::FactStore(const std::filesystem::path& projectFolder, const std::string& kind, std::string version)
    : m_folder(projectFolder / "cache" / "facts" / kind), m_version(std::move(version))
{
}

Result<void> FactStore::append(const std::vector<FactRow>& rows)
{
    if (rows.empty())
        return {};
    TRAINYARD_CHECK(makeFolders(posixIo(), m_folder));
    static std::atomic<std::uint64_t> counter = 0;
    for (std::size_t first = 0; first < rows.size(); first += kShardRows) {
        const std::size_t count = std::min(kShardRows, rows.size() - first);
        TRAINYARD_TRY(const ColumnTable table, tableOf(rows, first, count, m_version));
        const auto staging =
            m_folder / (".new-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
        TRAINYARD_CHECK(writeColumns(posixIo(), staging, table));
        if (auto published = publish(staging, m_folder); !published) {
            static_cast<void>(posixIo().unlink(staging));
            return published;
        }
    }
    return {};
}

Result<void> FactStore::visit(const std::function<void(FactRow)>& see) const
{
    TRAINYARD_TRY(const auto present, shards(m_folder));
    for (const auto& [number, path] : present)
        if (auto read = readShard(path, m_version, see); !read)
            logLine(LogLevel::Warning, "skipped a shard of facts: " + read.error().message);
    return {};
}

Result<std::vector<FactRow>> FactStore::readAll() const
{
    std::map<ItemId, FactRow> rows;
    TRAINYARD_CHECK(visit([&](FactRow row) { rows[row.item] = std::move(row); }));
    std::vector<FactRow> sorted;
    sorted.reserve(rows.size());
    for (auto& [item, row] : rows)
        sorted.push_back(std::move(row));
    return sorted;
}

Result<void> FactStore::replace(const std::vector<FactRow>& rows)
{
    TRAINYARD_TRY(const auto older, shards(m_folder));
    TRAINYARD_CHECK(append(rows));
    for (const auto& [number, path] : older) {
        const auto table = readColumns(path);
        if (table && table->attribute("measure") == m_version)
            TRAINYARD_CHECK(posixIo().unlink(path));
    }
    return {};
}

FactStore suggestionFacts(const std::filesystem::path& projectFolder, const std::string& model)
{
    return {projectFolder, "suggestions", "suggestion-1 " + model};
}

FactStore perceptualHashFacts(const std::filesystem::path& projectFolder)
{
    return {projectFolder, "phash", "phash-1"};
}

} // namespace trainyard
