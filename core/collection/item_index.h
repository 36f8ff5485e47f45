// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/project.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trainyard {

/// What an import compares with of an item that the project has.
struct KnownItem
{
    ItemId id = 0;
    RootId root = 0;
    std::string path; ///< relative to the root
    std::int64_t size = 0;
    std::int64_t timeNs = 0;
    std::uint64_t contentHash = 0;
    int width = 0;
    int height = 0;
    FileState fileState = FileState::Ok;
    ReviewState reviewState = ReviewState::Unlabelled;
    bool isThere = false; ///< its file was seen in this import
};

/// The items of a project by path below one folder and by content, in memory: an import asks thousands of
/// times a second.
class ItemIndex
{
public:
    /// Items whose files lie below `folder` (absolute) are found by their path relative to it, whatever their
    /// root.
    static ItemIndex build(const Project& project, std::vector<Item> items,
                           const std::filesystem::path& folder);

    /// Nothing where no item has this path.
    [[nodiscard]] KnownItem* byPath(std::string_view relativePath);
    /// The items with this content, by rising id.
    [[nodiscard]] const std::vector<KnownItem*>& byHash(std::uint64_t contentHash) const;
    void add(KnownItem item, const std::string& relativePath);
    /// To be called where the content of a known item became another.
    void setHash(KnownItem& known, std::uint64_t contentHash);
    /// To be called where a known item moved.
    void setPath(KnownItem& known, const std::string& relativePath);

private:
    void addHash(KnownItem& known);

    std::vector<std::unique_ptr<KnownItem>> m_items;
    std::unordered_map<std::string, KnownItem*> m_byPath;
    std::unordered_map<std::uint64_t, std::vector<KnownItem*>> m_byHash;
};

} // namespace trainyard
