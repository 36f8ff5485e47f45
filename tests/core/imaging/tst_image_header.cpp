// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/image_header.h"
#include "tests/core/imaging/picture_case.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

/// The header probe, which decides before any decoder sees a byte.
class ImageHeaderTest : public QObject
{
    Q_OBJECT

private slots:
    void readsEveryFormat_data();
    void readsEveryFormat();
    void anyPrefixIsSafe_data();
    void anyPrefixIsSafe();
    void orientationBehindMuchMetadata();
    void bombsKeepTheirStatedSize();
    void errorsNameTheByte_data();
    void errorsNameTheByte();
    void endings();

private:
    TemporaryFolder m_folder;
};

namespace {

std::string stored(const char* name)
{
    return readTestFile(imagingData() / "pictures" / name);
}

} // namespace

void ImageHeaderTest::readsEveryFormat_data()
{
    QTest::addColumn<int>("format");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    QTest::addColumn<int>("channels");
    QTest::addColumn<int>("bits");
    QTest::addColumn<int>("orientation");
    const auto row = [](const char* name, ImageFormat format, int width, int height, int channels, int bits,
                        int orientation) {
        QTest::newRow(name) << static_cast<int>(format) << width << height << channels << bits << orientation;
    };
    row("rgb_420.jpg", ImageFormat::Jpeg, 53, 37, 3, 8, 1);
    row("grey.jpg", ImageFormat::Jpeg, 53, 37, 1, 8, 1);
    row("cmyk.jpg", ImageFormat::Jpeg, 53, 37, 4, 8, 1);
    row("exif_1.jpg", ImageFormat::Jpeg, 40, 20, 3, 8, 1);
    row("exif_2.jpg", ImageFormat::Jpeg, 40, 20, 3, 8, 2);
    row("exif_7.jpg", ImageFormat::Jpeg, 40, 20, 3, 8, 7);
    row("exif_8.jpg", ImageFormat::Jpeg, 40, 20, 3, 8, 8);
    row("xmp_6.jpg", ImageFormat::Jpeg, 40, 20, 3, 8, 6);
    row("rgba16.png", ImageFormat::Png, 53, 37, 4, 16, 1);
    row("la.png", ImageFormat::Png, 53, 37, 2, 8, 1);
    row("grey2.png", ImageFormat::Png, 53, 37, 1, 2, 1);
    row("palette4.png", ImageFormat::Png, 53, 37, 3, 4, 1);
    row("exif_6.png", ImageFormat::Png, 40, 20, 3, 8, 6);
    row("exif_8_late.png", ImageFormat::Png, 40, 20, 3, 8, 8);
    row("rgb.bmp", ImageFormat::Bmp, 53, 37, 3, 8, 1);
    row("top_down.bmp", ImageFormat::Bmp, 53, 37, 3, 8, 1);
    row("part.gif", ImageFormat::Gif, 53, 37, 3, 8, 1);
    row("grey16.tif", ImageFormat::Tiff, 53, 37, 1, 16, 1);
    row("exif_5.tif", ImageFormat::Tiff, 40, 20, 3, 8, 5);
    row("lossy.webp", ImageFormat::WebP, 53, 37, 3, 8, 1);
    row("lossless.webp", ImageFormat::WebP, 53, 37, 3, 8, 1);
    row("exif_6.webp", ImageFormat::WebP, 40, 20, 3, 8, 6);
    row("animated.webp", ImageFormat::WebP, 30, 20, 3, 8, 1);
    row("rgb.ppm", ImageFormat::Pnm, 53, 37, 3, 8, 1);
    row("bits.pbm", ImageFormat::Pnm, 53, 37, 1, 1, 1);
    row("grey16.pgm", ImageFormat::Pnm, 53, 37, 1, 16, 1);
    row("text.ppm", ImageFormat::Pnm, 53, 37, 3, 8, 1);
}

void ImageHeaderTest::readsEveryFormat()
{
    QFETCH(int, format);
    QFETCH(int, width);
    QFETCH(int, height);
    QFETCH(int, channels);
    QFETCH(int, bits);
    QFETCH(int, orientation);
    const ImageHeader expected{static_cast<ImageFormat>(format), width, height, channels, bits, orientation};
    const auto fromFile = readImageHeader(imagingData() / "pictures" / QTest::currentDataTag());
    QVERIFY2(fromFile, fromFile ? "" : fromFile.error().message.c_str());
    QVERIFY(*fromFile == expected);
    const auto fromBytes = parseImageHeader(stored(QTest::currentDataTag()), "memory");
    QVERIFY(fromBytes);
    QVERIFY(*fromBytes == expected);
    QCOMPARE(fromFile->uprightWidth(), orientation >= 5 ? height : width);
    QCOMPARE(fromFile->uprightHeight(), orientation >= 5 ? width : height);
}

void ImageHeaderTest::anyPrefixIsSafe_data()
{
    QTest::addColumn<int>("width");
    const Json golden = imagingGolden("pictures.json");
    for (const auto& [name, expected] : golden.items())
        QTest::newRow(name.c_str()) << 0;
}

/// A prefix gives the size of the whole file, or an error; never another size.
void ImageHeaderTest::anyPrefixIsSafe()
{
    const std::string bytes = stored(QTest::currentDataTag());
    const auto whole = parseImageHeader(bytes, "memory");
    QVERIFY(whole);
    int errors = 0;
    for (std::size_t length = 0; length < std::min<std::size_t>(bytes.size(), 3000); ++length) {
        const auto part = parseImageHeader(std::string_view(bytes).substr(0, length), "memory");
        errors += part ? 0 : 1;
        // Text numbers may be cut in the middle ("5" of "53"): nobody can see that.
        if (part && whole->format != ImageFormat::Pnm)
            QVERIFY(part->width == whole->width && part->height == whole->height);
        if (!part)
            QVERIFY(part.error().message.starts_with("memory: "));
    }
    QVERIFY(errors >= 5);
}

/// 300 kB of application data before the EXIF block and the frame header, as some cameras write.
void ImageHeaderTest::orientationBehindMuchMetadata()
{
    std::string bytes = stored("exif_6.jpg");
    std::string filler;
    for (int i = 0; i < 5; ++i)
        filler += std::string("\xff\xe4\xff\xff", 4) + std::string(65533, 'x');
    bytes.insert(2, filler);
    writeTestFile(m_folder / "much.jpg", bytes);
    const auto header = readImageHeader(m_folder / "much.jpg");
    QVERIFY2(header, header ? "" : header.error().message.c_str());
    QCOMPARE(header->width, 40);
    QCOMPARE(header->orientation, 6);
}

void ImageHeaderTest::bombsKeepTheirStatedSize()
{
    std::string png = stored("rgb.png");
    png.replace(16, 8, std::string("\x7f\xff\xff\xff\x7f\xff\xff\xff", 8));
    const auto huge = parseImageHeader(png, "bomb.png");
    QVERIFY(huge);
    QCOMPARE(huge->width, 2147483647);
    QCOMPARE(huge->height, 2147483647);
    png.replace(16, 8, std::string("\xff\xff\xff\xff\x00\x00\x00\x01", 8));
    QVERIFY(!parseImageHeader(png, "bomb.png"));
    png.replace(16, 8, std::string(8, '\0'));
    const auto none = parseImageHeader(png, "bomb.png");
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::CorruptFile);
}

void ImageHeaderTest::errorsNameTheByte_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const std::string& bytes, ErrorCode code, const char* message) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << static_cast<int>(code) << QString(message);
    };
    row("empty", "", ErrorCode::CorruptFile, "x: empty file");
    row("text", "hello, world\n", ErrorCode::Unsupported,
        "x: no known picture begins here; the file seems to be text");
    row("jpeg", stored("rgb_420.jpg").substr(0, 20), ErrorCode::CorruptFile,
        "x: JPEG ends before its frame header at byte 20");
    row("scan first", std::string("\xff\xd8\xff\xda\x00\x08", 6) + std::string(20, 'x'),
        ErrorCode::CorruptFile, "x: JPEG has no frame header before its first scan at byte 2");
    row("png", stored("rgb.png").substr(0, 20), ErrorCode::CorruptFile,
        "x: PNG ends inside its IHDR chunk at byte 16");
    row("bmp", stored("rgb.bmp").substr(0, 24), ErrorCode::CorruptFile,
        "x: BMP ends inside its header at byte 18");
    row("gif", stored("plain.gif").substr(0, 13), ErrorCode::CorruptFile,
        "x: GIF has no picture at byte 205");
    row("tiff", stored("plain.tif").substr(0, 8), ErrorCode::CorruptFile,
        "x: TIFF has no readable directory at byte 4");
    row("webp", stored("lossy.webp").substr(0, 24), ErrorCode::CorruptFile,
        "x: WebP has no key frame at byte 20");
    row("pnm", "P6\n12 x", ErrorCode::CorruptFile, "x: PNM has no number in its header at byte 6");
}

void ImageHeaderTest::errorsNameTheByte()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, message);
    const auto header = parseImageHeader(bytes.toStdString(), "x");
    QVERIFY(!header);
    QCOMPARE(static_cast<int>(header.error().code), code);
    QCOMPARE(QString::fromStdString(header.error().message), message);
}

void ImageHeaderTest::endings()
{
    QVERIFY(hasPictureEnding("a.JPG"));
    QVERIFY(hasPictureEnding("a.b.jpeg"));
    QVERIFY(hasPictureEnding("x.tiff"));
    QVERIFY(!hasPictureEnding("jpg"));
    QVERIFY(!hasPictureEnding("a.txt"));
    QVERIFY(!hasPictureEnding(""));
    QVERIFY(formatOfEnding("a.WebP") == ImageFormat::WebP);
    QVERIFY(formatOfEnding("a.pgm") == ImageFormat::Pnm);
    QCOMPARE(imageFormatName(ImageFormat::Jpeg), std::string_view("JPEG"));
}

QTEST_APPLESS_MAIN(ImageHeaderTest)
#include "tst_image_header.moc"
