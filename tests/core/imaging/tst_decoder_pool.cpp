// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decode_queue.h"
#include "core/imaging/decoder_pool.h"
#include "tests/core/imaging/picture_case.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <set>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::test;

/// The pool against the real decoder and against one that misbehaves.
class DecoderPoolTest : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void manyAtOnceFromManyThreads();
    void misbehaviourIsAnErrorOfOneFile_data();
    void misbehaviourIsAnErrorOfOneFile();
    void spinningDecoderIsStopped();
    void missingProgramIsNamed();
    void decoderThatNeverComesUpIsNamed();
    void killedChildIsReplaced();
    void childrenAreKilledInTheMiddle();
    void childIsReplacedAfterItsFiles();
    void childIsReplacedWhenItGrew();
    void cancelledRequestsAreNotDecoded();
    void goingAwayAnswersEveryRequest();
    void queueHandsOutByPriorityThenAge();
    void limitsAreChecked_data();
    void limitsAreChecked();

private:
    [[nodiscard]] std::filesystem::path misbehaving(const std::string& how) const { return m_folder / how; }

    TemporaryFolder m_folder;
};

namespace {

/// The processes that this one has started and not yet waited for.
std::set<pid_t> childProcesses()
{
    std::set<pid_t> found;
    for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
        std::ifstream list(task.path() / "children");
        for (pid_t pid = 0; list >> pid;)
            found.insert(pid);
    }
    return found;
}

DecodeRequest requestFor(const char* name)
{
    DecodeRequest request;
    request.path = imagingData() / "pictures" / name;
    return request;
}

/// Waits until a number of callbacks have come.
class Countdown
{
public:
    explicit Countdown(int count) : m_left(count) {}
    void one()
    {
        const std::lock_guard lock(m_mutex);
        --m_left;
        m_changed.notify_all();
    }
    bool wait(int seconds) { return waitUntil(0, seconds); }
    bool waitUntil(int left, int seconds)
    {
        std::unique_lock lock(m_mutex);
        return m_changed.wait_for(lock, std::chrono::seconds(seconds), [&] { return m_left <= left; });
    }

private:
    int m_left;
    std::mutex m_mutex;
    std::condition_variable m_changed;
};

} // namespace

void DecoderPoolTest::initTestCase()
{
    // One program under many names.
    for (const char* how : {"crash", "exit", "spin", "wrong-size", "wrong-id", "short-answer", "long-text",
                            "shrink", "never-ready"})
        std::filesystem::create_symlink(MISBEHAVING_DECODER, misbehaving(how));
}

void DecoderPoolTest::manyAtOnceFromManyThreads()
{
    const Json golden = imagingGolden("pictures.json");
    std::vector<std::pair<std::string, std::string>> expected;
    for (const auto& [name, facts] : golden.items())
        expected.emplace_back(name, facts.at("pixels").get<std::string>());
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), 2);
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = 0; i < expected.size(); ++i) {
                const auto& [name, digest] =
                    expected[(i * 7 + static_cast<std::size_t>(t) * 13) % expected.size()];
                const auto picture = pool->decode(requestFor(name.c_str()));
                if (!picture || pixelDigest(picture->image) != digest)
                    ++wrong;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(childProcesses().size(), std::size_t{2});
    pool.reset();
    QVERIFY(childProcesses().empty());
}

void DecoderPoolTest::misbehaviourIsAnErrorOfOneFile_data()
{
    QTest::addColumn<QString>("message");
    QTest::newRow("crash") << "the decoder was stopped by signal 6 (Aborted) at this file";
    QTest::newRow("exit") << "the decoder ended with code 3 at this file";
    QTest::newRow("wrong-size")
        << "the header states 53 x 37 pixels, the decoder found 1073741824 x 1073741824";
    QTest::newRow("wrong-id") << "the decoder was stopped";
    QTest::newRow("short-answer") << "the decoder was stopped";
    QTest::newRow("long-text") << "\\x1B\\x1B\\x1B";
    QTest::newRow("shrink") << "Operation not permitted";
}

void DecoderPoolTest::misbehaviourIsAnErrorOfOneFile()
{
    QFETCH(QString, message);
    auto pool = DecoderPool::create(misbehaving(QTest::currentDataTag()), 1);
    for (int i = 0; i < 3; ++i) {
        const auto picture = pool->decode(requestFor("rgb_420.jpg"));
        QVERIFY(!picture);
        QCOMPARE(picture.error().code, ErrorCode::CorruptFile);
        QVERIFY2(QString::fromStdString(picture.error().message).contains(message),
                 picture.error().message.c_str());
        QVERIFY(picture.error().message.find('\x1b') == std::string::npos);
        QVERIFY(picture.error().message.find("rgb_420.jpg: ") != std::string::npos);
    }
}

void DecoderPoolTest::spinningDecoderIsStopped()
{
    DecoderTuning tuning;
    tuning.timePerFile = std::chrono::milliseconds(200);
    auto pool = DecoderPool::create(misbehaving("spin"), 1, tuning);
    Countdown countdown(3);
    std::atomic<int> stopped = 0;
    for (int i = 0; i < 3; ++i)
        pool->decodeAsync(requestFor("rgb_420.jpg"), Cancellation(), [&](Result<DecodedPicture> picture) {
            if (!picture && picture.error().code == ErrorCode::CorruptFile &&
                picture.error().message.find("decoder stopped after 0.2 s") != std::string::npos)
                ++stopped;
            countdown.one();
        });
    QVERIFY(countdown.wait(20));
    QCOMPARE(stopped.load(), 3);
}

void DecoderPoolTest::missingProgramIsNamed()
{
    auto pool = DecoderPool::create("/nonexistent/trainyard-decode", 2);
    const auto picture = pool->decode(requestFor("rgb.png"));
    QVERIFY(!picture);
    QCOMPARE(picture.error().code, ErrorCode::Internal);
    QVERIFY(picture.error().message.find("/nonexistent/trainyard-decode: cannot start the decoder") !=
            std::string::npos);
}

void DecoderPoolTest::decoderThatNeverComesUpIsNamed()
{
    auto pool = DecoderPool::create(misbehaving("never-ready"), 1);
    const auto picture = pool->decode(requestFor("rgb.png"));
    QVERIFY(!picture);
    QCOMPARE(picture.error().code, ErrorCode::Internal);
    QVERIFY2(picture.error().message.find("does not come up; it ended with code 5") != std::string::npos,
             picture.error().message.c_str());
}

void DecoderPoolTest::killedChildIsReplaced()
{
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), 1);
    QVERIFY(pool->decode(requestFor("rgb.png")));
    const auto before = childProcesses();
    QCOMPARE(before.size(), std::size_t{1});
    QCOMPARE(kill(*before.begin(), SIGKILL), 0);
    const auto picture = pool->decode(requestFor("rgb.png"));
    QVERIFY2(picture, picture ? "" : picture.error().message.c_str());
    const auto after = childProcesses();
    QCOMPARE(after.size(), std::size_t{1});
    QVERIFY(after != before);
}

/// Whatever is killed when: every request is answered, by its picture or by an error about that one file.
void DecoderPoolTest::childrenAreKilledInTheMiddle()
{
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), 2);
    constexpr int kRequests = 2000;
    Countdown countdown(kRequests);
    std::atomic<int> good = 0;
    std::atomic<int> corrupt = 0;
    for (int i = 0; i < kRequests; ++i)
        pool->decodeAsync(requestFor("large.jpg"), Cancellation(), [&](Result<DecodedPicture> picture) {
            if (picture)
                ++good;
            else if (picture.error().code == ErrorCode::CorruptFile)
                ++corrupt;
            else
                qWarning("%s", picture.error().message.c_str());
            countdown.one();
        });
    // One kill for every 200 answers, of the older child: it has come up for certain, and is at work.
    constexpr int kKills = 9;
    for (int kills = 0; kills < kKills; ++kills) {
        QVERIFY(countdown.waitUntil(kRequests - 200 * (kills + 1), 60));
        const auto running = childProcesses();
        if (!running.empty())
            kill(*running.begin(), SIGKILL);
    }
    QVERIFY(countdown.wait(60));
    QCOMPARE(good.load() + corrupt.load(), kRequests);
    QVERIFY2(corrupt.load() <= kKills, std::to_string(corrupt.load()).c_str());
}

void DecoderPoolTest::childIsReplacedAfterItsFiles()
{
    DecoderTuning tuning;
    tuning.filesPerChild = 5;
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), 1, tuning);
    std::vector<pid_t> served;
    for (int i = 0; i < 20; ++i) {
        QVERIFY(pool->decode(requestFor("rgb_420.jpg")));
        const auto now = childProcesses();
        if (now.size() == 1)
            served.push_back(*now.begin());
    }
    const std::set<pid_t> different(served.begin(), served.end());
    QVERIFY2(different.size() >= 4 && different.size() <= 5, std::to_string(different.size()).c_str());
}

void DecoderPoolTest::childIsReplacedWhenItGrew()
{
    DecoderTuning tuning;
    tuning.growthBytes = 0;
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), 1, tuning);
    std::set<pid_t> served;
    for (int i = 0; i < 40; ++i) {
        QVERIFY(pool->decode(requestFor("large.jpg")));
        const auto now = childProcesses();
        served.insert(now.begin(), now.end());
    }
    QVERIFY2(served.size() == 3, std::to_string(served.size()).c_str());
}

void DecoderPoolTest::cancelledRequestsAreNotDecoded()
{
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), 1);
    Cancellation cancellation;
    cancellation.cancel();
    Countdown countdown(1);
    ErrorCode code = ErrorCode::Internal;
    pool->decodeAsync(requestFor("rgb.png"), cancellation, [&](Result<DecodedPicture> picture) {
        if (!picture)
            code = picture.error().code;
        countdown.one();
    });
    QVERIFY(countdown.wait(20));
    QCOMPARE(code, ErrorCode::Cancelled);
    QVERIFY(childProcesses().empty());
}

void DecoderPoolTest::goingAwayAnswersEveryRequest()
{
    auto pool = DecoderPool::create(misbehaving("spin"), 2);
    std::atomic<int> answered = 0;
    for (int i = 0; i < 50; ++i)
        pool->decodeAsync(requestFor("rgb_420.jpg"), Cancellation(), [&](Result<DecodedPicture> picture) {
            if (!picture && picture.error().code == ErrorCode::Cancelled)
                ++answered;
        });
    pool.reset();
    QCOMPARE(answered.load(), 50);
    QVERIFY(childProcesses().empty());
}

void DecoderPoolTest::queueHandsOutByPriorityThenAge()
{
    DecodeQueue queue;
    const auto push = [&](const char* name, int priority) {
        DecodeJob job;
        job.request.path = name;
        job.request.priority = priority;
        queue.push(std::move(job));
    };
    push("old", 0);
    push("urgent", 9);
    push("new", 0);
    push("later", -1);
    push("urgent too", 9);
    QStringList order;
    while (order.size() < 5)
        order << QString::fromStdString(queue.take()->request.path);
    QCOMPARE(order, QStringList({"urgent", "urgent too", "old", "new", "later"}));
    QVERIFY(!queue.takeMore());
    queue.stop();
    QVERIFY(!queue.take());
}

void DecoderPoolTest::limitsAreChecked_data()
{
    QTest::addColumn<qint64>("maxPixels");
    QTest::addColumn<qint64>("maxBytes");
    QTest::addColumn<QString>("reason");
    QTest::newRow("just enough") << qint64{400 * 300} << qint64{400 * 300 * 3} << "";
    QTest::newRow("a pixel too few") << qint64{400 * 300 - 1} << qint64{1}
                                     << "400 x 300 pixels are over the limit of 119999";
    QTest::newRow("a byte too few") << qint64{400 * 300} << qint64{400 * 300 * 3 - 1}
                                    << "over the limit of 359999 bytes";
}

void DecoderPoolTest::limitsAreChecked()
{
    QFETCH(qint64, maxPixels);
    QFETCH(qint64, maxBytes);
    QFETCH(QString, reason);
    auto pool = DecoderPool::create(helperProgram("trainyard-decode"), 1);
    DecodeRequest request = requestFor("large.jpg");
    request.limits = {maxPixels, std::max(maxBytes, qint64{300'000})};
    const auto picture = pool->decode(request);
    if (reason.isEmpty()) {
        QVERIFY2(picture, picture ? "" : picture.error().message.c_str());
        return;
    }
    QVERIFY(!picture);
    QCOMPARE(picture.error().code, ErrorCode::Refused);
    QVERIFY2(QString::fromStdString(picture.error().message).contains(reason),
             picture.error().message.c_str());
    QVERIFY(childProcesses().empty());
}

QTEST_APPLESS_MAIN(DecoderPoolTest)
#include "tst_decoder_pool.moc"
