// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/release/registry.h"
#include "tests/core/release/release_cases.h"
#include "tests/support/faulty_io_env.h"
#include "tests/support/test_folders.h"

#include <QTest>
#include <algorithm>
#include <csignal>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

namespace {

const std::string kAuthor = "somebody@somewhere/cli";

/// Every call of an operation fails: once with an error of the device, once after half of the bytes, and from
/// there on for ever. (The kinds of errno are told apart below IoEnv, whose own tests have them all.)
int forEveryCall(const std::function<bool(FaultyIoEnv&, const FaultCase&)>& check)
{
    int runs = 0;
    for (const auto& [fault, isForEver] :
         {std::pair(Fault::IoFailure, false), std::pair(Fault::ShortWrite, false),
          std::pair(Fault::NoSpace, true)}) {
        bool wasReached = true;
        for (int call = 1; wasReached; ++call, ++runs) {
            FaultyIoEnv env;
            env.failAt(call, fault, isForEver);
            if (!check(env, {fault, isForEver, call}))
                return runs;
            wasReached = env.wasReached();
        }
    }
    return runs;
}

/// A registry with version 1 as "live", and a second package to publish.
struct Start
{
    TemporaryFolder folder;
    Start()
    {
        need(writePackage(folder / "one", tinyPackage(1)).has_value());
        need(writePackage(folder / "two", tinyPackage(2)).has_value());
        auto registry = Registry::open(folder / "r");
        need(registry && registry->publish(folder / "one", "pets", kAuthor) &&
             registry->setAlias("pets", "live", 1, kAuthor));
    }
    static void need(bool isDone)
    {
        if (!isDone)
            qFatal("the start of the test failed");
    }
};

/// What was there before is there, and nothing refers to what is not.
bool isSound(const fs::path& folder, std::int64_t live, bool mustHaveTwo)
{
    auto registry = Registry::open(folder);
    if (!registry || !registry->verify())
        return false;
    const auto version = registry->resolve("pets@live");
    if (!version || version->version != live)
        return false;
    const auto list = registry->list();
    return list && (!mustHaveTwo || (list->size() == 2 && list->at(1).version == 2));
}

} // namespace

class TestRegistryFaults : public QObject
{
    Q_OBJECT

private slots:
    void everyFaultOfPublish();
    void everyFaultOfAnAlias();
    void everyFaultOfOpening();
    void everyFaultOfGarbageCollection();
    void powerLossDuringPublish();
    void publishersThatAreKilled();
    void startsAtTheSameTime();

private:
    void report(const FaultCase& fault, const std::string& what)
    {
        if (!m_isGood)
            QWARN((fault.text() + ": " + what).c_str());
    }
    bool m_isGood = true;
};

void TestRegistryFaults::everyFaultOfPublish()
{
    const Start start;
    const int runs = forEveryCall([&](FaultyIoEnv& env, const FaultCase& fault) {
        const TemporaryFolder copy;
        fs::copy(start.folder / "r", copy / "r", fs::copy_options::recursive);
        auto registry = Registry::open(copy / "r", env);
        const auto published = registry->publish(start.folder / "two", "pets", kAuthor);
        const bool isFalseSuccess = published && env.wasReached();
        m_isGood = !isFalseSuccess && isSound(copy / "r", 1, published.has_value());
        // Whatever happened, the next attempt succeeds and there are two versions.
        auto again = Registry::open(copy / "r");
        m_isGood = m_isGood && again->publish(start.folder / "two", "pets", kAuthor)->version == 2 &&
                   isSound(copy / "r", 1, true);
        report(fault, published ? "success" : published.error().message);
        return m_isGood;
    });
    QVERIFY(m_isGood);
    QVERIFY2(runs > 3 * 20, qPrintable(QString::number(runs)));
}

void TestRegistryFaults::everyFaultOfAnAlias()
{
    const Start start;
    Start::need(
        Registry::open(start.folder / "r")->publish(start.folder / "two", "pets", kAuthor).has_value());
    const int runs = forEveryCall([&](FaultyIoEnv& env, const FaultCase& fault) {
        const TemporaryFolder copy;
        fs::copy(start.folder / "r", copy / "r", fs::copy_options::recursive);
        auto registry = Registry::open(copy / "r", env);
        const auto moved = registry->setAlias("pets", "live", 2, kAuthor);
        const auto now = Registry::open(copy / "r")->resolve("pets@live");
        m_isGood =
            now && (now->version == 2 || (now->version == 1 && !moved)) && !(moved && env.wasReached());
        report(fault, moved ? "success" : moved.error().message);
        return m_isGood;
    });
    QVERIFY(m_isGood);
    QVERIFY(runs > 3 * 4);
}

void TestRegistryFaults::everyFaultOfOpening()
{
    const int runs = forEveryCall([&](FaultyIoEnv& env, const FaultCase& fault) {
        const TemporaryFolder folder;
        const bool isOpen = Registry::open(folder / "deep/r", env).has_value();
        auto again = Registry::open(folder / "deep/r");
        m_isGood = !(isOpen && env.wasReached()) && again && again->verify().has_value();
        report(fault, again ? "opened" : again.error().message);
        return m_isGood;
    });
    QVERIFY(m_isGood);
    QVERIFY(runs > 3 * 6);
}

void TestRegistryFaults::everyFaultOfGarbageCollection()
{
    const Start start;
    {
        auto registry = Registry::open(start.folder / "r");
        Start::need(registry->publish(start.folder / "two", "pets", kAuthor) &&
                    registry->remove("pets", 2, kAuthor));
    }
    const int runs = forEveryCall([&](FaultyIoEnv& env, const FaultCase& fault) {
        const TemporaryFolder copy;
        fs::copy(start.folder / "r", copy / "r", fs::copy_options::recursive);
        ManualClock clock;
        clock.addDays(40);
        const auto collected = Registry::open(copy / "r", env, clock)->collectGarbage(30);
        m_isGood = !(collected && env.wasReached()) && isSound(copy / "r", 1, false) &&
                   Registry::open(copy / "r", posixIo(), clock)->collectGarbage(30).has_value() &&
                   isSound(copy / "r", 1, false);
        report(fault, collected ? "success" : collected.error().message);
        return m_isGood;
    });
    QVERIFY(m_isGood);
    QVERIFY(runs > 3 * 4);
}

void TestRegistryFaults::powerLossDuringPublish()
{
    const Start start;
    int states = 0;
    for (int call = 1;; ++call) {
        const TemporaryFolder copy;
        fs::copy(start.folder / "r", copy / "r", fs::copy_options::recursive);
        FaultyIoEnv env(copy.path());
        env.failAt(call, Fault::Crash, true);
        auto registry = Registry::open(copy / "r", env);
        const bool isAcknowledged = registry->publish(start.folder / "two", "pets", kAuthor).has_value();
        for (std::uint64_t seed = 0; seed < 6; ++seed, ++states) {
            const TemporaryFolder after;
            env.model().materialise(
                after.path(), seed < 1 ? PowerLossModel::Loss::Drop : PowerLossModel::Loss::Random, seed);
            // A torn staging file or blob without a record is no damage: verify() looks at what versions
            // need, and a blob under its name is whole because it was synced before it got the name.
            QVERIFY2(isSound(after / "r", 1, isAcknowledged),
                     qPrintable(QString("call %1, seed %2").arg(call).arg(seed)));
        }
        if (!env.wasReached())
            break;
    }
    QVERIFY(states > 100);
}

/// Two publishers at a time, killed at random instants: no number twice, none lost that was reported, nothing
/// dangling.
void TestRegistryFaults::publishersThatAreKilled()
{
    const TemporaryFolder folder;
    constexpr int kPackages = 4;
    for (std::uint64_t seed = 0; seed < kPackages; ++seed)
        Start::need(writePackage(folder / ("p" + std::to_string(seed)), tinyPackage(seed)).has_value());
    const auto publishForEver = [&](int who, int pipe) {
        for (int round = 0;; ++round) {
            auto registry = Registry::open(folder / "r");
            const std::string name = "model" + std::to_string(round % 50);
            const fs::path package = folder / ("p" + std::to_string((round + who) % kPackages));
            const auto version = registry ? registry->publish(package, name, kAuthor)
                                          : Result<RegistryVersion>(fail(registry.error()));
            const std::string line =
                version ? name + " " + std::to_string(version->version) + " " + version->packageDigest + "\n"
                        : "failed " + version.error().message + "\n";
            if (::write(pipe, line.data(), line.size()) < 0)
                ::_exit(1);
        }
    };
    int pipes[2];
    QCOMPARE(::pipe(pipes), 0);
    std::string reported;
    constexpr int kKills = 40;
    for (int kill = 0; kill < kKills; ++kill) {
        pid_t children[2];
        for (int who = 0; who < 2; ++who) {
            children[who] = ::fork();
            if (children[who] == 0)
                publishForEver(who + kill, pipes[1]);
        }
        // How far they come is random by itself; the time only has to differ from kill to kill.
        ::usleep(static_cast<useconds_t>(5000 + kill * 7919 % 60000));
        for (const pid_t child : children) {
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
        }
        ::close(pipes[1]);
        char block[4096];
        for (ssize_t count = 0; (count = ::read(pipes[0], block, sizeof block)) > 0;)
            reported.append(block, static_cast<std::size_t>(count));
        ::close(pipes[0]);
        QCOMPARE(::pipe(pipes), 0);
        if (kill % 10 == 9) {
            const auto verified = Registry::open(folder / "r")->verify();
            QVERIFY2(verified.has_value(), verified ? "" : verified.error().message.c_str());
        }
    }
    ::close(pipes[0]);
    ::close(pipes[1]);

    const std::size_t failure = reported.find("failed");
    QVERIFY2(failure == std::string::npos, reported.substr(std::min(failure, reported.size()), 200).c_str());
    std::map<std::string, std::string> byNumber; // "name number" -> digest, as the registry says
    std::set<std::string> pairs;                 // "name digest"
    const auto list = Registry::open(folder / "r")->list();
    QVERIFY2(list.has_value(), list ? "" : list.error().message.c_str());
    for (const RegistryVersion& version : *list) {
        byNumber[version.name + " " + std::to_string(version.version)] = version.packageDigest;
        QVERIFY2(pairs.insert(version.name + " " + version.packageDigest).second,
                 "one package got two numbers");
    }
    std::istringstream lines(reported);
    int acknowledged = 0;
    for (std::string name, number, digest; lines >> name >> number >> digest; ++acknowledged)
        QCOMPARE(byNumber[name + " " + number], digest);
    QVERIFY2(acknowledged > kKills, qPrintable(QString::number(acknowledged)));
}

/// Two processes find no registry yet; whenever the other one makes it, nobody takes its files for a
/// stranger's.
void TestRegistryFaults::startsAtTheSameTime()
{
    int calls = 0;
    for (int call = 1; call <= calls + 1; ++call) {
        const TemporaryFolder folder;
        FaultyIoEnv env;
        QString other = "not there";
        env.actBefore(call, [&] {
            const auto registry = Registry::open(folder / "r");
            other = registry ? QString() : QString::fromStdString(registry.error().message);
        });
        const auto registry = Registry::open(folder / "r", env);
        QVERIFY2(registry, registry ? "" : registry.error().message.c_str());
        QVERIFY2(call > env.callCount() || other.isEmpty(), qPrintable(other));
        calls = env.callCount();
    }
    QVERIFY(calls > 6);
}

QTEST_APPLESS_MAIN(TestRegistryFaults)
#include "tst_registry_faults.moc"
