// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/labels/format_parts.h"
#include "core/labels/formats.h"
#include "core/labels/source_pictures.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
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

/// The class of a whole picture for formats that hold one for each and nothing else; the rest is left out.
const FileAnnotation* onlyTag(const LabelledPicture& picture, LossBook& losses);

/// A label file whose picture is not in the source.
Rejection missingPicture(std::string_view labelFile, std::string_view picture);

/// Collects what a reader finds, so that accepted + rejected = read.
class LabelSetBuilder
{
public:
    /// The class of that name, made at its first use. The reference holds until the next call.
    FileClass& fileClass(const std::string& name);
    /// The picture of that path, made at its first use. The reference holds until the next call.
    LabelledPicture& picture(const std::string& path);
    /// The same for what one label file says of it. What another file says of that path stays apart, so that
    /// an import sees both and takes one.
    LabelledPicture& picture(const FoundPicture& found, std::string_view labelFile);
    /// For files that each say something of one picture: theirs in common, but for a guess, which stays apart
    /// from what is said of that path otherwise.
    LabelledPicture& sharedPicture(const FoundPicture& found, std::string_view labelFile);
    /// A name of a list of classes; where it is none that accept() takes, the list's record is rejected and
    /// the class goes by `fallback`, its number.
    std::string listedName(std::string_view name, const std::string& fallback, std::string_view file,
                           std::string place);

    /// Counts a record: kept, or rejected where its shape, score or class name says nothing that
    /// checkShape() takes. `file` is the label file.
    bool accept(LabelledPicture& picture, FileAnnotation annotation, std::string_view file);
    /// Counts a record that could not be used.
    void reject(std::string_view file, std::string place, std::string reason, std::string remedy = {});
    /// A file that failed as a whole: counts as one record.
    void rejectFile(std::string_view file, const Error& error);
    /// A label file that is about one picture, which the source has not, or not once: counts as one record.
    void rejectMissing(std::string_view file, std::string_view picture, bool isThereOften = false);

    LossBook losses;
    LabelSet set; ///< `pictures`, `classes`, `rejections`, `read` are the builder's

    /// Sets the losses and hands the set over.
    LabelSet finish();

private:
    LabelledPicture& pictureOf(const std::string& key, const std::string& path);

    std::unordered_map<std::string, std::size_t> m_pictures; ///< by path, then by path and label file
    std::unordered_map<std::string, std::size_t> m_classes;
};

/// A source with one text file for each picture and one annotation a line (DOTA, KITTI).
struct RowFiles
{
    std::string_view labelFolder;   ///< "label_2": where its name is another folder's ...
    std::string_view pictureFolder; ///< ... "image_2"
    Result<FileAnnotation> (*row)(std::string_view line);
    /// Takes a line that is about the picture, "gsd:0.3", as a member of its `extra`; null: there are none.
    bool (*header)(std::string_view line, Json& extra);
};
Result<LabelSet> readRowFiles(LabelSource& source, const RowFiles& rows);

/// The names of a list with one a line by their line, from 0; empty where there is no such file.
std::map<int, std::string> readListedNames(LabelSource& source, const std::string& file,
                                           LabelSetBuilder& builder);
/// Those in classes.txt of the source; the builder gets their classes.
std::map<int, std::string> readListedClasses(LabelSource& source, LabelSetBuilder& builder);
/// Such a file for these numbers.
Result<void> writeListedClasses(const LabelSet& labels, const std::map<std::string, int>& numbers,
                                std::string_view file, LabelTarget& target, LossBook& losses);

/// Class numbers of an export: the formats' own where all are given, unlike and from `first` on without a
/// gap, else by order.
std::map<std::string, int> classNumbers(const LabelSet& labels, int first);

} // namespace trainyard
