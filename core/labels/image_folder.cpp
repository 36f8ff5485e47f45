// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/image_folder.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace trainyard {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kSplitFolders = {{
    {"train", "train"},
    {"val", "val"},
    {"valid", "val"},
    {"validation", "val"},
    {"test", "test"},
}};

/// The split that a folder's name means, empty for none.
std::string_view splitOfFolder(std::string_view name)
{
    std::string lower(name);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    for (const auto& [folder, split] : kSplitFolders)
        if (folder == lower)
            return split;
    return {};
}

/// The first folder of a path after `skip` bytes, empty where the file itself comes next.
std::string_view folderAt(std::string_view path, std::size_t skip)
{
    path.remove_prefix(std::min(skip, path.size()));
    const std::size_t slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

/// True where every path has a folder at this place and all of them are split folders.
bool allAreSplits(std::span<const std::string> paths, std::size_t skip)
{
    return !paths.empty() && std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
        return !splitOfFolder(folderAt(path, skip)).empty();
    });
}

/// The length of "folder/" where all paths lie in that one folder, else 0.
std::size_t commonFolder(std::span<const std::string> paths)
{
    if (paths.empty())
        return 0;
    const std::string_view first = folderAt(paths.front(), 0);
    if (first.empty())
        return 0;
    const bool isCommon = std::all_of(paths.begin(), paths.end(),
                                      [&](const std::string& path) { return folderAt(path, 0) == first; });
    return isCommon ? first.size() + 1 : 0;
}

} // namespace

FolderLayout readFolderLayout(std::span<const std::string> paths)
{
    FolderLayout layout;
    std::size_t skip = 0;
    bool hasSplits = allAreSplits(paths, 0);
    if (!hasSplits) {
        const std::size_t common = commonFolder(paths);
        if (common > 0 && allAreSplits(paths, common)) {
            skip = common;
            hasSplits = true;
            layout.notes.push_back("the folder '" +
                                   displayText(std::string_view(paths.front()).substr(0, common - 1)) +
                                   "' around the split folders is no class");
        }
    }
    bool hasDeeper = false;
    for (const std::string& path : paths) {
        FolderPicture picture;
        std::size_t place = skip;
        if (hasSplits) {
            const std::string_view folder = folderAt(path, place);
            picture.split = splitOfFolder(folder);
            place += folder.size() + 1;
        }
        const std::string_view name = folderAt(path, place);
        if (!name.empty()) {
            picture.className = isUtf8(name) ? std::string(name) : displayText(name);
            hasDeeper = hasDeeper || !folderAt(path, place + name.size() + 1).empty();
        }
        layout.pictures.push_back(std::move(picture));
    }
    if (hasDeeper)
        layout.notes.emplace_back("folders below a class folder do not make classes of their own");
    return layout;
}

} // namespace trainyard
