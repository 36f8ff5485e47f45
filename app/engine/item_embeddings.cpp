// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/item_embeddings.h"

#include "app/engine/embedder.h"
#include "core/labels/facts.h"

#include <algorithm>
#include <unordered_map>

namespace trainyard::engine {

namespace {

constexpr std::size_t kItemsAtOnce = 256;

/// Places of items that the facts do not have in their present content; the others are filled in.
std::vector<std::size_t> missingPlaces(const std::vector<Item>& items, std::vector<FactRow> known,
                                       std::vector<std::vector<float>>& embeddings)
{
    std::unordered_map<ItemId, FactRow*> byItem;
    for (FactRow& row : known)
        byItem.emplace(row.item, &row);
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto row = byItem.find(items[i].id);
        if (row != byItem.end() && row->second->contentHash == items[i].contentHash)
            embeddings[i] = std::move(row->second->values);
        else
            missing.push_back(i);
    }
    return missing;
}

} // namespace

Result<std::vector<std::vector<float>>> itemEmbeddings(Project& project, const std::vector<Item>& items,
                                                       DecoderPool& decoders, VerbContext& context)
{
    TRAINYARD_TRY(Embedder embedder, Embedder::create());
    FactStore facts(project.folder(), "embeddings", embedder.measure());
    std::vector<std::vector<float>> embeddings(items.size());
    TRAINYARD_TRY(auto known, facts.readAll());
    const std::vector<std::size_t> missing = missingPlaces(items, std::move(known), embeddings);
    for (std::size_t first = 0; first < missing.size(); first += kItemsAtOnce) {
        const std::size_t end = std::min(first + kItemsAtOnce, missing.size());
        std::vector<ItemFile> files;
        for (std::size_t i = first; i < end; ++i)
            files.push_back({items[missing[i]], project.itemPath(items[missing[i]]).string()});
        TRAINYARD_TRY(const auto prepared, embedder.prepare(files, decoders, context.cancellation));
        TRAINYARD_TRY(auto rows, embedder.run(prepared));
        std::vector<FactRow> fresh;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].empty())
                continue;
            fresh.push_back({files[i].item.id, files[i].item.contentHash, 0, rows[i]});
            embeddings[missing[first + i]] = std::move(rows[i]);
        }
        TRAINYARD_CHECK(facts.append(fresh));
        context.progress({"measuring pictures", static_cast<std::int64_t>(end),
                          static_cast<std::int64_t>(missing.size())});
    }
    return embeddings;
}

std::string independentUnit(const Item& item)
{
    if (!item.group.empty())
        return "group:" + item.group;
    if (!item.sourcePicture.empty())
        return "picture:" + item.sourcePicture;
    return "content:" + std::to_string(item.contentHash);
}

} // namespace trainyard::engine
