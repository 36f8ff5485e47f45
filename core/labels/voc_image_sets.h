// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace trainyard {

/// The splits that the files of ImageSets/Main give: picture name without ending -> "train", "val" or "test".
struct VocImageSets
{
    std::map<std::string, std::string> splits;
    std::vector<std::string> notes; ///< names in two sets, in words
};

/// `files` maps "train", "val", "test" and "trainval" to the text of that file: one name a line. The 1, -1 or
/// 0 that lists of one class have behind it is skipped, unless the whole line is one of `known`, the names of
/// the source's pictures. A name in several sets goes to test before val before train; trainval alone means
/// train.
VocImageSets readVocImageSets(const std::map<std::string, std::string>& files,
                              const std::unordered_set<std::string>& known);

} // namespace trainyard
