// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"

#include <algorithm>

namespace trainyard {

namespace {

constexpr int kMaxDepth = 128;

/// The deepest nesting of a JSON text, found without building it, so that hostile nesting cannot exhaust
/// the stack.
int nestingDepth(std::string_view text)
{
    int depth = 0;
    int deepest = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            deepest = std::max(deepest, ++depth);
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return deepest;
}

} // namespace

Result<Json> parseJson(std::string_view text, std::string_view source)
{
    if (nestingDepth(text) > kMaxDepth)
        return fail(ErrorCode::InvalidFile,
                    std::string(source) + ": JSON is nested deeper than " + std::to_string(kMaxDepth));
    try {
        return Json::parse(text.begin(), text.end());
    } catch (const nlohmann::json::parse_error& e) {
        const std::size_t end = std::min<std::size_t>(e.byte > 0 ? e.byte - 1 : 0, text.size());
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
        const std::size_t lineStart = text.rfind('\n', end == 0 ? 0 : end - 1);
        const std::size_t column = lineStart == std::string_view::npos ? end + 1 : end - lineStart;
        return fail(ErrorCode::InvalidFile,
                    std::string(source) + ": line " + std::to_string(line) + ", column " +
                        std::to_string(column) + ": not valid JSON",
                    e.what());
    } catch (const nlohmann::json::exception& e) { // a number that no double holds; the words name it
        const std::string_view words = e.what();
        const std::size_t first = words.find('\'');
        const std::size_t last = words.rfind('\'');
        const std::string_view token =
            first < last && last != std::string_view::npos ? words.substr(first + 1, last - first - 1) : "";
        const std::size_t at = std::min(text.find(token), text.size());
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        return fail(ErrorCode::InvalidFile,
                    std::string(source) + ": line " + std::to_string(line) + ": not valid JSON", e.what());
    }
}

std::string jsonLine(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string jsonText(const Json& value)
{
    return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace trainyard
