// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/codecs/codec.h"

#include <algorithm>
#include <string>

namespace trainyard::codecs {

namespace {

/// Netpbm's pbm(5), pgm(5) and ppm(5): P1 to P3 as decimal text, P4 to P6 as bytes.
bool isSpace(char c)
{
    return std::string_view(" \t\r\n\v\f").find(c) != std::string_view::npos;
}

/// Reads the numbers of a header or of a text picture.
class NumberReader
{
public:
    explicit NumberReader(std::string_view bytes) : m_bytes(bytes) {}

    /// The next number; nothing where the file ends or something else stands there. `digits` limits its
    /// length.
    std::optional<int> next(int digits)
    {
        skipSpace();
        int value = 0;
        int count = 0;
        for (; m_at < m_bytes.size() && m_bytes[m_at] >= '0' && m_bytes[m_at] <= '9' && count < digits;
             ++count)
            value = value * 10 + (m_bytes[m_at++] - '0');
        if (count == 0)
            return std::nullopt;
        return value;
    }

    void skip(std::size_t bytes) { m_at += bytes; }
    [[nodiscard]] std::size_t place() const { return m_at; }
    [[nodiscard]] bool isAtEnd() const { return m_at >= m_bytes.size(); }

private:
    void skipSpace()
    {
        while (m_at < m_bytes.size() && (isSpace(m_bytes[m_at]) || m_bytes[m_at] == '#')) {
            if (m_bytes[m_at] == '#')
                m_at = std::min(m_bytes.find_first_of("\r\n", m_at), m_bytes.size());
            else
                ++m_at;
        }
    }

    std::string_view m_bytes;
    std::size_t m_at = 0;
};

struct Layout
{
    bool isText = false;
    bool isBitmap = false;
    int channels = 1;
    int most = 1; ///< the value of white
};

/// Samples one after the other, as values from 0 to `most`; nothing at the end or at what is no sample.
class SampleReader
{
public:
    SampleReader(std::string_view bytes, NumberReader numbers, Layout layout, const Task& task)
        : m_bytes(bytes), m_numbers(numbers), m_layout(layout), m_width(task.width()), m_at(numbers.place()),
          m_left(task.pixelBytes() / 3 * static_cast<std::size_t>(layout.channels))
    {
    }

    std::optional<int> next(int x)
    {
        --m_left;
        if (m_layout.isText) {
            // A number that the file's end cuts off may have had more digits, unless it is the last of all.
            const auto value = m_numbers.next(m_layout.isBitmap ? 1 : 5);
            return m_numbers.isAtEnd() && m_left > 0 ? std::nullopt : value;
        }
        const std::size_t size = m_layout.most > 255 ? 2 : 1;
        if (m_at + size > m_bytes.size())
            return std::nullopt;
        const auto byte = [&](std::size_t i) {
            return static_cast<int>(static_cast<unsigned char>(m_bytes[m_at + i]));
        };
        if (m_layout.isBitmap) {
            const int bit = (byte(0) >> (7 - x % 8)) & 1;
            if (x % 8 == 7 || x == m_width - 1)
                ++m_at;
            return bit;
        }
        const int value = size == 2 ? byte(0) * 256 + byte(1) : byte(0);
        m_at += size;
        return value;
    }

    [[nodiscard]] std::size_t place() const { return m_layout.isText ? m_numbers.place() : m_at; }
    [[nodiscard]] bool isAtEnd() const { return m_layout.isText ? m_numbers.isAtEnd() : true; }

private:
    std::string_view m_bytes;
    NumberReader m_numbers;
    Layout m_layout;
    int m_width;
    std::size_t m_at;
    std::size_t m_left; ///< samples to come
};

/// False where a sample is missing or above white.
bool readRow(SampleReader& samples, const Layout& layout, int width, std::uint8_t* out)
{
    for (int x = 0; x < width; ++x, out += 3) {
        for (int c = 0; c < layout.channels; ++c) {
            const auto value = samples.next(x);
            if (!value || *value > layout.most)
                return false;
            // A set bit of a bitmap is black.
            out[c] = static_cast<std::uint8_t>(
                layout.isBitmap ? 255 - 255 * *value : (*value * 510 + layout.most) / (2 * layout.most));
        }
        for (int c = layout.channels; c < 3; ++c)
            out[c] = out[0];
    }
    return true;
}

} // namespace

Result<Remarks> decodePnm(const Task& task, std::span<std::uint8_t> pixels)
{
    const int kind = task.bytes.at(1) - '0';
    Layout layout;
    layout.isText = kind <= 3;
    layout.isBitmap = kind == 1 || kind == 4;
    layout.channels = kind == 3 || kind == 6 ? 3 : 1;
    NumberReader numbers(task.bytes);
    numbers.skip(2);
    constexpr int kHeaderDigits = 9;
    const auto width = numbers.next(kHeaderDigits);
    const auto height = numbers.next(kHeaderDigits);
    const auto most = layout.isBitmap ? std::optional<int>(1) : numbers.next(kHeaderDigits);
    if (width != task.width() || height != task.height() || !most || *most < 1 || *most > 65535)
        return fail(ErrorCode::CorruptFile, "PNM states other sizes than its header probe found");
    layout.most = *most;
    numbers.skip(1); // one white space ends the header
    SampleReader samples(task.bytes, numbers, layout, task);
    const std::size_t stride = static_cast<std::size_t>(task.width()) * 3;
    int rows = 0;
    while (rows < task.height() &&
           readRow(samples, layout, task.width(), pixels.data() + static_cast<std::size_t>(rows) * stride))
        ++rows;
    Remarks remarks;
    if (layout.most > 255)
        remarks.note = "16 bit shown as 8";
    if (rows == task.height())
        return remarks;
    const std::string place = " (byte " + std::to_string(samples.place()) + ")";
    const std::string what =
        samples.isAtEnd() && samples.place() + 2 >= task.bytes.size() ? "ends" : "broken";
    if (rows == 0)
        return fail(ErrorCode::CorruptFile, "PNM gives no row: " + what + " at" + place);
    std::fill(pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(rows) * stride),
              pixels.end(), kMissing);
    remarks.damage =
        what + " after row " + std::to_string(rows) + " of " + std::to_string(task.height()) + place;
    return remarks;
}

} // namespace trainyard::codecs
