// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/labels/format_parts.h"
#include "core/labels/formats.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace trainyard {

/// What most formats cannot carry of an annotation, for their writers.
struct CarriedFields
{
    bool score = false;
    bool group = false;
    bool zOrder = false;
    bool occluded = false;
    bool truncated = false;
    bool crowd = false;
    bool attributes = false;
    bool source = false; ///< names of models and persons, and whether it is a prediction
};
void countLosses(const FileAnnotation& annotation, const CarriedFields& carried, LossBook& losses);

/// The box that a format for boxes keeps of an annotation: its own, or the one around an area. Nothing, and a
/// loss, for what has no area.
std::optional<Box> boxFor(const FileAnnotation& annotation, LossBook& losses);

/// The picture that a label file means by its name: the same path with one folder's name for another
/// ("label_2" -> "image_2"), or the only picture of that stem. Empty where there is none.
class SourcePictures;
std::string pictureByFolder(std::string_view labelFile, std::string_view labelFolder,
                            std::string_view pictureFolder, const SourcePictures& finder);

/// Finds the pictures that label files speak of among a source's files.
class SourcePictures
{
public:
    explicit SourcePictures(const LabelSource& source);

    /// The file that `name` means for a label file: beside it, from the source's top, or the only one of that
    /// name. Otherwise the tidied name itself.
    [[nodiscard]] std::string find(std::string_view name, std::string_view labelFile) const;
    /// The same for a name without an extension; empty where there is none, or several.
    [[nodiscard]] std::string findByStem(std::string_view stem, std::string_view labelFile) const;
    [[nodiscard]] bool has(std::string_view path) const { return m_paths.contains(std::string(path)); }
    /// All picture files, sorted.
    [[nodiscard]] const std::vector<std::string>& pictures() const { return m_pictures; }

private:
    std::vector<std::string> m_pictures;
    std::unordered_map<std::string, int> m_paths;
    std::unordered_map<std::string, std::vector<int>> m_names;
    std::unordered_map<std::string, std::vector<int>> m_stems; ///< full path without extension
    std::unordered_map<std::string, std::vector<int>> m_shortStems;
};

/// Collects what a reader finds, so that accepted + rejected = read.
class LabelSetBuilder
{
public:
    /// The class of that name, made at its first use. The reference holds until the next call.
    FileClass& fileClass(const std::string& name);
    /// The picture of that path, made at its first use. The reference holds until the next call.
    LabelledPicture& picture(const std::string& path);

    /// Counts a record: kept, or rejected where its shape, score or class name says nothing that
    /// checkShape() takes. `file` is the label file.
    bool accept(LabelledPicture& picture, FileAnnotation annotation, std::string_view file);
    /// Counts a record that could not be used.
    void reject(std::string_view file, std::string place, std::string reason, std::string remedy = {});
    /// A file that failed as a whole: counts as one record.
    void rejectFile(std::string_view file, const Error& error);

    LossBook losses;
    LabelSet set; ///< `pictures`, `classes`, `rejections`, `read` are the builder's

    /// Sets the losses and hands the set over.
    LabelSet finish();

private:
    std::unordered_map<std::string, std::size_t> m_pictures;
    std::unordered_map<std::string, std::size_t> m_classes;
};

/// Class numbers of an export: the formats' own where all are given, unlike and from `first` on without a
/// gap, else by order.
std::map<std::string, int> classNumbers(const LabelSet& labels, int first);

} // namespace trainyard
