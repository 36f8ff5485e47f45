// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/imaging/decoder_pool.h"
#include "core/imaging/decoder_protocol.h"

#include <cstdint>
#include <string>

namespace trainyard {

/// A file that is open for reading; closed at the end.
class OpenPicture
{
public:
    OpenPicture() = default;
    explicit OpenPicture(int descriptor) : m_descriptor(descriptor) {}
    ~OpenPicture();
    OpenPicture(OpenPicture&& other) noexcept;
    OpenPicture& operator=(OpenPicture&& other) noexcept;
    [[nodiscard]] int descriptor() const { return m_descriptor; }

private:
    int m_descriptor = -1;
};

/// Everything about a request that is known before a decoder sees the file: the open file, its header, what
/// the result must look like, and the order for the child.
struct DecodePlan
{
    OpenPicture file;
    ImageHeader header;
    std::int64_t fileBytes = 0;
    std::int64_t fileTimeNs = 0;
    std::string note;
    DecodeOrder order;
    int resultWidth = 0; ///< upright
    int resultHeight = 0;
    [[nodiscard]] std::size_t resultBytes() const
    {
        return static_cast<std::size_t>(resultWidth) * static_cast<std::size_t>(resultHeight) * 3;
    }
};

/// Opens the file (or makes one in memory of the bytes), reads its header and checks the limits. Errors as
/// DecoderPool's.
Result<DecodePlan> planDecode(const DecodeRequest& request);

} // namespace trainyard
