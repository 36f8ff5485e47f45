// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/picture_finder.h"

#include "core/labels/format_parts.h"
#include "core/labels/format_text.h"

#include <algorithm>

namespace trainyard {

namespace {

/// The file's name; the path may be one of the machine where the labels were written.
std::string_view namedBy(const LabelledPicture& labels)
{
    return std::string_view(labels.path).substr(labels.path.find_last_of("/\\") + 1);
}

} // namespace

PictureFinder::PictureFinder(const std::vector<SourcePicture>& pictures)
{
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const std::string_view path = pictures[i].path;
        m_byPath.emplace(path, i);
        m_byName[fileNameOf(path)].push_back(i);
        m_byStem[stemOf(path)].push_back(i);
        m_paths.emplace_back(path);
    }
}

std::optional<std::size_t> PictureFinder::findNear(const LabelledPicture& labels) const
{
    const std::string_view parent = folderOf(labels.labelFile);
    const std::string inImages = joinedPath("images", labels.path);
    for (const std::string& path :
         {labels.path, joinedPath(parent, labels.path), joinedPath(parent, inImages), inImages})
        if (const auto found = m_byPath.find(path); found != m_byPath.end())
            return found->second;
    return nearest(m_byName, namedBy(labels), labels.labelFile);
}

std::optional<std::size_t> PictureFinder::guess(const LabelledPicture& labels, bool isOnlyOne) const
{
    const std::string_view named = namedBy(labels);
    if (!named.empty())
        if (const auto found = nearestOrOnly(m_byName, named, labels))
            return found;
    if (isOnlyOne && !labels.labelFile.empty())
        if (const auto found = nearestOrOnly(m_byStem, stemOf(labels.labelFile), labels))
            return found;
    return named.empty() ? std::nullopt : nearestOrOnly(m_byStem, stemOf(named), labels);
}

std::optional<std::size_t> PictureFinder::nearest(const Names& names, std::string_view name,
                                                  std::string_view labelFile) const
{
    const auto found = names.find(name);
    if (found == names.end())
        return std::nullopt;
    const std::string_view parent = folderOf(labelFile);
    const std::string_view above = folderOf(parent);
    for (const std::string& folder :
         {std::string(parent), joinedPath(above, "JPEGImages"), joinedPath(above, "images")})
        for (const std::size_t index : found->second)
            if (folderOf(m_paths[index]) == folder)
                return index;
    return std::nullopt;
}

std::optional<std::size_t> PictureFinder::nearestOrOnly(const Names& names, std::string_view name,
                                                        const LabelledPicture& labels) const
{
    if (const auto found = nearest(names, name, labels.labelFile))
        return found;
    const std::string split = labels.split.empty() ? splitOfPath(labels.labelFile) : labels.split;
    std::optional<std::size_t> only;
    if (const auto found = names.find(name); found != names.end())
        for (const std::size_t index : found->second) {
            if (isOfOtherSplit(m_paths[index], split))
                continue;
            if (only)
                return std::nullopt;
            only = index;
        }
    return only;
}

} // namespace trainyard
