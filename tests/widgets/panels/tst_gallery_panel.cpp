// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/elements/order_box.h"
#include "widgets/elements/selection_bar.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/views/thumbnail_source.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <algorithm>
#include <span>

using namespace trainyard;
using namespace trainyard::widgets;

/// The gallery with its rows, driven by mouse and keys.
class GalleryPanelTest : public QObject
{
    Q_OBJECT
private:
    static constexpr int kItems = 40;
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<ProjectDocument> m_document;
    std::unique_ptr<Theme> m_theme;
    std::unique_ptr<ViewState> m_view;
    std::unique_ptr<ThumbnailSource> m_thumbnails;
    std::unique_ptr<GalleryPanel> m_panel;

    Project& project() const { return m_document->project(); }
    GalleryView& gallery() const { return *m_panel->gallery(); }
    ItemId item(int index) const { return project().columns()[static_cast<std::size_t>(index)].id; }
    std::span<const ItemId> shownItems() const { return gallery().items(); }
    QComboBox& box(const QString& name) const
    {
        for (QComboBox* box : m_panel->findChildren<QComboBox*>())
            if (box->accessibleName() == name)
                return *box;
        qFatal("there is no box '%s'", qPrintable(name));
    }
    /// From the first entry down to this one.
    void choose(const QString& name, const QString& entry) const
    {
        QComboBox& list = box(name);
        list.setFocus();
        QTest::keyClick(&list, Qt::Key_Home);
        for (int i = 0; i < list.count() && list.currentText() != entry; ++i)
            QTest::keyClick(&list, Qt::Key_Down);
        QCOMPARE(list.currentText(), entry);
    }
    void click(ItemId id, Qt::KeyboardModifiers modifiers = {}) const
    {
        QTest::mouseClick(gallery().viewport(), Qt::LeftButton, modifiers, gallery().itemRect(id).center());
    }
    QString selectionText() const
    {
        return m_panel->findChild<SelectionBar*>()->findChild<QLabel*>()->text();
    }
    int withClass(const char* name) const
    {
        const ClassId id = project().classByName(name)->id;
        return static_cast<int>(std::count_if(project().columns().begin(), project().columns().end(),
                                              [&](const ItemColumns& c) { return c.classId == id; }));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeSampleProject(m_folder->path(), kItems, 20);
        auto document = ProjectDocument::open(m_folder->path());
        QVERIFY(document.has_value());
        m_document = std::move(*document);
        m_theme = std::make_unique<Theme>();
        m_view = std::make_unique<ViewState>();
        m_thumbnails = std::make_unique<ThumbnailSource>(
            m_document->thumbnails(), [this](ItemId id) { return project().column(id)->contentHash; });
        m_panel = std::make_unique<GalleryPanel>(*m_document, *m_view, *m_thumbnails, *m_theme);
        m_panel->resize(1000, 800);
        m_panel->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_panel.get()));
        QCOMPARE(shownItems().size(), std::size_t(kItems));
    }
    void cleanup()
    {
        m_panel.reset();
        m_thumbnails.reset();
        m_document.reset();
        m_folder.reset();
    }

    void theRowsBeginWithEverythingInUse()
    {
        QCOMPARE(box(QStringLiteral("Show one class")).currentText(), QStringLiteral("Any class"));
        QCOMPARE(box(QStringLiteral("Show one split")).currentText(), QStringLiteral("Any split"));
        QCOMPARE(box(QStringLiteral("Show one state")).currentText(), QStringLiteral("In use"));
        QVERIFY(m_panel->filter().isEverything());
    }

    void theOrderIsChosenByKeys()
    {
        choose(QStringLiteral("Order of the pictures"), QStringLiteral("Class"));
        std::vector<ItemId> cats;
        for (int i = 0; i < 20; i += 2)
            cats.push_back(item(i));
        QVERIFY(std::equal(cats.begin(), cats.end(), shownItems().begin()));
        auto* direction = m_panel->orderBox()->findChild<QToolButton*>();
        direction->setFocus();
        QTest::keyClick(direction, Qt::Key_Space);
        QCOMPARE(shownItems().front(), item(1));         // dogs first
        QCOMPARE(shownItems().back(), item(kItems - 1)); // what has no class stays last
        QCOMPARE(m_panel->orderBox()->state(), QByteArray("class descending"));

        choose(QStringLiteral("Order of the pictures"), QStringLiteral("File name")); // waits for the names
        QTRY_COMPARE(shownItems().front(), item(kItems - 1));
        QCOMPARE(shownItems().back(), item(0));
        m_panel->orderBox()->restoreState("split");
        QVERIFY(!m_panel->orderBox()->order().isDescending);
        QCOMPARE(project().column(shownItems().front())->split, Split::Train);
        m_panel->orderBox()->restoreState("nonsense");
        QCOMPARE(m_panel->orderBox()->state(), QByteArray("split"));
    }

    void aRankingIsAnOrderLikeOthers()
    {
        auto ranking = std::make_shared<ItemRanking>();
        ranking->items = {item(3), item(5), item(7)};
        ranking->values = {0.2F, 0.9F, 0.5F};
        m_panel->orderBox()->setRanking(QStringLiteral("doubt"), QStringLiteral("Doubt"), ranking);
        choose(QStringLiteral("Order of the pictures"), QStringLiteral("Doubt"));
        QCOMPARE(shownItems()[0], item(3));
        QCOMPARE(shownItems()[2], item(5));
        auto newer = std::make_shared<ItemRanking>(*ranking);
        newer->values = {0.9F, 0.2F, 0.5F};
        m_panel->orderBox()->setRanking(QStringLiteral("doubt"), QStringLiteral("Doubt"), newer);
        QCOMPARE(shownItems()[0], item(5));                          // at once
        QCOMPARE(m_panel->orderBox()->state(), QByteArray("added")); // a ranking is not remembered
        m_panel->orderBox()->setRanking(QStringLiteral("doubt"), {}, nullptr);
        QCOMPARE(shownItems()[0], item(0));
        QVERIFY(!m_panel->orderBox()->chooseRanking(QStringLiteral("doubt"), false));
    }

    void aSelectionOutlivesFilters()
    {
        click(item(1));
        click(item(4), Qt::ShiftModifier);
        click(item(15), Qt::ControlModifier);
        QCOMPARE(gallery().selectedCount(), 5);
        QCOMPARE(selectionText(), QStringLiteral("5 selected"));
        choose(QStringLiteral("Show one class"), QStringLiteral("cat"));
        QTRY_COMPARE(shownItems().size(), std::size_t(10));
        QCOMPARE(selectionText(), QStringLiteral("5 selected, 3 not shown"));
        auto* text = m_panel->findChild<QLineEdit*>();
        QTest::keyClicks(text, QStringLiteral("0004"));
        QTRY_COMPARE(shownItems().size(), std::size_t(1));
        QCOMPARE(shownItems().front(), item(4));
        QCOMPARE(selectionText(), QStringLiteral("5 selected, 4 not shown"));
        m_panel->setFilter({});
        QCOMPARE(selectionText(), QStringLiteral("5 selected"));
        QCOMPARE(gallery().selectedItems(),
                 (std::vector<ItemId>{item(1), item(2), item(3), item(4), item(15)}));
        gallery().setFocus();
        QTest::keyClick(&gallery(), Qt::Key_Escape);
        QCOMPARE(gallery().selectedCount(), 0);
        QVERIFY(!m_panel->findChild<SelectionBar*>()->isVisible());
    }

    void thePicturesSizeFilters()
    {
        QTRY_VERIFY(box(QStringLiteral("Show one size, by the long edge")).isVisible()); // sizes are read
        m_panel->setFilter({{}, {}, ItemFilter::State::Included, {}, 64});
        QTRY_COMPARE(shownItems().size(), std::size_t(kItems)); // 48 x 32
        choose(QStringLiteral("Show one size, by the long edge"), QStringLiteral("33–64 px"));
        m_panel->setFilter({{}, {}, ItemFilter::State::Included, {}, 128});
        QTRY_VERIFY(shownItems().empty());
    }

    /// All that is selected, shown or not, in one Edit that one undo takes back.
    void manyAreLabelledAtOnce()
    {
        QSignalSpy told(m_view.get(), &ViewState::told);
        m_panel->giveClassByKey(QStringLiteral("2"));
        QCOMPARE(told.count(), 1); // nothing is selected
        gallery().setFocus();
        QTest::keyClick(&gallery(), Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(gallery().selectedCount(), kItems);
        m_panel->setFilter({{}, Split::Test, ItemFilter::State::Included, {}});
        QCOMPARE(selectionText(), QStringLiteral("40 selected, 36 not shown"));
        const Revision before = project().revision();
        m_panel->giveClassByKey(QStringLiteral("2"));
        QCOMPARE(withClass("dog"), kItems);
        QTRY_COMPARE(m_document->pendingEdits(), 0);
        QCOMPARE(project().flush().has_value(), true);
        QCOMPARE(project().revision(), before + 1);
        for (int i = 0; i < kItems; ++i) {
            const auto annotations = project().annotations(item(i));
            QVERIFY(annotations.has_value());
            QCOMPARE(annotations->size(), std::size_t(1)); // the tag
        }
        QVERIFY(m_document->undo().has_value());
        QCOMPARE(withClass("dog"), 10);
        QCOMPARE(withClass("cat"), 10);
        QCOMPARE(gallery().selectedCount(), kItems);
        m_panel->toggleExcluded();
        QVERIFY(std::all_of(project().columns().begin(), project().columns().end(),
                            [](const ItemColumns& columns) { return columns.isExcluded; }));
        m_panel->toggleExcluded();
        QVERIFY(std::none_of(project().columns().begin(), project().columns().end(),
                             [](const ItemColumns& columns) { return columns.isExcluded; }));
    }

    void cellsSayTheStateInShapeAndWords()
    {
        click(item(0));
        QVERIFY(gallery().currentText().contains(QStringLiteral("labelled")));
        gallery().setCurrentItem(item(25)); // further down
        QVERIFY(gallery().currentText().contains(QStringLiteral("unlabelled")));
    }
};

QTEST_MAIN(GalleryPanelTest)
#include "tst_gallery_panel.moc"
