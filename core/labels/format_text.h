// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

/// The small words of label files that are text: lines with their numbers, numbers in the C locale, paths
/// with "/", CSV records.

struct TextLine
{
    std::string_view text; ///< without its end
    int number = 0;        ///< from 1
};

/// Ends are \n, \r\n and \r; a byte order mark is left out. Views of `bytes`.
std::vector<TextLine> textLines(std::string_view bytes);

std::string linePlace(int number); ///< "line 12"

std::string_view trimmedText(std::string_view text);
/// The parts between blanks and tabs.
std::vector<std::string_view> blankFields(std::string_view line);

/// A finite number that fills the text.
std::optional<double> numberFrom(std::string_view text);
std::optional<std::int64_t> wholeFrom(std::string_view text);
std::string numberText(double value);              ///< the shortest that reads back as the same number
std::string fixedText(double value, int decimals); ///< rounded, without zeros at the end

std::string lowerText(std::string_view text); ///< ASCII letters

std::string extensionOf(std::string_view path); ///< ".jpg", lower case
std::string_view withoutExtension(std::string_view path);

/// With "/" between parts and without ".", "..", drive letters and a root, so that it stays inside a folder.
std::string tidyPath(std::string_view path);
/// The tidied path of what `path` means in a folder.
std::string resolvedPath(std::string_view folder, std::string_view path);

/// Whether a path is below a folder, at any depth; all are below the empty one.
bool isBelow(std::string_view path, std::string_view folder);

/// "train", "val" or "test" for the names that tools give splits; else empty.
std::string splitOfName(std::string_view name);
/// The split that the first such word of a name says: "instances_train2017". Words end at _, -, . and blanks.
std::string splitOfWords(std::string_view name);
/// The split that one of a path's folders names.
std::string splitOfPath(std::string_view path);
/// Whether one of a path's folders names another split than this one; never for an empty one.
bool isOfOtherSplit(std::string_view path, std::string_view split);

struct CsvRecord
{
    std::vector<std::string> fields;
    int line = 0;          ///< where it begins
    bool isBroken = false; ///< a quoted field that never ends, or text after its closing quote
};

/// RFC 4180 with any line end; quoted fields may hold line breaks. Empty lines are left out.
std::vector<CsvRecord> csvRecords(std::string_view bytes, char separator = ',');
/// Quoted where it must be.
std::string csvField(std::string_view text);

/// Column numbers by their header, lower case.
std::map<std::string, std::size_t> csvColumns(const CsvRecord& header);

} // namespace trainyard
