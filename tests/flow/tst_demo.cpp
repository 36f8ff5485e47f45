// SPDX-License-Identifier: GPL-3.0-or-later
// The main job: real microscope pictures all the way to a versioned model that answers.
#include "tests/flow/program.h"
#include "tests/support/test_folders.h"

#include <QElapsedTimer>
#include <QtTest>
#include <set>

using namespace trainyard;
using namespace trainyard::test;

class TestDemo : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void plantedFaultsAreFound();
    void modelIsGood();
    void filesAreThere();
    void secondStartChangesNothing();
    void projectIsIntact();

private:
    [[nodiscard]] std::filesystem::path project() const { return m_folder / "blood-cells"; }
    [[nodiscard]] int count(const char* what, const char* kind) const
    {
        return m_demo.json[what][kind].get<int>();
    }

    TemporaryFolder m_folder;
    ProgramResult m_demo;
};

void TestDemo::initTestCase()
{
    m_demo = runProgram({"demo", QString::fromStdString(project().string()), "--json"}, m_folder.path());
    QVERIFY2(m_demo.exitCode == 0, m_demo.errors + m_demo.output);
}

void TestDemo::plantedFaultsAreFound()
{
    const std::pair<const char*, int> planted[] = {
        {"damaged", 4}, {"duplicate", 3}, {"near-duplicate", 5}, {"wrong-label", 6}};
    for (const auto& [kind, number] : planted)
        QCOMPARE(count("planted", kind), number);
    for (const char* kind : {"damaged", "duplicate", "near-duplicate"})
        QCOMPARE(count("found", kind), count("planted", kind));
    QCOMPARE(count("false", "damaged"), 0);
    QCOMPARE(count("false", "duplicate"), 0);
    QVERIFY(count("false", "near-duplicate") <= 5);
    QVERIFY(count("found", "wrong-label") >= 4);
    QVERIFY(count("false", "wrong-label") <= 6);
}

void TestDemo::modelIsGood()
{
    QVERIFY(m_demo.json["n"].get<int>() >= 100);
    QVERIFY(m_demo.json["accuracy"].get<double>() >= 0.95);
    const auto interval = m_demo.json["interval"].get<std::vector<double>>();
    const double accuracy = m_demo.json["accuracy"].get<double>();
    QVERIFY(interval[0] < accuracy && interval[1] >= accuracy && interval[1] <= 1.0);
}

void TestDemo::filesAreThere()
{
    QVERIFY(std::filesystem::exists(m_demo.json["report"].get<std::string>()));
    const std::filesystem::path package = m_demo.json["package"].get<std::string>();
    for (const char* file :
         {"model.safetensors", "network.json", "model.onnx", "golden.safetensors", "manifest.json"})
        QVERIFY2(std::filesystem::exists(package / file), file);
    QCOMPARE(QString::fromStdString(m_demo.json["version"].get<std::string>()),
             QStringLiteral("blood-cells:1"));
    QCOMPARE(runProgram({"verify", QString::fromStdString(package.string())}, m_folder.path()).exitCode, 0);
}

void TestDemo::secondStartChangesNothing()
{
    const auto before = runProgram({"--project", "blood-cells", "status", "--json"}, m_folder.path());
    const auto again =
        runProgram({"demo", QString::fromStdString(project().string()), "--json"}, m_folder.path());
    QCOMPARE(again.exitCode, 0);
    QCOMPARE(again.output, m_demo.output);
    const auto after = runProgram({"--project", "blood-cells", "status", "--json"}, m_folder.path());
    QCOMPARE(after.output, before.output);
}

void TestDemo::projectIsIntact()
{
    const auto items = runProgram(
        {"--project", "blood-cells", "items", "split=test and excluded=no", "--json"}, m_folder.path());
    const auto train = runProgram(
        {"--project", "blood-cells", "items", "split=train and excluded=no", "--json"}, m_folder.path());
    std::set<std::string> testSources;
    for (const Json& item : items.json["items"])
        testSources.insert(item["source"].get<std::string>());
    QVERIFY(testSources.size() > 20);
    for (const Json& item : train.json["items"])
        QVERIFY2(!testSources.contains(item["source"].get<std::string>()),
                 "a source picture stands in two splits");
}

QTEST_GUILESS_MAIN(TestDemo)
#include "tst_demo.moc"
