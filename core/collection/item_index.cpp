// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/item_index.h"

#include "core/collection/folder_walk.h"

#include <algorithm>

namespace trainyard {

ItemIndex ItemIndex::build(const Project& project, std::vector<Item> items,
                           const std::filesystem::path& folder)
{
    ItemIndex index;
    std::unordered_map<RootId, std::string> rootFolders;
    for (const SourceRoot& root : project.roots())
        rootFolders[root.id] = plainPath(project.rootFolder(root.id)).native() + "/";
    const std::string prefix = folder.native() + "/";
    index.m_byPath.reserve(items.size());
    index.m_byHash.reserve(items.size());
    for (Item& item : items) {
        auto known = std::make_unique<KnownItem>(
            KnownItem{item.id, item.root, std::move(item.path), item.size, item.timeNs, item.contentHash,
                      item.width, item.height, item.fileState, item.reviewState, false});
        const std::string absolute = rootFolders[item.root] + known->path;
        if (absolute.starts_with(prefix))
            index.m_byPath.emplace(absolute.substr(prefix.size()), known.get());
        index.addHash(*known);
        index.m_items.push_back(std::move(known));
    }
    return index;
}

KnownItem* ItemIndex::byPath(std::string_view relativePath)
{
    const auto found = m_byPath.find(std::string(relativePath));
    return found == m_byPath.end() ? nullptr : found->second;
}

const std::vector<KnownItem*>& ItemIndex::byHash(std::uint64_t contentHash) const
{
    static const std::vector<KnownItem*> kNone;
    const auto found = m_byHash.find(contentHash);
    return found == m_byHash.end() ? kNone : found->second;
}

void ItemIndex::add(KnownItem item, const std::string& relativePath)
{
    m_items.push_back(std::make_unique<KnownItem>(std::move(item)));
    m_byPath[relativePath] = m_items.back().get();
    addHash(*m_items.back());
}

void ItemIndex::setHash(KnownItem& known, std::uint64_t contentHash)
{
    std::erase(m_byHash[known.contentHash], &known);
    known.contentHash = contentHash;
    addHash(known);
}

void ItemIndex::setPath(KnownItem& known, const std::string& relativePath)
{
    m_byPath[relativePath] = &known;
}

void ItemIndex::addHash(KnownItem& known)
{
    auto& twins = m_byHash[known.contentHash];
    const auto place = std::upper_bound(twins.begin(), twins.end(), known.id,
                                        [](ItemId id, const KnownItem* other) { return id < other->id; });
    twins.insert(place, &known);
}

} // namespace trainyard
