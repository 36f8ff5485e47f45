// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dataset/dataset.h"

#include <filesystem>
#include <string>
#include <vector>

namespace trainyard {

/// One item under one model.
struct Prediction
{
    ItemId item = 0;
    std::uint64_t contentHash = 0;
    std::int32_t label = -1; ///< the truth at freezing time, index into labels
    std::string group;
    std::string path;
    std::vector<float> logits;

    bool operator==(const Prediction&) const = default;
};

/// evaluations/<id>/predictions.h5.
struct Predictions
{
    std::string runId; ///< or the package's digest
    std::string datasetHash;
    std::string split; ///< "test"
    std::vector<std::string> labels;
    std::vector<Prediction> rows; ///< by rising item id
};
Result<void> savePredictions(const std::filesystem::path& file, const Predictions& predictions);
Result<Predictions> loadPredictions(const std::filesystem::path& file);

/// softmax(logits) in double.
std::vector<double> probabilities(const std::vector<float>& logits);

} // namespace trainyard
