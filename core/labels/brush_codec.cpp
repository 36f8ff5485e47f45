// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/brush_codec.h"

#include "core/labels/mask_codec.h"
#include "core/labels/mask_ops.h"

#include <algorithm>
#include <array>
#include <string>

namespace trainyard {

namespace {

constexpr std::uint64_t kChannels = 4;
constexpr std::array<int, 4> kSizes = {3, 4, 8, 16};
constexpr std::uint64_t kLongestRun = 1 << 16; ///< the largest size of a length is 16 bits

class BitReader
{
public:
    explicit BitReader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}
    std::uint32_t read(int bits)
    {
        std::uint32_t value = 0;
        for (int i = 0; i < bits; ++i) {
            if (m_at / 8 >= m_bytes.size()) {
                m_isGood = false;
                return 0;
            }
            value = value << 1 | (m_bytes[m_at / 8] >> (7 - m_at % 8) & 1U);
            ++m_at;
        }
        return value;
    }
    [[nodiscard]] bool isGood() const { return m_isGood; }
    [[nodiscard]] std::size_t byte() const { return m_at / 8; }

private:
    std::span<const std::uint8_t> m_bytes;
    std::size_t m_at = 0;
    bool m_isGood = true;
};

class BitWriter
{
public:
    void write(std::uint32_t value, int bits)
    {
        for (int i = bits - 1; i >= 0; --i) {
            if (m_used % 8 == 0)
                m_bytes.push_back(0);
            m_bytes.back() =
                static_cast<std::uint8_t>(m_bytes.back() | (value >> i & 1U) << (7 - m_used % 8));
            ++m_used;
        }
    }
    std::vector<std::uint8_t> take() { return std::move(m_bytes); }

private:
    std::vector<std::uint8_t> m_bytes;
    std::size_t m_used = 0;
};

tl::unexpected<Error> failAt(std::size_t byte, const std::string& what)
{
    return fail(ErrorCode::CorruptFile, "rle, byte " + std::to_string(byte) + ": " + what);
}

/// Run lengths of alpha, the first for 0, pixel by pixel.
class AlphaRuns
{
public:
    void add(bool isSet, std::uint32_t pixels)
    {
        if (pixels == 0)
            return;
        if (isSet == (counts.size() % 2 == 0))
            counts.back() += pixels;
        else
            counts.push_back(pixels);
    }
    std::vector<std::uint32_t> counts = {0};
};

} // namespace

Result<Mask> decodeBrush(std::span<const std::uint8_t> bytes, int width, int height)
{
    const std::uint64_t pixels = static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
    if (width <= 0 || height <= 0 || pixels > static_cast<std::uint64_t>(kMaxMaskPixels))
        return failAt(0, "the picture has no pixels, or too many");
    BitReader bits(bytes);
    const std::uint64_t words = bits.read(32);
    const int wordBits = static_cast<int>(bits.read(5)) + 1;
    std::array<int, 4> sizes{};
    for (int& size : sizes)
        size = static_cast<int>(bits.read(4)) + 1;
    if (words != pixels * kChannels)
        return failAt(0, std::to_string(words) + " values, expected " + std::to_string(pixels * kChannels) +
                             " for the size of the picture");
    AlphaRuns runs;
    for (std::uint64_t at = 0; at < words;) {
        const bool isRun = bits.read(1) == 1;
        const int size = sizes.at(bits.read(2));
        const std::uint64_t end = at + 1 + bits.read(size);
        if (!bits.isGood() || end > words)
            return failAt(bits.byte(),
                          bits.isGood() ? "a run reaches over the end" : "the stream ends early");
        if (isRun) {
            const bool isSet = bits.read(wordBits) != 0;
            runs.add(isSet, static_cast<std::uint32_t>(end / kChannels - at / kChannels));
            at = end;
        }
        for (; at < end; ++at) {
            const bool isSet = bits.read(wordBits) != 0;
            if (at % kChannels == kChannels - 1)
                runs.add(isSet, 1);
        }
        if (!bits.isGood())
            return failAt(bits.byte(), "the stream ends early");
    }
    return fromRowCounts(runs.counts, 0, 0, width, height);
}

std::vector<std::uint8_t> encodeBrush(const Mask& mask, int width, int height)
{
    const Mask cropped = croppedMask(mask, width, height);
    // Row by row over the whole picture.
    std::vector<std::uint32_t> counts = {0};
    const auto add = [&](bool isSet, std::uint32_t pixels) {
        if (pixels == 0)
            return;
        if (isSet == (counts.size() % 2 == 0))
            counts.back() += pixels;
        else
            counts.push_back(pixels);
    };
    const std::vector<std::uint8_t> inside = maskBytes(cropped);
    add(false, static_cast<std::uint32_t>(cropped.y * width));
    for (int y = 0; y < cropped.height; ++y) {
        add(false, static_cast<std::uint32_t>(cropped.x));
        for (int x = 0; x < cropped.width; ++x)
            add(inside[static_cast<std::size_t>(y) * static_cast<std::size_t>(cropped.width) +
                       static_cast<std::size_t>(x)] != 0,
                1);
        add(false, static_cast<std::uint32_t>(width - cropped.x - cropped.width));
    }
    add(false, static_cast<std::uint32_t>((height - cropped.y - cropped.height) * width));
    BitWriter bits;
    bits.write(static_cast<std::uint32_t>(static_cast<std::uint64_t>(width) *
                                          static_cast<std::uint64_t>(height) * kChannels),
               32);
    bits.write(8 - 1, 5);
    for (const int size : kSizes)
        bits.write(static_cast<std::uint32_t>(size - 1), 4);
    for (std::size_t i = 0; i < counts.size(); ++i) {
        std::uint64_t rest = std::uint64_t{counts[i]} * kChannels;
        while (rest > 0) {
            const std::uint64_t length = std::min(rest, kLongestRun);
            std::uint32_t choice = 0;
            while (length > std::uint64_t{1} << kSizes.at(choice))
                ++choice;
            bits.write(1, 1);
            bits.write(choice, 2);
            bits.write(static_cast<std::uint32_t>(length - 1), kSizes.at(choice));
            bits.write(i % 2 == 1 ? 255 : 0, 8);
            rest -= length;
        }
    }
    return bits.take();
}

} // namespace trainyard
