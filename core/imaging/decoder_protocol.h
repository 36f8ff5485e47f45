// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace trainyard {

/// What DecoderPool and trainyard-decode say to each other over a pair of SOCK_SEQPACKET sockets: one order
/// or one answer a message, as these structs, since both ends are of one build on one machine. Answers come
/// in the order of the orders. The parent believes nothing that it did not compute itself.

inline constexpr int kDecoderSocket = 3;                   ///< the child's end, as the child's descriptor
inline constexpr std::uint32_t kDecoderMagic = 0x31445954; ///< "TYD1"
inline constexpr int kDecoderSlots = 8;
/// Both ends let go of a slot's memory after an answer where it is larger than this.
inline constexpr std::uint64_t kKeptSlotBytes = 32ULL << 20;

/// Decode the file whose descriptor comes with the message into a slot. A slot is a memfd that the parent
/// made and sealed against shrinking; its descriptor comes second where `hasSlotDescriptor` is set, else the
/// child has it.
struct DecodeOrder
{
    std::uint32_t magic = kDecoderMagic;
    std::uint32_t slot = 0;
    std::uint64_t id = 0;
    std::uint64_t slotBytes = 0;
    std::uint64_t fileBytes = 0;
    std::int32_t format = 0; ///< ImageFormat, as the parent's header probe found it
    std::int32_t width = 0;  ///< as stored
    std::int32_t height = 0;
    std::int32_t channels = 0;
    std::int32_t bitsPerChannel = 8;
    std::int32_t orientation = 1;
    std::int32_t reduction = 1; ///< 1, 2, 4 or 8
    std::uint8_t wantsContentHash = 0;
    std::uint8_t hasSlotDescriptor = 0;
    std::uint8_t wantsIndices = 0; ///< 3 bytes a pixel as DecodedPicture::indices says
    std::uint8_t reserved = 0;
};

/// The first message of a child is an answer with id 0: it has given up its rights and is ready.
struct DecodeAnswer
{
    std::uint32_t magic = kDecoderMagic;
    std::int32_t status = 0; ///< 0, or 1 + ErrorCode
    std::uint64_t id = 0;
    std::uint64_t contentHash = 0;
    std::int32_t width = 0; ///< upright
    std::int32_t height = 0;
    std::uint8_t indices = 0; ///< IndexKind
    std::uint8_t reserved = 0;
    std::uint16_t damageBytes = 0; ///< of `text`: the reason of the damage or of the error
    std::uint16_t noteBytes = 0;   ///< of `text`, behind it
    char text[500] = {};
};

/// The content hash of a picture's bytes, the same on both ends: XXH3 with 64 bits.
std::uint64_t pictureContentHash(std::string_view bytes);

/// False where the other end is gone.
bool sendMessage(int socket, const void* message, std::size_t bytes,
                 std::initializer_list<int> descriptors = {});

/// The number of bytes; 0 where the other end is gone, -1 for a message that does not fit. Appends
/// descriptors, which are the caller's to close.
int receiveMessage(int socket, void* message, std::size_t bytes, std::vector<int>& descriptors);

} // namespace trainyard
