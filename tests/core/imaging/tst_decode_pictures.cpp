// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/imaging/picture_case.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sys/stat.h>

using namespace trainyard;
using namespace trainyard::test;

/// Pixels of every format and variant against Pillow's (tests/data/imaging/make_pictures.py).
class DecodePictures : public QObject
{
    Q_OBJECT

private slots:
    void pixelsEqualPillows_data();
    void pixelsEqualPillows();
    void cmykIsWithinTwo_data();
    void cmykIsWithinTwo();
    void reducedJpegEqualsPillowsDraft_data();
    void reducedJpegEqualsPillowsDraft();
    void cutFilesKeepTheirRows_data();
    void cutFilesKeepTheirRows();
    void brokenChecksumIsNamed();
    void notesSayWhatWasDropped_data();
    void notesSayWhatWasDropped();
    void factsOfTheFile();
    void refusals_data();
    void refusals();
    void pipeIsRefused();
    void wrongEndingIsNoted();

private:
    TemporaryFolder m_folder;
};

namespace {

std::string stored(const std::string& name)
{
    return readTestFile(imagingData() / "pictures" / name);
}

int largestDifference(const Image& image, const std::string& expected)
{
    int largest = 0;
    for (std::size_t i = 0; i < expected.size(); ++i)
        largest = std::max(
            largest, std::abs(image.pixels[i] - static_cast<int>(static_cast<unsigned char>(expected[i]))));
    return largest;
}

/// The R of "ends after row R of H".
int rowsOf(const std::string& damage)
{
    const std::size_t at = damage.find("after row ");
    return at == std::string::npos ? -1 : std::atoi(damage.c_str() + at + 10);
}

} // namespace

void DecodePictures::pixelsEqualPillows_data()
{
    QTest::addColumn<QString>("digest");
    QTest::addColumn<int>("width");
    QTest::addColumn<int>("height");
    const Json golden = imagingGolden("pictures.json");
    for (const auto& [name, expected] : golden.items())
        QTest::newRow(name.c_str()) << QString::fromStdString(expected.at("pixels"))
                                    << expected.at("width").get<int>() << expected.at("height").get<int>();
}

void DecodePictures::pixelsEqualPillows()
{
    QFETCH(QString, digest);
    QFETCH(int, width);
    QFETCH(int, height);
    const auto picture = decodePicture(imagingData() / "pictures" / QTest::currentDataTag());
    QVERIFY2(picture, picture ? "" : picture.error().message.c_str());
    QVERIFY2(!picture->damage, picture->damage.value_or("").c_str());
    QCOMPARE(picture->image.width, width);
    QCOMPARE(picture->image.height, height);
    QCOMPARE(picture->fullWidth, width);
    QCOMPARE(picture->fullHeight, height);
    QCOMPARE(QString::fromStdString(pixelDigest(picture->image)), digest);
}

void DecodePictures::cmykIsWithinTwo_data()
{
    QTest::addColumn<int>("allowed");
    QTest::newRow("cmyk_black.jpg") << 0;
    QTest::newRow("cmyk_black.tif") << 2;
}

void DecodePictures::cmykIsWithinTwo()
{
    QFETCH(int, allowed);
    const std::string name = QTest::currentDataTag();
    const auto picture = decodePicture(imagingData() / "pictures" / name);
    QVERIFY2(picture, picture ? "" : picture.error().message.c_str());
    const std::string expected = readTestFile(imagingData() / (name + ".rgb"));
    QCOMPARE(picture->image.pixels.size(), expected.size());
    QVERIFY(largestDifference(picture->image, expected) <= allowed);
    QCOMPARE(QString::fromStdString(picture->note), QString("CMYK shown as RGB"));
}

void DecodePictures::reducedJpegEqualsPillowsDraft_data()
{
    QTest::addColumn<int>("minimumEdge");
    QTest::addColumn<int>("reduction");
    QTest::newRow("half") << 192 << 2;
    QTest::newRow("just a quarter") << 100 << 4;
    QTest::newRow("an eighth") << 50 << 8;
    QTest::newRow("never less than an eighth") << 1 << 8;
}

void DecodePictures::reducedJpegEqualsPillowsDraft()
{
    QFETCH(int, minimumEdge);
    QFETCH(int, reduction);
    const auto picture = decodePicture(imagingData() / "pictures" / "large.jpg", minimumEdge);
    QVERIFY(picture);
    const Json expected = imagingGolden("reduced.json").at(std::to_string(reduction));
    QCOMPARE(picture->image.width, expected.at("width").get<int>());
    QCOMPARE(picture->image.height, expected.at("height").get<int>());
    QCOMPARE(picture->fullWidth, 400);
    QCOMPARE(picture->fullHeight, 300);
    QCOMPARE(QString::fromStdString(pixelDigest(picture->image)),
             QString::fromStdString(expected.at("pixels")));
}

void DecodePictures::cutFilesKeepTheirRows_data()
{
    QTest::addColumn<int>("enoughKept"); // cut files of a hundred that must give rows
    QTest::newRow("large.jpg") << 60;
    QTest::newRow("restart.jpg") << 20;
    QTest::newRow("grey.jpg") << 20;
    QTest::newRow("rgb.png") << 50;
    QTest::newRow("rgb16.png") << 80;
    QTest::newRow("palette8.png") << 20;
    QTest::newRow("rgb.bmp") << 80;
    QTest::newRow("rle8.bmp") << 50;
    QTest::newRow("plain.gif") << 50;
    QTest::newRow("text.ppm") << 80;
    QTest::newRow("lossy.webp") << 0;
}

void DecodePictures::cutFilesKeepTheirRows()
{
    QFETCH(int, enoughKept);
    const std::string name = QTest::currentDataTag();
    const std::string whole = stored(name);
    const auto full = decodePicture(imagingData() / "pictures" / name);
    QVERIFY(full);
    const bool isBottomUp = name.ends_with(".bmp");
    int kept = 0;
    int lastRows = 0;
    for (std::size_t i = 1; i < 100; ++i) {
        const auto path = m_folder / name;
        writeTestFile(path, whole.substr(0, whole.size() * i / 100));
        const auto cut = decodePicture(path);
        if (!cut) {
            const bool isUnrecognisable = std::filesystem::file_size(path) < 20;
            QVERIFY(cut.error().code == ErrorCode::CorruptFile ||
                    (isUnrecognisable && cut.error().code == ErrorCode::Unsupported));
            continue;
        }
        QVERIFY2(cut->damage, ("accepted at " + std::to_string(i) + " of 100").c_str());
        const int rows = rowsOf(*cut->damage);
        if (rows < 0)
            continue; // every row came
        ++kept;
        QVERIFY2(rows >= lastRows && rows <= full->image.height, cut->damage->c_str());
        lastRows = rows;
        const std::size_t stride = static_cast<std::size_t>(full->image.width) * 3;
        for (int y = 0; y < full->image.height; ++y) {
            const int at = isBottomUp ? full->image.height - 1 - y : y;
            const std::vector<std::uint8_t> grey(stride, 128);
            const std::uint8_t* expected = y < rows ? full->image.row(at) : grey.data();
            QVERIFY2(std::equal(expected, expected + stride, cut->image.row(at)),
                     (std::to_string(i) + " of 100, row " + std::to_string(y) + ", " + *cut->damage).c_str());
        }
    }
    QVERIFY2(kept >= enoughKept, std::to_string(kept).c_str());
}

void DecodePictures::brokenChecksumIsNamed()
{
    std::string bytes = stored("rgb.png");
    bytes[bytes.find("IDAT") + 40] ^= 1;
    writeTestFile(m_folder / "a.png", bytes);
    const auto idat = decodePicture(m_folder / "a.png");
    QVERIFY(!idat);
    QCOMPARE(idat.error().code, ErrorCode::CorruptFile);
    QVERIFY2(idat.error().message.find("chunk IDAT at byte 33") != std::string::npos,
             idat.error().message.c_str());

    bytes = stored("text.png");
    bytes[bytes.find("a text")] ^= 1;
    writeTestFile(m_folder / "b.png", bytes);
    const auto text = decodePicture(m_folder / "b.png");
    QVERIFY(text);
    QVERIFY(text->damage);
    QVERIFY2(text->damage->find("chunk tEXt at byte 33") != std::string::npos, text->damage->c_str());
}

void DecodePictures::notesSayWhatWasDropped_data()
{
    QTest::addColumn<QString>("note");
    QTest::newRow("rgb.png") << "";
    QTest::newRow("rgba.png") << "alpha channel dropped";
    QTest::newRow("palette_transparent.png") << "alpha channel dropped";
    QTest::newRow("grey16.png") << "16 bit shown as 8";
    QTest::newRow("rgba16.png") << "alpha channel dropped; 16 bit shown as 8";
    QTest::newRow("grey16.tif") << "16 bit shown as 8";
    QTest::newRow("rgba.tif") << "alpha channel dropped";
    QTest::newRow("rgba.webp") << "alpha channel dropped";
    QTest::newRow("transparent.gif") << "alpha channel dropped";
    QTest::newRow("cmyk.jpg") << "CMYK shown as RGB";
}

void DecodePictures::notesSayWhatWasDropped()
{
    QFETCH(QString, note);
    const auto picture = decodePicture(imagingData() / "pictures" / QTest::currentDataTag());
    QVERIFY(picture);
    QCOMPARE(QString::fromStdString(picture->note), note);
}

void DecodePictures::factsOfTheFile()
{
    const auto path = m_folder / "facts.jpg";
    writeTestFile(path, stored("exif_6.jpg"));
    const auto stamp = std::filesystem::file_time_type(std::chrono::seconds(1'000'000'000));
    std::filesystem::last_write_time(path, stamp);
    const auto picture = decodePicture(path);
    QVERIFY(picture);
    // python: xxhash.xxh3_64_hexdigest(open('exif_6.jpg', 'rb').read())
    QCOMPARE(picture->contentHash, std::uint64_t{0x8755dc638653ceda});
    QCOMPARE(picture->fileBytes, static_cast<std::int64_t>(std::filesystem::file_size(path)));
    struct stat status = {};
    QCOMPARE(::stat(path.c_str(), &status), 0);
    QCOMPARE(picture->fileTimeNs,
             std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec);
    QCOMPARE(picture->header.width, 40);
    QCOMPARE(picture->header.height, 20);
    QCOMPARE(picture->header.orientation, 6);
    QCOMPARE(picture->fullWidth, 20);
}

void DecodePictures::refusals_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("reason");
    const auto row = [](const char* name, const std::string& bytes, ErrorCode code, const char* reason) {
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << static_cast<int>(code) << QString(reason);
    };
    row("empty.jpg", "", ErrorCode::CorruptFile, "empty file");
    row("text.jpg", "This is not a picture at all, but a text.\n", ErrorCode::Unsupported,
        "seems to be text");
    row("page.png", "<!DOCTYPE html><html></html>", ErrorCode::Unsupported, "a web page");
    row("archive.jpg", std::string("PK\x03\x04", 4) + std::string(60, 'x'), ErrorCode::Unsupported,
        "a ZIP archive");
    row("noise.jpg", std::string("\x01\x02\x00\x9f", 4) + std::string(60, '\0'), ErrorCode::Unsupported,
        "of an unknown kind");
    // 30000 x 30000 pixels of one bit in 109 kB are 2.6 GB as floating-point RGB: the header is enough to
    // refuse them.
    std::string bomb = stored("grey1.png");
    for (const std::size_t at : {std::size_t{16}, std::size_t{20}})
        bomb.replace(at, 4, std::string("\x00\x00\x75\x30", 4));
    row("bomb.png", bomb, ErrorCode::Refused, "30000 x 30000 pixels are over the limit of 100000000 pixels");
    row("lossless.jpg", std::string("\xff\xd8\xff\xc3\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00", 15),
        ErrorCode::Unsupported, "lossless");
}

void DecodePictures::refusals()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    QFETCH(QString, reason);
    const auto path = m_folder / QTest::currentDataTag();
    writeTestFile(path, bytes.toStdString());
    const auto picture = decodePicture(path);
    QVERIFY(!picture);
    QCOMPARE(static_cast<int>(picture.error().code), code);
    QVERIFY2(QString::fromStdString(picture.error().message).contains(reason),
             picture.error().message.c_str());
}

void DecodePictures::pipeIsRefused()
{
    const auto path = m_folder / "pipe.jpg";
    QCOMPARE(mkfifo(path.c_str(), 0600), 0);
    const auto pipe = decodePicture(path);
    QVERIFY(!pipe);
    QCOMPARE(pipe.error().code, ErrorCode::Refused);
    const auto folder = decodePicture(m_folder.path());
    QVERIFY(!folder);
    QCOMPARE(folder.error().code, ErrorCode::Refused);
    const auto nothing = decodePicture(m_folder / "nothing.jpg");
    QVERIFY(!nothing);
    QCOMPARE(nothing.error().code, ErrorCode::NotFound);
}

void DecodePictures::wrongEndingIsNoted()
{
    writeTestFile(m_folder / "really_a_jpeg.png", stored("rgb_420.jpg"));
    const auto picture = decodePicture(m_folder / "really_a_jpeg.png");
    QVERIFY(picture);
    QVERIFY(!picture->damage);
    QCOMPARE(picture->header.format, ImageFormat::Jpeg);
    QCOMPARE(QString::fromStdString(picture->note), QString("named like a PNG file, but is JPEG"));
}

QTEST_APPLESS_MAIN(DecodePictures)
#include "tst_decode_pictures.moc"
