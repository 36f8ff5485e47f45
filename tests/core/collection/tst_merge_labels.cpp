// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/collection/import.h"
#include "core/project/edits.h"
#include "tests/core/collection/import_case.h"

#include <QTest>
#include <algorithm>

using namespace trainyard;
using test::ImportCase;
using test::vocText;

namespace {

ImportRequest answered(ImportRequest request, const std::string& rule)
{
    request.answers["merge"] = rule;
    return request;
}

std::vector<std::string> boxesOf(ImportCase& c, const std::string& path)
{
    std::vector<std::string> lines;
    const auto annotations = c.project().annotations(c.itemAt(path).id);
    for (const Annotation& annotation : *annotations)
        lines.push_back(c.project().classById(annotation.classId)->name + " " +
                        jsonLine(shapeToJson(annotation.shape)));
    std::sort(lines.begin(), lines.end());
    return lines;
}

} // namespace

/// Sources whose pictures the project has, with labels of its own.
class TestMergeLabels : public QObject
{
    Q_OBJECT

private slots:
    void keepsMine();
    void takesTheirs();
    void addsBoth();
    void secondOpinionsAreNotMixedIn_data();
    void secondOpinionsAreNotMixedIn();
    void classOfMergedTags_data();
    void classOfMergedTags();
};

void TestMergeLabels::keepsMine()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 100);
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100", "y 11 11 20 20"}));
    c.import();
    const auto before = boxesOf(c, "a.jpg");
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100", "y 11 12 21 21", "z 50 50 60 60"}));
    const auto plan = planImport(c.project(), c.decoders(), c.request(), Cancellation(), {});
    QVERIFY(plan);
    QCOMPARE(plan->knownItems, 1);
    QCOMPARE(plan->newItems, 0);
    QCOMPARE(plan->differingItems, 1);
    QCOMPARE(plan->newClasses, std::vector<std::string>{"z"});
    QCOMPARE(plan->labels, (LabelCounts{3, 0, 0, 1, 2, 0, 0, 0}));
    QCOMPARE(plan->questions.size(), std::size_t{1});
    QCOMPARE(plan->questions[0].key, std::string("merge"));
    QVERIFY(!plan->questions[0].mustAsk);
    const ImportResult result = c.import();
    QCOMPARE(result.labels, plan->labels);
    QCOMPARE(boxesOf(c, "a.jpg"), before);
    ImportRequest wrong = answered(c.request(), "whatever");
    QCOMPARE(importSource(c.project(), c.decoders(), wrong, Cancellation(), {}).error().code,
             ErrorCode::InvalidFile);
}

void TestMergeLabels::takesTheirs()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 100);
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100", "y 11 11 20 20", "gone 70 70 80 80"}));
    c.import();
    const auto before = boxesOf(c, "a.jpg");
    const auto old = c.project().annotations(c.itemAt("a.jpg").id);
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100", "y 11 12 21 21", "z 50 50 60 60"}));
    const ImportRequest request = answered(c.request(), "theirs");
    const auto plan = planImport(c.project(), c.decoders(), request, Cancellation(), {});
    QVERIFY(plan->questions.empty());
    const ImportResult result = c.import(request);
    QCOMPARE(result.labels, (LabelCounts{3, 1, 1, 1, 0, 0, 0, 1}));
    QCOMPARE(result.labels, plan->labels);
    const auto now = c.project().annotations(c.itemAt("a.jpg").id);
    QCOMPARE(now->size(), std::size_t{3});
    QCOMPARE((*now)[1].id, (*old)[1].id); // the same label, moved
    QCOMPARE(*(*now)[1].box(), (Box{10, 11, 11, 10}));
    // One undo takes the merge back.
    QVERIFY(c.project().undo());
    QCOMPARE(boxesOf(c, "a.jpg"), before);
    QCOMPARE(c.import(answered(c.request(), "theirs")).labels.changed, 1);
    QCOMPARE(c.import(answered(c.request(), "theirs")).labels, (LabelCounts{3, 0, 0, 3, 0, 0, 0, 0}));
}

void TestMergeLabels::addsBoth()
{
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 100);
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100"}));
    c.import();
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100", "x 1 1 50 50"}));
    QCOMPARE(c.import(answered(c.request(), "both")).labels, (LabelCounts{2, 1, 0, 1, 0, 0, 0, 0}));
    QCOMPARE(boxesOf(c, "a.jpg").size(), std::size_t{2});
}

void TestMergeLabels::secondOpinionsAreNotMixedIn_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<bool>("hasOwn");
    for (const char* rule : {"keep", "theirs", "both"}) {
        QTest::addRow("%s", rule) << rule << true;
        QTest::addRow("%s, nothing else there", rule) << rule << false;
    }
}

void TestMergeLabels::secondOpinionsAreNotMixedIn()
{
    QFETCH(QString, rule);
    QFETCH(bool, hasOwn);
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 100);
    if (hasOwn)
        c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100"}));
    c.import();
    if (!hasOwn)
        QVERIFY(c.project().applyNow(*makeAddClass(c.project(), "x", 0, "")));
    // What the source will say, said by bob, and something of his own.
    c.addOpinion("a.jpg", "x", Box{0, 0, 100, 100});
    c.addOpinion("a.jpg", "x", Box{50, 50, 20, 20});
    c.addFile("a.xml", vocText("a.jpg", 100, 100, {"x 1 1 100 100"}));
    const ImportRequest request = answered(c.request(), rule.toStdString());
    const auto plan = planImport(c.project(), c.decoders(), request, Cancellation(), {});
    QCOMPARE(plan->differingItems, 0);
    const ImportResult result = c.import(request);
    QCOMPARE(result.labels, plan->labels);
    QCOMPARE(result.labels,
             (hasOwn ? LabelCounts{1, 0, 0, 1, 0, 0, 0, 0} : LabelCounts{1, 1, 0, 0, 0, 0, 0, 0}));
    const auto now = c.project().annotations(c.itemAt("a.jpg").id);
    QCOMPARE(now->size(), std::size_t{3});
    QCOMPARE(std::count_if(now->begin(), now->end(), isSecondOpinion), 2);
    QCOMPARE(c.itemAt("a.jpg").reviewState, ReviewState::Labelled);
}

void TestMergeLabels::classOfMergedTags_data()
{
    QTest::addColumn<QString>("rule");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<int>("tags");
    QTest::newRow("keep") << "keep"
                          << "cat" << 1;
    QTest::newRow("theirs") << "theirs"
                            << "dog" << 1;
    QTest::newRow("both") << "both"
                          << "cat" << 2;
}

void TestMergeLabels::classOfMergedTags()
{
    QFETCH(QString, rule);
    QFETCH(QString, expected);
    QFETCH(int, tags);
    ImportCase c;
    c.addPicture("a.jpg", 1, 100, 80);
    const auto labelMe = [&](const std::string& flag) {
        c.addFile("a.json", R"({"shapes": [], "flags": {")" + flag +
                                R"(": true}, "imagePath": "a.jpg", "imageWidth": 100, "imageHeight": 80})");
    };
    const auto className = [&] { return c.project().classById(c.itemAt("a.jpg").classId)->name; };
    labelMe("cat");
    c.import();
    QCOMPARE(className(), std::string("cat"));
    c.addOpinion("a.jpg", "cat", {});
    labelMe("dog");
    c.import(answered(c.request(), rule.toStdString()));
    QCOMPARE(className(), expected.toStdString());
    const auto labels = withoutSecondOpinions(*c.project().annotations(c.itemAt("a.jpg").id));
    QCOMPARE(labels.size(), static_cast<std::size_t>(tags));
    if (rule == QLatin1String("keep"))
        return;
    QVERIFY(c.project().undo());
    QCOMPARE(className(), std::string("cat"));
    QVERIFY(c.project().redo());
    QCOMPARE(className(), expected.toStdString());
}

QTEST_APPLESS_MAIN(TestMergeLabels)
#include "tst_merge_labels.moc"
