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

std::vector<std::string> firstWords(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r";
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
        const std::size_t first = line.find_first_not_of(kSpace);
        if (first == std::string_view::npos)
            continue;
        line.remove_prefix(first);
        words.emplace_back(line.substr(0, line.find_first_of(kSpace)));
    }
    return words;
}

} // namespace

VocImageSets readVocImageSets(const std::map<std::string, std::string>& files)
{
    VocImageSets result;
    std::map<std::string, std::string> named; // name -> the set that gave its split, trainval aside
    for (const auto& [set, split] : kSets) {
        const auto file = files.find(std::string(set));
        if (file == files.end())
            continue;
        for (const std::string& name : firstWords(file->second)) {
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
