// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/yolo_config.h"

#include "core/base/path_text.h"
#include "core/labels/format_parts.h"
#include "core/labels/format_text.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr std::uint64_t kMaxConfigBytes = 16U << 20;
constexpr int kMaxClass = 1 << 20;

/// A value as its entries: list items have an empty key.
using Entries = std::vector<std::pair<std::string, std::string>>;

struct YamlKey
{
    std::string scalar; ///< "key: scalar"
    Entries entries;    ///< a list or mapping below it, or in brackets
    int line = 0;
};

tl::unexpected<Error> failAt(std::string_view path, int line, const std::string& what)
{
    return fail(ErrorCode::CorruptFile, displayText(path) + ", " + linePlace(line) + ": " + what,
                linePlace(line));
}

std::string unquoted(std::string_view text)
{
    text = trimmedText(text);
    if (text.size() < 2 || text.front() != text.back() || (text.front() != '"' && text.front() != '\''))
        return std::string(text);
    const char quote = text.front();
    text = text.substr(1, text.size() - 2);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (quote == '\'' && text[i] == '\'' && i + 1 < text.size() && text[i + 1] == '\'')
            ++i;
        if (quote == '"' && text[i] == '\\' && i + 1 < text.size()) {
            const char next = text[++i];
            plain += next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next;
            continue;
        }
        plain += text[i];
    }
    return plain;
}

/// Where a character stands outside quotes; npos where it does not. A colon counts before a blank or the end.
std::size_t findPlain(std::string_view text, char wanted)
{
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
            if (c == '\\' && quote == '"')
                ++i;
            else if (c == quote)
                quote = 0;
        } else if ((c == '"' || c == '\'') &&
                   (i == 0 || std::string_view(" ,[{:").find(text[i - 1]) != std::string_view::npos)) {
            quote = c;
        } else if (c == wanted) {
            const bool isEnd = i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\t';
            const bool isStart = i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t';
            if (wanted == ':' ? isEnd : wanted == '#' ? isStart : true)
                return i;
        }
    }
    return std::string_view::npos;
}

std::string_view withoutComment(std::string_view line)
{
    return trimmedText(line.substr(0, findPlain(line, '#')));
}

std::pair<std::string, std::string> keyAndValue(std::string_view text)
{
    const std::size_t colon = findPlain(text, ':');
    if (colon == std::string_view::npos)
        return {"", unquoted(text)};
    return {unquoted(text.substr(0, colon)), std::string(trimmedText(text.substr(colon + 1)))};
}

/// "[a, b]" or "{0: a, 1: b}" without nesting.
Entries bracketEntries(std::string_view text)
{
    Entries entries;
    const bool isMapping = text.front() == '{';
    text = text.substr(1, text.size() - 2);
    while (!trimmedText(text).empty()) {
        const std::size_t comma = std::min(findPlain(text, ','), text.size());
        const std::string_view item = trimmedText(text.substr(0, comma));
        if (isMapping) {
            auto [key, value] = keyAndValue(item);
            entries.emplace_back(std::move(key), unquoted(value));
        } else {
            entries.emplace_back("", unquoted(item));
        }
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return entries;
}

bool isOpenBracket(std::string_view text)
{
    return (text.starts_with('[') && !text.ends_with(']')) || (text.starts_with('{') && !text.ends_with('}'));
}

Result<std::vector<std::pair<std::string, YamlKey>>> topLevelKeys(std::string_view bytes,
                                                                  std::string_view path)
{
    std::vector<std::pair<std::string, YamlKey>> keys;
    std::string open; ///< a bracket that goes on over lines
    for (const TextLine& each : textLines(bytes)) {
        const std::string_view line = withoutComment(each.text);
        if (line.empty() || line == "---" || line == "...")
            continue;
        if (!open.empty()) {
            open += " " + std::string(line);
            if (isOpenBracket(open))
                continue;
            keys.back().second.entries = bracketEntries(open);
            open.clear();
            continue;
        }
        const bool isItem = line == "-" || line.starts_with("- ");
        const bool isIndented = each.text.front() == ' ' || each.text.front() == '\t';
        if (isItem || isIndented) {
            if (keys.empty())
                return failAt(path, each.number, "a list or indented line before any key");
            if (isItem) {
                keys.back().second.entries.emplace_back("", unquoted(line.substr(1)));
            } else {
                auto [key, value] = keyAndValue(line);
                keys.back().second.entries.emplace_back(std::move(key), unquoted(value));
            }
            continue;
        }
        auto [key, value] = keyAndValue(line);
        if (key.empty())
            return failAt(path, each.number, "expected 'key: value'");
        YamlKey entry;
        entry.line = each.number;
        if (isOpenBracket(value))
            open = value;
        else if (value.starts_with('[') || value.starts_with('{'))
            entry.entries = bracketEntries(value);
        else
            entry.scalar =
                value == "|" || value == ">" || value == "null" || value == "~" ? "" : unquoted(value);
        keys.emplace_back(std::move(key), std::move(entry));
    }
    if (!open.empty())
        return failAt(path, keys.back().second.line, "a bracket is never closed");
    return keys;
}

Result<std::map<int, std::string>> namesOf(const YamlKey& key, std::string_view path)
{
    std::map<int, std::string> names;
    for (const auto& [number, name] : key.entries) {
        const auto index = number.empty() ? std::optional<std::int64_t>(names.size()) : wholeFrom(number);
        if (!index || *index < 0 || *index > kMaxClass)
            return failAt(path, key.line,
                          "the class number '" + displayText(number) + "' is not a whole number");
        names[static_cast<int>(*index)] = name;
    }
    return names;
}

std::vector<std::string> valuesOf(const YamlKey& key)
{
    std::vector<std::string> values;
    for (const auto& [name, value] : key.entries)
        values.push_back(value);
    if (!key.scalar.empty())
        values.push_back(key.scalar);
    return values;
}

Json plainValue(const YamlKey& key)
{
    if (key.entries.empty())
        return key.scalar;
    Json list = Json::array();
    Json mapping = Json::object();
    for (const auto& [name, value] : key.entries) {
        list.push_back(value);
        mapping[name] = value;
    }
    return key.entries.front().first.empty() ? list : mapping;
}

Result<YoloConfig> readDarknet(LabelSource& source, const std::string& file)
{
    YoloConfig config;
    config.file = file;
    TRAINYARD_TRY(const std::string bytes, source.read(file, kMaxConfigBytes));
    if (extensionOf(file) != ".data") {
        config.names = parseYoloNames(bytes);
        return config;
    }
    for (const TextLine& line : textLines(bytes)) {
        const std::size_t equals = line.text.find('=');
        if (equals == std::string_view::npos)
            continue;
        const std::string key(trimmedText(line.text.substr(0, equals)));
        const std::string value(trimmedText(line.text.substr(equals + 1)));
        if (const std::string split = splitOfName(key); !split.empty())
            config.splits[split].push_back(value);
        if (key != "names")
            continue;
        for (const std::string& each : source.files())
            if (each == resolvedPath(folderOf(file), value) || each == tidyPath(value) ||
                each == resolvedPath(folderOf(file), fileNameOf(value))) {
                TRAINYARD_TRY(const std::string names, source.read(each, kMaxConfigBytes));
                config.names = parseYoloNames(names);
                break;
            }
    }
    return config;
}

} // namespace

Result<YoloConfig> parseYoloYaml(std::string_view bytes, std::string_view path)
{
    YoloConfig config;
    config.file = path;
    TRAINYARD_TRY(const auto keys, topLevelKeys(bytes, path));
    for (const auto& [key, value] : keys) {
        if (key == "path") {
            config.base = value.scalar;
        } else if (key == "task") {
            config.task = value.scalar;
        } else if (key == "names") {
            TRAINYARD_TRY(config.names, namesOf(value, path));
        } else if (key == "kpt_shape") {
            const auto values = valuesOf(value);
            const auto points = values.size() == 2 ? wholeFrom(values[0]) : std::nullopt;
            const auto numbers = values.size() == 2 ? wholeFrom(values[1]) : std::nullopt;
            if (!points || !numbers || *points < 1 || *points > 10000 || (*numbers != 2 && *numbers != 3))
                return failAt(path, value.line, "kpt_shape is not [number of points, 2 or 3]");
            config.keypointShape = {static_cast<int>(*points), static_cast<int>(*numbers)};
        } else if (key == "kpt_names") {
            config.keypointNames = valuesOf(value);
            if (!config.keypointNames.empty() && config.keypointNames.front().empty())
                config.keypointNames.erase(config.keypointNames.begin()); // "0:" before a list below it
        } else if (const std::string split = splitOfName(key); !split.empty()) {
            for (const std::string& place : valuesOf(value))
                config.splits[split].push_back(place);
        } else if (key != "nc") {
            config.unknown[key] = plainValue(value);
        }
    }
    return config;
}

std::map<int, std::string> parseYoloNames(std::string_view bytes)
{
    std::map<int, std::string> names;
    for (const TextLine& line : textLines(bytes))
        if (const auto name = trimmedText(line.text); !name.empty())
            names.emplace(line.number - 1, name);
    return names;
}

Result<YoloConfig> findYoloConfig(LabelSource& source)
{
    std::string darknet;
    std::string names;
    for (const std::string& file : source.files()) {
        const std::string extension = extensionOf(file);
        if (extension == ".yaml" || extension == ".yml") {
            TRAINYARD_TRY(const std::string bytes, source.read(file, kMaxConfigBytes));
            if (bytes.find("names") == std::string::npos)
                continue;
            return parseYoloYaml(bytes, file);
        }
        if (extension == ".data" && darknet.empty())
            darknet = file;
        if ((extension == ".names" || fileNameOf(file) == "classes.txt") && names.empty())
            names = file;
    }
    if (!darknet.empty())
        return readDarknet(source, darknet);
    return names.empty() ? Result<YoloConfig>(YoloConfig{}) : readDarknet(source, names);
}

std::string yamlQuoted(std::string_view text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        if (c == '\n')
            quoted += "\\n";
        else if (c == '\t')
            quoted += "\\t";
        else if (c == '\r')
            quoted += "\\r";
        else
            quoted += c;
    }
    return quoted + "\"";
}

} // namespace trainyard
