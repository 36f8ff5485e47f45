// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/bar_chart.h"

#include <QSignalSpy>
#include <QTest>

using namespace trainyard::widgets;

class TestBarChart : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_chart = std::make_unique<BarChart>();
        m_chart->setBars(
            {{"cat", 400, {}, Qt::red}, {"dog", 200, {}, Qt::blue}, {"none", 0, "n/a", Qt::green}});
        m_chart->resize(400, m_chart->sizeHint().height());
        m_chart->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_chart.get()));
    }
    void cleanup() { m_chart.reset(); }

    void lengthsAreInProportion()
    {
        const int cat = lengthOf(0, Qt::red);
        const int dog = lengthOf(1, Qt::blue);
        QVERIFY(cat > 100);
        QVERIFY2(std::abs(cat - 2 * dog) <= 4, qPrintable(QStringLiteral("%1 %2").arg(cat).arg(dog)));
        QCOMPARE(lengthOf(2, Qt::green), 0);
    }

    void clickAndKeysActivate()
    {
        QSignalSpy activated(m_chart.get(), &BarChart::activated);
        QTest::mouseClick(m_chart.get(), Qt::LeftButton, {}, m_chart->barRect(1).center());
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated[0][0].toInt(), 1);
        QTest::keyClick(m_chart.get(), Qt::Key_Down);
        QTest::keyClick(m_chart.get(), Qt::Key_Down); // the last stays the last
        QTest::keyClick(m_chart.get(), Qt::Key_Return);
        QCOMPARE(activated[1][0].toInt(), 2);
        QTest::keyClick(m_chart.get(), Qt::Key_Home);
        QCOMPARE(m_chart->currentBar(), 0);
    }

    void growsWithItsBars()
    {
        const int before = m_chart->sizeHint().height();
        m_chart->setBars(std::vector<Bar>(6));
        QCOMPARE(m_chart->sizeHint().height(), 2 * before);
        m_chart->setBars({});
        QTest::keyClick(m_chart.get(), Qt::Key_End);
        QTest::keyClick(m_chart.get(), Qt::Key_Home);
        QCOMPARE(m_chart->currentBar(), -1);
    }

    void saysItsValues()
    {
        QVERIFY(m_chart->accessibleDescription().contains("cat: 400, dog: 200, none: n/a"));
    }

private:
    int lengthOf(int bar, const QColor& colour) const
    {
        const QImage shot = m_chart->grab().toImage();
        const int row = m_chart->barRect(bar).center().y();
        int length = 0;
        for (int x = 0; x < shot.width(); ++x)
            length += shot.pixelColor(x, row) == colour ? 1 : 0;
        return length;
    }

    std::unique_ptr<BarChart> m_chart;
};

QTEST_MAIN(TestBarChart)
#include "tst_bar_chart.moc"
