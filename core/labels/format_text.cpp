// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/format_text.h"

#include "core/labels/format_parts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace trainyard {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n\f\v";

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSplits = {{{"train", "train"},
                                                                                   {"training", "train"},
                                                                                   {"val", "val"},
                                                                                   {"valid", "val"},
                                                                                   {"validation", "val"},
                                                                                   {"dev", "val"},
                                                                                   {"test", "test"},
                                                                                   {"testing", "test"},
                                                                                   {"eval", "test"}}};

template <typename T>
std::optional<T> parsed(std::string_view text)
{
    text = trimmedText(text);
    if (text.starts_with('+'))
        text.remove_prefix(1);
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

/// Reads one CSV record; `at` moves behind it, `line` counts the lines that it spans.
CsvRecord nextRecord(std::string_view bytes, std::size_t& at, int& line, char separator)
{
    CsvRecord record;
    record.line = line;
    std::string field;
    bool isQuoted = false;
    bool wasQuoted = false;
    for (; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (isQuoted) {
            if (c == '"' && at + 1 < bytes.size() && bytes[at + 1] == '"') {
                field += '"';
                ++at;
            } else if (c == '"') {
                isQuoted = false;
                wasQuoted = true;
            } else {
                line += c == '\n' ? 1 : 0;
                field += c;
            }
            continue;
        }
        if (c == '\n' || c == '\r') {
            at += c == '\r' && at + 1 < bytes.size() && bytes[at + 1] == '\n' ? 2 : 1;
            ++line;
            break;
        }
        if (c == separator) {
            record.fields.push_back(std::move(field));
            field.clear();
            wasQuoted = false;
        } else if (c == '"' && field.empty() && !wasQuoted) {
            isQuoted = true;
        } else {
            record.isBroken = record.isBroken || wasQuoted;
            field += c;
        }
    }
    record.isBroken = record.isBroken || isQuoted;
    record.fields.push_back(std::move(field));
    return record;
}

} // namespace

std::vector<TextLine> textLines(std::string_view bytes)
{
    if (bytes.starts_with(kByteOrderMark))
        bytes.remove_prefix(kByteOrderMark.size());
    std::vector<TextLine> lines;
    int number = 0;
    while (!bytes.empty()) {
        const std::size_t end = bytes.find_first_of("\r\n");
        lines.push_back({bytes.substr(0, end), ++number});
        if (end == std::string_view::npos)
            break;
        bytes.remove_prefix(end + (bytes.substr(end).starts_with("\r\n") ? 2 : 1));
    }
    return lines;
}

std::string linePlace(int number)
{
    return "line " + std::to_string(number);
}

std::string_view trimmedText(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> blankFields(std::string_view line)
{
    std::vector<std::string_view> fields;
    for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
        const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
        fields.push_back(line.substr(at, end - at));
        at = line.find_first_not_of(kBlanks, end);
    }
    return fields;
}

std::optional<double> numberFrom(std::string_view text)
{
    const auto value = parsed<double>(text);
    return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<std::int64_t> wholeFrom(std::string_view text)
{
    return parsed<std::int64_t>(text);
}

std::string numberText(double value)
{
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value + 0.0);
    return error == std::errc() ? std::string(buffer.data(), end) : std::string("0");
}

std::string fixedText(double value, int decimals)
{
    std::array<char, 400> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                            std::chars_format::fixed, decimals);
    std::string text(buffer.data(), error == std::errc() ? end : buffer.data());
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.'))
            text.pop_back();
    }
    return text.empty() || text == "-0" ? "0" : text;
}

std::string lowerText(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return lower;
}

std::string_view withoutExtension(std::string_view path)
{
    const std::string_view name = fileNameOf(path);
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? path : path.substr(0, path.size() - name.size() + dot);
}

std::string extensionOf(std::string_view path)
{
    return lowerText(path.substr(withoutExtension(path).size()));
}

std::string tidyPath(std::string_view path)
{
    std::vector<std::string> parts;
    std::string part;
    const auto close = [&] {
        if (part == "..") {
            if (!parts.empty())
                parts.pop_back();
        } else if (!part.empty() && part != "." && !(parts.empty() && part.size() == 2 && part[1] == ':')) {
            parts.push_back(part);
        }
        part.clear();
    };
    for (const char c : path) {
        if (c == '/' || c == '\\')
            close();
        else
            part += c;
    }
    close();
    std::string tidy;
    for (const std::string& each : parts)
        tidy += (tidy.empty() ? "" : "/") + each;
    return tidy;
}

std::string resolvedPath(std::string_view folder, std::string_view path)
{
    return tidyPath(std::string(folder) + "/" + std::string(path));
}

bool isBelow(std::string_view path, std::string_view folder)
{
    return folder.empty() ||
           (path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/');
}

std::string splitOfName(std::string_view name)
{
    std::string lower = lowerText(name);
    while (!lower.empty() && lower.back() >= '0' && lower.back() <= '9')
        lower.pop_back(); // train2017
    for (const auto& [spelling, split] : kSplits)
        if (lower == spelling)
            return std::string(split);
    return {};
}

std::string splitOfWords(std::string_view name)
{
    constexpr std::string_view kWordEnds = "_-. ";
    while (!name.empty()) {
        const std::size_t end = std::min(name.find_first_of(kWordEnds), name.size());
        if (std::string split = splitOfName(name.substr(0, end)); !split.empty())
            return split;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return {};
}

bool isOfOtherSplit(std::string_view path, std::string_view split)
{
    const std::string own = splitOfPath(path);
    return !own.empty() && !split.empty() && own != split;
}

std::string splitOfPath(std::string_view path)
{
    for (std::string_view rest = folderOf(path); !rest.empty(); rest = folderOf(rest))
        if (std::string split = splitOfName(fileNameOf(rest)); !split.empty())
            return split;
    return {};
}

std::vector<CsvRecord> csvRecords(std::string_view bytes, char separator)
{
    if (bytes.starts_with(kByteOrderMark))
        bytes.remove_prefix(kByteOrderMark.size());
    std::vector<CsvRecord> records;
    int line = 1;
    for (std::size_t at = 0; at < bytes.size();) {
        CsvRecord record = nextRecord(bytes, at, line, separator);
        if (record.fields.size() > 1 || !trimmedText(record.fields.front()).empty())
            records.push_back(std::move(record));
    }
    return records;
}

std::string csvField(std::string_view text)
{
    const bool hasEdgeBlank = !text.empty() && trimmedText(text).size() != text.size();
    if (text.find_first_of(",\"\r\n") == std::string_view::npos && !hasEdgeBlank)
        return std::string(text);
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

std::map<std::string, std::size_t> csvColumns(const CsvRecord& header)
{
    std::map<std::string, std::size_t> columns;
    for (std::size_t i = 0; i < header.fields.size(); ++i)
        columns.emplace(lowerText(trimmedText(header.fields[i])), i);
    return columns;
}

} // namespace trainyard
