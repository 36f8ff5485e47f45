// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/io_env.h"
#include "core/storage/read_file.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <pthread.h>
#include <thread>
#include <unistd.h>

using namespace trainyard;

namespace {

std::span<const std::byte> asBytes(const std::string& text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

void ignoreSignal(int) {}

} // namespace

class TestIoEnv : public QObject
{
    Q_OBJECT

private slots:
    /// A pipe takes 64 KiB at a time and signals interrupt the writer: nothing may be lost or doubled.
    void shortAndInterruptedWritesAreRepeated()
    {
        struct sigaction action
        {
        };
        action.sa_handler = ignoreSignal; // without SA_RESTART: calls end with EINTR
        sigaction(SIGUSR2, &action, nullptr);
        int ends[2];
        QCOMPARE(pipe(ends), 0);
        std::string sent;
        for (int i = 0; i < 300'000; ++i)
            sent += static_cast<char>(i * 31 + i / 251);
        std::atomic<bool> isDone{false};
        Result<void> written;
        std::thread writer([&] {
            written = posixIo().write(ends[1], asBytes(sent), "pipe");
            isDone = true;
            ::close(ends[1]);
        });
        std::string received;
        char piece[1000];
        for (;;) {
            if (!isDone)
                pthread_kill(writer.native_handle(), SIGUSR2);
            const ssize_t count = ::read(ends[0], piece, sizeof piece);
            if (count <= 0)
                break;
            received.append(piece, static_cast<std::size_t>(count));
        }
        writer.join();
        ::close(ends[0]);
        QVERIFY(written.has_value());
        QVERIFY(received == sent);
    }

    void errorsNameOperationPathAndReason()
    {
        const Error full = ioError("write", "/data/a", ENOSPC);
        QCOMPARE(full.code, ErrorCode::NoSpace);
        QCOMPARE(full.message, std::string("write /data/a: No space left on device"));
        QCOMPARE(ioError("write", "a", EDQUOT).code, ErrorCode::NoSpace);
        QCOMPARE(ioError("open", "a", ENOENT).code, ErrorCode::NotFound);
        QCOMPARE(ioError("open", "a", EEXIST).code, ErrorCode::Conflict);
        QCOMPARE(ioError("open", "a", EACCES).code, ErrorCode::IoError);
        QCOMPARE(ioError("open", "a\nb", EACCES).message, std::string("open a\\x0Ab: Permission denied"));
    }

    void exclusiveOpenRefusesLinksAndPresentFiles()
    {
        const test::TemporaryFolder folder;
        test::writeTestFile(folder / "there", "x");
        const auto present = posixIo().openForWriting(folder / "there", IoEnv::Create::Exclusive);
        QVERIFY(!present);
        QCOMPARE(present.error().code, ErrorCode::Conflict);
        std::filesystem::create_symlink(folder / "there", folder / "link");
        QVERIFY(!posixIo().openForWriting(folder / "link", IoEnv::Create::Append));
        QVERIFY(!posixIo().openForWriting(folder / "none", IoEnv::Create::Existing));
        QCOMPARE(test::readTestFile(folder / "there"), std::string("x"));
    }

    void appendAndWriteAtAndTruncate()
    {
        const test::TemporaryFolder folder;
        IoEnv& io = posixIo();
        const auto path = folder / "file";
        const int append = io.openForWriting(path, IoEnv::Create::Append).value();
        QVERIFY(io.write(append, asBytes("abc"), path));
        QVERIFY(io.write(append, asBytes("def"), path));
        QVERIFY(io.dataSync(append, path));
        QVERIFY(io.close(append, path));
        const int place = io.openForWriting(path, IoEnv::Create::Existing).value();
        QVERIFY(io.writeAt(place, asBytes("XY"), 1, path));
        QVERIFY(io.truncate(place, 4, path));
        QVERIFY(io.sync(place, path));
        QVERIFY(io.close(place, path));
        QCOMPARE(test::readTestFile(path), std::string("aXYd"));
        const auto closed = io.close(place, path);
        QVERIFY(!closed);
    }

    void renameCreateOnlyKeepsThePresentFile()
    {
        const test::TemporaryFolder folder;
        test::writeTestFile(folder / "a", "new");
        test::writeTestFile(folder / "b", "old");
        const auto refused = posixIo().rename(folder / "a", folder / "b", IoEnv::Rename::CreateOnly);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Conflict);
        QCOMPARE(test::readTestFile(folder / "b"), std::string("old"));
        QVERIFY(posixIo().rename(folder / "a", folder / "b", IoEnv::Rename::Replace));
        QCOMPARE(test::readTestFile(folder / "b"), std::string("new"));
        QVERIFY(posixIo().rename(folder / "b", folder / "c", IoEnv::Rename::CreateOnly));
        QCOMPARE(test::readTestFile(folder / "c"), std::string("new"));
    }

    void foldersAreMadeWithTheirParents()
    {
        const test::TemporaryFolder folder;
        QVERIFY(makeFolders(posixIo(), folder / "a/b/c/"));
        QVERIFY(std::filesystem::is_directory(folder / "a/b/c"));
        QVERIFY(makeFolders(posixIo(), folder / "a/b/c"));
        test::writeTestFile(folder / "file", "");
        QVERIFY(!makeFolders(posixIo(), folder / "file/below"));
        QVERIFY(!posixIo().makeFolder(folder / "file"));
        QVERIFY(posixIo().freeBytes(folder.path()).value() > 0);
    }
};

QTEST_APPLESS_MAIN(TestIoEnv)
#include "tst_io_env.moc"
