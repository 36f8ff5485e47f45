// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/source_pictures.h"

#include "core/imaging/image_header.h"
#include "core/labels/format_parts.h"
#include "core/labels/format_text.h"

#include <array>
#include <iterator>

namespace trainyard {

namespace {

constexpr const char* kPictureFolder = "images"; ///< where tools that name pictures without it put them
constexpr const char* kVocPictureFolder = "JPEGImages";

int onlyOne(const std::unordered_map<std::string, std::vector<int>>& lists, std::string_view key)
{
    const auto found = lists.find(std::string(key));
    return found == lists.end() || found->second.size() != 1 ? -1 : found->second.front();
}

} // namespace

SourcePictures::SourcePictures(const LabelSource& source)
{
    for (const std::string& file : source.files()) {
        if (!hasPictureEnding(file))
            continue;
        const int index = static_cast<int>(m_pictures.size());
        m_pictures.push_back(file);
        m_folders.emplace(folderOf(file));
        m_paths[file].push_back(index);
        m_names[std::string(fileNameOf(file))].push_back(index);
        m_stems[std::string(withoutExtension(file))].push_back(index);
        m_shortStems[std::string(stemOf(file))].push_back(index);
    }
}

FoundPicture SourcePictures::find(std::string_view name, std::string_view labelFile) const
{
    if (std::string near = findNear(By::Name, name, labelFile); !near.empty())
        return {std::move(near), false};
    std::string tidy = tidyPath(name);
    std::string only = findOnly(By::Name, fileNameOf(tidy), labelFile);
    return only.empty() ? FoundPicture{std::move(tidy), false} : FoundPicture{std::move(only), true};
}

FoundPicture SourcePictures::findByStem(std::string_view stem, std::string_view labelFile) const
{
    if (std::string near = findNear(By::Stem, stem, labelFile); !near.empty())
        return {std::move(near), false};
    return {findOnly(By::Stem, fileNameOf(tidyPath(stem)), labelFile), true};
}

std::string SourcePictures::findNear(By by, std::string_view name, std::string_view labelFile) const
{
    const Lists& lists = by == By::Name ? m_paths : m_stems;
    const std::string_view folder = folderOf(labelFile);
    const std::string_view above = folderOf(folder);
    const std::string tidy = tidyPath(name);
    int found = -1;
    const auto isThere = [&](const std::string& path) {
        found = onlyOne(lists, path);
        return found >= 0;
    };
    const auto isIn = [&](std::string_view where, std::string_view pictures) {
        return isThere(resolvedPath(joinedPath(where, pictures), name));
    };
    if (isThere(resolvedPath(folder, name)) || isThere(tidy) || isIn(folder, kPictureFolder) ||
        isIn(above, kPictureFolder) || isIn(above, kVocPictureFolder) ||
        isThere(joinedPath(kPictureFolder, tidy)))
        return m_pictures[static_cast<std::size_t>(found)];
    return {};
}

std::string SourcePictures::findOnly(By by, std::string_view name, std::string_view labelFile,
                                     std::string_view folder) const
{
    const Lists& lists = by == By::Name ? m_names : m_shortStems;
    const auto list = lists.find(std::string(name));
    if (list == lists.end())
        return {};
    const std::string split = splitOfPath(labelFile);
    const std::string* found = nullptr;
    for (const int index : list->second) {
        const std::string& picture = m_pictures[static_cast<std::size_t>(index)];
        if (!isBelow(picture, folder) || isOfOtherSplit(picture, split))
            continue;
        if (found != nullptr)
            return {};
        found = &picture;
    }
    return found == nullptr ? std::string() : *found;
}

std::vector<FilePair> picturesByFolder(std::span<const std::string> files, std::string_view labelFolder,
                                       std::string_view pictureFolder, const SourcePictures& finder)
{
    using By = SourcePictures::By;
    const std::string from = "/" + std::string(labelFolder) + "/";
    std::array<std::vector<FilePair>, 3> pairs; // by the folder's name, beside, guesses
    for (const std::string& file : files) {
        FilePair pair{file, {}, {}};
        const std::string stem = "/" + std::string(withoutExtension(file));
        std::string above;
        std::size_t order = 0;
        if (const std::size_t at = stem.rfind(from); at != std::string::npos) {
            above = at == 0 ? std::string() : stem.substr(1, at - 1);
            pair.expected = joinedPath(above, joinedPath(pictureFolder, stem.substr(at + from.size())));
            pair.picture.path = finder.findNear(By::Stem, pair.expected, {});
        }
        if (pair.picture.path.empty()) {
            order = 1;
            pair.picture.path = finder.findNear(By::Stem, fileNameOf(stem), file);
        }
        if (pair.picture.path.empty()) {
            order = 2;
            pair.picture.isGuess = true;
            if (pair.expected.empty() || !finder.hasFolder(folderOf(pair.expected)))
                pair.picture.path = finder.findOnly(By::Stem, fileNameOf(stem), file, above);
        }
        pairs.at(order).push_back(std::move(pair));
    }
    for (std::size_t order = 1; order < pairs.size(); ++order)
        pairs[0].insert(pairs[0].end(), std::make_move_iterator(pairs.at(order).begin()),
                        std::make_move_iterator(pairs.at(order).end()));
    return std::move(pairs[0]);
}

} // namespace trainyard
