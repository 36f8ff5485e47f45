// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/predictions.h"

#include "core/storage/column_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace trainyard {

namespace {

constexpr const char* kFormat = "trainyard-predictions";
constexpr const char* kVersion = "1";

Result<std::vector<const Prediction*>> rowsInOrder(const Predictions& predictions)
{
    std::vector<const Prediction*> rows;
    for (const Prediction& row : predictions.rows) {
        if (row.logits.size() != predictions.labels.size())
            return fail(ErrorCode::InvalidArgument,
                        "the prediction for item #" + std::to_string(row.item) + " has " +
                            std::to_string(row.logits.size()) + " values for " +
                            std::to_string(predictions.labels.size()) + " classes");
        rows.push_back(&row);
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const Prediction* a, const Prediction* b) { return a->item < b->item; });
    return rows;
}

} // namespace

Result<void> savePredictions(const std::filesystem::path& file, const Predictions& predictions)
{
    TRAINYARD_TRY(const auto rows, rowsInOrder(predictions));
    std::vector<std::int64_t> items, hashes, labels;
    std::vector<std::string> groups, paths;
    std::vector<float> logits;
    for (const Prediction* row : rows) {
        items.push_back(row->item);
        hashes.push_back(std::bit_cast<std::int64_t>(row->contentHash));
        labels.push_back(row->label);
        groups.push_back(row->group);
        paths.push_back(row->path);
        logits.insert(logits.end(), row->logits.begin(), row->logits.end());
    }
    ColumnTable table;
    table.attributes = {{"format", kFormat},
                        {"version", kVersion},
                        {"run", predictions.runId},
                        {"dataset", predictions.datasetHash},
                        {"split", predictions.split}};
    const auto width = static_cast<std::int64_t>(std::max<std::size_t>(1, predictions.labels.size()));
    table.columns = {{"labels", predictions.labels, 1},      {"item", std::move(items), 1},
                     {"content_hash", std::move(hashes), 1}, {"label", std::move(labels), 1},
                     {"group", std::move(groups), 1},        {"path", std::move(paths), 1},
                     {"logits", std::move(logits), width}};
    return writeColumns(posixIo(), file, table);
}

Result<Predictions> loadPredictions(const std::filesystem::path& file)
{
    const auto corrupt = [&](const std::string& what) {
        return fail(ErrorCode::CorruptFile, file.native() + ": " + what + "; evaluate again");
    };
    TRAINYARD_TRY(const ColumnTable table, readColumns(file));
    if (table.attribute("format") != kFormat)
        return corrupt("this is not a file of predictions");
    if (table.attribute("version") != kVersion)
        return fail(ErrorCode::Unsupported, file.native() + ": format version " + table.attribute("version") +
                                                " is newer than this program; update Trainyard");
    Predictions predictions;
    predictions.runId = table.attribute("run");
    predictions.datasetHash = table.attribute("dataset");
    predictions.split = table.attribute("split");
    TRAINYARD_TRY(predictions.labels, table.values<std::string>("labels"));
    TRAINYARD_TRY(const auto items, table.values<std::int64_t>("item"));
    TRAINYARD_TRY(const auto hashes, table.values<std::int64_t>("content_hash"));
    TRAINYARD_TRY(const auto labels, table.values<std::int64_t>("label"));
    TRAINYARD_TRY(const auto groups, table.values<std::string>("group"));
    TRAINYARD_TRY(const auto paths, table.values<std::string>("path"));
    TRAINYARD_TRY(const auto logits, table.values<float>("logits"));
    const std::size_t count = items.size();
    const std::size_t classes = predictions.labels.size();
    for (const std::size_t size : {hashes.size(), labels.size(), groups.size(), paths.size()})
        if (size != count)
            return corrupt("its columns have different lengths");
    if (logits.size() != count * classes)
        return corrupt("it holds " + std::to_string(logits.size()) + " logits for " + std::to_string(count) +
                       " items and " + std::to_string(classes) + " classes");
    predictions.rows.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (labels[i] < std::numeric_limits<std::int32_t>::min() ||
            labels[i] > std::numeric_limits<std::int32_t>::max())
            return corrupt("row " + std::to_string(i) + " has a label outside the classes");
        const auto first = logits.begin() + static_cast<std::ptrdiff_t>(i * classes);
        predictions.rows.push_back({items[i], std::bit_cast<std::uint64_t>(hashes[i]),
                                    static_cast<std::int32_t>(labels[i]), groups[i], paths[i],
                                    std::vector<float>(first, first + static_cast<std::ptrdiff_t>(classes))});
    }
    return predictions;
}

std::vector<double> probabilities(const std::vector<float>& logits)
{
    if (logits.empty())
        return {};
    const double highest = *std::max_element(logits.begin(), logits.end());
    std::vector<double> values(logits.begin(), logits.end());
    double sum = 0;
    for (double& value : values)
        sum += value = std::exp(value - highest);
    for (double& value : values)
        value /= sum;
    return values;
}

} // namespace trainyard
