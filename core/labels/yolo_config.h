// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace trainyard {

/// What the files beside YOLO's label files say: data.yaml (Ultralytics), or obj.data and obj.names
/// (Darknet).
struct YoloConfig
{
    std::string file; ///< that said it; empty: none was found
    std::map<int, std::string> names;
    std::optional<std::pair<int, int>> keypointShape;       ///< points and numbers for each (2 or 3)
    std::string task;                                       ///< "obb", where it says so
    std::string base;                                       ///< `path`
    std::map<std::string, std::vector<std::string>> splits; ///< "train" -> folders and lists of pictures
    std::vector<std::string> keypointNames;                 ///< of the first class that has them
    Json unknown = Json::object(); ///< keys with their text, list of texts or texts by name
};

/// The part of YAML that data.yaml uses: mappings, lists in both spellings, plain and quoted scalars. The
/// error names file and line.
Result<YoloConfig> parseYoloYaml(std::string_view bytes, std::string_view path);

/// obj.names: a class a line, by number.
std::map<int, std::string> parseYoloNames(std::string_view bytes);

/// Finds and reads the config of a source; an empty one where there is none. A file that cannot be read is
/// an error.
Result<YoloConfig> findYoloConfig(LabelSource& source);

/// A scalar that every YAML reader takes as this text.
std::string yamlQuoted(std::string_view text);

} // namespace trainyard
