// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/cleaning/queue_orders.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

using namespace trainyard;

class QueueOrdersTest : public QObject
{
    Q_OBJECT

private slots:
    void namesComeBack();
    void scoresRiseAndFall();
    void randomKeepsItsOrderWhenItemsGo();
    void filesByTheNumbersInTheirNames();
    void farthestFirstIsTheGreedyChoice();
    void farthestFirstCoversWithinTwiceTheBest();
    void whatIsLabelledIsNoNews();
};

namespace {

using Places = std::vector<std::size_t>;

} // namespace

void QueueOrdersTest::namesComeBack()
{
    for (const QueueOrder order : {QueueOrder::Uncertain, QueueOrder::Different, QueueOrder::Wrong,
                                   QueueOrder::OfClass, QueueOrder::Random, QueueOrder::File})
        QCOMPARE(*queueOrderFromName(queueOrderName(order)), order);
    QVERIFY(!queueOrderFromName("best"));
}

void QueueOrdersTest::scoresRiseAndFall()
{
    const std::vector<float> scores{0.5F, std::numeric_limits<float>::quiet_NaN(), 0.1F, 0.5F, 0.9F};
    QCOMPARE(risingOrder(scores), (Places{2, 0, 3, 4, 1}));
    QCOMPARE(fallingOrder(scores), (Places{4, 0, 3, 2, 1}));
    QVERIFY(risingOrder({}).empty());
}

void QueueOrdersTest::randomKeepsItsOrderWhenItemsGo()
{
    std::vector<ItemId> items;
    for (ItemId item = 1; item <= 1000; ++item)
        items.push_back(item);
    std::vector<ItemId> order;
    for (const std::size_t place : randomOrder(items, 7))
        order.push_back(items[place]);
    QVERIFY(order != items);
    QVERIFY(std::is_permutation(order.begin(), order.end(), items.begin()));
    // Of a fair order about half of all neighbours rise.
    int rising = 0;
    for (std::size_t i = 1; i < order.size(); ++i)
        rising += order[i - 1] < order[i] ? 1 : 0;
    QVERIFY2(rising > 430 && rising < 570, qPrintable(QString::number(rising)));
    std::vector<ItemId> half;
    for (ItemId item = 2; item <= 1000; item += 2)
        half.push_back(item);
    std::erase_if(order, [](ItemId item) { return item % 2 != 0; });
    std::vector<ItemId> orderOfHalf;
    for (const std::size_t place : randomOrder(half, 7))
        orderOfHalf.push_back(half[place]);
    QCOMPARE(orderOfHalf, order);
    QVERIFY(randomOrder(items, 8) != randomOrder(items, 7));
}

void QueueOrdersTest::filesByTheNumbersInTheirNames()
{
    const std::vector<std::string> paths{
        "b/1.jpg",   "a/10.jpg", "a/9.jpg", "a/9a.jpg", "a/09.jpg", "a.jpg", "a/100000000000000000000000.jpg",
        "a/\xff.jpg"};
    std::vector<std::string> sorted;
    for (const std::size_t place : fileOrder(paths))
        sorted.push_back(paths[place]);
    const std::vector<std::string> expected{"a.jpg",      "a/09.jpg", "a/9.jpg",
                                            "a/9a.jpg",   "a/10.jpg", "a/100000000000000000000000.jpg",
                                            "a/\xff.jpg", "b/1.jpg"};
    QCOMPARE(sorted, expected);
}

/// On a line the choice can be made by hand: the mean of 0, 1, 2, 10 is 3.25, so 10 is first, 0 is farthest
/// from it, then 2 (2 from 0), then 1.
void QueueOrdersTest::farthestFirstIsTheGreedyChoice()
{
    const std::vector<float> line{0, 1, 2, 10};
    FarthestFirst search(line, 1);
    Places chosen;
    while (const auto place = search.next())
        chosen.push_back(*place);
    QCOMPARE(chosen, (Places{3, 0, 2, 1}));
    FarthestFirst nothing({}, 1);
    QVERIFY(!nothing.next());
}

/// Twelve tight clusters: twelve choices must take one of each, wherever the points lie.
void QueueOrdersTest::farthestFirstCoversWithinTwiceTheBest()
{
    constexpr std::size_t kWidth = 19; // no multiple of the lanes of the sum
    constexpr std::size_t kClusters = 12;
    std::vector<float> points;
    CounterRandom random(3, RandomPurpose::Sample, 0, 0);
    std::vector<float> centres(kClusters * kWidth);
    for (float& value : centres)
        value = static_cast<float>(10 * random.normal());
    for (std::size_t i = 0; i < 600; ++i)
        for (std::size_t d = 0; d < kWidth; ++d)
            points.push_back(centres[i % kClusters * kWidth + d] + static_cast<float>(0.1 * random.normal()));
    FarthestFirst search(points, kWidth);
    std::set<std::size_t> clusters;
    for (std::size_t i = 0; i < kClusters; ++i)
        clusters.insert(*search.next() % kClusters);
    QCOMPARE(clusters.size(), kClusters);
    for (const float distance : search.distances())
        QVERIFY(distance < 8.0F); // squared: the clusters' radius is about 0.1 * sqrt(19)
}

void QueueOrdersTest::whatIsLabelledIsNoNews()
{
    const std::vector<float> line{0, 1, 2, 10};
    FarthestFirst search(line, 1);
    const std::vector<float> labelled{9};
    search.addCentre(labelled);
    QCOMPARE(*search.next(), std::size_t{0});
    QCOMPARE(search.distances()[3], 1.0F);
    QCOMPARE(*search.next(), std::size_t{2});
}

QTEST_APPLESS_MAIN(QueueOrdersTest)
#include "tst_queue_orders.moc"
