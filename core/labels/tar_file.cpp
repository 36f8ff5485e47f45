// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/tar_file.h"

#include "core/labels/format_text.h"

#include <algorithm>
#include <optional>

namespace trainyard {

namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeBytes = 12;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kPrefixAt = 345;
constexpr std::size_t kPrefixBytes = 155;

std::string_view cText(std::string_view field)
{
    return field.substr(0, field.find('\0'));
}

std::optional<std::uint64_t> octal(std::string_view field)
{
    std::uint64_t value = 0;
    bool hasDigit = false;
    for (const char c : field) {
        if (c == ' ' || c == '\0') {
            if (hasDigit)
                break;
            continue;
        }
        if (c < '0' || c > '7')
            return std::nullopt;
        value = value << 3 | static_cast<std::uint64_t>(c - '0');
        hasDigit = true;
    }
    return hasDigit ? std::optional(value) : std::nullopt;
}

std::uint64_t checksum(std::string_view header)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i)
        sum += i >= kChecksumAt && i < kChecksumAt + kChecksumBytes ? ' '
                                                                    : static_cast<unsigned char>(header[i]);
    return sum;
}

std::string octalText(std::uint64_t value, std::size_t digits)
{
    std::string text(digits, '0');
    for (std::size_t i = digits; i-- > 0 && value > 0; value >>= 3)
        text[i] = static_cast<char>('0' + (value & 7));
    return text;
}

/// The value of "path" in a pax record: "<length> path=<value>\n".
std::string paxPath(std::string_view records)
{
    while (!records.empty()) {
        const std::size_t blank = records.find(' ');
        const auto length =
            blank == std::string_view::npos ? std::nullopt : wholeFrom(records.substr(0, blank));
        if (!length || *length <= static_cast<std::int64_t>(blank) + 1 ||
            *length > static_cast<std::int64_t>(records.size()))
            return {};
        const std::string_view record =
            records.substr(blank + 1, static_cast<std::size_t>(*length) - blank - 2);
        if (record.starts_with("path="))
            return std::string(record.substr(5));
        records.remove_prefix(static_cast<std::size_t>(*length));
    }
    return {};
}

} // namespace

TarContents readTar(std::string_view bytes)
{
    TarContents contents;
    std::string longName;
    std::size_t at = 0;
    const auto stop = [&](const char* fault) {
        contents.fault = fault;
        contents.faultAt = at;
        return contents;
    };
    while (at + kBlock <= bytes.size()) {
        const std::string_view header = bytes.substr(at, kBlock);
        if (std::all_of(header.begin(), header.end(), [](char c) { return c == '\0'; }))
            return contents;
        if (octal(header.substr(kChecksumAt, kChecksumBytes)) != checksum(header))
            return stop("the checksum of a header is wrong");
        const auto size = octal(header.substr(kSizeAt, kSizeBytes));
        const std::size_t start = at + kBlock;
        if (!size || *size > bytes.size() - start)
            return stop("an entry reaches over the end of the archive");
        const char type = header[kTypeAt];
        const std::string_view body = bytes.substr(start, *size);
        if (type == 'L') {
            longName = cText(body);
        } else if (type == 'x') {
            longName = paxPath(body);
        } else {
            std::string name(cText(header.substr(0, kNameBytes)));
            const std::string_view prefix = header.substr(kMagicAt, 5) == "ustar"
                                                ? cText(header.substr(kPrefixAt, kPrefixBytes))
                                                : std::string_view();
            if (!prefix.empty())
                name = std::string(prefix) + "/" + name;
            if (!longName.empty())
                name = longName;
            longName.clear();
            if (type == '0' || type == '\0')
                contents.entries.push_back({tidyPath(name), start, *size});
        }
        at = start + static_cast<std::size_t>((*size + kBlock - 1) / kBlock * kBlock);
    }
    if (at < bytes.size())
        return stop("the archive ends inside a header");
    return contents;
}

Result<void> appendTar(std::string& archive, std::string_view name, std::string_view bytes)
{
    if (name.empty() || name.size() > kNameBytes)
        return fail(ErrorCode::InvalidArgument, "a name in a tar archive has 1 to 100 bytes");
    std::string header(kBlock, '\0');
    header.replace(0, name.size(), name);
    header.replace(100, 7, "0000644");
    header.replace(108, 7, "0000000");
    header.replace(116, 7, "0000000");
    header.replace(kSizeAt, 11, octalText(bytes.size(), 11));
    header.replace(136, 11, "00000000000");
    header[kTypeAt] = '0';
    header.replace(kMagicAt, 8, std::string("ustar\00000", 8));
    header.replace(kChecksumAt, 6, octalText(checksum(header), 6));
    header[kChecksumAt + 6] = '\0';
    header[kChecksumAt + 7] = ' ';
    archive += header;
    archive += bytes;
    archive.append((kBlock - bytes.size() % kBlock) % kBlock, '\0');
    return {};
}

void finishTar(std::string& archive)
{
    archive.append(2 * kBlock, '\0');
}

} // namespace trainyard
