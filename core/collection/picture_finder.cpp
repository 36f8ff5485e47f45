// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/picture_finder.h"

#include "core/labels/format_parts.h"

#include <algorithm>

namespace trainyard {

PictureFinder::PictureFinder(const std::vector<SourcePicture>& pictures)
{
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        const std::string_view path = pictures[i].path;
        m_byPath.emplace(path, i);
        m_byName[fileNameOf(path)].push_back(i);
        m_byStem[stemOf(path)].push_back(i);
        m_parents.emplace_back(folderOf(path));
    }
}

std::optional<std::size_t> PictureFinder::find(const LabelledPicture& labels, bool isOnlyOne) const
{
    const std::string_view parent = folderOf(labels.labelFile);
    for (const std::string& path : {labels.path, joinedPath(parent, labels.path)})
        if (const auto found = m_byPath.find(path); found != m_byPath.end())
            return found->second;
    // The path may be one of the machine where the labels were written.
    const std::string_view named = std::string_view(labels.path).substr(labels.path.find_last_of("/\\") + 1);
    if (!named.empty())
        if (const auto found = nearest(m_byName, named, parent))
            return found;
    if (isOnlyOne && !labels.labelFile.empty())
        if (const auto found = nearest(m_byStem, stemOf(labels.labelFile), parent))
            return found;
    return named.empty() ? std::nullopt : nearest(m_byStem, stemOf(named), parent);
}

std::optional<std::size_t> PictureFinder::nearest(const Names& names, std::string_view name,
                                                  std::string_view parent) const
{
    const auto found = names.find(name);
    if (found == names.end())
        return std::nullopt;
    const std::string_view above = folderOf(parent);
    for (const std::string& folder :
         {std::string(parent), joinedPath(above, "JPEGImages"), joinedPath(above, "images")})
        for (const std::size_t index : found->second)
            if (m_parents[index] == folder)
                return index;
    if (found->second.size() == 1)
        return found->second.front();
    return std::nullopt;
}

} // namespace trainyard
