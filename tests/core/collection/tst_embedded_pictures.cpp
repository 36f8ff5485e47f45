// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/path_text.h"
#include "core/collection/source_scan.h"
#include "core/imaging/own_png.h"
#include "core/labels/formats.h"
#include "core/labels/mask_ops.h"
#include "tests/core/collection/import_case.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;
using test::ImportCase;
namespace fs = std::filesystem;

/// Pictures and masks that stand inside other files.
class TestEmbeddedPictures : public QObject
{
    Q_OBJECT

private slots:
    void picturesInsideFiles();
    void masksOfLabelMe_data();
    void masksOfLabelMe();
    void badMasksOfLabelMe_data();
    void badMasksOfLabelMe();

private:
    /// Imports a picture of 40 x 30 with a mask at (5, 6), in base64 as LabelMe writes it, and a box.
    static ImportResult importMask(ImportCase& c, const std::string& base64);
};

namespace {

/// Six pixels of which four are set: .## / ##.
std::string grayMask()
{
    const std::vector<std::uint8_t> values = {0, 255, 1, 255, 255, 0};
    return *encodeGray8Png(3, 2, values);
}

/// The same of one bit a pixel, as Pillow saves a picture of truth values (mode "1"):
/// python3 -c "import base64,io,PIL.Image as I,numpy as n; b=io.BytesIO();
/// I.fromarray(n.array([[0,1,1],[1,1,0]],bool)).save(b,'PNG');
/// print(base64.b64encode(b.getvalue()).decode())"
constexpr const char* kOneBitMask =
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAQAAAAC1D1u3AAAADElEQVR4nGNIYDgAAAHkASHsLxlyAAAAAElFTkSuQmCC";

} // namespace

void TestEmbeddedPictures::picturesInsideFiles()
{
    ImportCase c;
    c.addFile("data.bin",
              std::string("head") + std::string("\x00\x40\x80\xFF", 4) + "\x01\x02\x03\x04\x05\x06");
    auto scan = scanSource(c.request(), c.decoders(), Cancellation(), {});
    QVERIFY(scan);
    using Coding = EmbeddedPicture::Coding;
    const auto add = [&](const std::string& path, int width, int height, std::uint64_t offset,
                         std::uint64_t size, Coding coding) {
        LabelledPicture picture;
        picture.path = path;
        picture.width = width;
        picture.height = height;
        picture.embedded = EmbeddedPicture{"data.bin", offset, size, coding};
        FileAnnotation tag;
        tag.className = "digit";
        picture.annotations.push_back(tag);
        ++scan->labels.read;
        scan->pictures.push_back(
            {path, static_cast<std::int64_t>(size), 0, Split::None, scan->labels.pictures.size()});
        scan->labels.pictures.push_back(std::move(picture));
    };
    add("gray.png", 2, 2, 4, 4, Coding::Gray);
    add("planes.png", 2, 1, 8, 6, Coding::PlanarRgb);
    add("cut.png", 2, 2, 12, 4, Coding::Gray);
    add("../out.png", 2, 2, 4, 4, Coding::Gray);
    const auto result = importScanned(c.project(), c.decoders(), c.request(), *scan, Cancellation(), {});
    QVERIFY2(result, result ? "" : result.error().message.c_str());
    QCOMPARE(result->added, 2);
    QCOMPARE(result->labels, (LabelCounts{4, 2, 0, 0, 0, 0, 2, 0}));
    const auto pixels = [&](const std::string& path) {
        DecodeRequest request;
        const auto items = c.project().items();
        for (const Item& item : *items)
            if (item.path.ends_with(path))
                request.path = c.project().itemPath(item);
        const auto decoded = c.decoders().decode(request);
        return decoded ? decoded->image.pixels : std::vector<std::uint8_t>();
    };
    QCOMPARE(pixels("gray.png"),
             (std::vector<std::uint8_t>{0, 0, 0, 64, 64, 64, 128, 128, 128, 255, 255, 255}));
    QCOMPARE(pixels("planes.png"), (std::vector<std::uint8_t>{1, 3, 5, 2, 4, 6}));
    QVERIFY(!fs::exists(c.projectFolder() / "out.png") && !fs::exists(c.projectFolder() / "media/out.png"));
    const auto again = importScanned(c.project(), c.decoders(), c.request(), *scan, Cancellation(), {});
    QCOMPARE(again->unchanged, 2);
}

ImportResult TestEmbeddedPictures::importMask(ImportCase& c, const std::string& base64)
{
    c.addPicture("a.jpg", 1, 40, 30);
    c.addFile("a.json",
              R"({"shapes": [{"label": "m", "points": [[5, 6], [7, 7]], "shape_type": "mask", "mask": ")" +
                  base64 +
                  R"("}, {"label": "b", "points": [[1, 1], [9, 9]], "shape_type": "rectangle"}],
"imagePath": "a.jpg", "imageWidth": 40, "imageHeight": 30})");
    return c.import();
}

void TestEmbeddedPictures::masksOfLabelMe_data()
{
    QTest::addColumn<QString>("base64");
    QTest::newRow("8 bits") << QString::fromStdString(base64Encode(grayMask()));
    QTest::newRow("1 bit") << kOneBitMask;
}

void TestEmbeddedPictures::masksOfLabelMe()
{
    QFETCH(QString, base64);
    ImportCase c;
    QCOMPARE(importMask(c, base64.toStdString()).rejected, 0);
    const auto annotations = c.project().annotations(c.itemAt("a.jpg").id);
    QCOMPARE(annotations->size(), std::size_t{2});
    const auto* mask = std::get_if<Mask>(&(*annotations)[0].shape);
    QVERIFY(mask != nullptr);
    QVERIFY(*mask == maskFromBitmap(Bitmap{5, 6, 3, 2, {0, 1, 1, 1, 1, 0}}));
}

void TestEmbeddedPictures::badMasksOfLabelMe_data()
{
    QTest::addColumn<QByteArray>("picture");
    QTest::addColumn<QString>("reason");
    const QByteArray good = QByteArray::fromStdString(grayMask());
    QByteArray wrongSum = good;
    wrongSum[wrongSum.indexOf("IDAT") + 12] =
        static_cast<char>(wrongSum[wrongSum.indexOf("IDAT") + 12] ^ 0x40);
    QByteArray huge = good;
    huge.replace(16, 8, QByteArray::fromHex("00ffffff00ffffff"));
    const Image colours{3, 2, std::vector<std::uint8_t>(18, 7)};
    QTest::newRow("no picture") << QByteArray("no picture at all, but text") << "the picture inside";
    QTest::newRow("cut") << good.first(good.indexOf("IDAT") + 6) << "the picture inside";
    QTest::newRow("a byte is another") << wrongSum << "the picture inside";
    QTest::newRow("too large") << huge << "over the limit";
    QTest::newRow("in colour") << QByteArray::fromStdString(*encodeRgbPng(colours)) << "in colour";
    QTest::newRow("empty") << QByteArray() << "not a picture";
}

/// The record is rejected with its file, place and reason; the others stay, and the decoders work on.
void TestEmbeddedPictures::badMasksOfLabelMe()
{
    QFETCH(QByteArray, picture);
    QFETCH(QString, reason);
    ImportCase c;
    const ImportResult result = importMask(c, base64Encode(picture.toStdString()));
    QCOMPARE(result.rejected, 1);
    QCOMPARE(result.labels.added, 1);
    const Rejection& rejection = result.rejections.front();
    QCOMPARE(rejection.path, (c.source() / "a.json").native());
    QCOMPARE(rejection.place, std::string("shape 1"));
    QVERIFY2(rejection.reason.find(reason.toStdString()) != std::string::npos, rejection.reason.c_str());
    QVERIFY(!rejection.remedy.empty());
}

QTEST_APPLESS_MAIN(TestEmbeddedPictures)
#include "tst_embedded_pictures.moc"
