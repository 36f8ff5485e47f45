// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/read_file.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

using namespace trainyard;
namespace fs = std::filesystem;

class TestReadFile : public QObject
{
    Q_OBJECT

private slots:
    void readsWholeFilesUpToALimit()
    {
        const test::TemporaryFolder folder;
        const std::string bytes("a\0b\n", 4);
        test::writeTestFile(folder / "file", bytes);
        QCOMPARE(readFile(folder / "file").value(), bytes);
        QCOMPARE(readFile(folder / "file", 4).value(), bytes);
        const auto refused = readFile(folder / "file", 3);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QVERIFY(readFile("/proc/self/stat").value().size() > 10); // says that it has 0 bytes
    }

    void refusesWhatIsNoFile()
    {
        const test::TemporaryFolder folder;
        QCOMPARE(mkfifo((folder / "pipe").c_str(), 0600), 0);
        for (const fs::path& path : {folder.path(), folder / "pipe", fs::path("/dev/zero")}) {
            QCOMPARE(readFile(path).error().code, ErrorCode::Refused);
            QCOMPARE(MappedFile::open(path).error().code, ErrorCode::Refused);
        }
        QCOMPARE(readFile(folder / "none").error().code, ErrorCode::NotFound);
    }

    void mapsFiles()
    {
        const test::TemporaryFolder folder;
        test::writeTestFile(folder / "file", "mapped");
        test::writeTestFile(folder / "empty", "");
        MappedFile file = MappedFile::open(folder / "file").value();
        const MappedFile moved = std::move(file);
        QCOMPARE(std::string(moved.bytes()), std::string("mapped"));
        QVERIFY(MappedFile::open(folder / "empty").value().bytes().empty());
    }

    void readsTails()
    {
        const test::TemporaryFolder folder;
        test::writeTestFile(folder / "log", "0123456789");
        const FileTail tail = readTail(folder / "log", 7).value();
        QCOMPARE(tail.size, std::uint64_t{10});
        QCOMPARE(tail.bytes, std::string("789"));
        QVERIFY(readTail(folder / "log", 10).value().bytes.empty());
        QCOMPARE(readTail(folder / "log", 99).value().size, std::uint64_t{10});
    }

    void opensOnlyBeneathAFolder_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("reason"); // empty: it opens
        QTest::newRow("file") << "inside.txt"
                              << "";
        QTest::newRow("nested") << "sub/file.txt"
                                << "";
        QTest::newRow("dots in a name") << "sub/..file"
                                        << "";
        QTest::newRow("parent") << "../outside.txt"
                                << "..";
        QTest::newRow("parent inside") << "sub/../inside.txt"
                                       << "..";
        QTest::newRow("dot") << "./inside.txt"
                             << ".";
        QTest::newRow("double slash") << "sub//file.txt"
                                      << "empty part";
        QTest::newRow("trailing slash") << "sub/"
                                        << "empty part";
        QTest::newRow("absolute") << "/etc/passwd"
                                  << "absolute";
        QTest::newRow("empty") << ""
                               << "not a file name";
        QTest::newRow("link to a file") << "link.txt"
                                        << "link";
        QTest::newRow("link to a folder") << "linked/outside.txt"
                                          << "link";
        QTest::newRow("hard link") << "hard.txt"
                                   << "hard links";
        QTest::newRow("folder") << "sub"
                                << "regular";
        QTest::newRow("pipe") << "pipe"
                              << "regular";
    }

    void opensOnlyBeneathAFolder()
    {
        QFETCH(QString, name);
        QFETCH(QString, reason);
        const test::TemporaryFolder base;
        const fs::path folder = base / "in";
        test::writeTestFile(base / "outside.txt", "secret");
        test::writeTestFile(folder / "inside.txt", "x");
        test::writeTestFile(folder / "sub/file.txt", "x");
        test::writeTestFile(folder / "sub/..file", "x");
        fs::create_symlink(base / "outside.txt", folder / "link.txt");
        fs::create_directory_symlink(base.path(), folder / "linked");
        fs::create_hard_link(base / "outside.txt", folder / "hard.txt");
        QCOMPARE(mkfifo((folder / "pipe").c_str(), 0600), 0);

        const Result<int> fd = openBeneath(folder, name.toStdString());
        if (reason.isEmpty()) {
            QVERIFY2(fd, fd ? "" : fd.error().message.c_str());
            ::close(*fd);
            return;
        }
        QVERIFY(!fd);
        QCOMPARE(fd.error().code, ErrorCode::Refused);
        QVERIFY2(fd.error().message.find(reason.toStdString()) != std::string::npos,
                 fd.error().message.c_str());
    }

    void namesWithNulAreRefused()
    {
        QCOMPARE(openBeneath("/tmp", std::string("a\0b", 3)).error().code, ErrorCode::Refused);
        QCOMPARE(openBeneath("/tmp", "surely-no-such-file").error().code, ErrorCode::NotFound);
    }
};

QTEST_APPLESS_MAIN(TestReadFile)
#include "tst_read_file.moc"
