// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decoder_pool.h"
#include "core/imaging/own_png.h"
#include "tests/support/gray16_files.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;

/// PNG files that we write, and gray TIFF files, read by the decoder as numbers and as colours.
class IndexPictures : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase() { m_decoders = DecoderPool::create(helperProgram("trainyard-decode"), 1); }
    void paletteIndices();
    void grayOf8Bits();
    void grayOf16Bits();
    void bytesInMemory();
    void grayOf16BitsInTiff();
    void colours();
    void vocColours();
    void refusals();

private:
    DecodedPicture decoded(const Result<std::string>& bytes, bool wantsIndices, const char* name = "a.png");
    static std::vector<std::uint32_t> numbers(const DecodedPicture& picture);

    test::TemporaryFolder m_folder;
    std::unique_ptr<DecoderPool> m_decoders;
};

DecodedPicture IndexPictures::decoded(const Result<std::string>& bytes, bool wantsIndices, const char* name)
{
    if (!bytes)
        qFatal("%s", bytes.error().message.c_str());
    test::writeTestFile(m_folder / name, *bytes);
    DecodeRequest request;
    request.path = m_folder / name;
    request.wantsIndices = wantsIndices;
    auto picture = m_decoders->decode(request);
    if (!picture)
        qFatal("%s", picture.error().message.c_str());
    return std::move(*picture);
}

std::vector<std::uint32_t> IndexPictures::numbers(const DecodedPicture& picture)
{
    std::vector<std::uint32_t> values;
    const auto& pixels = picture.image.pixels;
    for (std::size_t i = 0; i + 2 < pixels.size(); i += 3)
        values.push_back(std::uint32_t{pixels[i]} << 16 | std::uint32_t{pixels[i + 1]} << 8 | pixels[i + 2]);
    return values;
}

void IndexPictures::paletteIndices()
{
    const std::vector<std::uint8_t> indices = {0, 1, 15, 255, 7, 0};
    const auto png = encodePalettePng(3, 2, indices, vocPalette());
    const DecodedPicture picture = decoded(png, true);
    QCOMPARE(picture.indices, IndexKind::Palette);
    QCOMPARE(numbers(picture), (std::vector<std::uint32_t>{0, 1, 15, 255, 7, 0}));
    // As colours the palette counts: index 1 is (128, 0, 0).
    const DecodedPicture seen = decoded(png, false);
    QCOMPARE(seen.indices, IndexKind::None);
    QCOMPARE(numbers(seen)[1], 0x800000U);
}

void IndexPictures::grayOf8Bits()
{
    const std::vector<std::uint8_t> values = {0, 80, 255, 1};
    const DecodedPicture picture = decoded(encodeGray8Png(2, 2, values), true);
    QCOMPARE(picture.indices, IndexKind::Gray8);
    QCOMPARE(numbers(picture), (std::vector<std::uint32_t>{0, 80, 255, 1}));
}

void IndexPictures::grayOf16Bits()
{
    const std::vector<std::uint16_t> values = {0, 24017, 65535};
    const DecodedPicture picture = decoded(encodeGray16Png(3, 1, values), true);
    QCOMPARE(picture.indices, IndexKind::Gray16);
    QCOMPARE(numbers(picture), (std::vector<std::uint32_t>{0, 24017, 65535}));
}

void IndexPictures::bytesInMemory()
{
    const std::vector<std::uint8_t> values = {0, 80, 255, 1};
    DecodeRequest request;
    request.path = "what stands in a.json";
    request.bytes = *encodeGray8Png(2, 2, values);
    request.wantsIndices = true;
    const auto picture = m_decoders->decode(request);
    QVERIFY2(picture, picture ? "" : picture.error().message.c_str());
    QCOMPARE(numbers(*picture), (std::vector<std::uint32_t>{0, 80, 255, 1}));
    QCOMPARE(picture->fileBytes, std::ssize(*request.bytes));
    const auto codeOf = [&](const std::string& bytes) {
        request.bytes = bytes;
        const auto failed = m_decoders->decode(request);
        return failed ? std::string() : failed.error().message;
    };
    QVERIFY(codeOf("text").starts_with("what stands in a.json: "));
    QVERIFY(codeOf("").starts_with("what stands in a.json: "));
}

void IndexPictures::grayOf16BitsInTiff()
{
    const std::vector<std::uint16_t> values = {0, 24017, 65535, 258};
    const std::string tiff = test::gray16Tiff(2, 2, values);
    const DecodedPicture picture = decoded(tiff, true, "a.tif");
    QCOMPARE(picture.indices, IndexKind::Gray16);
    QCOMPARE(numbers(picture), (std::vector<std::uint32_t>{0, 24017, 65535, 258}));
    const DecodedPicture seen = decoded(tiff, false, "a.tif");
    QCOMPARE(numbers(seen), (std::vector<std::uint32_t>{0, 0x5D5D5D, 0xFFFFFF, 0x010101})); // round(v / 257)
}

void IndexPictures::colours()
{
    const Image image{2, 1, {1, 2, 3, 250, 251, 252}};
    const DecodedPicture picture = decoded(encodeRgbPng(image), true);
    QCOMPARE(picture.indices, IndexKind::Rgb);
    QCOMPARE(numbers(picture), (std::vector<std::uint32_t>{0x010203, 0xFAFBFC}));
    QCOMPARE(decoded(encodeRgbPng(image), false).image, image);
}

void IndexPictures::vocColours()
{
    // VOCdevkit, labelcolormap: 0 black, 1 (128,0,0), 2 (0,128,0), 8 (64,0,0), 20 (0,64,128), 255
    // (224,224,192).
    const PngPalette palette = vocPalette();
    QCOMPARE(palette.size(), std::size_t{256});
    const auto colour = [&](std::size_t index) {
        return std::uint32_t{palette[index][0]} << 16 | std::uint32_t{palette[index][1]} << 8 |
               palette[index][2];
    };
    QCOMPARE(colour(0), 0x000000U);
    QCOMPARE(colour(1), 0x800000U);
    QCOMPARE(colour(2), 0x008000U);
    QCOMPARE(colour(8), 0x400000U);
    QCOMPARE(colour(20), 0x004080U);
    QCOMPARE(colour(255), 0xE0E0C0U);
}

void IndexPictures::refusals()
{
    const std::vector<std::uint8_t> values = {0, 3};
    QVERIFY(!encodePalettePng(2, 1, values, {{0, 0, 0}, {1, 1, 1}}));
    QVERIFY(!encodePalettePng(2, 1, values, {}));
    QVERIFY(!encodeGray8Png(3, 1, values));
    QVERIFY(!encodeGray8Png(0, 1, {}));
}

QTEST_APPLESS_MAIN(IndexPictures)
#include "tst_index_pictures.moc"
