// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/bridge/project_document.h"

#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

/// What the document said, as words.
struct Heard
{
    explicit Heard(ProjectDocument& document)
    {
        QObject::connect(&document, &ProjectDocument::changed, &document, [this](const Change& change) {
            static const char* const kNames[] = {"items", "reset",    "classes", "issues",   "rejects",
                                                 "roots", "settings", "saved",   "not saved"};
            words << QLatin1String(kNames[change.index()]);
            if (const auto* items = std::get_if<ItemsChanged>(&change))
                lastItems = items->items;
            if (const auto* saved = std::get_if<Saved>(&change))
                lastSaved = *saved;
        });
    }
    QStringList words;
    std::vector<ItemId> lastItems;
    Saved lastSaved;
};

} // namespace

/// One signal with typed changes; durability; other writers.
class ProjectDocumentTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<ProjectDocument> m_document;

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeSampleProject(m_folder->path(), 6, 4);
        auto document = ProjectDocument::open(m_folder->path());
        QVERIFY2(document.has_value(), document ? "" : document.error().message.c_str());
        m_document = std::move(*document);
    }
    void cleanup()
    {
        m_document.reset();
        m_folder.reset();
    }

    void anEditIsHeardAtOnceAndSavedLater()
    {
        Heard heard(*m_document);
        Project& project = m_document->project();
        const ItemId item = project.columns()[5].id;
        const ClassId dog = project.classByName("dog")->id;
        const auto edit = m_document->apply(makeSetClass(project, std::span(&item, 1), dog));
        QVERIFY(edit.has_value());
        QVERIFY2(heard.words.contains(QStringLiteral("items")), heard.words.join(' ').toUtf8());
        QVERIFY(!heard.words.contains(QStringLiteral("saved")));
        QCOMPARE(heard.lastItems, std::vector<ItemId>{item});
        QCOMPARE(project.column(item)->classId, std::int32_t(dog));
        QCOMPARE(m_document->pendingEdits(), 1);
        QTRY_VERIFY(heard.words.contains(QStringLiteral("saved")));
        QCOMPARE(heard.lastSaved.edit, *edit);
        QCOMPARE(m_document->pendingEdits(), 0);
        QVERIFY(heard.lastSaved.revision > 0);
    }

    void undoAndRedoNameTheItem()
    {
        Project& project = m_document->project();
        const ItemId item = project.columns()[5].id;
        const ClassId dog = project.classByName("dog")->id;
        QVERIFY(m_document->apply(makeSetClass(project, std::span(&item, 1), dog)).has_value());
        const auto undone = m_document->undo();
        QVERIFY2(undone.has_value(), undone ? "" : undone.error().message.c_str());
        QCOMPARE(*undone, std::vector<ItemId>{item});
        QCOMPARE(project.column(item)->classId, 0);
        const auto redone = m_document->redo();
        QVERIFY(redone.has_value());
        QCOMPARE(project.column(item)->classId, std::int32_t(dog));
    }

    void anotherWriterIsNoticed()
    {
        Heard heard(*m_document);
        auto other = Project::open(m_folder->path(), Project::OpenMode::ReadWrite, "other@host/cli");
        QVERIFY(other.has_value());
        const ItemId item = (*other)->columns()[0].id;
        auto edit = makeExclude(**other, std::span(&item, 1), "test");
        QVERIFY(edit.has_value() && (*other)->applyNow(*edit).has_value());
        QTRY_VERIFY(heard.words.contains(QStringLiteral("reset")));
        QVERIFY(m_document->project().column(item)->isExcluded);
    }

    void readOnlyRefusesEdits()
    {
        m_document.reset();
        auto document = ProjectDocument::open(m_folder->path(), QStringLiteral("somebody has it"));
        QVERIFY(document.has_value());
        Project& project = (*document)->project();
        const ItemId item = project.columns()[0].id;
        const auto refused = (*document)->apply(makeExclude(project, std::span(&item, 1), "test"));
        QVERIFY(!refused.has_value());
        QCOMPARE(refused.error().code, ErrorCode::Refused);
        QVERIFY(refused.error().message.find("somebody has it") != std::string::npos);
        QVERIFY(!(*document)->undo().has_value());
    }

    void closingWritesWhatIsQueued()
    {
        Project& project = m_document->project();
        const ItemId item = project.columns()[5].id;
        QVERIFY(m_document->apply(makeExclude(project, std::span(&item, 1), "gone")).has_value());
        m_document.reset();
        auto again = Project::open(m_folder->path(), Project::OpenMode::ReadOnly, "reader");
        QVERIFY(again.has_value());
        QVERIFY((*again)->column(item)->isExcluded);
    }
};

QTEST_GUILESS_MAIN(ProjectDocumentTest)
#include "tst_project_document.moc"
