// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

namespace trainyard {

/// What the folders say of one picture.
struct FolderPicture
{
    std::string className; ///< empty for pictures outside a class folder
    std::string split;     ///< "train", "val", "test" or empty

    bool operator==(const FolderPicture&) const = default;
};

struct FolderLayout
{
    std::vector<FolderPicture> pictures; ///< one for each path, in its order
    std::vector<std::string> notes;

    bool operator==(const FolderLayout&) const = default;
};

/// Reads classes and splits from the folders of picture paths ("/" between parts, relative to the source).
///
/// The class is the first folder below the source, or below the split folder: [split/]class/.../name. Split
/// folders (train, val, valid, validation, test; any case) count where every folder at the top bears such a
/// name. One folder around them all is looked through.
FolderLayout readFolderLayout(std::span<const std::string> paths);

} // namespace trainyard
