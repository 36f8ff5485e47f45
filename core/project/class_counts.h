// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace trainyard {

/// How much is labelled with one class. Second opinions (labels/annotation.h) are no labels of the project.
struct ClassCount
{
    ClassId classId = 0;   ///< 0: shapes without a class
    std::int64_t tags = 0; ///< class tags, or items of the class where they are more
    std::int64_t shapes = 0;
    std::int64_t opinions = 0; ///< tags and shapes of second opinions, counted in neither
    bool isDeleted = false;    ///< a tombstone that labels or opinions still name
    std::string name;          ///< of a tombstone
    ClassId successor = 0;     ///< of a tombstone

    /// All that changes where the class does.
    [[nodiscard]] std::int64_t all() const { return tags + shapes + opinions; }
    bool operator==(const ClassCount&) const = default;
};

/// Counted by the database, annotations from an index; by rising class. Classes without a label are left out.
/// Uses a connection of its own: any thread. Fails as Project::open() for reading does.
Result<std::vector<ClassCount>> countClassLabels(const std::filesystem::path& projectFolder);

} // namespace trainyard
