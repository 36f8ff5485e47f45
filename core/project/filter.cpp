// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/filter.h"

#include "core/base/path_text.h"

#include <algorithm>
#include <charconv>

namespace trainyard {

namespace {

constexpr std::string_view kAllowed =
    "allowed: class=NAME|none, split=none|train|val|test, state=ok|changed|damaged|missing, "
    "review=unlabelled|in-work|labelled|reviewed|rejected, excluded=yes|no, id=N, path=GLOB, text=PART; "
    "terms are joined by 'and'";

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

bool isAndAt(std::string_view text, std::size_t i)
{
    return text.size() - i > 5 && text[i] == ' ' && (text[i + 1] | 0x20) == 'a' &&
           (text[i + 2] | 0x20) == 'n' && (text[i + 3] | 0x20) == 'd' && text[i + 4] == ' ';
}

/// Cuts at " and " outside double quotes.
std::vector<std::string_view> termsOf(std::string_view text)
{
    std::vector<std::string_view> terms;
    bool isQuoted = false;
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            isQuoted = !isQuoted;
        } else if (!isQuoted && isAndAt(text, i)) {
            terms.push_back(trimmed(text.substr(start, i - start)));
            start = i + 5;
            i += 3; // the last space may begin the next " and "
        }
    }
    terms.push_back(trimmed(text.substr(start)));
    return terms;
}

tl::unexpected<Error> refused(std::string_view term)
{
    return fail(ErrorCode::InvalidArgument,
                "filter: '" + displayText(term) + "' is not understood; " + std::string(kAllowed));
}

template <typename T>
bool settle(ItemFilter& filter, std::optional<T>& place, std::optional<T> value)
{
    if (!value)
        return false;
    filter.isImpossible = filter.isImpossible || (place && *place != *value);
    place = value;
    return true;
}

std::optional<bool> yesNo(std::string_view text)
{
    if (text == "yes")
        return true;
    return text == "no" ? std::optional(false) : std::nullopt;
}

std::optional<ItemId> itemNumber(std::string_view text)
{
    if (!text.empty() && text.front() == '#')
        text.remove_prefix(1);
    ItemId id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return id;
}

Result<bool> readTerm(ItemFilter& filter, std::string_view key, std::string_view value,
                      const ClassByName& classByName)
{
    if (key == "class") {
        const std::optional<ClassId> known = value == "none" ? std::optional<ClassId>(0) : classByName(value);
        if (!known)
            return fail(ErrorCode::NotFound, "filter: there is no class '" + displayText(value) + "'");
        return settle(filter, filter.classId, known);
    }
    if (key == "split")
        return settle(filter, filter.split, splitFromName(value));
    if (key == "state")
        return settle(filter, filter.fileState, fileStateFromName(value));
    if (key == "review")
        return settle(filter, filter.reviewState, reviewStateFromName(value));
    if (key == "excluded")
        return settle(filter, filter.isExcluded, yesNo(value));
    if (key == "id")
        return settle(filter, filter.id, itemNumber(value));
    if (key == "path" || key == "text") {
        (key == "path" ? filter.globs : filter.parts).emplace_back(value);
        return true;
    }
    return false;
}

/// The set at glob[0] == '['; gives the rest behind it, or nothing where the byte is not in it or ']' is
/// missing.
std::optional<std::string_view> matchSet(std::string_view glob, unsigned char byte)
{
    std::size_t i = 1;
    const bool isInverted = i < glob.size() && glob[i] == '^';
    if (isInverted)
        ++i;
    bool isIn = false;
    for (bool isFirst = true; i < glob.size() && (isFirst || glob[i] != ']'); isFirst = false) {
        const auto low = static_cast<unsigned char>(glob[i]);
        auto high = low;
        if (i + 2 < glob.size() && glob[i + 1] == '-' && glob[i + 2] != ']') {
            high = static_cast<unsigned char>(glob[i + 2]);
            i += 2;
        }
        isIn = isIn || (byte >= low && byte <= high);
        ++i;
    }
    if (i >= glob.size() || isIn == isInverted)
        return std::nullopt;
    return glob.substr(i + 1);
}

} // namespace

bool matchesGlob(std::string_view glob, std::string_view bytes)
{
    std::string_view retryGlob;
    std::string_view retryBytes;
    bool canRetry = false;
    while (true) {
        if (!glob.empty() && glob[0] == '*') {
            glob.remove_prefix(1);
            retryGlob = glob;
            retryBytes = bytes;
            canRetry = true;
            continue;
        }
        bool isGood = glob.empty() && bytes.empty();
        if (isGood)
            return true;
        if (!glob.empty() && !bytes.empty()) {
            if (glob[0] == '[') {
                if (const auto rest = matchSet(glob, static_cast<unsigned char>(bytes[0]))) {
                    glob = *rest;
                    isGood = true;
                }
            } else if (glob[0] == '?' || glob[0] == bytes[0]) {
                glob.remove_prefix(1);
                isGood = true;
            }
        }
        if (isGood) {
            bytes.remove_prefix(1);
        } else if (canRetry && !retryBytes.empty()) {
            retryBytes.remove_prefix(1);
            glob = retryGlob;
            bytes = retryBytes;
        } else {
            return false;
        }
    }
}

bool ItemFilter::acceptsColumns(const ItemColumns& columns) const
{
    return !isImpossible && (!split || columns.split == *split) &&
           (!fileState || columns.fileState == *fileState) &&
           (!reviewState || columns.reviewState == *reviewState) &&
           (!isExcluded || columns.isExcluded == *isExcluded) && (!id || columns.id == *id);
}

bool ItemFilter::acceptsPath(std::string_view path) const
{
    return std::all_of(globs.begin(), globs.end(),
                       [&](const std::string& glob) { return matchesGlob(glob, path); }) &&
           std::all_of(parts.begin(), parts.end(),
                       [&](const std::string& part) { return path.find(part) != std::string_view::npos; });
}

Result<ItemFilter> parseItemFilter(std::string_view text, const ClassByName& classByName)
{
    ItemFilter filter;
    if (trimmed(text).empty())
        return filter;
    for (const std::string_view term : termsOf(text)) {
        const std::size_t equals = term.find('=');
        if (equals == std::string_view::npos)
            return refused(term);
        std::string_view value = trimmed(term.substr(equals + 1));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        TRAINYARD_TRY(bool isKnown, readTerm(filter, trimmed(term.substr(0, equals)), value, classByName));
        if (!isKnown)
            return refused(term);
    }
    return filter;
}

} // namespace trainyard
