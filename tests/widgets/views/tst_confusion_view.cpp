// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/confusion_view.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace trainyard::widgets;

class TestConfusionView : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_view = std::make_unique<ConfusionView>();
        m_view->setMatrix({"cat", "dog", "a<b>"}, {{8, 2, 0}, {1, 9, 0}, {0, 0, 0}});
        m_view->resize(500, 300);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }
    void cleanup() { m_view.reset(); }

    void clickTellsTheCell()
    {
        QSignalSpy activated(m_view.get(), &ConfusionView::cellActivated);
        QTableView* table = m_view->table();
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                          table->visualRect(table->model()->index(0, 1)).center());
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated[0], (QVariantList{0, 1}));
    }

    void keysReachEveryCell()
    {
        QSignalSpy activated(m_view.get(), &ConfusionView::cellActivated);
        QTableView* table = m_view->table();
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, 0));
        QTest::keyClick(table, Qt::Key_Down);
        QTest::keyClick(table, Qt::Key_Right);
        QTest::keyClick(table, Qt::Key_Return);
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated[0], (QVariantList{1, 1}));
    }

    void tellsNumbersAndNames()
    {
        QCOMPARE(m_view->count(0, 1), 2);
        QCOMPARE(m_view->count(7, 0), 0);
        const QAbstractItemModel* model = m_view->table()->model();
        QCOMPARE(model->rowCount(), 3);
        QCOMPARE(model->columnCount(), 3);
        QCOMPARE(model->index(1, 1).data().toString(), QStringLiteral("9"));
        QCOMPARE(model->headerData(2, Qt::Horizontal).toString(), QStringLiteral("a<b>"));
        QCOMPARE(model->index(0, 1).data(Qt::AccessibleTextRole).toString(),
                 QStringLiteral("2 of 10 items of cat were answered with dog (20.0 %)"));
        QAccessibleInterface* table = QAccessible::queryAccessibleInterface(m_view->table());
        QVERIFY(table != nullptr && table->tableInterface() != nullptr);
        QCOMPARE(table->tableInterface()->rowCount(), 3);
    }

    void shadesGrowWithTheShare()
    {
        const QImage picture = m_view->table()->viewport()->grab().toImage();
        const auto ground = [&](int truth, int answer) {
            const QRect cell = m_view->table()->visualRect(m_view->table()->model()->index(truth, answer));
            return picture.pixelColor(cell.left() + 8, cell.top() + 8);
        };
        const QColor none = ground(0, 2);
        QCOMPARE(none, m_view->table()->palette().color(QPalette::Base));
        const auto distance = [&](const QColor& c) {
            return std::abs(c.red() - none.red()) + std::abs(c.green() - none.green()) +
                   std::abs(c.blue() - none.blue());
        };
        QVERIFY(distance(ground(0, 0)) > 40);                     // 80 % of the row
        QVERIFY(distance(ground(1, 1)) > distance(ground(0, 0))); // 90 %
        QVERIFY(distance(ground(0, 1)) > distance(ground(1, 0))); // 20 % and 10 %
        QVERIFY(ground(0, 1).red() > ground(0, 1).blue());        // mistakes are warm
    }

    void canBeEmptied()
    {
        m_view->setMatrix({}, {});
        QCOMPARE(m_view->table()->model()->rowCount(), 0);
    }

private:
    std::unique_ptr<ConfusionView> m_view;
};

QTEST_MAIN(TestConfusionView)
#include "tst_confusion_view.moc"
