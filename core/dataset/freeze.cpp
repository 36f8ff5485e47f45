// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/dataset.h"
#include "core/dataset/dataset_hash.h"

#include <map>
#include <set>

namespace trainyard {

namespace {

bool isUsable(const Item& item)
{
    return !item.isExcluded && item.fileState != FileState::Damaged && item.fileState != FileState::Missing;
}

std::string unitOfIndependence(const Item& item)
{
    if (!item.group.empty())
        return item.group;
    if (!item.sourcePicture.empty())
        return item.sourcePicture;
    return "item:" + std::to_string(item.id);
}

/// What stopped an item from entering, counted so that the refusal can say it.
struct LeftOut
{
    std::int64_t unusable = 0;
    std::int64_t unlabelled = 0;
    std::int64_t unsplit = 0;
};

Result<void> checkEnough(const Dataset& dataset, const LeftOut& leftOut, std::size_t seen)
{
    if (seen == 0)
        return fail(ErrorCode::Refused,
                    "the project has no items: import some first (trainyard import SOURCE)");
    if (leftOut.unusable == static_cast<std::int64_t>(seen))
        return fail(ErrorCode::Refused,
                    "every item is excluded, damaged or missing: there is nothing to train on");
    if (dataset.items.empty() && leftOut.unsplit == 0)
        return fail(ErrorCode::Refused, "no item has a class: label some first (trainyard label ITEM CLASS)");
    if (dataset.items.empty())
        return fail(ErrorCode::Refused, "no labelled item has a split: make one first (trainyard split)");
    if (dataset.labels.size() < 2)
        return fail(ErrorCode::Refused, "all labelled items are of the class '" + dataset.labels.front() +
                                            "': a classifier needs at least two classes");
    for (const DatasetItem& item : dataset.items)
        if (item.split == Split::Train)
            return {};
    return fail(ErrorCode::Refused,
                "no labelled item is in the split 'train': make a split (trainyard split)");
}

} // namespace

Result<Dataset> freezeDataset(Project& project)
{
    Dataset dataset;
    dataset.revision = project.revision();
    TRAINYARD_TRY(const std::vector<Item> items, project.items());
    LeftOut leftOut;
    std::set<ClassId> used;
    std::vector<const Item*> chosen;
    for (const Item& item : items) {
        const bool isLabelled = item.classId != 0 && item.reviewState != ReviewState::Rejected;
        if (!isUsable(item)) {
            ++leftOut.unusable;
        } else if (!isLabelled) {
            ++leftOut.unlabelled;
        } else if (item.split == Split::None) {
            ++leftOut.unsplit;
        } else {
            used.insert(item.classId);
            chosen.push_back(&item);
        }
    }
    std::map<ClassId, std::int32_t> labelOfClass;
    for (const ItemClass& itemClass : project.classes()) {
        if (!used.contains(itemClass.id))
            continue;
        labelOfClass[itemClass.id] = static_cast<std::int32_t>(dataset.labels.size());
        dataset.labels.push_back(itemClass.name);
    }
    dataset.items.reserve(chosen.size());
    for (const Item* item : chosen) {
        const auto label = labelOfClass.find(item->classId);
        if (label == labelOfClass.end())
            return fail(ErrorCode::CorruptFile, "item #" + std::to_string(item->id) + " has the class " +
                                                    std::to_string(item->classId) +
                                                    ", which the project does not have");
        dataset.items.push_back({item->id, project.itemPath(*item).native(), item->contentHash, item->split,
                                 label->second, unitOfIndependence(*item)});
    }
    TRAINYARD_CHECK(checkEnough(dataset, leftOut, items.size()));
    dataset.hash = datasetHash(dataset);
    return dataset;
}

} // namespace trainyard
