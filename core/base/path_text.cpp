// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace trainyard {

namespace {

/// Length of the well-formed UTF-8 sequence at the start, 0 where there is none; sets the code point.
std::size_t utf8Length(std::string_view bytes, char32_t& codePoint)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) {
        codePoint = lead;
        return 1;
    }
    std::size_t length = 0;
    char32_t smallest = 0;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
        smallest = 0x80;
        codePoint = lead & 0x1FU;
    } else if ((lead & 0xF0U) == 0xE0U) {
        length = 3;
        smallest = 0x800;
        codePoint = lead & 0x0FU;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        smallest = 0x10000;
        codePoint = lead & 0x07U;
    } else {
        return 0;
    }
    if (bytes.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
        codePoint = (codePoint << 6U) | (byte(i) & 0x3FU);
    }
    const bool isSurrogate = codePoint >= 0xD800 && codePoint <= 0xDFFF;
    return codePoint < smallest || codePoint > 0x10FFFF || isSurrogate ? 0 : length;
}

bool isHidden(char32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

bool isUtf8(std::string_view bytes)
{
    while (!bytes.empty()) {
        char32_t c = 0;
        const std::size_t length = utf8Length(bytes, c);
        if (length == 0)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::string displayText(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        char32_t c = 0;
        std::size_t length = utf8Length(bytes, c);
        if (length > 0 && !isHidden(c)) {
            text.append(bytes.substr(0, length));
        } else {
            length = length == 0 ? 1 : length;
            for (const char b : bytes.substr(0, length)) {
                char escaped[8];
                std::snprintf(escaped, sizeof escaped, "\\x%02X", static_cast<unsigned char>(b));
                text += escaped;
            }
        }
        bytes.remove_prefix(length);
    }
    return text;
}

std::string plainText(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        char32_t c = 0;
        const std::size_t length = utf8Length(bytes, c);
        if (length == 0)
            text += "\xEF\xBF\xBD";
        else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
            text += ' ';
        else
            text.append(bytes.substr(0, length));
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return text;
}

std::string base64Encode(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j)
            group = (group << 8U) | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            text += i + j > bytes.size() ? '=' : kAlphabet[(group >> (18U - 6U * j)) & 63U];
    }
    return text;
}

std::string base64Decode(std::string_view text)
{
    if (text.size() % 4 != 0)
        return {};
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t i = 0; i < text.size(); i += 4) {
        std::uint32_t group = 0;
        std::size_t padding = 0;
        for (std::size_t j = 0; j < 4; ++j) {
            const char c = text[i + j];
            const std::size_t value = kAlphabet.find(c);
            if (c == '=' && i + 4 == text.size() && j >= 2)
                ++padding;
            else if (value == std::string_view::npos || padding > 0)
                return {};
            group = (group << 6U) | (c == '=' ? 0U : static_cast<std::uint32_t>(value));
        }
        for (std::size_t j = 0; j + padding < 3; ++j)
            bytes += static_cast<char>((group >> (16U - 8U * j)) & 255U);
    }
    return bytes;
}

} // namespace trainyard
