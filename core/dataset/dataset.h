// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancellation.h"
#include "core/base/progress.h"
#include "core/imaging/decoder_pool.h"
#include "core/project/project.h"
#include "core/storage/pack_file.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace trainyard {

/// One row of a frozen dataset.
struct DatasetItem
{
    ItemId item = 0;
    std::string path; ///< absolute at freezing time, bytes
    std::uint64_t contentHash = 0;
    Split split = Split::None;
    std::int32_t label = -1; ///< index into Dataset::labels
    std::string group;       ///< unit of independence: the source picture, the given group, else "item:ID"

    bool operator==(const DatasetItem&) const = default;
};

/// What run and evaluation read: never the live project.
struct Dataset
{
    std::string hash; ///< SHA-256 over the rows in item order
    Revision revision = 0;
    std::vector<std::string> labels; ///< class names; index = label
    std::vector<DatasetItem> items;  ///< by rising id
};

/// Included, undamaged, labelled items with a split. Refused says what is missing: no labels, no split, one
/// class.
Result<Dataset> freezeDataset(Project& project);
/// datasets/<hash>/dataset.h5 and dataset.json; an existing one is left alone. Returns the folder.
Result<std::filesystem::path> saveDataset(const std::filesystem::path& projectFolder, const Dataset& dataset);
Result<Dataset> loadDataset(const std::filesystem::path& projectFolder, const std::string& hash);

/// The rectangle and filling by which any picture becomes a pack's row: the resize step of Preprocess, as
/// numbers, so that dataset need not know networks.
struct PackRequest
{
    int width = 0;
    int height = 0;
    bool keepsShape = false;
    int fill = 127;
};
/// The one function that train, evaluate, predict and parity call.
Image resizeForPack(const Image& image, const PackRequest& request);

/// cache/packs/<key>.h5 for this dataset, made where it is absent. Pictures whose bytes changed since
/// freezing are refused and listed in the error.
Result<std::unique_ptr<PackReader>> openOrMakePack(const std::filesystem::path& projectFolder,
                                                   const Dataset& dataset, const PackRequest& request,
                                                   DecoderPool& decoders, const Cancellation& cancellation,
                                                   const ProgressObserver& progress);

} // namespace trainyard
