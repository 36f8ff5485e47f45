// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "core/project/class_counts.h"
#include "core/project/class_remap.h"
#include "core/project/opinions.h"
#include "core/project/sequence_edits.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

/// What a named person said beside the project's own labels counts nowhere, and follows its class.
class TestSecondOpinions : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Project> m_project;

    ClassId classAt(std::size_t index) { return m_project->classes()[index].id; }
    ItemId itemAt(std::size_t index) { return m_project->columns()[index].id; }
    Annotation put(std::size_t item, ClassId classId, Shape shape, const char* person,
                   AnnotationSource source = AnnotationSource::Person)
    {
        Annotation annotation;
        annotation.id = VALUE(m_project->newId());
        annotation.item = itemAt(item);
        annotation.classId = classId;
        annotation.shape = std::move(shape);
        annotation.source = source;
        annotation.sourceName = person;
        VALUE(m_project->applyNow(VALUE(makeAddAnnotation(*m_project, annotation))));
        return annotation;
    }
    ClassCount countOf(ClassId classId)
    {
        for (const ClassCount& count : VALUE(countClassLabels(m_project->folder())))
            if (count.classId == classId)
                return count;
        return {};
    }
    ReviewState stateOf(std::size_t item) { return VALUE(m_project->item(itemAt(item))).reviewState; }
    void setReview(std::size_t item, ReviewState state)
    {
        Edit edit{"review", "state", {}};
        const std::int64_t before = static_cast<std::int64_t>(stateOf(item));
        edit.rows.push_back({Table::Items,
                             itemAt(item),
                             {{"review_state", before == 0 ? FieldValue() : FieldValue(before),
                               static_cast<std::int64_t>(state)}}});
        VALUE(m_project->applyNow(edit));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        m_project = makeProject(*m_folder / "project", 5, 3);
    }
    void cleanup()
    {
        m_project.reset();
        m_folder.reset();
    }

    /// The database and the program mean the same by it.
    void oneMeaning()
    {
        std::size_t item = 0;
        std::vector<ItemId> expected;
        for (const AnnotationSource source :
             {AnnotationSource::Person, AnnotationSource::Model, AnnotationSource::Import}) {
            put(0, classAt(0), Box{1, 1, 2, 2}, "", source);
            const Annotation named = put(++item, classAt(0), Box{1, 1, 2, 2}, "bob", source);
            if (isSecondOpinion(named))
                expected.push_back(named.item);
        }
        QCOMPARE(expected, std::vector<ItemId>{itemAt(1)});
        const auto people = VALUE(itemsWithOpinions(m_project->folder()));
        QCOMPARE(people.size(), std::size_t(1));
        QCOMPARE(people.at("bob"), expected);
        for (const LabelPlace& place : VALUE(m_project->labelsOfClass(classAt(0))))
            QCOMPARE(place.isOpinion, place.item == itemAt(1));
        for (const LabelPlace& place : VALUE(m_project->labelsBesideClass(classAt(1))))
            QCOMPARE(place.isOpinion, place.item == itemAt(1));
        QCOMPARE(countOf(classAt(0)).shapes, 5);
        QCOMPARE(countOf(classAt(0)).opinions, 1);
    }

    void countsLeaveThemOut()
    {
        put(0, classAt(0), {}, "");
        put(0, classAt(0), {}, "bob");
        put(1, classAt(0), {}, "eve");
        put(0, classAt(0), Box{1, 1, 2, 2}, "bob");
        put(0, classAt(1), Box{1, 1, 2, 2}, "bob");
        const ClassCount count = countOf(classAt(0));
        QCOMPARE(count.tags, 1);
        QCOMPARE(count.shapes, 0);
        QCOMPARE(count.opinions, 3);
        QCOMPARE(count.all(), 4);
        QCOMPARE(countOf(classAt(1)).tags + countOf(classAt(1)).shapes, 0);
        QCOMPARE(VALUE(m_project->status()).perReviewState[0], 4); // eve's item is unlabelled
    }

    /// Shapes between pictures go from a person's own shape to the next one of that person.
    void keyShapesAreOnePersons()
    {
        const std::vector<ItemId> frames = VALUE(m_project->itemIds(""));
        put(0, classAt(0), Box{0, 0, 10, 10}, "");
        put(1, classAt(0), Box{40, 40, 10, 10}, "bob");
        const Annotation last = put(4, classAt(0), Box{40, 40, 10, 10}, "");
        VALUE(m_project->applyNow(VALUE(makeInterpolation(*m_project, frames, 4, last))));
        const auto own = withoutSecondOpinions(VALUE(m_project->annotations(frames[1])));
        QCOMPARE(own.size(), std::size_t(1));
        QVERIFY(own[0].shape == Shape(Box{10, 10, 10, 10}));
        const Annotation bobs = put(3, classAt(0), Box{60, 60, 10, 10}, "bob");
        VALUE(m_project->applyNow(VALUE(makeInterpolation(*m_project, frames, 3, bobs))));
        const auto between = VALUE(m_project->annotations(frames[2]));
        QCOMPARE(between.size(), std::size_t(2));
        QCOMPARE(withoutSecondOpinions(between).size(), std::size_t(1));
        QCOMPARE(between[1].sourceName, std::string("bob"));
        QVERIFY(between[1].shape == Shape(Box{50, 50, 10, 10}));
    }

    void mergedClassesTakeThemAlong()
    {
        put(0, classAt(0), {}, "");
        put(0, classAt(1), {}, "bob");
        put(0, classAt(1), Box{1, 1, 2, 2}, "bob");
        put(1, classAt(1), {}, "");
        put(1, classAt(0), {}, "bob");
        const ClassId from = classAt(1);
        const ClassId into = classAt(2);
        VALUE(mergeClasses(*m_project, from, into));
        QVERIFY(VALUE(m_project->labelsOfClass(from)).empty());
        const auto annotations = VALUE(m_project->annotations(itemAt(0)));
        QCOMPARE(annotations.size(), std::size_t(3));
        QCOMPARE(annotations[1].classId, into);
        QCOMPARE(annotations[1].sourceName, std::string("bob"));
        QCOMPARE(annotations[2].classId, into);
        QCOMPARE(VALUE(m_project->item(itemAt(0))).classId, classAt(0));
        QCOMPARE(VALUE(m_project->item(itemAt(1))).classId, into);
    }

    void deletedClassesTakeThemAlong()
    {
        put(0, classAt(0), {}, ""); // bob's tag of another class stays and labels nothing
        put(0, classAt(1), {}, "bob");
        put(1, classAt(1), {}, ""); // the project's own stays
        put(1, classAt(0), {}, "bob");
        setReview(2, ReviewState::Labelled); // background, and bob saw something
        put(2, classAt(0), Box{1, 1, 2, 2}, "bob");
        const ClassId gone = classAt(0);
        VALUE(deleteClass(*m_project, gone));
        QVERIFY(VALUE(m_project->labelsOfClass(gone)).empty());
        QCOMPARE(VALUE(m_project->item(itemAt(0))).classId, 0);
        QVERIFY(stateOf(0) == ReviewState::Unlabelled);
        QCOMPARE(VALUE(m_project->annotations(itemAt(0))).size(), std::size_t(1));
        QVERIFY(stateOf(1) == ReviewState::Labelled);
        QVERIFY(stateOf(2) == ReviewState::Labelled);
        VALUE(m_project->undo());
        QCOMPARE(VALUE(m_project->labelsOfClass(gone)).size(), std::size_t(3));
        QVERIFY(stateOf(0) == ReviewState::Labelled);
    }

    void deletedClassesListThem()
    {
        const ClassId gone = classAt(0);
        VALUE(deleteClass(*m_project, gone));
        Annotation late;
        late.id = VALUE(m_project->newId());
        late.item = itemAt(0);
        late.classId = gone;
        late.sourceName = "bob";
        VALUE(m_project->applyNow(Edit{"label", "late", {rowForNewAnnotation(late)}}));
        QVERIFY(countOf(gone).isDeleted);
        QCOMPARE(countOf(gone).all(), 1);
        VALUE(adoptLabels(*m_project, gone, classAt(1)));
        QCOMPARE(countOf(classAt(1)).opinions, 1);
        QCOMPARE(VALUE(m_project->item(itemAt(0))).classId, 0);
    }
};

QTEST_APPLESS_MAIN(TestSecondOpinions)
#include "tst_second_opinions.moc"
