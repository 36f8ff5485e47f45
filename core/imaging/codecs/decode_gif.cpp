// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/byte_window.h"
#include "core/imaging/codecs/codec.h"

#include <algorithm>
#include <array>
#include <vector>

namespace trainyard::codecs {

namespace {

/// GIF89a specification, sections 18 to 26 and appendix F. Only the first picture of an animation is read.

using Palette = std::array<std::uint8_t, 256 * 3>;

struct Frame
{
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    bool isInterlaced = false;
    Palette palette{};
    std::optional<int> transparent;
    std::uint64_t dataAt = 0; ///< the byte with the smallest code size
};

bool readPalette(ByteWindow& window, std::uint64_t at, std::uint64_t flags, Palette& palette)
{
    const std::size_t bytes = std::size_t{3} << ((flags & 7) + 1);
    const std::string_view colours = window.at(at, bytes);
    std::copy(colours.begin(), colours.end(), palette.begin());
    return colours.size() == bytes;
}

/// The place behind a chain of sub-blocks.
std::optional<std::uint64_t> skipBlocks(ByteWindow& window, std::uint64_t at)
{
    while (true) {
        const auto length = window.number(at, 1, ByteOrder::Little);
        if (!length)
            return std::nullopt;
        at += 1 + *length;
        if (*length == 0)
            return at;
    }
}

/// Reads everything before the first picture's data; nothing where the file ends before.
std::optional<Frame> readFrame(ByteWindow& window)
{
    Frame frame;
    const auto screenFlags = window.number(10, 1, ByteOrder::Little);
    if (!screenFlags)
        return std::nullopt;
    std::uint64_t at = 13;
    if ((*screenFlags & 0x80) != 0) {
        if (!readPalette(window, at, *screenFlags, frame.palette))
            return std::nullopt;
        at += 3ULL << ((*screenFlags & 7) + 1);
    }
    while (window.number(at, 1, ByteOrder::Little) == 0x21U) {
        if (window.number(at + 1, 1, ByteOrder::Little) == 0xF9U) {
            const auto flags = window.number(at + 3, 1, ByteOrder::Little);
            const auto index = window.number(at + 6, 1, ByteOrder::Little);
            if (flags && index && (*flags & 1) != 0)
                frame.transparent = static_cast<int>(*index);
        }
        const auto next = skipBlocks(window, at + 2);
        if (!next)
            return std::nullopt;
        at = *next;
    }
    const auto flags = window.number(at + 9, 1, ByteOrder::Little);
    if (window.number(at, 1, ByteOrder::Little) != 0x2CU || !flags)
        return std::nullopt;
    frame.left = static_cast<int>(*window.number(at + 1, 2, ByteOrder::Little));
    frame.top = static_cast<int>(*window.number(at + 3, 2, ByteOrder::Little));
    frame.width = static_cast<int>(*window.number(at + 5, 2, ByteOrder::Little));
    frame.height = static_cast<int>(*window.number(at + 7, 2, ByteOrder::Little));
    frame.isInterlaced = (*flags & 0x40) != 0;
    at += 10;
    if ((*flags & 0x80) != 0) {
        if (!readPalette(window, at, *flags, frame.palette))
            return std::nullopt;
        at += 3ULL << ((*flags & 7) + 1);
    }
    frame.dataAt = at;
    return frame;
}

/// The bytes of a chain of sub-blocks as one; `isWhole` where the chain has its end.
std::string collectBlocks(ByteWindow& window, std::uint64_t at, bool& isWhole)
{
    std::string all;
    isWhole = false;
    while (const auto length = window.number(at, 1, ByteOrder::Little)) {
        if (*length == 0) {
            isWhole = true;
            break;
        }
        all += window.at(at + 1, *length);
        at += 1 + *length;
    }
    return all;
}

/// Decodes variable-length LZW until `wanted` indices are there; gives fewer where the data end or break.
class LzwReader
{
public:
    LzwReader(std::string_view data, int smallestSize) : m_data(data), m_clear(1 << smallestSize)
    {
        for (int i = 0; i < m_clear; ++i)
            m_last[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(i);
        reset();
    }

    std::vector<std::uint8_t> read(std::size_t wanted)
    {
        std::vector<std::uint8_t> out;
        out.reserve(wanted);
        while (out.size() < wanted) {
            const auto code = nextCode();
            if (!code || *code == m_clear + 1)
                break;
            if (*code == m_clear)
                reset();
            else if (!append(*code, out, wanted))
                break;
        }
        return out;
    }

    [[nodiscard]] bool isBroken() const { return m_isBroken; }

private:
    static constexpr int kMostCodes = 4096;

    void reset()
    {
        m_count = m_clear + 2;
        m_bits = 1;
        while ((1 << m_bits) < m_clear * 2)
            ++m_bits;
        m_previous = -1;
    }

    std::optional<int> nextCode()
    {
        while (m_held < m_bits) {
            if (m_at == m_data.size())
                return std::nullopt;
            m_buffer |= static_cast<std::uint32_t>(static_cast<unsigned char>(m_data[m_at++])) << m_held;
            m_held += 8;
        }
        const int code = static_cast<int>(m_buffer & ((1U << m_bits) - 1));
        m_buffer >>= m_bits;
        m_held -= m_bits;
        return code;
    }

    bool append(int code, std::vector<std::uint8_t>& out, std::size_t wanted)
    {
        if (code > m_count || (code == m_count && m_previous < 0)) {
            m_isBroken = true;
            return false;
        }
        // The string of a code is read from its end; a code that is just being made repeats its first letter.
        m_stack.clear();
        int walk = code;
        if (code == m_count) {
            m_stack.push_back(m_first);
            walk = m_previous;
        }
        while (walk >= m_clear) {
            m_stack.push_back(m_last[static_cast<std::size_t>(walk)]);
            walk = m_parent[static_cast<std::size_t>(walk)];
        }
        m_stack.push_back(static_cast<std::uint8_t>(walk));
        m_first = m_stack.back();
        const std::size_t count = std::min(m_stack.size(), wanted - out.size());
        out.insert(out.end(), m_stack.rbegin(), m_stack.rbegin() + static_cast<std::ptrdiff_t>(count));
        if (m_previous >= 0 && m_count < kMostCodes) {
            m_parent[static_cast<std::size_t>(m_count)] = m_previous;
            m_last[static_cast<std::size_t>(m_count)] = m_first;
            ++m_count;
            if (m_count == (1 << m_bits) && m_bits < 12)
                ++m_bits;
        }
        m_previous = code;
        return true;
    }

    std::string_view m_data;
    int m_clear;
    std::size_t m_at = 0;
    std::uint32_t m_buffer = 0;
    int m_held = 0;
    int m_bits = 0;
    int m_count = 0;
    int m_previous = -1;
    std::uint8_t m_first = 0;
    bool m_isBroken = false;
    std::array<int, kMostCodes> m_parent{};
    std::array<std::uint8_t, kMostCodes> m_last{};
    std::vector<std::uint8_t> m_stack;
};

/// The rows in the order in which the file gives them.
std::vector<int> rowOrder(int height, bool isInterlaced)
{
    struct Pass
    {
        int first;
        int step;
    };
    constexpr std::array kPasses{Pass{0, 8}, Pass{4, 8}, Pass{2, 4}, Pass{1, 2}};
    std::vector<int> rows;
    rows.reserve(static_cast<std::size_t>(height));
    if (isInterlaced) {
        for (const Pass& pass : kPasses)
            for (int y = pass.first; y < height; y += pass.step)
                rows.push_back(y);
    } else {
        for (int y = 0; y < height; ++y)
            rows.push_back(y);
    }
    return rows;
}

void paint(const Frame& frame, const std::vector<std::uint8_t>& indices, const Task& task,
           std::uint8_t* pixels)
{
    // Outside of the first picture lies its transparent colour, or else the first one.
    const std::uint8_t* outside = &frame.palette[static_cast<std::size_t>(frame.transparent.value_or(0)) * 3];
    const bool isCovered =
        frame.left == 0 && frame.top == 0 && frame.width == task.width() && frame.height == task.height();
    for (std::size_t i = 0; !isCovered && i < task.pixelBytes(); i += 3)
        std::copy_n(outside, 3, pixels + i);
    const std::vector<int> rows = rowOrder(frame.height, frame.isInterlaced);
    std::size_t next = 0;
    for (const int y : rows) {
        std::uint8_t* out =
            pixels + (static_cast<std::size_t>(frame.top + y) * static_cast<std::size_t>(task.width()) +
                      static_cast<std::size_t>(frame.left)) *
                         3;
        for (int x = 0; x < frame.width; ++x, out += 3, ++next) {
            if (next < indices.size())
                std::copy_n(&frame.palette[std::size_t{indices[next]} * 3], 3, out);
            else
                std::fill_n(out, 3, kMissing);
        }
    }
}

} // namespace

Result<Remarks> decodeGif(const Task& task, std::span<std::uint8_t> pixels)
{
    MemoryWindow window(task.bytes);
    const auto frame = readFrame(window);
    if (!frame)
        return fail(ErrorCode::CorruptFile, "GIF ends before its first picture");
    if (frame->width == 0 || frame->height == 0 || frame->left + frame->width > task.width() ||
        frame->top + frame->height > task.height())
        return fail(ErrorCode::CorruptFile, "GIF states an impossible place for its first picture");
    const auto smallest = window.number(frame->dataAt, 1, ByteOrder::Little);
    if (!smallest || *smallest < 1 || *smallest > 11)
        return fail(ErrorCode::CorruptFile,
                    "GIF has no picture data at byte " + std::to_string(frame->dataAt));
    bool isWhole = false;
    const std::string data = collectBlocks(window, frame->dataAt + 1, isWhole);
    LzwReader reader(data, static_cast<int>(*smallest));
    const std::size_t wanted =
        static_cast<std::size_t>(frame->width) * static_cast<std::size_t>(frame->height);
    std::vector<std::uint8_t> indices = reader.read(wanted);
    const std::size_t rows = indices.size() / static_cast<std::size_t>(frame->width);
    indices.resize(rows * static_cast<std::size_t>(frame->width));
    if (indices.size() < wanted && (rows == 0 || frame->isInterlaced))
        return fail(ErrorCode::CorruptFile,
                    "GIF picture data " + std::string(reader.isBroken() ? "break" : "end") + " after " +
                        std::to_string(rows) + " of " + std::to_string(frame->height) + " rows");
    paint(*frame, indices, task, pixels.data());
    Remarks remarks;
    if (frame->transparent)
        remarks.note = "alpha channel dropped";
    if (indices.size() < wanted)
        remarks.damage = std::string(reader.isBroken() ? "broken" : "ends") + " after row " +
                         std::to_string(rows) + " of " + std::to_string(frame->height);
    else if (!isWhole)
        remarks.damage = "ends without its end marker, after all rows";
    return remarks;
}

} // namespace trainyard::codecs
