// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/labels/geometry.h"
#include "core/project/selection_actions.h"
#include "core/project/shape_actions.h"

#include <QTest>
#include <algorithm>
#include <random>

using namespace trainyard;

namespace {

Annotation made(AnnotationId id, Shape shape, std::int64_t order = 0)
{
    Annotation annotation;
    annotation.id = id;
    annotation.classId = 100 + id;
    annotation.shape = std::move(shape);
    annotation.zOrder = order;
    return annotation;
}

void sortByOrder(std::vector<Annotation>& shapes)
{
    std::sort(shapes.begin(), shapes.end(), [](const Annotation& a, const Annotation& b) {
        return std::pair(a.zOrder, a.id) < std::pair(b.zOrder, b.id);
    });
}

std::vector<AnnotationId> idsOf(const std::vector<Annotation>& shapes)
{
    std::vector<AnnotationId> ids;
    for (const Annotation& shape : shapes)
        ids.push_back(shape.id);
    return ids;
}

} // namespace

class SelectionActionsTest : public QObject
{
    Q_OBJECT
private:
    static Result<AnnotationChanges> run(const char* key, const std::vector<Annotation>& all,
                                         std::initializer_list<AnnotationId> chosen)
    {
        SelectedShapes shapes{{}, all, 100, 80};
        for (const Annotation& annotation : all)
            if (std::find(chosen.begin(), chosen.end(), annotation.id) != chosen.end())
                shapes.chosen.push_back(annotation);
        return findSelectionAction(key)->make(shapes);
    }

private slots:
    void orderAgainstAModel()
    {
        // The list is what counts: each action on random orders with ties, compared with moving list entries.
        std::mt19937 random(11);
        for (int round = 0; round < 300; ++round) {
            std::vector<Annotation> all;
            for (AnnotationId id = 1; id <= 8; ++id)
                all.push_back(made(id, Vertex{1, 1}, static_cast<std::int64_t>(random() % 4) - 1));
            sortByOrder(all);
            const AnnotationId moving = 1 + static_cast<AnnotationId>(random() % 8);
            for (const char* key : {"front", "back", "up", "down"}) {
                std::vector<AnnotationId> expected = idsOf(all);
                const auto place = std::find(expected.begin(), expected.end(), moving);
                const auto at = place - expected.begin();
                expected.erase(place);
                const std::string_view name = key;
                const auto to = name == "front"  ? std::ptrdiff_t(7)
                                : name == "back" ? std::ptrdiff_t(0)
                                : name == "up"   ? std::min<std::ptrdiff_t>(7, at + 1)
                                                 : std::max<std::ptrdiff_t>(0, at - 1);
                expected.insert(expected.begin() + to, moving);
                const auto changes = run(key, all, {moving});
                QVERIFY(changes.has_value());
                std::vector<Annotation> after = all;
                for (const Annotation& changed : changes->changed)
                    for (Annotation& annotation : after)
                        if (annotation.id == changed.id)
                            annotation = changed;
                sortByOrder(after);
                QCOMPARE(idsOf(after), expected);
            }
        }
    }

    void frontChangesNoMoreThanItMust()
    {
        const std::vector<Annotation> all{made(1, Vertex{1, 1}), made(2, Vertex{1, 1}),
                                          made(3, Vertex{1, 1})};
        QCOMPARE(run("front", all, {1})->changed.size(), std::size_t(1));
        QCOMPARE(run("back", all, {3})->changed.size(), std::size_t(1));
        QVERIFY(run("front", all, {3})->changed.empty());
    }

    void joinedKeepsTheFrontOne()
    {
        const std::vector<Annotation> all{made(1, Box{0, 0, 10, 10}), made(2, Box{5, 0, 10, 10})};
        const auto changes = run("join", all, {1, 2});
        QVERIFY(changes.has_value());
        QCOMPARE(changes->changed.size(), std::size_t(1));
        QCOMPARE(changes->changed[0].id, AnnotationId(2));
        QCOMPARE(changes->changed[0].classId, ClassId(102));
        QVERIFY(std::abs(area(changes->changed[0].shape) - 150) < 0.01);
        QVERIFY(changes->deleted == std::vector<AnnotationId>{1});
        QVERIFY(!run("join", {made(1, Box{0, 0, 10, 10}), made(2, Vertex{5, 5})}, {1, 2}));
    }

    void subtractionDeletesWhatIsCovered()
    {
        const std::vector<Annotation> all{made(1, Box{0, 0, 10, 10}), made(2, Box{4, 4, 2, 2}),
                                          made(3, Box{3, 3, 20, 4})};
        const auto changes = run("subtract", all, {1, 2, 3});
        QVERIFY(changes.has_value());
        QCOMPARE(changes->changed.size(), std::size_t(1));
        QVERIFY(std::abs(area(changes->changed[0].shape) - (100 - 28)) < 0.01);
        QVERIFY(changes->deleted == (std::vector<AnnotationId>{2, 3}));
        QVERIFY(!run("subtract", {made(1, Box{0, 0, 5, 5}), made(2, Box{50, 50, 5, 5})}, {1, 2}));
    }

    void whatIsNotTouchedStays()
    {
        const std::vector<Annotation> all{made(1, Box{0, 0, 10, 10}), made(2, Box{60, 0, 10, 10})};
        const auto changes = withoutArea(all, Box{5, 0, 20, 20}, 100, 80);
        QVERIFY(changes.has_value());
        QCOMPARE(changes->changed.size(), std::size_t(1));
        QCOMPARE(changes->changed[0].id, AnnotationId(1));
    }

    void cutGivesPiecesOfTheSameKindOfThing()
    {
        Annotation box = made(1, Box{10, 10, 20, 20});
        box.flags.isOccluded = true;
        const std::vector<Annotation> all{box};
        const auto changes = cutAlong(all, Polyline{{{20, 0}, {20, 50}}});
        QVERIFY(changes.has_value());
        QCOMPARE(changes->changed.size(), std::size_t(1));
        QCOMPARE(changes->added.size(), std::size_t(1));
        QCOMPARE(changes->added[0].id, AnnotationId(0));
        QVERIFY(changes->added[0].flags.isOccluded);
        QVERIFY(std::abs(area(changes->added[0].shape) - 200) < 0.01);
        QVERIFY(!cutAlong(all, Polyline{{{50, 0}, {50, 50}}}));
    }

    void copiesAreAPersonsOwnAndGroupedAnew()
    {
        Annotation guess = made(1, Box{0, 0, 4, 4});
        guess.source = AnnotationSource::Model;
        guess.sourceName = "net";
        guess.score = 0.5;
        guess.group = 3;
        Annotation other = made(2, Box{8, 8, 4, 4});
        other.group = 3;
        const std::vector<Annotation> all{guess, other};
        const auto changes = run("duplicate", all, {1, 2});
        QCOMPARE(changes->added.size(), std::size_t(2));
        const Annotation& copy = changes->added[0];
        QVERIFY(copy.source == AnnotationSource::Person && copy.sourceName.empty() && !copy.score);
        QVERIFY(copy.shape == Shape(Box{10, 10, 4, 4}));
        QCOMPARE(copy.group, std::int64_t(4));
        QCOMPARE(changes->added[1].group, std::int64_t(4));
    }

    void flagsToggleTogether()
    {
        std::vector<Annotation> all{made(1, Vertex{1, 1}), made(2, Vertex{1, 1})};
        all[0].flags.isCrowd = true;
        auto changes = run("crowd", all, {1, 2});
        QVERIFY(changes->changed[0].flags.isCrowd && changes->changed[1].flags.isCrowd);
        changes = run("crowd", changes->changed, {1, 2});
        QVERIFY(!changes->changed[0].flags.isCrowd && !changes->changed[1].flags.isCrowd);
    }
};

QTEST_APPLESS_MAIN(SelectionActionsTest)
#include "tst_selection_actions.moc"
