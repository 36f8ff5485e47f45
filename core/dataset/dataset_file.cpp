// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_hash.h"
#include "core/storage/atomic_file.h"
#include "core/storage/column_file.h"
#include "core/storage/hash.h"

#include <algorithm>
#include <bit>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace trainyard {

namespace {

constexpr const char* kFormat = "trainyard-dataset";
constexpr const char* kVersion = "1";

std::string prefixed(const std::string& text)
{
    return std::to_string(text.size()) + ':' + text;
}

std::string hex16(std::uint64_t value)
{
    char text[17];
    std::snprintf(text, sizeof text, "%016" PRIx64, value);
    return text;
}

std::int64_t countOf(const Dataset& dataset, Split split)
{
    return std::count_if(dataset.items.begin(), dataset.items.end(),
                         [&](const DatasetItem& item) { return item.split == split; });
}

ColumnTable tableOf(const Dataset& dataset)
{
    std::vector<std::int64_t> ids, hashes, splits, labels;
    std::vector<std::string> groups, paths;
    for (const DatasetItem& item : dataset.items) {
        ids.push_back(item.item);
        hashes.push_back(std::bit_cast<std::int64_t>(item.contentHash));
        splits.push_back(static_cast<std::int64_t>(item.split));
        labels.push_back(item.label);
        groups.push_back(item.group);
        paths.push_back(item.path);
    }
    ColumnTable table;
    table.attributes = {{"format", kFormat},
                        {"version", kVersion},
                        {"hash", dataset.hash},
                        {"revision", std::to_string(dataset.revision)}};
    table.columns = {{"labels", dataset.labels, 1},          {"item", std::move(ids), 1},
                     {"content_hash", std::move(hashes), 1}, {"split", std::move(splits), 1},
                     {"label", std::move(labels), 1},        {"group", std::move(groups), 1},
                     {"path", std::move(paths), 1}};
    return table;
}

Result<Dataset> datasetOf(const ColumnTable& table, const std::string& source)
{
    const auto corrupt = [&](const std::string& what) {
        return fail(ErrorCode::CorruptFile, source + ": " + what + "; freeze the dataset again");
    };
    if (table.attribute("format") != kFormat)
        return corrupt("this is not a frozen dataset");
    if (table.attribute("version") != kVersion)
        return fail(ErrorCode::Unsupported, source + ": format version " + table.attribute("version") +
                                                " is newer than this program; update Trainyard");
    Dataset dataset;
    dataset.hash = table.attribute("hash");
    dataset.revision = std::atoll(table.attribute("revision").c_str());
    TRAINYARD_TRY(dataset.labels, table.values<std::string>("labels"));
    TRAINYARD_TRY(const auto ids, table.values<std::int64_t>("item"));
    TRAINYARD_TRY(const auto hashes, table.values<std::int64_t>("content_hash"));
    TRAINYARD_TRY(const auto splits, table.values<std::int64_t>("split"));
    TRAINYARD_TRY(const auto labels, table.values<std::int64_t>("label"));
    TRAINYARD_TRY(const auto groups, table.values<std::string>("group"));
    TRAINYARD_TRY(const auto paths, table.values<std::string>("path"));
    const std::size_t count = ids.size();
    for (const std::size_t size : {hashes.size(), splits.size(), labels.size(), groups.size(), paths.size()})
        if (size != count)
            return corrupt("its columns have different lengths");
    dataset.items.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::string row = "row " + std::to_string(i) + " ";
        if (i > 0 && ids[i] <= ids[i - 1])
            return corrupt(row + "is not in the order of its ids");
        if (splits[i] < static_cast<std::int64_t>(Split::Train) ||
            splits[i] > static_cast<std::int64_t>(Split::Test))
            return corrupt(row + "has no known split");
        if (labels[i] < 0 || labels[i] >= static_cast<std::int64_t>(dataset.labels.size()))
            return corrupt(row + "has a label outside the classes");
        dataset.items.push_back({ids[i], paths[i], std::bit_cast<std::uint64_t>(hashes[i]),
                                 static_cast<Split>(splits[i]), static_cast<std::int32_t>(labels[i]),
                                 groups[i]});
    }
    if (datasetHash(dataset) != dataset.hash)
        return corrupt("its rows do not give the hash that it states");
    return dataset;
}

std::filesystem::path folderOf(const std::filesystem::path& projectFolder, const std::string& hash)
{
    return projectFolder / "datasets" / hash;
}

bool isHash(const std::string& text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

} // namespace

std::string datasetHash(const Dataset& dataset)
{
    Sha256 sum;
    std::string line = "trainyard-dataset 1\nlabels " + std::to_string(dataset.labels.size());
    for (const std::string& label : dataset.labels)
        line += ' ' + prefixed(label);
    sum.add(line + '\n');
    for (const DatasetItem& item : dataset.items)
        sum.add(std::to_string(item.item) + ' ' + hex16(item.contentHash) + ' ' +
                std::string(splitName(item.split)) + ' ' + std::to_string(item.label) + ' ' +
                prefixed(item.group) + " 0\n");
    return sum.finish();
}

Result<std::filesystem::path> saveDataset(const std::filesystem::path& projectFolder, const Dataset& dataset)
{
    if (dataset.hash != datasetHash(dataset))
        return fail(ErrorCode::Internal, "a dataset whose hash does not belong to its rows cannot be saved");
    const std::filesystem::path folder = folderOf(projectFolder, dataset.hash);
    std::error_code ignored;
    if (std::filesystem::exists(folder / "dataset.json", ignored))
        return folder;
    IoEnv& io = posixIo();
    TRAINYARD_CHECK(makeFolders(io, folder));
    TRAINYARD_CHECK(writeColumns(io, folder / "dataset.h5", tableOf(dataset)));
    const Json summary = {{"version", 1},
                          {"hash", dataset.hash},
                          {"revision", dataset.revision},
                          {"labels", dataset.labels},
                          {"items", dataset.items.size()},
                          {"train", countOf(dataset, Split::Train)},
                          {"val", countOf(dataset, Split::Validation)},
                          {"test", countOf(dataset, Split::Test)}};
    TRAINYARD_CHECK(writeFileAtomically(io, folder / "dataset.json", jsonText(summary)));
    return folder;
}

Result<Dataset> loadDataset(const std::filesystem::path& projectFolder, const std::string& hash)
{
    if (!isHash(hash))
        return fail(ErrorCode::InvalidArgument,
                    "'" + hash + "' is not the hash of a dataset (64 hexadecimal digits)");
    const std::filesystem::path file = folderOf(projectFolder, hash) / "dataset.h5";
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return fail(ErrorCode::NotFound, file.native() + ": there is no such frozen dataset in this project");
    TRAINYARD_TRY(const ColumnTable table, readColumns(file));
    TRAINYARD_TRY(Dataset dataset, datasetOf(table, file.native()));
    if (dataset.hash != hash)
        return fail(ErrorCode::CorruptFile, file.native() + ": holds the dataset " + dataset.hash +
                                                " under another name; freeze the dataset again");
    return dataset;
}

} // namespace trainyard
