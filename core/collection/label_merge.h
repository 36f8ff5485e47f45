// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/collection/import.h"
#include "core/labels/label_set.h"
#include "core/project/item.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace trainyard {

/// What an import does to the labels of one picture.
struct LabelMerge
{
    std::vector<Annotation> added;                          ///< without ids
    std::vector<std::pair<Annotation, Annotation>> changed; ///< the project's, and what becomes of it
    std::vector<Annotation> removed;                        ///< the project's
    std::int64_t same = 0;
    std::int64_t left = 0;
    bool differs = false; ///< the picture has labels, and the source says something else

    [[nodiscard]] bool changesTags() const;
    [[nodiscard]] bool isEmpty() const { return added.empty() && changed.empty() && removed.empty(); }
};

/// Compares what the project says of a picture (`present`, without second opinions, which stay as they are)
/// with what the source says. A picture that nobody labelled takes everything. Else `rule` counts: labels
/// that are equal but for who gave them are the same; under Theirs, labels of one kind and class whose boxes
/// overlap by half count as one that changed.
LabelMerge mergeLabels(const std::vector<Annotation>& present, std::vector<Annotation> incoming,
                       bool isLabelled, MergeRule rule);

/// The project's labels as the merge leaves them; added ones come last.
std::vector<Annotation> mergedLabels(std::vector<Annotation> present, const LabelMerge& merge);

/// A label of a source as the project keeps it; `classId` for its class, `format` is the key.
Annotation annotationFromFile(const FileAnnotation& label, ClassId classId, std::string_view format);

/// {"coco": {...}}, as the project keeps what a format said and we do not know.
std::string wrappedExtra(std::string_view format, const std::string& extra);
/// The part of one format; empty where there is none.
std::string unwrappedExtra(std::string_view format, const std::string& extra);

} // namespace trainyard
