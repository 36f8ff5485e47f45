// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/gallery_view.h"
#include "widgets/views/thumbnail_source.h"

#include <QAccessible>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <ctime>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

std::vector<ItemId> numbered(ItemId count)
{
    std::vector<ItemId> items;
    for (ItemId i = 1; i <= count; ++i)
        items.push_back(i);
    return items;
}

GalleryCell cellOf(ItemId item)
{
    GalleryCell cell;
    cell.text = QStringLiteral("picture-%1.png").arg(item);
    cell.className = item % 2 ? QStringLiteral("cat") : QStringLiteral("dog");
    cell.classColour = item % 2 ? Qt::darkBlue : Qt::darkRed;
    cell.split = QStringLiteral("train");
    cell.isExcluded = item % 7 == 0;
    cell.problem = item % 11 == 0 ? QStringLiteral("damaged") : QString();
    return cell;
}

double threadMilliseconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) * 1e-6;
}

} // namespace

class TestGalleryView : public QObject
{
    Q_OBJECT
private slots:
    void init()
    {
        m_view = std::make_unique<GalleryView>();
        m_view->setCellSource(cellOf);
        m_view->setItems(numbered(100));
        m_view->resize(800, 600);
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->setFocus();
    }
    void cleanup() { m_view.reset(); }

    void clickChooses()
    {
        QSignalSpy current(m_view.get(), &GalleryView::currentChanged);
        QSignalSpy chosen(m_view.get(), &GalleryView::selectionChanged);
        click(3);
        QCOMPARE(m_view->currentItem(), 3);
        QCOMPARE(m_view->selectedItems(), std::vector<ItemId>{3});
        QCOMPARE(current.count(), 1);
        QCOMPARE(chosen.count(), 1);
        click(3); // again: nothing changes
        QCOMPARE(current.count() + chosen.count(), 2);
        click(5, Qt::ControlModifier);
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{3, 5}));
        click(3, Qt::ControlModifier);
        QCOMPARE(m_view->selectedItems(), std::vector<ItemId>{5});
        click(2);
        click(6, Qt::ShiftModifier);
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{2, 3, 4, 5, 6}));
    }

    void clickBesideCellsClears()
    {
        click(3);
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, QPoint(2, 2));
        QCOMPARE(m_view->selectedCount(), 0);
        QCOMPARE(m_view->currentItem(), 3); // where the keyboard goes on
    }

    void keysMove()
    {
        const auto columns = columnCount();
        QVERIFY(columns > 2);
        key(Qt::Key_Right); // nothing was current: the first
        QCOMPARE(m_view->currentItem(), 1);
        key(Qt::Key_Right);
        QCOMPARE(m_view->currentItem(), 2);
        key(Qt::Key_Down);
        QCOMPARE(m_view->currentItem(), 2 + columns);
        key(Qt::Key_Up);
        key(Qt::Key_Up); // no row above: stays
        QCOMPARE(m_view->currentItem(), 2);
        key(Qt::Key_End);
        QCOMPARE(m_view->currentItem(), 100);
        QVERIFY(m_view->viewport()->rect().contains(m_view->itemRect(100)));
        key(Qt::Key_Right); // at the end
        QCOMPARE(m_view->currentItem(), 100);
        key(Qt::Key_Home);
        QCOMPARE(m_view->currentItem(), 1);
        QVERIFY(m_view->viewport()->rect().contains(m_view->itemRect(1)));
        key(Qt::Key_PageDown);
        const ItemId page = m_view->currentItem();
        QVERIFY(page > columns && (page - 1) % columns == 0);
        key(Qt::Key_PageUp);
        QCOMPARE(m_view->currentItem(), 1);
        QCOMPARE(m_view->selectedItems(), std::vector<ItemId>{1});
    }

    void keysExtendAndToggle()
    {
        key(Qt::Key_Home);
        key(Qt::Key_Right, Qt::ShiftModifier);
        key(Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{1, 2, 3}));
        key(Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{1, 2}));
        key(Qt::Key_End, Qt::ControlModifier); // moves and leaves the choice alone
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{1, 2}));
        key(Qt::Key_Space);
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{1, 2, 100}));
        key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_view->selectedCount(), 100);
        key(Qt::Key_Escape);
        QCOMPARE(m_view->selectedCount(), 0);
    }

    void activates()
    {
        QSignalSpy activated(m_view.get(), &GalleryView::activated);
        key(Qt::Key_Return);
        QCOMPARE(activated.count(), 0); // nothing is current
        click(4);
        QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, m_view->itemRect(4).center());
        QCOMPARE(activated.count(), 1);
        key(Qt::Key_Enter);
        QCOMPARE(activated.count(), 2);
        QCOMPARE(activated[1][0].value<ItemId>(), 4);
    }

    void zooms()
    {
        QSignalSpy edge(m_view.get(), &GalleryView::pictureEdgeChanged);
        const int before = m_view->pictureEdge();
        const auto columns = columnCount();
        key(Qt::Key_Plus);
        QVERIFY(m_view->pictureEdge() > before);
        key(Qt::Key_Minus);
        QCOMPARE(m_view->pictureEdge(), before);
        const QPointF middle(400, 300);
        QWheelEvent wheel(middle, m_view->viewport()->mapToGlobal(middle), {}, {0, 240}, Qt::NoButton,
                          Qt::ControlModifier, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_view->viewport(), &wheel);
        QVERIFY(m_view->pictureEdge() > before);
        QVERIFY(columnCount() <= columns);
        QCOMPARE(edge.count(), 3);
        m_view->setPictureEdge(10000);
        QCOMPARE(m_view->pictureEdge(), 384);
    }

    void zoomKeepsThePlace()
    {
        m_view->setItems(numbered(10000));
        m_view->setCurrentItem(5000);
        const ItemId first = m_view->itemAt(QPoint(60, 60));
        QVERIFY(first > 4000);
        m_view->setPictureEdge(64);
        const ItemId now = m_view->itemAt(QPoint(60, 60));
        QVERIFY2(std::abs(now - first) <= 20, qPrintable(QString::number(now - first))); // two rows of ten
    }

    void filteringKeepsTheChoice()
    {
        m_view->setSelectedItems(std::vector<ItemId>{10, 20, 30});
        QSignalSpy chosen(m_view.get(), &GalleryView::selectionChanged);
        m_view->setItems({30, 20, 10, 5});
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{30, 20, 10}));
        QCOMPARE(chosen.count(), 0);
        m_view->setItems({5, 20});
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{20, 10, 30})); // hidden ones last
        QCOMPARE(m_view->hiddenCount(), 2);
        QVERIFY(m_view->isSelected(30));
        QCOMPARE(chosen.count(), 1);
        m_view->setItems({});
        QCOMPARE(m_view->selectedCount(), 3);
        QCOMPARE(m_view->hiddenCount(), 3);
        QCOMPARE(m_view->verticalScrollBar()->maximum(), 0);
        key(Qt::Key_Down);
        key(Qt::Key_End);
        QCOMPARE(m_view->currentItem(), 0);
    }

    void rightClickChoosesWhatLiesThere()
    {
        m_view->setSelectedItems(std::vector<ItemId>{1, 2});
        QTest::mouseClick(m_view->viewport(), Qt::RightButton, {}, m_view->itemRect(2).center());
        QCOMPARE(m_view->selectedItems(), (std::vector<ItemId>{1, 2})); // the menu is about both
        QTest::mouseClick(m_view->viewport(), Qt::RightButton, {}, m_view->itemRect(4).center());
        QCOMPARE(m_view->selectedItems(), std::vector<ItemId>{4});
    }

    void screenReadersHearIt()
    {
        QAccessibleInterface* accessible = QAccessible::queryAccessibleInterface(m_view.get());
        QVERIFY(accessible != nullptr);
        QCOMPARE(accessible->role(), QAccessible::List);
        QVERIFY(!accessible->text(QAccessible::Name).isEmpty());
        m_view->setAccessibleName(QStringLiteral("All pictures"));
        QCOMPARE(accessible->text(QAccessible::Name), QStringLiteral("All pictures"));
        m_view->setCurrentItem(77);
        QCOMPARE(accessible->text(QAccessible::Description), QStringLiteral("100 items, 1 selected"));
        QCOMPARE(accessible->text(QAccessible::Value),
                 QStringLiteral("picture-77.png, cat, train, damaged, excluded"));
    }

    void thumbnailsAppear()
    {
        ThumbnailSource source([](ItemId, std::uint64_t) { return std::optional<std::string>(); },
                               [](ItemId) { return 1U; });
        QSignalSpy ready(&source, &ThumbnailSource::ready);
        m_view->setThumbnails(&source);
        m_view->viewport()->repaint();
        QTRY_VERIFY(ready.count() >= 10); // what is visible was asked for
        QVERIFY(source.isMissing(1));
        m_view->setThumbnails(nullptr);
    }

    void aMillionItemsCostWhatTenThousandDo()
    {
        m_view->resize(1280, 800);
        for (const ItemId count : {60'000, 1'000'000}) {
            const double start = threadMilliseconds();
            m_view->setItems(numbered(count));
            m_view->viewport()->repaint();
            qInfo("%lld items: shown in %.1f ms", static_cast<long long>(count),
                  threadMilliseconds() - start);
            std::vector<double> jumps;
            QScrollBar* bar = m_view->verticalScrollBar();
            for (int i = 0; i < 60; ++i) {
                const double before = threadMilliseconds();
                bar->setValue(static_cast<int>(static_cast<double>(bar->maximum()) * (i * 37 % 60) / 59));
                m_view->viewport()->repaint();
                jumps.push_back(threadMilliseconds() - before);
            }
            std::sort(jumps.begin(), jumps.end());
            qInfo("60 jumps: median %.1f ms, p95 %.1f ms", jumps[29], jumps[56]);
            QVERIFY2(jumps[56] <= 16, qPrintable(QString::number(jumps[56])));
        }
        QCOMPARE(m_view->items().size(), std::size_t(1'000'000));
        key(Qt::Key_End);
        QCOMPARE(m_view->currentItem(), 1'000'000);
        QVERIFY(m_view->viewport()->rect().contains(m_view->itemRect(1'000'000)));
    }

private:
    void click(ItemId item, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, modifiers, m_view->itemRect(item).center());
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(m_view.get(), key, modifiers);
    }
    ItemId columnCount() const
    {
        const int top = m_view->itemRect(m_view->items()[0]).y();
        ItemId columns = 0;
        for (const ItemId item : m_view->items().first(std::min<std::size_t>(50, m_view->items().size())))
            columns += m_view->itemRect(item).y() == top && !m_view->itemRect(item).isNull() ? 1 : 0;
        return columns;
    }

    std::unique_ptr<GalleryView> m_view;
};

QTEST_MAIN(TestGalleryView)
#include "tst_gallery_view.moc"
