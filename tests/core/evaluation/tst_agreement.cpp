// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/evaluation/agreement.h"
#include "tests/support/test_folders.h"

#include <QFile>
#include <QTest>

using namespace trainyard;
using namespace trainyard::test;

namespace {

bool isNear(double a, double b)
{
    return std::abs(a - b) <= 1e-9;
}

Annotation box(ClassId classId, double x, double y, double width, double height)
{
    Annotation annotation;
    annotation.classId = classId;
    annotation.shape = Box{x, y, width, height};
    return annotation;
}

Annotation tag(ClassId classId)
{
    Annotation annotation;
    annotation.classId = classId;
    return annotation;
}

} // namespace

class TestAgreement : public QObject
{
    Q_OBJECT
private slots:
    void severalTagsAreSets()
    {
        const Agreement agreement =
            measureAgreement(std::vector<TwoOpinions>{{{tag(1), tag(2)}, {tag(2), tag(1)}, 7},
                                                      {{tag(1), tag(2)}, {tag(1)}, 8},
                                                      {{tag(3)}, {tag(1)}, 9}});
        QCOMPARE(agreement.tags.items, std::int64_t(5)); // (1, 1), (2, 2) · (1, 1), (2, none) · (3, 1)
        QCOMPARE(agreement.tags.agreeing, std::int64_t(3));
        QCOMPARE(agreement.differing.size(), std::size_t(2));
        QCOMPARE(agreement.differing[0], (ItemDifference{8, 2, 0}));
        QCOMPARE(agreement.differing[1], (ItemDifference{9, 3, 1}));
        QCOMPARE(agreement.tagsPerClass.at(2).agreeing, std::int64_t(2));
        QCOMPARE(agreement.tagsPerClass.at(2).items, std::int64_t(3));
    }

    void whatNobodyReviewedIsNobodysOpinion()
    {
        Annotation guess = tag(1);
        guess.source = AnnotationSource::Model;
        Annotation seen = tag(2);
        seen.source = AnnotationSource::Model;
        seen.isReviewed = true;
        const std::vector<Annotation> all{guess, seen};
        QCOMPARE(opinionsOf(all, "", "Ann").first.size(), std::size_t(1));
    }

    /// tests/data/evaluation/make_kappa.py (scikit-learn 1.9.1, cohen_kappa_score) made the answers.
    void kappaAsScikitLearn()
    {
        const std::filesystem::path path = sourceFolder() / "tests/data/evaluation/kappa.json";
        QFile file(QString::fromStdString(path.string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto cases = parseJson(file.readAll().toStdString(), "kappa.json");
        QVERIFY(cases.has_value());
        QCOMPARE(cases->size(), std::size_t(4));
        for (const Json& golden : *cases) {
            std::vector<TwoOpinions> items;
            for (std::size_t i = 0; i < golden["first"].size(); ++i)
                items.push_back(
                    {{tag(golden["first"][i].get<ClassId>())}, {tag(golden["second"][i].get<ClassId>())}});
            const Agreement agreement = measureAgreement(items);
            QCOMPARE(agreement.tags.items, static_cast<std::int64_t>(golden["first"].size()));
            QVERIFY(isNear(*agreement.tags.kappa, golden["kappa"].get<double>()));
            QCOMPARE(agreement.tagsPerClass.size(), golden["perClass"].size());
            for (const auto& [classId, kappa] : golden["perClass"].items())
                QVERIFY(isNear(*agreement.tagsPerClass.at(std::stoll(classId)).kappa, kappa.get<double>()));
        }
    }

    void kappaWithoutAnAnswer()
    {
        QVERIFY(!cohensKappa({}).kappa);
        const std::vector<std::pair<ClassId, ClassId>> same(5, {2, 2});
        const KappaFigures figures = cohensKappa(same);
        QCOMPARE(figures.agreeing, 5);
        QVERIFY(!figures.kappa); // chance alone agrees always
    }

    void boxesPairOnce()
    {
        // Two boxes of the first person lie over one of the second: the nearer one gets it.
        const TwoOpinions item{{box(1, 0, 0, 10, 10), box(1, 1, 0, 10, 10), box(2, 50, 50, 10, 10)},
                               {box(1, 1, 0, 10, 10), box(1, 50, 50, 10, 10), box(2, 200, 0, 5, 5)}};
        const Agreement agreement = measureAgreement(std::span(&item, 1));
        QCOMPARE(agreement.shapes.first, 3);
        QCOMPARE(agreement.shapes.second, 3);
        QCOMPARE(agreement.pairs, 2);
        QCOMPARE(agreement.shapes.paired, 1); // the other pair has two classes
        QVERIFY(isNear(agreement.shapes.meanIou, 1));
        QVERIFY(isNear(*agreement.shapes.f1(), 2.0 / 6));
        QCOMPARE(agreement.shapesPerClass.at(1).first, 2);
        QCOMPARE(agreement.shapesPerClass.at(1).second, 2);
        QCOMPARE(agreement.shapesPerClass.at(2).paired, 0);
        QCOMPARE(agreement.shapeClasses.items, 2);
        QCOMPARE(agreement.shapeClasses.agreeing, 1);
    }

    /// A triangle that is half of its box: the areas count, not the boxes around them.
    void polygonsByTheirArea()
    {
        const auto triangle = [](Ring outline) {
            Annotation annotation;
            annotation.classId = 1;
            annotation.shape = Polygon{{{std::move(outline), {}}}};
            return annotation;
        };
        const TwoOpinions item{{triangle({{0, 0}, {10, 0}, {0, 10}})},
                               {triangle({{10, 10}, {10, 0}, {0, 10}})}};
        QCOMPARE(measureAgreement(std::span(&item, 1)).pairs, 0); // one box, no common area
        const TwoOpinions halves{{triangle({{0, 0}, {10, 0}, {0, 10}})},
                                 {triangle({{0, 0}, {10, 0}, {0, 6}})}};
        const Agreement agreement = measureAgreement(std::span(&halves, 1));
        QCOMPARE(agreement.shapes.paired, 1);
        QVERIFY(std::abs(agreement.shapes.meanIou - 0.6) < 1e-3);
    }

    void tagsAloneSayNothingOfShapes()
    {
        const TwoOpinions item{{tag(1), box(1, 0, 0, 5, 5)}, {tag(1)}};
        const Agreement agreement = measureAgreement(std::span(&item, 1));
        QCOMPARE(agreement.tags.items, 1);
        QCOMPARE(agreement.shapes.first, 0);
        QVERIFY(!agreement.shapes.f1());
    }

    void threshold_data()
    {
        QTest::addColumn<double>("shift"); // two boxes of 10 x 10: IoU is (10 - shift) / (10 + shift)
        QTest::addColumn<bool>("isPair");
        QTest::newRow("above") << 3.3 << true;
        QTest::newRow("just below") << 3.4 << false;
        QTest::newRow("apart") << 11.0 << false;
    }
    void threshold()
    {
        QFETCH(double, shift);
        QFETCH(bool, isPair);
        const TwoOpinions item{{box(1, 0, 0, 10, 10)}, {box(1, shift, 0, 10, 10)}};
        const Agreement agreement = measureAgreement(std::span(&item, 1));
        QCOMPARE(agreement.shapes.paired, isPair ? 1 : 0);
        if (isPair)
            QVERIFY(isNear(agreement.shapes.meanIou, (10 - shift) / (10 + shift)));
    }

    void itemsThatDiffer()
    {
        const std::vector<TwoOpinions> items{
            {{tag(1)}, {tag(1)}, 10},
            {{tag(1)}, {tag(2)}, 11},
            {{tag(2)}, {tag(1)}, 12},
            {{tag(1)}, {box(1, 0, 0, 5, 5)}, 13},                 // nothing to compare
            {{box(1, 0, 0, 10, 10)}, {box(1, 0, 0, 10, 10)}, 14}, // alike
            {{box(1, 0, 0, 10, 10), box(1, 50, 0, 10, 10)},       // one alone, one renamed
             {box(2, 0, 0, 10, 10), box(1, 90, 0, 9, 9), box(1, 90, 90, 9, 9)},
             15},
            {{tag(1)}, {}, 16},
        };
        const Agreement agreement = measureAgreement(items);
        QCOMPARE(agreement.items, 6);
        QCOMPARE(agreement.differing.size(), std::size_t(3));
        QVERIFY((agreement.differing[0] == ItemDifference{11, 1, 2, 0, 0, 0}));
        QVERIFY((agreement.differing[1] == ItemDifference{12, 2, 1, 0, 0, 0}));
        QVERIFY((agreement.differing[2] == ItemDifference{15, 0, 0, 1, 2, 1}));
        QVERIFY((agreement.tagAnswers == Confusions{{{1, 1}, 1}, {{1, 2}, 1}, {{2, 1}, 1}}));
        QVERIFY((agreement.shapeAnswers == Confusions{{{1, 1}, 1}, {{1, 2}, 1}}));
    }

    void opinionsByTheirItems()
    {
        const auto of = [](ItemId item, ClassId classId, const char* person) {
            Annotation annotation = tag(classId);
            annotation.item = item;
            annotation.sourceName = person;
            return annotation;
        };
        const std::vector<Annotation> all{of(7, 1, ""), of(7, 2, "bob"), of(9, 1, "bob"), of(8, 3, "eve")};
        const std::vector<TwoOpinions> items = opinionsByItem(all, "", "bob");
        QCOMPARE(items.size(), std::size_t(3));
        QCOMPARE(items[0].item, ItemId(7));
        QCOMPARE(items[0].first, (std::vector<Annotation>{all[0]}));
        QCOMPARE(items[0].second, (std::vector<Annotation>{all[1]}));
        QCOMPARE(items[1].item, ItemId(9));
        QVERIFY(items[1].first.empty() && items[1].second.size() == 1);
        QCOMPARE(items[2].item, ItemId(8));
        QVERIFY(items[2].first.empty() && items[2].second.empty());
    }

    void opinionsAreTakenApart()
    {
        Annotation own = tag(1);
        Annotation model = box(1, 0, 0, 5, 5);
        model.source = AnnotationSource::Model;
        model.sourceName = "net";
        model.isReviewed = true; // a person said so too
        Annotation bob = tag(2);
        bob.sourceName = "bob";
        Annotation eve = tag(1);
        eve.sourceName = "eve";
        const std::vector<Annotation> all{own, model, bob, eve};
        const TwoOpinions opinions = opinionsOf(all, "", "bob");
        QCOMPARE(opinions.first, (std::vector<Annotation>{own, model}));
        QCOMPARE(opinions.second, (std::vector<Annotation>{bob}));
        const std::vector<TwoOpinions> items{opinions, {{own}, {}}, {{}, {bob}}};
        QCOMPARE(measureAgreement(items).items, 1);
    }
};

QTEST_APPLESS_MAIN(TestAgreement)
#include "tst_agreement.moc"
