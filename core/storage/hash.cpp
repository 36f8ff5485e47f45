// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/hash.h"

#include "core/storage/io_env.h"

#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

static_assert(std::endian::native == std::endian::little, "files are written with the machine's byte order");

namespace trainyard {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

/// Hands the file to `add` in pieces.
Result<void> readInPieces(const std::filesystem::path& path, const std::function<void(std::string_view)>& add)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(ioError("open", path, errno));
    struct stat status
    {
    };
    int reason = ::fstat(fd, &status) == 0 ? 0 : errno;
    if (reason == 0 && !S_ISREG(status.st_mode))
        reason = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    std::vector<char> piece(kPiece);
    while (reason == 0) {
        const ssize_t count = ::read(fd, piece.data(), piece.size());
        if (count > 0)
            add({piece.data(), static_cast<std::size_t>(count)});
        else if (count == 0)
            break;
        else if (errno != EINTR)
            reason = errno;
    }
    ::close(fd);
    if (reason != 0)
        return fail(ioError("read", path, reason));
    return {};
}

/// Tables for eight bytes at a time (Intel's slicing-by-8) of the reflected polynomial 0x82F63B78.
constexpr std::array<std::array<std::uint32_t, 256>, 8> crcTables()
{
    std::array<std::array<std::uint32_t, 256>, 8> tables{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
        tables[0][i] = crc;
    }
    for (std::uint32_t i = 0; i < 256; ++i) {
        for (std::size_t k = 1; k < 8; ++k)
            tables[k][i] = (tables[k - 1][i] >> 8) ^ tables[0][tables[k - 1][i] & 0xFF];
    }
    return tables;
}

constexpr auto kCrcTables = crcTables();

} // namespace

std::uint64_t xxh3(std::string_view bytes, std::uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

Result<std::uint64_t> xxh3File(const std::filesystem::path& path)
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    XXH3_64bits_reset(&state);
    TRAINYARD_CHECK(readInPieces(
        path, [&](std::string_view piece) { XXH3_64bits_update(&state, piece.data(), piece.size()); }));
    return static_cast<std::uint64_t>(XXH3_64bits_digest(&state));
}

struct Sha256::Context
{
    EVP_MD_CTX* digest = EVP_MD_CTX_new();
    Context() { EVP_DigestInit_ex(digest, EVP_sha256(), nullptr); }
    ~Context() { EVP_MD_CTX_free(digest); }
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;
};

Sha256::Sha256() : m_context(std::make_unique<Context>()) {}
Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes)
{
    EVP_DigestUpdate(m_context->digest, bytes.data(), bytes.size());
}

std::string Sha256::finish()
{
    static constexpr char kDigits[] = "0123456789abcdef";
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(m_context->digest, digest.data(), nullptr);
    std::string text;
    for (const unsigned char byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::string sha256(std::string_view bytes)
{
    Sha256 hash;
    hash.add(bytes);
    return hash.finish();
}

Result<std::string> sha256File(const std::filesystem::path& path)
{
    Sha256 hash;
    TRAINYARD_CHECK(readInPieces(path, [&](std::string_view piece) { hash.add(piece); }));
    return hash.finish();
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc)
{
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    std::size_t left = bytes.size();
    crc = ~crc;
    for (; left >= 8; left -= 8, data += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, data, 8);
        word ^= crc;
        crc = 0;
        for (std::size_t k = 0; k < 8; ++k)
            crc ^= kCrcTables[7 - k][(word >> (8 * k)) & 0xFF];
    }
    for (; left > 0; --left, ++data)
        crc = (crc >> 8) ^ kCrcTables[0][(crc ^ *data) & 0xFF];
    return ~crc;
}

} // namespace trainyard
