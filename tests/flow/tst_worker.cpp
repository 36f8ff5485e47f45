// SPDX-License-Identifier: GPL-3.0-or-later
// The worker's lines: what it measures, suggests and orders, who goes first, and what it says to nonsense.
#include "tests/flow/program.h"
#include "tests/flow/worker_process.h"
#include "tests/support/test_folders.h"

#include <QtTest>
#include <algorithm>
#include <map>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

namespace {

constexpr int kPictures = 80;
constexpr ClassId kDisc = 7; ///< the worker takes any ids
constexpr ClassId kBars = 8;

} // namespace

class TestWorker : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void suggestsAfterTwoExamplesOfTwoClasses();
    void ordersTheQueue();
    void aPlantedMistakeIsTheLikeliestToBeWrong();
    void measuredOnceIsKept();
    void suggestionsDoNotWaitForMeasuring();
    void measuringCanBeCancelled();
    void quitKeepsWhatWasMeasured();
    void aChangedPictureIsMeasuredAgain();
    void nonsenseIsAnswered_data();
    void nonsenseIsAnswered();
    void aTrainedModelSuggestsToo();

private:
    [[nodiscard]] Json request(const char* verb) const
    {
        return Json{{"verb", verb}, {"project", (m_folder / "p").string()}};
    }
    [[nodiscard]] ClassId truth(ItemId item) const { return m_truth.at(item); }
    /// `count` labels, classes in turn; `mistake` gets the other class.
    [[nodiscard]] Json withLabels(Json json, std::size_t count, std::size_t mistake = SIZE_MAX) const
    {
        json["items"] = Json::array();
        json["classes"] = Json::array();
        for (std::size_t i = 0; i < count; ++i) {
            json["items"].push_back(m_items[i]);
            json["classes"].push_back(i == mistake ? kDisc + kBars - truth(m_items[i]) : truth(m_items[i]));
        }
        return json;
    }
    [[nodiscard]] std::ptrdiff_t shards(const char* kind) const
    {
        const auto folder = m_folder / "p" / "cache/facts" / kind;
        return std::filesystem::exists(folder) ? std::distance(std::filesystem::directory_iterator(folder),
                                                               std::filesystem::directory_iterator())
                                               : 0;
    }
    void forgetMeasures() const { std::filesystem::remove_all(m_folder / "p" / "cache/facts"); }

    std::filesystem::path m_folder;
    std::unique_ptr<TemporaryFolder> m_temporary;
    std::vector<ItemId> m_items; ///< disc, bars, disc, ...
    std::map<ItemId, ClassId> m_truth;
};

void TestWorker::initTestCase()
{
    m_temporary = std::make_unique<TemporaryFolder>();
    m_folder = m_temporary->path();
    makeTwoKinds(m_folder / "pictures", kPictures);
    QCOMPARE(runProgram({"init", "p"}, m_folder).exitCode, 0);
    const ProgramResult imported = runProgram({"--project", "p", "import", "pictures"}, m_folder);
    QVERIFY2(imported.exitCode == 0, imported.errors);
    auto listed = listedItems(m_folder / "p");
    QCOMPARE(listed.size(), std::size_t{kPictures});
    const auto number = [](const ListedItem& item) {
        return item.path.substr(item.path.find_last_of('-') + 1);
    };
    std::sort(listed.begin(), listed.end(),
              [&](const ListedItem& a, const ListedItem& b) { return number(a) < number(b); });
    for (const ListedItem& item : listed) {
        m_items.push_back(item.id);
        m_truth[item.id] = item.path.find("disc-") != std::string::npos ? kDisc : kBars;
    }
    QCOMPARE(truth(m_items[0]), kDisc);
    QCOMPARE(truth(m_items[1]), kBars);
}

void TestWorker::suggestsAfterTwoExamplesOfTwoClasses()
{
    WorkerProcess worker;
    const Json measured = worker.ask(request("embed"));
    QCOMPARE(measured["measured"].get<int>(), kPictures);
    QCOMPARE(measured["total"].get<int>(), kPictures);
    QCOMPARE(measured["unreadable"].get<int>(), 0);
    const Json early = worker.ask(withLabels(request("suggest"), 3));
    QCOMPARE(early["ready"].get<bool>(), false);
    QVERIFY(!early.contains("items"));
    const Json answer = worker.ask(withLabels(request("suggest"), 4));
    QCOMPARE(answer["ready"].get<bool>(), true);
    QVERIFY(answer["model"].get<std::string>().starts_with("probe of efficientnet-lite0"));
    const auto items = answer["items"].get<std::vector<ItemId>>();
    QCOMPARE(std::set<ItemId>(items.begin(), items.end()).size(), std::size_t{kPictures - 4});
    int right = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto place = std::find(m_items.begin(), m_items.end(), items[i]) - m_items.begin();
        QVERIFY2(place >= 4, "a labelled item got a suggestion");
        right += answer["classes"][i] == truth(items[i]) ? 1 : 0;
        const auto probability = answer["probabilities"][i].get<double>();
        QVERIFY(probability >= 0.5 && probability <= 1.0);
    }
    QVERIFY2(right >= 70, qPrintable(QString("%1 of 76 are right").arg(right)));
    QCOMPARE(worker.end(), 0);
    QVERIFY(shards("suggestions") == 1);
}

void TestWorker::ordersTheQueue()
{
    WorkerProcess worker;
    Json order = request("order");
    order["order"] = "uncertain";
    QCOMPARE(worker.ask(order)["error"]["code"].get<std::string>(), std::string("Refused"));
    worker.ask(request("embed"));
    worker.ask(withLabels(request("suggest"), 10));
    const auto scoresOf = [](const Json& answer) { return answer["scores"].get<std::vector<double>>(); };
    Json answer = worker.ask(order);
    QCOMPARE(answer["items"].size(), std::size_t{kPictures - 10});
    auto scores = scoresOf(answer);
    QVERIFY(std::is_sorted(scores.begin(), scores.end()));
    order["order"] = "class";
    order["class"] = kBars;
    order["count"] = 20;
    answer = worker.ask(order);
    scores = scoresOf(answer);
    QCOMPARE(scores.size(), std::size_t{20});
    QVERIFY(std::is_sorted(scores.rbegin(), scores.rend()));
    for (const Json& item : answer["items"])
        QCOMPARE(truth(item.get<ItemId>()), kBars);
    order["order"] = "different";
    answer = worker.ask(order);
    scores = scoresOf(answer);
    QCOMPARE(answer["items"].size(), std::size_t{20});
    QVERIFY(std::is_sorted(scores.rbegin(), scores.rend()));
    order["order"] = "random";
    order.erase("count");
    order["seed"] = 5;
    answer = worker.ask(order);
    auto items = answer["items"].get<std::vector<ItemId>>();
    QCOMPARE(worker.ask(order)["items"].get<std::vector<ItemId>>(), items);
    QVERIFY(!std::is_sorted(items.begin(), items.end()));
    QCOMPARE(std::set<ItemId>(items.begin(), items.end()).size(), std::size_t{kPictures - 10});
    order["order"] = "file";
    items = worker.ask(order)["items"].get<std::vector<ItemId>>();
    std::vector<std::string> kinds;
    for (const ItemId item : items)
        kinds.push_back(truth(item) == kBars ? "bars" : "disc");
    QVERIFY(std::is_sorted(kinds.begin(), kinds.end()));
}

void TestWorker::aPlantedMistakeIsTheLikeliestToBeWrong()
{
    WorkerProcess worker;
    worker.ask(request("embed"));
    Json order = withLabels(request("order"), 40, 13);
    order["order"] = "wrong";
    const Json answer = worker.ask(order);
    QCOMPARE(answer["items"].size(), std::size_t{40});
    QCOMPARE(answer["items"][0].get<ItemId>(), m_items[13]);
    QVERIFY(answer["scores"][0].get<double>() < 0.3);
    QVERIFY(answer["scores"][39].get<double>() > 0.8);
}

void TestWorker::measuredOnceIsKept()
{
    {
        WorkerProcess worker;
        worker.ask(request("embed"));
        QCOMPARE(worker.end(), 0);
    }
    const auto before = shards("embeddings");
    QVERIFY(before >= 1);
    WorkerProcess worker;
    const Json answer = worker.ask(withLabels(request("suggest"), 4)); // without embed: all is in the cache
    QCOMPARE(answer["measured"].get<int>(), kPictures);
    QCOMPARE(answer["items"].size(), std::size_t{kPictures - 4});
    QCOMPARE(worker.ask(request("embed"))["measured"].get<int>(), kPictures);
    QCOMPARE(shards("embeddings"), before);
}

/// Both are in the queue before the first picture is measured; labelled pictures are measured first.
void TestWorker::suggestionsDoNotWaitForMeasuring()
{
    forgetMeasures();
    WorkerProcess worker;
    const int embed = worker.send(request("embed"));
    const int suggest = worker.send(withLabels(request("suggest"), 4));
    QCOMPARE(worker.next()["id"].get<int>(), suggest);
    // Labels that came with the request are measured next, though they are the last in the project.
    Json last = request("suggest");
    last["items"] = {m_items[76], m_items[77], m_items[78], m_items[79]};
    last["classes"] = {kDisc, kBars, kDisc, kBars};
    const int first = worker.send(last);
    QCOMPARE(worker.next()["id"].get<int>(), first);
    const Json done = worker.next();
    QCOMPARE(done["id"].get<int>(), embed);
    QCOMPARE(done["measured"].get<int>(), kPictures);
    QVERIFY(!worker.progress().empty());
    QCOMPARE(worker.progress().front()["id"].get<int>(), embed);
    QCOMPARE(worker.progress().front()["progress"]["total"].get<int>(), kPictures);
}

void TestWorker::measuringCanBeCancelled()
{
    forgetMeasures();
    WorkerProcess worker;
    const int embed = worker.send(request("embed"));
    const int cancel = worker.send({{"verb", "cancel"}, {"of", embed}});
    Json first = worker.next();
    Json second = worker.next();
    if (first["id"] == embed)
        std::swap(first, second);
    QCOMPARE(first["id"].get<int>(), cancel);
    QCOMPARE(first["cancelled"].get<bool>(), true);
    QCOMPARE(second["error"]["code"].get<std::string>(), std::string("Cancelled"));
    QCOMPARE(worker.ask({{"verb", "cancel"}, {"of", embed}})["cancelled"].get<bool>(), false);
    QCOMPARE(worker.ask(request("embed"))["measured"].get<int>(), kPictures);
}

void TestWorker::quitKeepsWhatWasMeasured()
{
    forgetMeasures();
    {
        WorkerProcess worker;
        worker.send(request("embed"));
        while (worker.progress().empty())
            QVERIFY(!worker.ask(withLabels(request("suggest"), 4)).is_null());
        worker.send({{"verb", "quit"}});
        QCOMPARE(worker.end(), 0);
    }
    WorkerProcess worker;
    QVERIFY(worker.ask(withLabels(request("suggest"), 4))["measured"].get<int>() >= 32);
}

void TestWorker::aChangedPictureIsMeasuredAgain()
{
    WorkerProcess worker;
    worker.ask(request("embed"));
    const ItemId disc = m_items[20];
    const auto suggestedFor = [&](ItemId item) {
        const Json answer = worker.ask(withLabels(request("suggest"), 10));
        const auto items = answer["items"].get<std::vector<ItemId>>();
        const auto place = std::find(items.begin(), items.end(), item) - items.begin();
        return place == std::ssize(items) ? ClassId{0}
                                          : answer["classes"][static_cast<std::size_t>(place)].get<ClassId>();
    };
    QCOMPARE(suggestedFor(disc), kDisc);
    const std::string before = readTestFile(m_folder / "pictures/disc-020.ppm");
    writeTestFile(m_folder / "pictures/disc-020.ppm", readTestFile(m_folder / "pictures/bars-021.ppm") + " ");
    QCOMPARE(runProgram({"--project", "p", "import", "pictures"}, m_folder).exitCode, 0);
    QCOMPARE(suggestedFor(disc), ClassId{0}); // its measure is out of date
    QCOMPARE(worker.ask(request("embed"))["measured"].get<int>(), kPictures);
    QCOMPARE(suggestedFor(disc), kBars);
    writeTestFile(m_folder / "pictures/disc-020.ppm", before);
    QCOMPARE(runProgram({"--project", "p", "import", "pictures"}, m_folder).exitCode, 0);
}

void TestWorker::nonsenseIsAnswered_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("code");
    const QByteArray project = QByteArray::fromStdString((m_folder / "p").string());
    QTest::newRow("no JSON") << QByteArray("{") << QByteArray("InvalidFile");
    QTest::newRow("no verb") << QByteArray("{}") << QByteArray("Unsupported");
    QTest::newRow("no project") << QByteArray(R"({"verb": "embed"})") << QByteArray("InvalidArgument");
    QTest::newRow("no such project") << QByteArray(R"({"verb": "embed", "project": "/nowhere"})")
                                     << QByteArray("NotFound");
    QTest::newRow("lengths") << R"({"verb": "suggest", "items": [1], "classes": [], "project": ")" + project +
                                    "\"}"
                             << QByteArray("InvalidArgument");
    QTest::newRow("no numbers") << R"({"verb": "suggest", "items": ["a"], "classes": [1], "project": ")" +
                                       project + "\"}"
                                << QByteArray("InvalidFile");
    QTest::newRow("unknown order") << R"({"verb": "order", "order": "best", "project": ")" + project + "\"}"
                                   << QByteArray("InvalidArgument");
    QTest::newRow("no such model") << R"({"verb": "suggest", "model": "nobody", "project": ")" + project +
                                          "\"}"
                                   << QByteArray("NotFound");
}

void TestWorker::nonsenseIsAnswered()
{
    QFETCH(QByteArray, line);
    QFETCH(QByteArray, code);
    WorkerProcess worker;
    worker.sendText(line);
    const Json answer = worker.next();
    QVERIFY(answer.contains("error"));
    QCOMPARE(QByteArray::fromStdString(answer["error"]["code"].get<std::string>()), code);
    QVERIFY(!answer["error"]["message"].get<std::string>().empty());
    QVERIFY(worker.ask({{"verb", "doctor"}}).contains("libtorch")); // it goes on
}

void TestWorker::aTrainedModelSuggestsToo()
{
    for (int i = 0; i < 40; ++i) {
        const QString id = "#" + QString::number(m_items[static_cast<std::size_t>(i)]);
        QCOMPARE(runProgram({"--project", "p", "label", id, i % 2 == 0 ? "disc" : "bars"}, m_folder).exitCode,
                 0);
    }
    QCOMPARE(runProgram({"--project", "p", "split"}, m_folder).exitCode, 0);
    const ProgramResult trained = runProgram(
        {"--project", "p", "train", "--recipe", "linear-probe", "--epochs", "4", "--json"}, m_folder);
    QVERIFY2(trained.exitCode == 0, trained.errors);
    const auto run = trained.json["run"].get<std::string>();
    WorkerProcess worker;
    Json ask = request("suggest");
    ask["model"] = run;
    const Json answer = worker.ask(ask);
    QVERIFY2(!answer.contains("error"), jsonLine(answer).c_str());
    QCOMPARE(answer["model"].get<std::string>(), run);
    const auto items = answer["items"].get<std::vector<ItemId>>();
    QCOMPARE(items.size(), std::size_t{kPictures - 40});
    for (const ItemId item : items)
        QVERIFY(std::find(m_items.begin() + 40, m_items.end(), item) != m_items.end());
    const auto before = shards("suggestions");
    QVERIFY(before >= 1);
    QCOMPARE(worker.ask(ask)["items"].get<std::vector<ItemId>>(), items); // from the cache now
    QCOMPARE(shards("suggestions"), before);
}

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
