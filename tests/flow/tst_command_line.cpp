// SPDX-License-Identifier: GPL-3.0-or-later
// What every script that calls trainyard relies on: exit codes, streams, one line of JSON.
#include "tests/flow/program.h"
#include "tests/support/test_folders.h"

#include <QtTest>

using namespace trainyard;
using namespace trainyard::test;

class TestCommandLine : public QObject
{
    Q_OBJECT

private slots:
    void helpNamesEveryVerb();
    void exitCodes_data();
    void exitCodes();
    void jsonIsTheLastLine();
    void changesAreUndoneByTheirAuthor();
    void shapesFromAFile();
    void exportPlanSaysTheLosses();
    void agreementNamesTheItemsThatDiffer();
    void projectIsFoundFromBelow();
};

void TestCommandLine::helpNamesEveryVerb()
{
    const TemporaryFolder folder;
    const ProgramResult help = runProgram({"--help"}, folder.path());
    QCOMPARE(help.exitCode, 0);
    for (const char* verb : {"init",    "demo",   "import",  "label",    "undo",    "check",    "fix",
                             "split",   "train",  "runs",    "jobs",     "attach",  "evaluate", "compare",
                             "package", "verify", "publish", "registry", "predict", "doctor"})
        QVERIFY2(help.output.contains(verb), verb);
}

void TestCommandLine::exitCodes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("unknown verb") << QStringList{"frobnicate"} << 2 << QByteArray();
    QTest::newRow("unknown option") << QStringList{"status", "--frobnicate"} << 2 << QByteArray();
    QTest::newRow("missing argument") << QStringList{"import"} << 2 << QByteArray("SOURCE");
    QTest::newRow("no project") << QStringList{"status"} << 2 << QByteArray("--project");
    QTest::newRow("no such source") << QStringList{"--project", "p", "import", "nowhere"} << 2
                                    << QByteArray("nowhere");
    QTest::newRow("unknown format") << QStringList{"--project", "p", "import", "p", "--format", "x"} << 2
                                    << QByteArray("pascal-voc");
    QTest::newRow("unknown field") << QStringList{"--project", "p", "train", "--set", "colour=red"} << 2
                                   << QByteArray("colour");
    QTest::newRow("unknown run") << QStringList{"--project", "p", "evaluate", "nobody"} << 2
                                 << QByteArray("nobody");
    QTest::newRow("unknown item") << QStringList{"--project", "p", "label", "#12", "cat"} << 2
                                  << QByteArray("#12");
    QTest::newRow("bad filter") << QStringList{"--project", "p", "items", "colour=red"} << 2
                                << QByteArray("colour");
    QTest::newRow("nothing to undo") << QStringList{"--project", "p", "undo"} << 2 << QByteArray("undo");
    QTest::newRow("project exists") << QStringList{"init", "p"} << 6 << QByteArray("p");
}

void TestCommandLine::exitCodes()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, exitCode);
    QFETCH(QByteArray, words);
    const TemporaryFolder folder;
    QCOMPARE(runProgram({"init", "p"}, folder.path()).exitCode, 0);
    const ProgramResult result = runProgram(arguments, folder.path());
    QVERIFY2(result.exitCode == exitCode, result.errors + result.output);
    QVERIFY2(words.isEmpty() || result.errors.contains(words), result.errors);
}

void TestCommandLine::jsonIsTheLastLine()
{
    const TemporaryFolder folder;
    QCOMPARE(runProgram({"init", "p", "--json"}, folder.path()).exitCode, 0);
    const ProgramResult status = runProgram({"--project", "p", "status", "--json"}, folder.path());
    QCOMPARE(status.exitCode, 0);
    QCOMPARE(status.output.count('\n'), 1);
    QCOMPARE(status.json["items"].get<int>(), 0);
    const ProgramResult error =
        runProgram({"--project", "p", "items", "colour=red", "--json"}, folder.path());
    QCOMPARE(error.output.count('\n'), 1);
    QCOMPARE(QString::fromStdString(error.json["error"]["code"].get<std::string>()),
             QStringLiteral("InvalidArgument"));
}

void TestCommandLine::changesAreUndoneByTheirAuthor()
{
    const TemporaryFolder folder;
    const auto run = [&](QStringList arguments) {
        return runProgram(QStringList{"--project", "p"} + arguments, folder.path());
    };
    QCOMPARE(runProgram({"init", "p"}, folder.path()).exitCode, 0);
    std::filesystem::create_directories(folder / "pictures" / "cat");
    std::filesystem::copy(sourceFolder() / "resources/samples/blood-cells/JPEGImages",
                          folder / "pictures" / "cat");
    const ProgramResult imported = run({"import", "pictures", "--json"});
    QVERIFY2(imported.exitCode == 0, imported.errors);
    QCOMPARE(imported.json["read"].get<int>(),
             imported.json["accepted"].get<int>() + imported.json["rejected"].get<int>());
    const ProgramResult items = run({"items", "--json"});
    const auto id = QString::number(items.json["items"][0]["id"].get<std::int64_t>());
    const auto classOf = [&] {
        const ProgramResult item = run({"items", "id=" + id, "--json"});
        return QString::fromStdString(item.json["items"][0]["class"].get<std::string>());
    };
    QCOMPARE(classOf(), QStringLiteral("cat"));
    QCOMPARE(run({"label", "#" + id, "dog"}).exitCode, 0);
    QCOMPARE(classOf(), QStringLiteral("dog"));
    QCOMPARE(run({"undo"}).exitCode, 0);
    QCOMPARE(classOf(), QStringLiteral("cat"));
    QCOMPARE(run({"redo"}).exitCode, 0);
    QCOMPARE(classOf(), QStringLiteral("dog"));
    QCOMPARE(run({"label", "#" + id, "bird", "--author", "somebody"}).exitCode, 0);
    const ProgramResult refused = run({"undo"});
    QVERIFY2(refused.exitCode == 6, "undo must not run over somebody else's later change");
    QVERIFY2(refused.errors.contains("somebody"), refused.errors);
    QCOMPARE(run({"undo", "--author", "somebody"}).exitCode, 0);
    QCOMPARE(classOf(), QStringLiteral("dog"));
}

void TestCommandLine::shapesFromAFile()
{
    const TemporaryFolder folder;
    const auto run = [&](QStringList arguments) {
        return runProgram(QStringList{"--project", "p"} + arguments, folder.path());
    };
    QCOMPARE(runProgram({"init", "p"}, folder.path()).exitCode, 0);
    std::filesystem::copy(sourceFolder() / "resources/samples/blood-cells/JPEGImages", folder / "pictures");
    QCOMPARE(run({"import", "pictures"}).exitCode, 0);
    const ProgramResult items = run({"items", "--json"});
    const auto id = QString::number(items.json["items"][0]["id"].get<std::int64_t>());
    const std::string shapes = R"([{"class": "cell", "kind": "polygon", "attributes": {"round": true},
        "parts": [{"outline": [[0, 0], [10, 0], [5, 8.5]]}]},
        {"class": "", "kind": "point", "at": [3, 4], "occluded": true}])";
    writeTestFile(folder / "shapes.json", shapes);
    QCOMPARE(run({"label", "#" + id, "--shapes", "shapes.json"}).exitCode, 0);
    const auto labelled = [&] { return run({"items", "id=" + id, "--shapes", "--json"}).json["items"][0]; };
    const Json found = labelled()["annotations"];
    QCOMPARE(found.size(), std::size_t(2));
    QCOMPARE(found[0]["class"].get<std::string>(), std::string("cell"));
    QVERIFY(found[0]["parts"] == parseJson(shapes, "test")->at(0)["parts"]);
    QVERIFY(found[0]["attributes"]["round"].get<bool>());
    QVERIFY(found[1]["occluded"].get<bool>());
    QCOMPARE(labelled()["review"].get<std::string>(), std::string("labelled"));
    QCOMPARE(run({"undo"}).exitCode, 0); // both shapes are one revision
    QVERIFY(labelled()["annotations"].empty());
    QCOMPARE(labelled()["review"].get<std::string>(), std::string("unlabelled"));
    writeTestFile(folder / "shapes.json", R"([{"class": "cell", "kind": "box", "box": [0, 0, 0, 5]}])");
    const ProgramResult refused = run({"label", "#" + id, "--shapes", "shapes.json"});
    QCOMPARE(refused.exitCode, 3);
    QVERIFY2(refused.errors.contains("shapes.json, shape 1: a box needs a width"), refused.errors);
    QCOMPARE(run({"label", "#" + id}).exitCode, 2);
    QCOMPARE(run({"label", "#" + id, "cell", "--shapes", "shapes.json"}).exitCode, 2);
}

void TestCommandLine::exportPlanSaysTheLosses()
{
    const TemporaryFolder folder;
    const auto run = [&](QStringList arguments) {
        return runProgram(QStringList{"--project", "p"} + arguments, folder.path());
    };
    QCOMPARE(runProgram({"init", "p"}, folder.path()).exitCode, 0);
    std::filesystem::create_directories(folder / "pictures");
    int count = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(sourceFolder() / "resources/samples/blood-cells/JPEGImages"))
        if (count++ < 2)
            std::filesystem::copy(file.path(), folder / "pictures");
    QCOMPARE(run({"import", "pictures"}).exitCode, 0);
    const Json first = run({"items", "--json"}).json["items"][0];
    const auto id = QString::number(first["id"].get<std::int64_t>());
    writeTestFile(
        folder / "shapes.json",
        R"([{"class": "cell", "kind": "rotated-box", "centre": [30, 30], "size": [20, 10], "angle": 30},
                      {"class": "cell", "kind": "rotated-box", "centre": [90, 80], "size": [20, 10], "angle": 15}])");
    const ProgramResult labelled = run({"label", "#" + id, "--shapes", "shapes.json"});
    QVERIFY2(labelled.exitCode == 0, labelled.errors);
    const ProgramResult plan = run({"export-dataset", "out", "--format", "pascal-voc", "--plan", "--json"});
    QVERIFY2(plan.exitCode == 0, plan.errors);
    QVERIFY(!std::filesystem::exists(folder / "out"));
    QCOMPARE(plan.json["pictures"].get<int>(), 1);
    QCOMPARE(plan.json["labels"].get<int>(), 2);
    QCOMPARE(plan.json["left_out"].get<int>(), 1);
    QCOMPARE(plan.json["replaced"].get<int>(), 0);
    QVERIFY2(plan.output.contains("2 rotated boxes"), plan.output);
    const ProgramResult done = run({"export-dataset", "out", "--format", "pascal-voc", "--json"});
    QVERIFY2(done.exitCode == 0, done.errors);
    QVERIFY(done.json["notes"] == plan.json["notes"]);
    QVERIFY(done.json["files"] == plan.json["files"]);
    writeTestFile(folder / "mine/letter.txt", "keep me");
    QCOMPARE(run({"export-dataset", "mine", "--format", "coco", "--plan"}).exitCode, 6);
}

void TestCommandLine::agreementNamesTheItemsThatDiffer()
{
    const TemporaryFolder folder;
    const auto run = [&](QStringList arguments) {
        return runProgram(QStringList{"--project", "p"} + arguments, folder.path());
    };
    QCOMPARE(runProgram({"init", "p"}, folder.path()).exitCode, 0);
    std::filesystem::create_directories(folder / "pictures");
    int count = 0;
    for (const auto& file :
         std::filesystem::directory_iterator(sourceFolder() / "resources/samples/blood-cells/JPEGImages"))
        if (count++ < 2)
            std::filesystem::copy(file.path(), folder / "pictures");
    QCOMPARE(run({"import", "pictures"}).exitCode, 0);
    const Json items = run({"items", "--json"}).json["items"];
    const auto label = [&](int place, const char* name, QStringList more) {
        const auto id = items[static_cast<std::size_t>(place)]["id"].get<std::int64_t>();
        return run(QStringList{"label", QStringLiteral("#%1").arg(id), name} + more).exitCode;
    };
    QCOMPARE(label(0, "cat", {}), 0);
    QCOMPARE(label(1, "cat", {}), 0);
    QCOMPARE(label(0, "cat", {"--by", "ann"}), 0);
    QCOMPARE(label(1, "dog", {"--by", "ann"}), 0);
    const ProgramResult result = run({"agreement", "--json"});
    QVERIFY2(result.exitCode == 0, result.errors);
    QCOMPARE(result.json["items"].get<int>(), 2);
    QCOMPARE(result.json["differing"].size(), std::size_t(1));
    const Json& difference = result.json["differing"][0];
    QVERIFY(difference["item"] == items[1]["id"]);
    QCOMPARE(difference["first"].get<std::string>(), std::string("cat"));
    QCOMPARE(difference["second"].get<std::string>(), std::string("dog"));
    QVERIFY((result.json["tagConfusions"] == Json{{{"first", "cat"}, {"second", "dog"}, {"n", 1}}}));
    const ProgramResult nobody = run({"agreement", "--with", "bob"});
    QCOMPARE(nobody.exitCode, 2);
    QVERIFY2(nobody.errors.contains("bob"), nobody.errors);
    // What nobody would see or could read is refused, and leaves no class behind.
    QCOMPARE(label(0, "bird", {"--box", "99999,10,20,20"}), 2);
    QCOMPARE(label(0, "two\nlines", {}), 2);
    QCOMPARE(label(0, QByteArray(300, 'x').constData(), {}), 2);
    QVERIFY(!run({"classes", "--json"}).output.contains("bird"));
    QCOMPARE(label(0, "bird", {"--box", "10,10,20,20"}), 0);
}

void TestCommandLine::projectIsFoundFromBelow()
{
    const TemporaryFolder folder;
    QCOMPARE(runProgram({"init", "p"}, folder.path()).exitCode, 0);
    std::filesystem::create_directories(folder / "p" / "some" / "where");
    QCOMPARE(runProgram({"status"}, folder / "p" / "some" / "where").exitCode, 0);
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_command_line.moc"
