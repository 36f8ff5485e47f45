// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace trainyard {

/// The items that each named person gave a second opinion, by rising id (isSecondOpinion() of
/// labels/annotation.h). Read in one pass over a connection of its own: any thread. Fails as Project::open()
/// for reading does.
Result<std::map<std::string, std::vector<ItemId>>>
itemsWithOpinions(const std::filesystem::path& projectFolder);

} // namespace trainyard
