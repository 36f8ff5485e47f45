// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/exif.h"

#include <string>

namespace trainyard {

namespace {

constexpr std::uint64_t kMostEntries = 65535; ///< what a classic directory can state

/// Bytes of the integer types of a directory entry; 0 for every other type.
std::size_t typeBytes(std::uint64_t type)
{
    switch (type) {
    case 1:
        return 1;
    case 3:
        return 2;
    case 4:
        return 4;
    case 16:
        return 8;
    default:
        return 0;
    }
}

struct Layout
{
    std::size_t countBytes;
    std::size_t offsetBytes;
    [[nodiscard]] std::uint64_t entryBytes() const { return 4 + 2 * offsetBytes; }
};

void readEntry(ByteWindow& window, std::uint64_t start, std::uint64_t at, Layout layout,
               TiffDirectory& directory)
{
    const auto tag = window.number(at, 2, directory.order);
    const auto type = window.number(at + 2, 2, directory.order);
    const auto count = window.number(at + 4, layout.offsetBytes, directory.order);
    if (!tag || !type || !count || *count == 0 || *count > 0xFFFFFFFFU)
        return;
    const std::size_t bytes = typeBytes(*type);
    if (bytes == 0)
        return;
    std::uint64_t place = at + 4 + layout.offsetBytes;
    if (bytes * *count > layout.offsetBytes) {
        const auto offset = window.number(place, layout.offsetBytes, directory.order);
        if (!offset)
            return;
        place = start + *offset;
    }
    if (const auto value = window.number(place, bytes, directory.order)) {
        directory.values.try_emplace(static_cast<int>(*tag), *value);
        directory.counts.try_emplace(static_cast<int>(*tag), *count);
    }
}

} // namespace

std::optional<TiffDirectory> readTiffDirectory(ByteWindow& window, std::uint64_t start)
{
    const std::string mark(window.at(start, 2));
    if (mark != "II" && mark != "MM")
        return std::nullopt;
    TiffDirectory directory;
    directory.order = mark == "II" ? ByteOrder::Little : ByteOrder::Big;
    const auto version = window.number(start + 2, 2, directory.order);
    if (version != 42U && version != 43U)
        return std::nullopt;
    const Layout layout = version == 42U ? Layout{2, 4} : Layout{8, 8};
    const auto offset = window.number(start + (version == 42U ? 4 : 8), layout.offsetBytes, directory.order);
    if (!offset || *offset > (1ULL << 48))
        return std::nullopt;
    const auto count = window.number(start + *offset, layout.countBytes, directory.order);
    if (!count || *count > kMostEntries)
        return std::nullopt;
    for (std::uint64_t i = 0; i < *count; ++i)
        readEntry(window, start, start + *offset + layout.countBytes + i * layout.entryBytes(), layout,
                  directory);
    return directory;
}

std::optional<int> exifOrientation(ByteWindow& window, std::uint64_t start)
{
    constexpr std::string_view kPrefix("Exif\0\0", 6);
    if (window.at(start, kPrefix.size()) == kPrefix)
        start += kPrefix.size();
    const auto directory = readTiffDirectory(window, start);
    if (!directory || !directory->values.contains(kTiffOrientation) ||
        directory->counts.at(kTiffOrientation) != 1)
        return std::nullopt;
    const std::uint64_t value = directory->values.at(kTiffOrientation);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
}

std::optional<int> xmpOrientation(std::string_view packet)
{
    constexpr std::string_view kName = "tiff:Orientation";
    for (std::size_t at = packet.find(kName); at != std::string_view::npos; at = packet.find(kName, at + 1)) {
        std::string_view rest = packet.substr(at + kName.size());
        if (rest.starts_with("=\""))
            rest.remove_prefix(2);
        else if (rest.starts_with(">"))
            rest.remove_prefix(1);
        else
            continue;
        if (!rest.empty() && rest.front() >= '0' && rest.front() <= '9')
            return rest.front() >= '1' && rest.front() <= '8' ? rest.front() - '0' : 1;
    }
    return std::nullopt;
}

} // namespace trainyard
