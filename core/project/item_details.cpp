// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/item_details.h"

#include "core/base/path_text.h"
#include "core/project/opening.h"
#include "core/storage/sqlite.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace trainyard {

namespace {

constexpr std::int64_t kMostNameBytes = UINT32_MAX;

bool isDigit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/// The run of digits at the start, without leading zeros; what it was cut from is moved behind the run.
std::string_view takeNumber(std::string_view& text)
{
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    std::string_view number = text.substr(0, end);
    text.remove_prefix(end);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

template <typename Small>
Small clamped(std::int64_t value)
{
    return static_cast<Small>(std::clamp<std::int64_t>(value, 0, std::numeric_limits<Small>::max()));
}

} // namespace

bool isNaturallyBefore(std::string_view a, std::string_view b)
{
    const std::string_view wholeA = a;
    const std::string_view wholeB = b;
    while (!a.empty() && !b.empty()) {
        if (isDigit(a[0]) && isDigit(b[0])) {
            const std::string_view left = takeNumber(a);
            const std::string_view right = takeNumber(b);
            if (left.size() != right.size())
                return left.size() < right.size();
            if (left != right)
                return left < right;
        } else if (a[0] != b[0]) {
            return static_cast<unsigned char>(a[0]) < static_cast<unsigned char>(b[0]);
        } else {
            a.remove_prefix(1);
            b.remove_prefix(1);
        }
    }
    return a.empty() == b.empty() ? wholeA < wholeB : a.empty();
}

std::string ItemDetails::path(std::size_t row) const
{
    return m_folders[m_folderOf[row]] + std::string(name(row));
}

std::string_view ItemDetails::name(std::size_t row) const
{
    const std::size_t start = m_nameStart[row];
    return std::string_view(m_names).substr(start, m_nameStart[row + 1] - start - 1);
}

std::vector<bool> ItemDetails::rowsWithText(std::string_view part) const
{
    std::vector<bool> found(size(), part.empty());
    if (part.empty())
        return found;
    // Names end with "/", so that a hit in the long string lies in one name; a part with "/" ends in a folder
    // or goes on into a name, and is looked for in the two halves.
    const std::size_t slash = part.rfind('/');
    const std::string_view tail = slash == std::string_view::npos ? part : part.substr(slash + 1);
    const std::string_view head = part.substr(0, part.size() - tail.size());
    if (head.empty()) {
        const std::string_view names = m_names;
        std::size_t row = 0;
        for (std::size_t at = names.find(part); at != std::string_view::npos;) {
            row = static_cast<std::size_t>(
                std::upper_bound(m_nameStart.begin() + static_cast<std::ptrdiff_t>(row), m_nameStart.end(),
                                 at) -
                m_nameStart.begin() - 1);
            found[row] = true;
            at = names.find(part, m_nameStart[row + 1]);
        }
    }
    std::vector<bool> isWhole;
    std::vector<bool> isHead;
    for (const std::string& folder : m_folders) {
        isWhole.push_back(folder.find(part) != std::string::npos);
        isHead.push_back(!head.empty() && folder.ends_with(head));
    }
    const auto isTrue = [](bool value) { return value; };
    if (std::none_of(isWhole.begin(), isWhole.end(), isTrue) &&
        std::none_of(isHead.begin(), isHead.end(), isTrue))
        return found;
    for (std::size_t row = 0; row < size(); ++row)
        if (isWhole[m_folderOf[row]] || (isHead[m_folderOf[row]] && name(row).starts_with(tail)))
            found[row] = true;
    return found;
}

void ItemDetails::rankNames()
{
    std::vector<std::uint32_t> rows(size());
    std::iota(rows.begin(), rows.end(), 0U);
    std::stable_sort(rows.begin(), rows.end(), [this](std::uint32_t a, std::uint32_t b) {
        return isNaturallyBefore(name(a), name(b));
    });
    m_nameRanks.resize(size());
    for (std::size_t rank = 0; rank < rows.size(); ++rank) {
        const bool isSame = rank > 0 && name(rows[rank]) == name(rows[rank - 1]);
        m_nameRanks[rows[rank]] = isSame ? m_nameRanks[rows[rank - 1]] : static_cast<std::uint32_t>(rank);
    }
}

Result<ItemDetails> ItemDetails::read(const std::filesystem::path& projectFolder)
{
    TRAINYARD_TRY(const OpenPlace place, openForReading(projectFolder));
    TRAINYARD_TRY(const std::int64_t count, place.reader->number("SELECT count(*) FROM items"));
    TRAINYARD_TRY(Statement rows, place.reader->prepare("SELECT id, path, size, time_ns, width, height FROM "
                                                        "items WHERE alive=1 ORDER BY id"));
    ItemDetails details;
    const auto reserve = [&](auto&... columns) { (columns.reserve(static_cast<std::size_t>(count)), ...); };
    reserve(details.m_ids, details.m_folderOf, details.m_nameStart, details.m_bytes, details.m_times,
            details.m_widths, details.m_heights);
    std::unordered_map<std::string, std::uint32_t> folders;
    while (true) {
        TRAINYARD_TRY(const bool hasRow, rows.step());
        if (!hasRow)
            break;
        const std::string_view path = rows.bytes(1);
        const std::string_view name = path.substr(path.rfind('/') + 1);
        const std::string_view folder = path.substr(0, path.size() - name.size());
        if (static_cast<std::int64_t>(details.m_names.size() + name.size()) >= kMostNameBytes)
            return fail(ErrorCode::OutOfMemory,
                        displayText(projectFolder.native()) + ": the file names are too long together");
        if (details.m_folderOf.empty() || details.m_folders[details.m_folderOf.back()] != folder) {
            const auto [known, isNew] = folders.try_emplace(std::string(folder), details.m_folders.size());
            if (isNew)
                details.m_folders.emplace_back(folder);
            details.m_folderOf.push_back(known->second);
        } else {
            details.m_folderOf.push_back(details.m_folderOf.back());
        }
        details.m_ids.push_back(rows.integer(0));
        details.m_nameStart.push_back(static_cast<std::uint32_t>(details.m_names.size()));
        details.m_names.append(name).push_back('/');
        details.m_bytes.push_back(clamped<std::uint32_t>(rows.integer(2)));
        details.m_times.push_back(rows.integer(3));
        details.m_widths.push_back(clamped<std::uint16_t>(rows.integer(4)));
        details.m_heights.push_back(clamped<std::uint16_t>(rows.integer(5)));
    }
    details.m_nameStart.push_back(static_cast<std::uint32_t>(details.m_names.size()));
    details.m_names.shrink_to_fit();
    details.rankNames();
    return details;
}

} // namespace trainyard
