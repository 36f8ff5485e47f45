// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/bridge/label_queue.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// Which picture is on, while the project changes here and elsewhere.
class LabelQueueTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<ProjectDocument> m_document;

    void label(ItemId item)
    {
        auto& project = m_document->project();
        const auto cat = project.classByName("cat")->id;
        QVERIFY(m_document->apply(makeSetClass(project, std::span(&item, 1), cat)).has_value());
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeSampleProject(m_folder->path(), 10, 2);
        auto document = ProjectDocument::open(m_folder->path());
        QVERIFY(document.has_value());
        m_document = std::move(*document);
    }
    void cleanup()
    {
        m_document.reset();
        m_folder.reset();
    }

    void aChangeElsewhereKeepsThePlace()
    {
        LabelQueue queue(*m_document, false);
        const ItemFilter open{{}, {}, ItemFilter::State::Unlabelled, {}};
        queue.fill(open, 0);
        QCOMPARE(queue.size(), std::size_t(8));
        queue.step(4);
        const ItemId here = queue.current();
        const ItemId next = queue.items()[5];
        label(here);
        label(queue.items()[1]);
        queue.refill(open);
        QCOMPARE(queue.current(), here); // though it passes no longer
        QCOMPARE(queue.size(), std::size_t(7));
        queue.step(1);
        QCOMPARE(queue.current(), next);
        queue.refill(open);
        QCOMPARE(queue.current(), next);
        QCOMPARE(queue.size(), std::size_t(6));
    }

    void anOrderedListStays()
    {
        LabelQueue queue(*m_document, false);
        std::vector<ItemId> order;
        for (const ItemColumns& item : m_document->project().columns())
            order.insert(order.begin(), item.id);
        order.insert(order.begin() + 1, ItemId(999'999)); // gone since
        queue.fill(order);
        queue.step(5);
        const ItemId here = queue.current();
        queue.dropGone();
        QCOMPARE(queue.current(), here);
        QCOMPARE(queue.size(), std::size_t(10));
        QCOMPARE(queue.position(), std::size_t(4));
        LabelQueue none(*m_document, false);
        none.fill(std::vector<ItemId>{999'998, 999'999});
        none.step(1);
        none.dropGone();
        QVERIFY(none.isEmpty());
        QCOMPARE(none.current(), ItemId(0));
    }

    void whatIsWantedComesIn()
    {
        LabelQueue queue(*m_document, false);
        queue.fill({{}, {}, ItemFilter::State::Unlabelled, {}}, 0);
        const ItemId labelled = m_document->project().columns()[1].id;
        QVERIFY(!queue.goTo(labelled));
        queue.insert(labelled);
        QCOMPARE(queue.current(), labelled);
        QCOMPARE(queue.size(), std::size_t(9));
        queue.step(-1);
        queue.insert(labelled);
        QCOMPARE(queue.size(), std::size_t(9));
        QCOMPARE(queue.current(), labelled);
    }

    void theNextUnlabelledIsFoundAroundTheEnd()
    {
        LabelQueue queue(*m_document, false);
        queue.fill(ItemFilter{}, 0);
        queue.step(9);
        QVERIFY(queue.stepUnlabelled());
        QCOMPARE(queue.position(), std::size_t(2));
        for (const ItemColumns& item :
             std::vector(m_document->project().columns().begin(), m_document->project().columns().end()))
            label(item.id);
        QVERIFY(!queue.stepUnlabelled());
        QCOMPARE(queue.position(), std::size_t(2));
    }
};

QTEST_GUILESS_MAIN(LabelQueueTest)
#include "tst_label_queue.moc"
