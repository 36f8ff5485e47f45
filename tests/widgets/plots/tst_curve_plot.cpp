// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/curve_plot.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <cmath>
#include <ctime>
#include <limits>

using namespace trainyard::widgets;

namespace {

std::pair<std::vector<double>, std::vector<double>> line(int count, double (*value)(int))
{
    std::vector<double> x, y;
    for (int i = 0; i < count; ++i) {
        x.push_back(i);
        y.push_back(value(i));
    }
    return {x, y};
}

double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

} // namespace

class TestCurvePlot : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_plot = std::make_unique<CurvePlot>();
        m_plot->setAxisLabels(QStringLiteral("step"), QStringLiteral("loss"));
        m_plot->resize(800, 400);
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot.get()));
    }
    void cleanup() { m_plot.reset(); }

    void followsTheGrowingCurve()
    {
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        for (int i = 0; i <= 100; ++i)
            m_plot->append(curve, i, 1.0 / (1 + i));
        QTRY_COMPARE(m_plot->visibleRange().second, 100.0);
        m_plot->append(curve, 250, 0.1);
        QTRY_COMPARE(m_plot->visibleRange().second, 250.0);
        QCOMPARE(m_plot->pointCount(curve), 102);
        QVERIFY(countOf(Qt::red) > 100);
    }

    void aZoomedViewStaysUntilAllIsShown()
    {
        const int curve = m_plot->addCurve(QStringLiteral("loss"));
        m_plot->append(curve, 0, 1);
        m_plot->append(curve, 1000, 1);
        QTRY_COMPARE(m_plot->visibleRange().second, 1000.0);
        m_plot->setFocus();
        QTest::keyClick(m_plot.get(), Qt::Key_Plus);
        const auto zoomed = m_plot->visibleRange();
        QCOMPARE(zoomed.second - zoomed.first, 800.0);
        QTest::keyClick(m_plot.get(), Qt::Key_Right);
        QCOMPARE(m_plot->visibleRange().first, zoomed.first + 80);
        m_plot->append(curve, 2000, 1);
        QTest::qWait(100);
        QCOMPARE(m_plot->visibleRange().first, zoomed.first + 80);
        QTest::keyClick(m_plot.get(), Qt::Key_0);
        QTRY_COMPARE(m_plot->visibleRange(), std::pair(0.0, 2000.0));
    }

    void wheelZoomsTime()
    {
        const int curve = m_plot->addCurve(QStringLiteral("loss"));
        m_plot->append(curve, 0, 1);
        m_plot->append(curve, 100, 2);
        QTRY_COMPARE(m_plot->visibleRange().second, 100.0);
        QWidget* canvas = m_plot->childAt(m_plot->rect().center());
        const QPointF place(400, 150);
        QWheelEvent wheel(place, canvas->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(canvas, &wheel);
        QVERIFY(m_plot->visibleRange().second - m_plot->visibleRange().first < 100);
    }

    void aSpikeIsSeen_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("as it is") << 20'000;
        QTest::newRow("through the pyramid") << 3'000'000;
    }
    void aSpikeIsSeen()
    {
        QFETCH(int, count);
        auto [x, y] = line(count, [](int) { return 1.0; });
        y[static_cast<std::size_t>(count / 3)] = 50;
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        m_plot->append(curve, x, y);
        QTRY_VERIFY(highestRow(Qt::red) >= 0);
        QTRY_VERIFY(m_plot->visibleRange().second > count - 2);
        QTest::qWait(100);
        // The axis ends 5 % above the spike, so the line must reach the upper tenth of the picture.
        QVERIFY2(highestRow(Qt::red) < m_plot->height() / 8,
                 qPrintable(QString::number(highestRow(Qt::red))));
        y[static_cast<std::size_t>(count / 3)] = 1;
        m_plot->setPoints(curve, x, y);
        QTRY_VERIFY(highestRow(Qt::red) > m_plot->height() / 4); // without it: a flat line in the middle
    }

    void whatIsNoNumberIsMarked()
    {
        auto [x, y] = line(200, [](int i) { return 1.0 + i % 3; });
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        m_plot->append(curve, x, y);
        QTRY_VERIFY(countOf(Qt::red) > 0);
        QTest::qWait(100);
        const int before = lowestRow(Qt::red);
        y[100] = std::numeric_limits<double>::quiet_NaN();
        m_plot->setPoints(curve, x, y);
        QTRY_VERIFY(lowestRow(Qt::red) > before + 5); // the cross lies under the curve
    }

    void logarithmicShowsSmallValues()
    {
        const auto [x, y] = line(101, [](int i) { return std::pow(10.0, -i / 10.0); });
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        m_plot->append(curve, x, y);
        m_plot->setLogarithmic(true);
        m_plot->append(curve, 101, 0); // left out, and harmless
        m_plot->append(curve, 102, -4);
        QTRY_VERIFY(countOf(Qt::red) > 0);
        QTest::qWait(100);
        // On a linear axis half way along x the curve would already lie at the bottom (1e-5 of 1).
        QVERIFY(lowestRow(Qt::red) - rowAt(m_plot->width() / 2, Qt::red) > m_plot->height() / 5);
        QVERIFY(lowestRow(Qt::red) - highestRow(Qt::red) > m_plot->height() / 2);
    }

    void readsOutUnderTheCursor()
    {
        const int loss = m_plot->addCurve(QStringLiteral("loss"));
        const int accuracy = m_plot->addCurve(QStringLiteral("accuracy"));
        for (int i = 0; i <= 10; ++i) {
            m_plot->append(loss, i * 10, 2);
            m_plot->append(accuracy, i * 10, 0.5);
        }
        QTRY_COMPARE(m_plot->visibleRange().second, 100.0);
        QTest::qWait(100);
        QWidget* canvas = m_plot->childAt(m_plot->rect().center());
        QTest::mouseMove(canvas, canvas->rect().center());
        QTRY_VERIFY(m_plot->readOut().contains(QStringLiteral("loss 2")));
        QVERIFY(m_plot->readOut().contains(QStringLiteral("accuracy 0.5")));
        QVERIFY(m_plot->readOut().startsWith(QStringLiteral("step ")));
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(canvas, &leave);
        QVERIFY(m_plot->readOut().isEmpty());
    }

    void clickTellsThePoint()
    {
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        for (int i = 0; i <= 4; ++i)
            m_plot->append(curve, i, i == 2 ? 10 : 1);
        QTRY_VERIFY(countOf(Qt::red) > 0);
        QTest::qWait(100);
        QSignalSpy activated(m_plot.get(), &CurvePlot::pointActivated);
        const QImage shot = m_plot->grab().toImage();
        int row = highestRow(Qt::red);
        int column = 0;
        while (column < shot.width() && !isLike(shot.pixelColor(column, row), Qt::red))
            ++column;
        QWidget* canvas = m_plot->childAt(m_plot->rect().center());
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->mapFrom(m_plot.get(), QPoint(column, row)));
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated[0], (QVariantList{curve, 2.0, 10.0}));
        QTest::mouseClick(canvas, Qt::LeftButton, {}, QPoint(canvas->width() / 4, canvas->height() / 4));
        QCOMPARE(activated.count(), 1); // nothing near
    }

    void hiddenAndRemovedCurvesAreGone()
    {
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        m_plot->append(curve, 0, 1);
        m_plot->append(curve, 10, 2);
        QTRY_VERIFY(countOf(Qt::red) > 100);
        m_plot->removeCurve(curve);
        QTRY_COMPARE(countOf(Qt::red), 0);
        QCOMPARE(m_plot->curveCount(), 0);
        m_plot->append(curve, 20, 2); // of no curve: nothing happens
        QCOMPARE(m_plot->pointCount(curve), 0);
    }

    void manyPointsOneRepaint()
    {
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        QTRY_VERIFY(m_plot->isVisible());
        QTest::qWait(100);
        const double start = threadMilliseconds();
        for (int i = 0; i < 100'000; ++i)
            m_plot->append(curve, i, std::sin(i * 1e-3));
        const double appended = threadMilliseconds() - start;
        QTRY_COMPARE(m_plot->visibleRange().second, 99'999.0);
        qInfo("100,000 single appends: %.1f ms", appended);
        QVERIFY(appended < 1000); // a repaint for each would take minutes
    }

    void tenMillionPointsZoomQuickly()
    {
        auto [x, y] = line(10'000'000, [](int i) { return std::sin(i * 1e-5) + (i % 97) * 1e-2; });
        const int curve = m_plot->addCurve(QStringLiteral("loss"), Qt::red);
        m_plot->append(curve, x, y);
        QTRY_VERIFY(m_plot->visibleRange().second > 9e6);
        QTest::qWait(200);
        double worst = 0;
        for (int i = 0; i < 10; ++i) {
            const double before = threadMilliseconds();
            m_plot->setVisibleRange(i * 1e5, 1e7 - i * 4e5);
            QTest::qWait(80); // the frame comes within 40 ms
            worst = std::max(worst, threadMilliseconds() - before);
        }
        qInfo("10^7 points: slowest of 10 frames %.1f ms", worst);
        QVERIFY2(worst < 100, qPrintable(QString::number(worst)));
    }

    void emptyTextIsShown()
    {
        m_plot->setEmptyText(QStringLiteral("Start a run to see its curves here."));
        QTest::qWait(100);
        const QImage empty = m_plot->grab().toImage();
        const int curve = m_plot->addCurve(QStringLiteral("loss"));
        m_plot->append(curve, 1, 1);
        QTest::qWait(100);
        QVERIFY(m_plot->grab().toImage() != empty);
    }

private:
    static bool isLike(const QColor& a, const QColor& b)
    {
        return std::abs(a.red() - b.red()) < 60 && std::abs(a.green() - b.green()) < 60 &&
               std::abs(a.blue() - b.blue()) < 60;
    }
    /// Rows of the plot's own area, without the legend under it.
    int rowWith(const QColor& colour, bool fromTop) const
    {
        const QImage shot = m_plot->grab().toImage();
        const int end = shot.height() - 70;
        for (int i = 0; i < end; ++i) {
            const int row = fromTop ? i : end - 1 - i;
            for (int column = 60; column < shot.width() - 4; ++column)
                if (isLike(shot.pixelColor(column, row), colour))
                    return row;
        }
        return -1;
    }
    int rowAt(int column, const QColor& colour) const
    {
        const QImage shot = m_plot->grab().toImage();
        for (int row = 0; row < shot.height() - 70; ++row)
            if (isLike(shot.pixelColor(column, row), colour))
                return row;
        return -1;
    }
    int highestRow(const QColor& colour) const { return rowWith(colour, true); }
    int lowestRow(const QColor& colour) const { return rowWith(colour, false); }
    int countOf(const QColor& colour) const
    {
        const QImage shot = m_plot->grab().toImage();
        int count = 0;
        for (int y = 0; y < shot.height(); ++y)
            for (int x = 0; x < shot.width(); ++x)
                count += isLike(shot.pixelColor(x, y), colour) ? 1 : 0;
        return count;
    }

    std::unique_ptr<CurvePlot> m_plot;
};

QTEST_MAIN(TestCurvePlot)
#include "tst_curve_plot.moc"
