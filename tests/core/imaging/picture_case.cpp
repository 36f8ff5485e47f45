// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/imaging/picture_case.h"

#include "core/storage/hash.h"
#include "tests/support/test_folders.h"

#include <cstdio>
#include <cstdlib>

namespace trainyard::test {

std::filesystem::path imagingData()
{
    return sourceFolder() / "tests" / "data" / "imaging";
}

Json imagingGolden(const std::string& name)
{
    auto json = parseJson(readTestFile(imagingData() / name), name);
    if (!json) {
        std::fprintf(stderr, "%s\n", json.error().message.c_str());
        std::abort();
    }
    return *json;
}

std::string pixelDigest(const Image& image)
{
    char digits[17];
    const std::string_view bytes(reinterpret_cast<const char*>(image.pixels.data()), image.pixels.size());
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(xxh3(bytes)));
    return digits;
}

Image patternImage(int width, int height)
{
    Image image{width, height, {}};
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
            for (std::int64_t c = 0; c < 3; ++c)
                image.pixels.push_back(
                    static_cast<std::uint8_t>((x * 7 + y * 13 + c * 29 + (x * y) % 251) % 256));
    return image;
}

Result<DecodedPicture> decodePicture(const std::filesystem::path& path, int minimumEdge)
{
    static const std::unique_ptr<DecoderPool> pool =
        DecoderPool::create(helperProgram("trainyard-decode"), 1);
    DecodeRequest request;
    request.path = path;
    request.minimumEdge = minimumEdge;
    request.wantsContentHash = true;
    return pool->decode(request);
}

} // namespace trainyard::test
