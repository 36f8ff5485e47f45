// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/project/item.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// Which items: key=value terms joined by "and", all of which must hold.
///
///   class=NAME|none   split=none|train|val|test   state=ok|changed|damaged|missing   excluded=yes|no
///   review=unlabelled|in-work|labelled|reviewed|rejected   id=N (or #N)   path=GLOB   text=PART OF THE PATH
///
/// class=NAME is the class of a picture in projects that classify whole pictures, else any label of it, tag
/// or shape.
///
/// GLOB works on bytes: * any bytes (also /), ? one byte, [a-z] and [^a-z] one of a set. A value that holds "
/// and " is written in double quotes.
struct ItemFilter
{
    std::optional<ClassId> classId; ///< 0: without a class; ClassChoice says which pictures those are
    std::optional<Split> split;
    std::optional<FileState> fileState;
    std::optional<ReviewState> reviewState;
    std::optional<bool> isExcluded;
    std::optional<ItemId> id;
    std::vector<std::string> globs;
    std::vector<std::string> parts;
    bool isImpossible = false; ///< two terms contradict each other

    [[nodiscard]] bool needsPath() const { return !globs.empty() || !parts.empty(); }
    /// All terms about columns but the class.
    [[nodiscard]] bool acceptsColumns(const ItemColumns& columns) const;
    [[nodiscard]] bool acceptsPath(std::string_view path) const;
};

using ClassByName = std::function<std::optional<ClassId>(std::string_view)>;
/// InvalidArgument says what is allowed; NotFound names a class that does not exist.
Result<ItemFilter> parseItemFilter(std::string_view text, const ClassByName& classByName);

bool matchesGlob(std::string_view glob, std::string_view bytes);

} // namespace trainyard
