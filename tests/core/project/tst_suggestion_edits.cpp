// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/suggestion_edits.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QtTest>

using namespace trainyard;
using namespace trainyard::test;

class TestSuggestionEdits : public QObject
{
    Q_OBJECT

private slots:
    void manyAreOneEditWithTheirModel();
    void aLabelIsNeverOverwritten();
    void whatIsNotThereIsSaid();
};

namespace {

ItemId itemAt(Project& project, std::size_t index)
{
    return project.columns()[index].id;
}

} // namespace

void TestSuggestionEdits::manyAreOneEditWithTheirModel()
{
    const TemporaryFolder folder;
    const auto project = makeProject(folder / "p", 3, 2);
    const ClassId first = project->classes()[0].id;
    const ClassId second = project->classes()[1].id;
    const std::vector<AcceptedSuggestion> accepted{{itemAt(*project, 0), first, 0.75},
                                                   {itemAt(*project, 2), second, 1.0000001}};
    const Revision before = project->revision();
    const Edit edit = VALUE(makeAcceptSuggestions(*project, accepted, "probe of x"));
    QCOMPARE(edit.verb, std::string("accept-suggestions"));
    QCOMPARE(VALUE(project->applyNow(edit)), before + 1);
    QCOMPARE(project->columns()[0].classId, static_cast<std::int32_t>(first));
    QCOMPARE(project->columns()[0].reviewState, ReviewState::Labelled);
    QCOMPARE(project->columns()[1].classId, 0);
    QCOMPARE(project->columns()[2].classId, static_cast<std::int32_t>(second));
    const auto tags = VALUE(project->annotations(itemAt(*project, 0)));
    QCOMPARE(tags.size(), std::size_t{1});
    QCOMPARE(tags[0].classId, first);
    QCOMPARE(tags[0].source, AnnotationSource::Model);
    QCOMPARE(tags[0].sourceName, std::string("probe of x"));
    QCOMPARE(*tags[0].score, 0.75);
    QVERIFY(tags[0].isReviewed);
    QCOMPARE(*VALUE(project->annotations(itemAt(*project, 2)))[0].score, 1.0);
    VALUE(project->undo());
    QCOMPARE(project->columns()[0].classId, 0);
    QCOMPARE(project->columns()[0].reviewState, ReviewState::Unlabelled);
    QVERIFY(VALUE(project->annotations(itemAt(*project, 0))).empty());
}

void TestSuggestionEdits::aLabelIsNeverOverwritten()
{
    const TemporaryFolder folder;
    const auto project = makeProject(folder / "p", 2, 2);
    const ItemId labelled = itemAt(*project, 0);
    const ClassId first = project->classes()[0].id;
    const ClassId second = project->classes()[1].id;
    VALUE(project->applyNow(VALUE(makeSetClass(*project, std::vector{labelled}, first))));
    const auto before = VALUE(project->annotations(labelled));
    const std::vector<AcceptedSuggestion> accepted{{labelled, second, 0.9}};
    const Edit nothing = VALUE(makeAcceptSuggestions(*project, accepted, "m"));
    QVERIFY(nothing.rows.empty());
    const std::vector<AcceptedSuggestion> both{{labelled, second, 0.9}, {itemAt(*project, 1), second, 0.9}};
    VALUE(project->applyNow(VALUE(makeAcceptSuggestions(*project, both, "m"))));
    QCOMPARE(project->columns()[0].classId, static_cast<std::int32_t>(first));
    QCOMPARE(project->columns()[1].classId, static_cast<std::int32_t>(second));
    QVERIFY(VALUE(project->annotations(labelled)) == before);
}

void TestSuggestionEdits::whatIsNotThereIsSaid()
{
    const TemporaryFolder folder;
    const auto project = makeProject(folder / "p", 1, 1);
    const std::vector<AcceptedSuggestion> noItem{{987'654'321, project->classes()[0].id, 0.5}};
    QCOMPARE(makeAcceptSuggestions(*project, noItem, "m").error().code, ErrorCode::NotFound);
    const std::vector<AcceptedSuggestion> noClass{{itemAt(*project, 0), 987'654'321, 0.5}};
    QCOMPARE(makeAcceptSuggestions(*project, noClass, "m").error().code, ErrorCode::NotFound);
}

QTEST_APPLESS_MAIN(TestSuggestionEdits)
#include "tst_suggestion_edits.moc"
