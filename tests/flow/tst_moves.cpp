// SPDX-License-Identifier: GPL-3.0-or-later
// Projects and pictures that move, and file names that no tool likes: nothing is lost, and there is a way
// back.
#include "core/base/path_text.h"
#include "tests/flow/program.h"
#include "tests/support/test_folders.h"

#include <QtTest>

using namespace trainyard;
using namespace trainyard::test;
namespace fs = std::filesystem;

class TestMoves : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { m_folder.reset(); }
    void oddNamesSurvive();
    void movedTogether();
    void movedPictures();
    void movedProject();
    void movedBothApart();

private:
    ProgramResult run(const QStringList& arguments) const { return runProgram(arguments, m_folder->path()); }
    /// The project's items as "class path-bytes" by rising path; the paths below `pictures`.
    [[nodiscard]] std::vector<std::string> items(const char* project, const fs::path& pictures) const;

    std::unique_ptr<TemporaryFolder> m_folder;
    std::vector<std::string> m_names;
};

void TestMoves::init()
{
    m_folder = std::make_unique<TemporaryFolder>();
    m_names = {"caf\xe9.jpg", "two\nlines.jpg", std::string(246, 'n') + ".jpg",
               "-rf.jpg",     "a b'c\"d.jpg",   "#1.jpg"};
    fs::path sample;
    for (const auto& entry :
         fs::directory_iterator(sourceFolder() / "resources/samples/blood-cells/JPEGImages")) {
        if (sample.empty() || entry.path() < sample)
            sample = entry.path();
    }
    fs::create_directories(*m_folder / "pictures" / "cells");
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        const fs::path file = *m_folder / "pictures" / "cells" / m_names[i];
        // A byte after the end of the picture makes each file another one.
        writeTestFile(file, readTestFile(sample) + std::string(1, static_cast<char>('0' + i)));
    }
    QCOMPARE(run({"init", "project"}).exitCode, 0);
    const ProgramResult imported = run({"--project", "project", "import", "pictures", "--json"});
    QVERIFY2(imported.exitCode == 0, imported.errors);
    QCOMPARE(imported.json["added"].get<std::size_t>() + imported.json["rejected"].get<std::size_t>(),
             m_names.size());
    QCOMPARE(imported.json["rejected"].get<int>(), 0);
}

std::vector<std::string> TestMoves::items(const char* project, const fs::path& pictures) const
{
    const ProgramResult listed = run({"--project", project, "items", "--json"});
    std::vector<std::string> rows;
    for (const Json& item : listed.json["items"]) {
        const Json& path = item["path"];
        const std::string bytes =
            path.is_string() ? path.get<std::string>() : base64Decode(path["b64"].get<std::string>());
        rows.push_back(item["class"].get<std::string>() + " " +
                       fs::path(bytes).lexically_relative(pictures).string());
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

void TestMoves::oddNamesSurvive()
{
    std::vector<std::string> expected;
    for (const std::string& name : m_names)
        expected.push_back("cells cells/" + name);
    std::sort(expected.begin(), expected.end());
    QVERIFY(items("project", *m_folder / "pictures") == expected);
    const ProgramResult again = run({"--project", "project", "import", "pictures", "--json"});
    QCOMPARE(again.json["unchanged"].get<std::size_t>(), m_names.size());
}

void TestMoves::movedTogether()
{
    const auto before = items("project", *m_folder / "pictures");
    fs::create_directory(*m_folder / "elsewhere");
    fs::rename(*m_folder / "project", *m_folder / "elsewhere" / "project");
    fs::rename(*m_folder / "pictures", *m_folder / "elsewhere" / "pictures");
    QVERIFY(items("elsewhere/project", *m_folder / "elsewhere" / "pictures") == before);
    const ProgramResult again =
        run({"--project", "elsewhere/project", "import", "elsewhere/pictures", "--json"});
    QVERIFY2(again.json["unchanged"].get<std::size_t>() == m_names.size(), again.output);
}

void TestMoves::movedPictures()
{
    const auto before = items("project", *m_folder / "pictures");
    fs::create_directory(*m_folder / "disk");
    fs::rename(*m_folder / "pictures", *m_folder / "disk" / "renamed");
    const ProgramResult relocated =
        run({"--project", "project", "relocate", "pictures", "disk/renamed", "--json"});
    QVERIFY2(relocated.exitCode == 0, relocated.errors);
    QCOMPARE(relocated.json["found"].get<std::size_t>(), m_names.size());
    QCOMPARE(relocated.json["missing"].get<int>(), 0);
    QVERIFY(items("project", *m_folder / "disk" / "renamed") == before);
}

void TestMoves::movedProject()
{
    const auto before = items("project", *m_folder / "pictures");
    fs::create_directories(*m_folder / "deep" / "down");
    fs::rename(*m_folder / "project", *m_folder / "deep" / "down" / "project");
    const QString named = QStringLiteral("deep/down/project");
    const ProgramResult again = run({"--project", named, "import", "pictures", "--json"});
    QVERIFY2(again.exitCode == 0, again.errors);
    const auto after = items("deep/down/project", *m_folder / "pictures");
    QVERIFY2(after == before, "importing from where the pictures are finds the same items, without doubles");
}

void TestMoves::movedBothApart()
{
    const auto before = items("project", *m_folder / "pictures");
    fs::create_directories(*m_folder / "a");
    fs::create_directories(*m_folder / "b" / "c");
    fs::rename(*m_folder / "project", *m_folder / "a" / "project");
    fs::rename(*m_folder / "pictures", *m_folder / "b" / "c" / "pictures");
    // The root is kept relative to the project, so the project looks for its pictures beside itself.
    const fs::path known = *m_folder / "a" / "pictures";
    const ProgramResult relocated = run({"--project", "a/project", "relocate",
                                         QString::fromStdString(known.string()), "b/c/pictures", "--json"});
    QVERIFY2(relocated.exitCode == 0, relocated.errors);
    QCOMPARE(relocated.json["found"].get<std::size_t>(), m_names.size());
    QVERIFY(items("a/project", *m_folder / "b" / "c" / "pictures") == before);
}

QTEST_GUILESS_MAIN(TestMoves)
#include "tst_moves.moc"
