// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/file_lock.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <atomic>
#include <fcntl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace trainyard;
using namespace std::chrono_literals;

class TestFileLock : public QObject
{
    Q_OBJECT

private slots:
    void oneHolderAtATime()
    {
        const test::TemporaryFolder folder;
        const auto path = folder / "job.lock";
        QVERIFY(!FileLock::holder(path)); // no file yet
        {
            const auto first = FileLock::acquire(path, 0ms, "pid 1, anna@host");
            QVERIFY(first.has_value());
            QCOMPARE(FileLock::holder(path).value(), std::string("pid 1, anna@host"));
            const auto second = FileLock::acquire(path, 0ms, "pid 2");
            QVERIFY(!second);
            QCOMPARE(second.error().code, ErrorCode::Conflict);
            QVERIFY(second.error().message.find("pid 1, anna@host") != std::string::npos);
        }
        QVERIFY(!FileLock::holder(path));
        QVERIFY(FileLock::acquire(path, 0ms, "pid 2").has_value());
    }

    void waitsAsLongAsItsPatience()
    {
        const test::TemporaryFolder folder;
        const auto path = folder / "lock";
        auto held = std::make_optional(FileLock::acquire(path, 0ms, "first").value());
        std::thread releaser([&] {
            std::this_thread::sleep_for(60ms);
            held.reset();
        });
        const auto waited = FileLock::acquire(path, 20s, "second");
        releaser.join();
        QVERIFY(waited.has_value());
        QCOMPARE(FileLock::holder(path).value(), std::string("second"));
    }

    /// Whoever only looks must not make somebody fail who tries.
    void lookingNeverStealsTheLock()
    {
        const test::TemporaryFolder folder;
        const auto path = folder / "lock";
        QVERIFY(FileLock::acquire(path, 0ms, "x").has_value());
        std::atomic<bool> isOver{false};
        std::thread looker([&] {
            while (!isOver)
                static_cast<void>(FileLock::holder(path));
        });
        int failures = 0;
        for (int i = 0; i < 2000; ++i)
            failures += FileLock::acquire(path, 0ms, "x").has_value() ? 0 : 1;
        isOver = true;
        looker.join();
        QCOMPARE(failures, 0);
    }

    void deathOfTheHolderFreesIt()
    {
        const test::TemporaryFolder folder;
        const auto path = folder / "lock";
        int ready[2];
        QCOMPARE(pipe(ready), 0);
        const pid_t child = fork();
        if (child == 0) {
            const auto lock = FileLock::acquire(path, 0ms, "child");
            [[maybe_unused]] const ssize_t count = ::write(ready[1], lock ? "y" : "n", 1);
            pause();
            _exit(0);
        }
        char answer = 0;
        QCOMPARE(::read(ready[0], &answer, 1), ssize_t{1});
        QCOMPARE(answer, 'y');
        QCOMPARE(FileLock::holder(path).value(), std::string("child"));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        QVERIFY(FileLock::acquire(path, 0ms, "parent").has_value());
        ::close(ready[0]);
        ::close(ready[1]);
    }

    void adoptsAnInheritedLock()
    {
        const test::TemporaryFolder folder;
        const auto path = folder / "lock";
        auto lock = FileLock::acquire(path, 0ms, "before exec");
        const int fd = lock->keepAcrossExec().value();
        QCOMPARE(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
        const int inherited = dup(fd); // the same open file, as after an exec
        *lock = FileLock::adopt(inherited, path).value();
        QVERIFY((fcntl(inherited, F_GETFD) & FD_CLOEXEC) != 0);
        QCOMPARE(FileLock::holder(path).value(), std::string("before exec"));

        test::writeTestFile(folder / "other", "");
        QCOMPARE(FileLock::adopt(dup(inherited), folder / "other").error().code, ErrorCode::Conflict);
        const int stranger = open(path.c_str(), O_RDWR);
        QCOMPARE(FileLock::adopt(stranger, path).error().code, ErrorCode::Conflict);
        ::close(stranger);
    }
};

QTEST_APPLESS_MAIN(TestFileLock)
#include "tst_file_lock.moc"
