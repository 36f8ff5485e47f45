// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/gzip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <zlib.h>

namespace trainyard {

namespace {

constexpr std::size_t kPiece = 1U << 16;

/// An inflater of gzip members that is freed with its scope.
class Inflater
{
public:
    Inflater() { m_isReady = inflateInit2(&m_stream, 15 + 16) == Z_OK; }
    ~Inflater()
    {
        if (m_isReady)
            inflateEnd(&m_stream);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    [[nodiscard]] bool isReady() const { return m_isReady; }
    z_stream& stream() { return m_stream; }

private:
    z_stream m_stream = {};
    bool m_isReady = false;
};

} // namespace

Result<std::string> gunzip(std::string_view bytes, std::uint64_t limit, std::string_view source)
{
    Inflater inflater;
    if (!inflater.isReady())
        return fail(ErrorCode::OutOfMemory, std::string(source) + ": no memory to unpack it");
    z_stream& stream = inflater.stream();
    std::string result;
    std::array<char, kPiece> piece;
    std::size_t used = 0;
    bool isMemberDone = false;
    while (used < bytes.size()) {
        const std::size_t given =
            std::min<std::size_t>(bytes.size() - used, std::numeric_limits<uInt>::max() / 2);
        // zlib does not write to its input; the API lacks the const.
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + used));
        stream.avail_in = static_cast<uInt>(given);
        int status = Z_OK;
        do {
            stream.next_out = reinterpret_cast<Bytef*>(piece.data());
            stream.avail_out = static_cast<uInt>(piece.size());
            status = inflate(&stream, Z_NO_FLUSH);
            result.append(piece.data(), piece.size() - stream.avail_out);
            if (result.size() > limit)
                return fail(ErrorCode::Refused, std::string(source) + ": unpacked, it is larger than " +
                                                    std::to_string(limit) + " bytes");
        } while (status == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
        used += given - stream.avail_in;
        isMemberDone = status == Z_STREAM_END;
        if (isMemberDone)
            inflateReset(&stream);
        else if (status != Z_OK && status != Z_BUF_ERROR)
            return fail(ErrorCode::CorruptFile,
                        std::string(source) + ", byte " + std::to_string(used) + ": the gzip data is broken",
                        "byte " + std::to_string(used));
    }
    if (!isMemberDone)
        return fail(ErrorCode::CorruptFile,
                    std::string(source) + ", byte " + std::to_string(used) + ": the gzip data ends early",
                    "byte " + std::to_string(used));
    return result;
}

} // namespace trainyard
