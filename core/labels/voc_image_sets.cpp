// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/voc_image_sets.h"

#include "core/base/path_text.h"

#include <array>
#include <utility>

namespace trainyard {

namespace {

/// Set name, split, in rising order of who wins.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kSets = {{
    {"trainval", "train"},
    {"train", "train"},
    {"val", "val"},
    {"test", "test"},
}};

/// The names, which may hold blanks, and end like `known` ones with a number; the lists of one class say 1,
/// -1 or 0 behind each.
std::vector<std::string> namesIn(std::string_view text, const std::unordered_set<std::string>& known)
{
    constexpr std::string_view kSpace = " \t\r";
    std::vector<std::string> names;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const std::size_t first = line.find_first_not_of(kSpace);
        if (first == std::string_view::npos)
            continue;
        line.remove_prefix(first);
        line = line.substr(0, line.find_last_not_of(kSpace) + 1);
        const std::size_t blank = line.find_last_of(kSpace);
        const std::string_view last = blank == std::string_view::npos ? "" : line.substr(blank + 1);
        if ((last == "1" || last == "-1" || last == "0") && !known.contains(std::string(line)))
            line = line.substr(0, line.find_last_not_of(kSpace, blank) + 1);
        names.emplace_back(line);
    }
    return names;
}

} // namespace

VocImageSets readVocImageSets(const std::map<std::string, std::string>& files,
                              const std::unordered_set<std::string>& known)
{
    VocImageSets result;
    std::map<std::string, std::string> named; // name -> the set that gave its split, trainval aside
    for (const auto& [set, split] : kSets) {
        const auto file = files.find(std::string(set));
        if (file == files.end())
            continue;
        for (const std::string& name : namesIn(file->second, known)) {
            result.splits[name] = split;
            if (set == "trainval")
                continue;
            auto [entry, isNew] = named.emplace(name, set);
            if (!isNew && entry->second != set) {
                result.notes.push_back("'" + displayText(name) + "' is in " + entry->second + " and in " +
                                       std::string(set) + "; it went to " + std::string(set));
                entry->second = set;
            }
        }
    }
    return result;
}

} // namespace trainyard
