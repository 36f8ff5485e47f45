// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "core/project/sequence_edits.h"
#include "tests/core/project/project_fixture.h"
#include "tests/support/test_folders.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

class SequenceEditsTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<TemporaryFolder> m_folder;
    std::unique_ptr<Project> m_project;
    std::vector<ItemId> m_frames;

    Annotation put(std::size_t frame, Shape shape, const char* className = "c0", const char* person = "")
    {
        Annotation annotation;
        annotation.id = VALUE(m_project->newId());
        annotation.item = m_frames[frame];
        annotation.classId = m_project->classByName(className)->id;
        annotation.shape = std::move(shape);
        annotation.flags.isOccluded = true;
        annotation.sourceName = person;
        VALUE(m_project->applyNow(VALUE(makeAddAnnotation(*m_project, annotation))));
        return annotation;
    }
    std::vector<Annotation> at(std::size_t frame) { return VALUE(m_project->annotations(m_frames[frame])); }

private slots:
    void init()
    {
        m_folder = std::make_unique<TemporaryFolder>();
        m_project = makeProject(*m_folder / "project", 6, 2);
        m_frames = VALUE(m_project->itemIds(""));
        QCOMPARE(m_frames.size(), std::size_t(6));
    }
    void cleanup()
    {
        m_project.reset();
        m_folder.reset();
    }

    void fillsThePicturesBetween()
    {
        put(0, Box{90, 90, 10, 10}); // the same class further away
        put(0, Box{0, 0, 10, 10});
        put(2, Box{1, 1, 2, 2}, "c1"); // another class does not stop the way back
        put(3, Vertex{1, 1});          // nor does another kind
        const Annotation last = put(4, Box{40, 20, 18, 10});
        const Edit edit = VALUE(makeInterpolation(*m_project, m_frames, 4, last));
        QVERIFY(edit.text.find("over 3 pictures") != std::string::npos);
        VALUE(m_project->applyNow(edit));
        for (std::size_t frame = 1; frame <= 3; ++frame) {
            const double share = static_cast<double>(frame) / 4;
            const Box expected{40 * share, 20 * share, 10 + 8 * share, 10};
            const auto annotations = at(frame);
            const auto made =
                std::find_if(annotations.begin(), annotations.end(),
                             [&](const Annotation& one) { return one.shape == Shape(expected); });
            QVERIFY(made != annotations.end());
            QCOMPARE(made->classId, last.classId);
            QVERIFY(made->flags.isOccluded);
        }
        QCOMPARE(at(0).size(), std::size_t(2));
        QCOMPARE(at(4).size(), std::size_t(1));
        QVERIFY(at(5).empty());
        // One Edit: one undo takes all of it back.
        VALUE(m_project->undo());
        QVERIFY(at(1).empty());
        QCOMPARE(at(2).size(), std::size_t(1));
        QCOMPARE(at(3).size(), std::size_t(1));
    }
    void opinionsAreApart()
    {
        put(0, Box{0, 0, 10, 10}, "c0", "ann");
        put(1, Box{70, 70, 10, 10}); // the project's own, nearer in time
        const Annotation last = put(3, Box{30, 0, 10, 10}, "c0", "ann");
        VALUE(m_project->applyNow(VALUE(makeInterpolation(*m_project, m_frames, 3, last))));
        QCOMPARE(at(1).size(), std::size_t(2));
        QCOMPARE(at(2).size(), std::size_t(1));
        QVERIFY(at(2)[0].shape == Shape(Box{20, 0, 10, 10}));
        QCOMPARE(opinionOf(at(2)[0]), std::string("ann"));
        QVERIFY(VALUE(m_project->item(m_frames[2])).reviewState == ReviewState::Unlabelled);
    }
    void refusals()
    {
        const auto code = [&](std::size_t current, const Annotation& last) {
            return makeInterpolation(*m_project, m_frames, current, last).error().code;
        };
        const Annotation first = put(0, Box{0, 0, 10, 10});
        QVERIFY(code(0, first) == ErrorCode::NotFound);
        const Annotation second = put(1, Box{5, 0, 10, 10});
        QVERIFY(code(1, second) == ErrorCode::NotFound); // nothing lies between
        put(1, Polygon{{{{{0, 0}, {9, 0}, {9, 9}}, {}}}});
        const Annotation other = put(4, Polygon{{{{{0, 0}, {9, 0}, {9, 9}, {0, 9}}, {}}}});
        QVERIFY(code(4, other) == ErrorCode::InvalidArgument);
        QVERIFY(code(9, first) == ErrorCode::InvalidArgument);
        QVERIFY(code(3, Annotation()) == ErrorCode::InvalidArgument);
        for (std::size_t frame : {2, 3, 5})
            QVERIFY(at(frame).empty());
    }
};

QTEST_APPLESS_MAIN(SequenceEditsTest)
#include "tst_sequence_edits.moc"
