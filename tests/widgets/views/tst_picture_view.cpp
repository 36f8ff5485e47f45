// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/picture_view.h"

#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

using namespace trainyard::widgets;

class TestPictureView : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_view = std::make_unique<PictureView>();
        m_view->resize(400, 300);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        QImage picture(800, 300, QImage::Format_RGB32);
        picture.fill(Qt::darkGreen);
        m_view->setPicture(picture);
    }
    void cleanup() { m_view.reset(); }

    void fits()
    {
        QVERIFY(m_view->isFitted());
        QCOMPARE(m_view->zoom(), 0.5);
        QCOMPARE(m_view->toWidget({0, 0}), QPointF(0, 75)); // centred
        QCOMPARE(m_view->toPicture({400, 225}), QPointF(800, 300));
        m_view->resize(800, 600);
        QTRY_COMPARE(m_view->zoom(), 1.0);
    }

    void keysZoomAndMove()
    {
        QTest::keyClick(m_view.get(), Qt::Key_1);
        QCOMPARE(m_view->zoom(), 1.0);
        QVERIFY(!m_view->isFitted());
        const QPointF before = m_view->toPicture({200, 150});
        QCOMPARE(before, QPointF(400, 150)); // the middle stayed the middle
        QTest::keyClick(m_view.get(), Qt::Key_Right);
        QVERIFY(m_view->toPicture({200, 150}).x() > before.x());
        for (int i = 0; i < 50; ++i)
            QTest::keyClick(m_view.get(), Qt::Key_Right);
        QCOMPARE(m_view->toPicture({400, 150}).x(), 800.0); // not beyond the picture
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
        QCOMPARE(m_view->zoom(), 1.25);
        QTest::keyClick(m_view.get(), Qt::Key_0);
        QVERIFY(m_view->isFitted());
    }

    void wheelZoomsAtTheCursor()
    {
        const QPointF place(100, 150);
        const QPointF before = m_view->toPicture(place);
        for (int i = 0; i < 12; ++i) {
            QWheelEvent wheel(place, m_view->mapToGlobal(place), {}, {0, 120}, Qt::NoButton, {},
                              Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(m_view.get(), &wheel);
        }
        QVERIFY(m_view->zoom() > 5);
        const QPointF after = m_view->toPicture(place);
        QVERIFY(std::abs(after.x() - before.x()) < 1e-6);
    }

    void dragMoves()
    {
        m_view->setZoom(2);
        const QPointF before = m_view->toPicture({0, 0});
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, QPoint(200, 150));
        QTest::mouseMove(m_view.get(), QPoint(150, 130));
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, QPoint(150, 130));
        QCOMPARE(m_view->toPicture({0, 0}).x(), before.x() + 25);
        QCOMPARE(m_view->toPicture({0, 0}).y(), before.y() + 10);
    }

    void boxesLieOnThePicture()
    {
        m_view->setBoxes({{{200, 100, 400, 100}, QColor(255, 0, 255), QStringLiteral("cell")}});
        const QImage shot = m_view->grab().toImage();
        // Left edge at picture x 200, zoom 0.5, shown from 75 down.
        QCOMPARE(shot.pixelColor(100, 150), QColor(255, 0, 255));
        QCOMPARE(shot.pixelColor(200, 150), QColor(Qt::darkGreen));
    }

    void samePlaceForTheNextPictureOfThatSize()
    {
        m_view->setZoom(3);
        QImage next(800, 300, QImage::Format_RGB32);
        next.fill(Qt::blue);
        m_view->setPicture(next);
        QCOMPARE(m_view->zoom(), 3.0);
        m_view->setPicture(QImage(100, 100, QImage::Format_RGB32));
        QVERIFY(m_view->isFitted());
        QCOMPARE(m_view->zoom(), 3.0); // 300 / 100
    }

    void placeholderWithoutPicture()
    {
        m_view->setPicture({});
        m_view->setPlaceholderText(QStringLiteral("Choose a picture"));
        QVERIFY(m_view->grab().toImage() != QImage());
        QTest::keyClick(m_view.get(), Qt::Key_Plus); // nothing to zoom
        QVERIFY(m_view->isFitted());
    }

private:
    std::unique_ptr<PictureView> m_view;
};

QTEST_MAIN(TestPictureView)
#include "tst_picture_view.moc"
