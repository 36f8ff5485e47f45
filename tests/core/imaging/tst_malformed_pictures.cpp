// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/imaging/picture_case.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

/// 300 malformed pictures (truncations, flipped bits, wrong endings, bombs;
/// tests/data/imaging/malformed.json): each is decoded to Pillow's pixels, marked damaged, or rejected with a
/// reason; and the process that asks stays alive.
class MalformedPictures : public QObject
{
    Q_OBJECT

private slots:
    void isAcceptedMarkedOrRejected_data();
    void isAcceptedMarkedOrRejected();
    void allVerdictsOccur();

private:
    TemporaryFolder m_folder;
    int m_accepted = 0;
    int m_damaged = 0;
    int m_rejected = 0;
};

namespace {

/// The case's file: a picture of the corpus with its mutation.
std::string mutated(const Json& row)
{
    std::string bytes = readTestFile(imagingData() / "pictures" / row.at("file").get<std::string>());
    if (row.contains("length"))
        bytes.resize(row.at("length").get<std::size_t>());
    for (const std::size_t bit : row.value("bits", std::vector<std::size_t>()))
        bytes.at(bit / 8) = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    for (const auto& [at, value] : row.value("patches", std::vector<std::pair<std::size_t, int>>()))
        bytes.at(at) = static_cast<char>(value);
    return bytes;
}

} // namespace

void MalformedPictures::isAcceptedMarkedOrRejected_data()
{
    QTest::addColumn<int>("index");
    const Json cases = imagingGolden("malformed.json");
    QCOMPARE(cases.size(), std::size_t{300});
    for (std::size_t i = 0; i < cases.size(); ++i)
        QTest::addRow("%03zu %s %s", i, cases[i].at("kind").get<std::string>().c_str(),
                      cases[i].at("file").get<std::string>().c_str())
            << static_cast<int>(i);
}

void MalformedPictures::isAcceptedMarkedOrRejected()
{
    QFETCH(int, index);
    static const Json cases = imagingGolden("malformed.json");
    const Json& row = cases[static_cast<std::size_t>(index)];
    const std::filesystem::path stored = row.at("file").get<std::string>();
    const auto path = m_folder / ("case" + row.value("ending", stored.extension().string()));
    writeTestFile(path, mutated(row));
    const auto picture = decodePicture(path);
    if (!picture) {
        ++m_rejected;
        QVERIFY2(picture.error().message.starts_with(path.native() + ": "), picture.error().message.c_str());
        QVERIFY(picture.error().message.size() > path.native().size() + 10);
        QVERIFY2(picture.error().code != ErrorCode::Internal, picture.error().message.c_str());
        if (row.at("kind") == "bomb") {
            QCOMPARE(picture.error().code, ErrorCode::Refused);
            QVERIFY2(picture.error().message.find(std::to_string(row.at("width").get<int>())) !=
                         std::string::npos,
                     picture.error().message.c_str());
        }
        return;
    }
    QVERIFY(row.at("kind") != "bomb");
    if (picture->damage) {
        ++m_damaged;
        QVERIFY(picture->damage->size() > 10);
        return;
    }
    ++m_accepted;
    const Json& pillow = row.at("pillow");
    if (pillow.contains("failed"))
        return; // Pillow broke down over the file and says nothing about it
    QVERIFY2(pillow.contains("pixels"), ("accepted, but Pillow says " + pillow.dump()).c_str());
    QCOMPARE(picture->image.width, pillow.at("width").get<int>());
    QCOMPARE(picture->image.height, pillow.at("height").get<int>());
    QCOMPARE(QString::fromStdString(pixelDigest(picture->image)),
             QString::fromStdString(pillow.at("pixels")));
}

void MalformedPictures::allVerdictsOccur()
{
    qInfo("%d accepted with Pillow's pixels, %d marked damaged, %d rejected", m_accepted, m_damaged,
          m_rejected);
    QVERIFY(m_accepted > 20);
    QVERIFY(m_damaged > 10);
    QVERIFY(m_rejected > 50);
}

QTEST_APPLESS_MAIN(MalformedPictures)
#include "tst_malformed_pictures.moc"
