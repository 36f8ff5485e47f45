// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/formats.h"

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace trainyard {

/// What a label file's word for a picture leads to.
struct FoundPicture
{
    std::string path;     ///< empty: nothing
    bool isGuess = false; ///< the name alone tells, so that the picture may be one of another folder
};

/// Finds the pictures that label files speak of among a source's files.
class SourcePictures
{
public:
    explicit SourcePictures(const LabelSource& source);

    enum class By {
        Name, ///< of a file
        Stem  ///< the same without an extension
    };

    /// The file that `name` means for a label file: a near one, or the only one of that name. Otherwise the
    /// tidied name itself.
    [[nodiscard]] FoundPicture find(std::string_view name, std::string_view labelFile) const;
    /// The same for a name without an extension; empty where there is none, or several.
    [[nodiscard]] FoundPicture findByStem(std::string_view stem, std::string_view labelFile) const;
    /// Beside the label file, from the source's top, in images at either, or in images or JPEGImages beside
    /// the label file's folder; empty where there is none.
    [[nodiscard]] std::string findNear(By by, std::string_view name, std::string_view labelFile) const;
    /// The only one of that name below a folder (empty: anywhere) that is not of another split than the label
    /// file; empty where there is none.
    [[nodiscard]] std::string findOnly(By by, std::string_view name, std::string_view labelFile,
                                       std::string_view folder = {}) const;
    [[nodiscard]] bool has(std::string_view path) const { return m_paths.contains(std::string(path)); }
    /// Whether several pictures have this path but for their extensions.
    [[nodiscard]] bool hasSeveral(std::string_view stem) const
    {
        const auto found = m_stems.find(std::string(stem));
        return found != m_stems.end() && found->second.size() > 1;
    }
    /// Whether pictures stand in this folder itself.
    [[nodiscard]] bool hasFolder(std::string_view folder) const
    {
        return m_folders.contains(std::string(folder));
    }
    /// All picture files, sorted.
    [[nodiscard]] const std::vector<std::string>& pictures() const { return m_pictures; }

private:
    using Lists = std::unordered_map<std::string, std::vector<int>>;

    std::vector<std::string> m_pictures;
    std::unordered_set<std::string> m_folders;
    Lists m_paths;
    Lists m_names;
    Lists m_stems; ///< full path without extension
    Lists m_shortStems;
};

/// A label file that is about one picture, and that picture.
struct FilePair
{
    std::string file;
    FoundPicture picture; ///< its path empty: the source has none for it
    /// Without extension: where the picture should be by the name of the label folder; empty without one.
    std::string expected;
};

/// The pictures that label files mean by their names: the same path with one folder's name for another
/// ("label_2" -> "image_2"); else one beside the label file; else, where no pictures stand in the folder that
/// the first means, the only one of that stem, below the folder that holds the label folder. In this order,
/// so that a picture goes to the label file that is nearest.
std::vector<FilePair> picturesByFolder(std::span<const std::string> files, std::string_view labelFolder,
                                       std::string_view pictureFolder, const SourcePictures& finder);

} // namespace trainyard
