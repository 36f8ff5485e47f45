// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/byte_window.h"
#include "core/imaging/codecs/codec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <vector>

namespace trainyard::codecs {

namespace {

/// BITMAPINFOHEADER and its successors, and OS/2's BITMAPCOREHEADER, as Microsoft describes them.

enum class Compression : std::uint64_t { None = 0, Runs8 = 1, Runs4 = 2, BitFields = 3, AlphaBitFields = 6 };

struct Layout
{
    int width = 0;
    int height = 0;
    bool isTopDown = false;
    int bits = 0;
    Compression compression = Compression::None;
    std::array<std::uint32_t, 3> masks{};        ///< red, green, blue
    std::array<std::uint8_t, 256 * 3> palette{}; ///< RGB
    std::uint64_t pixelsAt = 0;
};

tl::unexpected<Error> corrupt(std::string what)
{
    return fail(ErrorCode::CorruptFile, "BMP " + std::move(what));
}

std::array<std::uint32_t, 3> usualMasks(int bits)
{
    if (bits == 16)
        return {0x7C00, 0x03E0, 0x001F};
    return {0x00FF0000, 0x0000FF00, 0x000000FF};
}

Result<Layout> readLayout(ByteWindow& window)
{
    const auto number = [&](std::uint64_t offset, std::size_t size) {
        return window.number(offset, size, ByteOrder::Little).value_or(0);
    };
    Layout layout;
    const std::uint64_t headerBytes = number(14, 4);
    const bool isOs2 = headerBytes == 12;
    layout.pixelsAt = number(10, 4);
    layout.width = static_cast<int>(number(18, isOs2 ? 2 : 4));
    const auto rows =
        isOs2 ? static_cast<std::int32_t>(number(20, 2)) : static_cast<std::int32_t>(number(22, 4));
    layout.isTopDown = rows < 0;
    layout.height = rows < 0 ? -rows : rows;
    layout.bits = static_cast<int>(number(isOs2 ? 24 : 28, 2));
    const std::uint64_t compression = isOs2 ? 0 : number(30, 4);
    layout.compression = static_cast<Compression>(compression);
    constexpr std::array kDepths{1, 4, 8, 16, 24, 32};
    if (std::find(kDepths.begin(), kDepths.end(), layout.bits) == kDepths.end())
        return corrupt("states " + std::to_string(layout.bits) + " bits a pixel");
    const bool isFields =
        layout.compression == Compression::BitFields || layout.compression == Compression::AlphaBitFields;
    const bool isKnown = compression == 0 || (compression == 1 && layout.bits == 8) ||
                         (compression == 2 && layout.bits == 4) ||
                         (isFields && (layout.bits == 16 || layout.bits == 32));
    if (!isKnown)
        return fail(ErrorCode::Unsupported, "BMP with compression " + std::to_string(compression) + " and " +
                                                std::to_string(layout.bits) + " bits is not supported");
    layout.masks = usualMasks(layout.bits);
    for (std::size_t i = 0; isFields && i < 3; ++i)
        layout.masks[i] = static_cast<std::uint32_t>(number(54 + 4 * i, 4));
    if (layout.bits > 8)
        return layout;
    const std::uint64_t stated = isOs2 ? 0 : number(46, 4);
    const std::uint64_t most = 1ULL << layout.bits;
    if (stated > 256)
        return corrupt("states a palette of " + std::to_string(stated) + " colours");
    const std::uint64_t colours = stated == 0 || stated > most ? most : stated;
    const std::uint64_t paletteAt = 14 + headerBytes;
    const std::uint64_t entry = isOs2 ? 3 : 4;
    for (std::uint64_t i = 0; i < colours; ++i)
        for (std::uint64_t c = 0; c < 3; ++c)
            layout.palette[i * 3 + c] = static_cast<std::uint8_t>(number(paletteAt + i * entry + 2 - c, 1));
    if (paletteAt + colours * entry > layout.pixelsAt &&
        paletteAt + colours * entry > window.at(0, layout.pixelsAt).size())
        return corrupt("ends inside its palette");
    return layout;
}

std::string rowsText(const char* what, int rows, const Layout& layout)
{
    return std::string(what) + " after row " + std::to_string(rows) + " of " + std::to_string(layout.height) +
           (layout.isTopDown ? "" : ", counted from the bottom");
}

/// One channel of a pixel with bit fields, stretched to eight bits.
std::uint8_t field(std::uint32_t pixel, std::uint32_t mask)
{
    if (mask == 0)
        return 0;
    const int bits = std::popcount(mask);
    const std::uint32_t value = (pixel & mask) >> std::countr_zero(mask);
    if (bits >= 8)
        return static_cast<std::uint8_t>(value >> (bits - 8));
    return static_cast<std::uint8_t>(value * 255U / ((1U << bits) - 1));
}

void rgbRow(const Layout& layout, const std::uint8_t* in, std::uint8_t* out)
{
    for (int x = 0; x < layout.width; ++x, out += 3) {
        const auto place = static_cast<std::size_t>(x);
        if (layout.bits <= 8) {
            const int perByte = 8 / layout.bits;
            const int shift = 8 - layout.bits * (x % perByte + 1);
            const int index =
                (in[place / static_cast<std::size_t>(perByte)] >> shift) & ((1 << layout.bits) - 1);
            std::copy_n(&layout.palette[static_cast<std::size_t>(index) * 3], 3, out);
        } else if (layout.bits == 24) {
            std::reverse_copy(in + place * 3, in + place * 3 + 3, out);
        } else {
            const std::size_t bytes = static_cast<std::size_t>(layout.bits) / 8;
            std::uint32_t pixel = 0;
            for (std::size_t i = 0; i < bytes; ++i)
                pixel |= static_cast<std::uint32_t>(in[place * bytes + i]) << (8 * i);
            for (std::size_t c = 0; c < 3; ++c)
                out[c] = field(pixel, layout.masks[c]);
        }
    }
}

/// Run-length coding (Runs8, Runs4): one palette index a pixel, in stored order.
class RunReader
{
public:
    RunReader(const Layout& layout, std::string_view data)
        : m_data(data), m_width(static_cast<std::size_t>(layout.width)),
          m_height(static_cast<std::size_t>(layout.height)),
          m_isNibbles(layout.compression == Compression::Runs4), m_indices(m_width * m_height)
    {
    }

    /// False where the data end before their end code, or a run leaves its row.
    bool read()
    {
        while (m_at + 1 < m_data.size()) {
            const std::size_t count = byte(m_at);
            const unsigned value = byte(m_at + 1);
            m_at += 2;
            if (count == 0 && value == 1)
                return true;
            if (!(count > 0 ? putRun(count, value) : escape(value)))
                return false;
        }
        return false;
    }

    [[nodiscard]] std::size_t completeRows() const
    {
        return std::min(m_height, m_y + (m_x >= m_width ? 1 : 0));
    }
    [[nodiscard]] const std::vector<std::uint8_t>& indices() const { return m_indices; }

private:
    [[nodiscard]] unsigned byte(std::size_t at) const { return static_cast<unsigned char>(m_data[at]); }

    bool put(std::size_t i, unsigned value)
    {
        if (m_x >= m_width || m_y >= m_height)
            return false;
        const unsigned nibble = i % 2 == 0 ? value >> 4 : value & 15;
        m_indices[m_y * m_width + m_x++] = static_cast<std::uint8_t>(m_isNibbles ? nibble : value);
        return true;
    }

    bool putRun(std::size_t count, unsigned value)
    {
        for (std::size_t i = 0; i < count; ++i)
            if (!put(i, value))
                return false;
        return true;
    }

    /// End of a row (0), a jump (2), or pixels one by one (3 and more).
    bool escape(unsigned code)
    {
        if (code == 0) {
            m_x = 0;
            ++m_y;
            return true;
        }
        const std::size_t bytes = code == 2 ? 2 : m_isNibbles ? (code + 1) / 2 : code;
        if (m_at + bytes > m_data.size())
            return false;
        if (code == 2) {
            m_x += byte(m_at);
            m_y += byte(m_at + 1);
        }
        for (std::size_t i = 0; code > 2 && i < code; ++i)
            if (!put(i, byte(m_at + (m_isNibbles ? i / 2 : i))))
                return false;
        m_at += bytes + bytes % 2;
        return m_x <= m_width && m_y <= m_height;
    }

    std::string_view m_data;
    std::size_t m_width;
    std::size_t m_height;
    bool m_isNibbles;
    std::vector<std::uint8_t> m_indices;
    std::size_t m_at = 0;
    std::size_t m_x = 0;
    std::size_t m_y = 0;
};

Result<Remarks> decodeRuns(const Layout& layout, std::string_view data, std::uint8_t* pixels)
{
    RunReader reader(layout, data);
    const bool isWhole = reader.read();
    const auto rows = static_cast<int>(reader.completeRows());
    if (rows == 0)
        return corrupt("gives no row of its run-length coded pixels");
    for (int y = 0; y < layout.height; ++y) {
        const int row = layout.isTopDown ? y : layout.height - 1 - y;
        const std::uint8_t* in =
            reader.indices().data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(layout.width);
        std::uint8_t* out =
            pixels + static_cast<std::size_t>(row) * static_cast<std::size_t>(layout.width) * 3;
        for (int x = 0; x < layout.width; ++x, out += 3) {
            if (y < rows)
                std::copy_n(&layout.palette[std::size_t{in[x]} * 3], 3, out);
            else
                std::fill_n(out, 3, kMissing);
        }
    }
    Remarks remarks;
    if (!isWhole || rows < layout.height)
        remarks.damage = rowsText(isWhole ? "ends" : "broken", rows, layout);
    return remarks;
}

} // namespace

Result<Remarks> decodeBmp(const Task& task, std::span<std::uint8_t> pixels)
{
    MemoryWindow window(task.bytes);
    TRAINYARD_TRY(const Layout layout, readLayout(window));
    if (layout.width != task.width() || layout.height != task.height())
        return corrupt("states other sizes than its header probe found");
    const std::string_view data =
        layout.pixelsAt < task.bytes.size() ? task.bytes.substr(layout.pixelsAt) : std::string_view();
    if (layout.compression == Compression::Runs8 || layout.compression == Compression::Runs4)
        return decodeRuns(layout, data, pixels.data());
    const std::size_t stride =
        (static_cast<std::size_t>(layout.width) * static_cast<std::size_t>(layout.bits) + 31) / 32 * 4;
    const auto height = static_cast<std::size_t>(layout.height);
    const std::size_t rowBytes =
        (static_cast<std::size_t>(layout.width) * static_cast<std::size_t>(layout.bits) + 7) / 8;
    // The padding of the last row is often left out.
    const std::size_t rows = std::min(height, (data.size() + stride - rowBytes) / stride);
    if (rows == 0)
        return corrupt("gives no row: the file ends at byte " + std::to_string(task.bytes.size()));
    const std::size_t outStride = static_cast<std::size_t>(layout.width) * 3;
    std::fill(pixels.begin(), pixels.end(), kMissing);
    for (std::size_t y = 0; y < rows; ++y)
        rgbRow(layout, reinterpret_cast<const std::uint8_t*>(data.data()) + y * stride,
               pixels.data() + (layout.isTopDown ? y : height - 1 - y) * outStride);
    Remarks remarks;
    if (rows < height)
        remarks.damage = rowsText("ends", static_cast<int>(rows), layout);
    return remarks;
}

} // namespace trainyard::codecs
