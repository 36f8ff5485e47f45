// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/hash.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;

/// Vectors: FIPS 180-4 (SHA-256), RFC 3720 B.4 (CRC-32C), python-xxhash 3 for XXH3:
/// `xxhash.xxh3_64_hexdigest(...)`.
class TestHash : public QObject
{
    Q_OBJECT

private slots:
    void sha256OfKnownTexts()
    {
        QCOMPARE(sha256("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        QCOMPARE(sha256(""), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256(std::string(1'000'000, 'a')),
                 std::string("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
    }

    void sha256InPieces()
    {
        Sha256 hash;
        hash.add("a");
        hash.add("");
        hash.add("bc");
        QCOMPARE(hash.finish(),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void crc32cOfKnownTexts()
    {
        QCOMPARE(crc32c("123456789"), 0xE3069283U);
        QCOMPARE(crc32c(std::string(32, '\0')), 0x8A9136AAU);
        QCOMPARE(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
        std::string rising;
        for (char c = 0; c < 32; ++c)
            rising += c;
        QCOMPARE(crc32c(rising), 0x46DD794EU);
        QCOMPARE(crc32c(rising.substr(11), crc32c(rising.substr(0, 11))), 0x46DD794EU);
    }

    void xxh3OfKnownTexts()
    {
        QCOMPARE(xxh3(""), 0x2d06800538d394c2ULL);
        QCOMPARE(xxh3("a"), 0xe6c632b61e964e1fULL);
        QCOMPARE(xxh3("abc"), 0x78af5f94892f3950ULL);
        QCOMPARE(xxh3(std::string(1000, 'x')), 0xc0a4877b962cba82ULL);
        QCOMPARE(xxh3("abc", 42), 0xd8438def21bbdcc3ULL);
    }

    void filesAreHashedLikeTheirBytes()
    {
        const test::TemporaryFolder folder;
        const std::string bytes = std::string((3 << 20) + 17, 'q') + "end";
        test::writeTestFile(folder / "large", bytes);
        QCOMPARE(xxh3File(folder / "large").value(), xxh3(bytes));
        QCOMPARE(sha256File(folder / "large").value(), sha256(bytes));
    }

    void missingFilesAndFoldersAreErrors()
    {
        const test::TemporaryFolder folder;
        const auto missing = sha256File(folder / "none");
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QVERIFY(missing.error().message.find("none") != std::string::npos);
        QVERIFY(!xxh3File(folder.path()));
    }
};

QTEST_APPLESS_MAIN(TestHash)
#include "tst_hash.moc"
