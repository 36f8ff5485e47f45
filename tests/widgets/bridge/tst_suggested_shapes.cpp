// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/annotation_edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/bridge/shape_suggestions.h"

#include <QSignalSpy>
#include <QTest>

using namespace trainyard;
using namespace trainyard::widgets;

/// Suggested shapes become annotations of a model, once, and what a person does with them is counted.
class ShapeSuggestionsTest : public QObject
{
    Q_OBJECT
private:
    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<ProjectDocument> m_document;

    ItemId item() const { return m_document->project().columns()[0].id; }
    ShapeSuggestion suggested(double score, const Shape& shape, const std::string& className) const
    {
        return {item(), m_document->project().column(item())->contentHash, className, shape, score, "net"};
    }
    std::vector<Annotation> annotations() const { return *m_document->project().annotations(item()); }
    SuggestionCounts counts(const ShapeSuggestions& suggestions) const
    {
        const auto found = suggestions.counts().find("net");
        return found == suggestions.counts().end() ? SuggestionCounts() : found->second;
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeSampleProject(m_folder->path() / "p", 2, 0);
        m_document = std::move(*ProjectDocument::open(m_folder->path() / "p"));
        ShapeSuggestionStore store(m_document->folder());
        auto stale = suggested(0.99, Box{0, 0, 5, 5}, "cat");
        stale.contentHash += 1; // of another picture under the same item
        QVERIFY(store.replace("net",
                              {suggested(0.9, Box{1, 2, 10, 8}, "cat"), suggested(0.6, Vertex{7, 8}, "new"),
                               suggested(0.3, Box{2, 2, 4, 4}, "dog"), stale}));
    }
    void cleanup()
    {
        m_document.reset();
        m_folder.reset();
    }

    void acceptCorrectUndoReject()
    {
        auto session = std::make_unique<ShapeSuggestions>(*m_document);
        ShapeSuggestions& suggestions = *session;
        QSignalSpy changed(&suggestions, &ShapeSuggestions::changed);
        suggestions.reload();
        QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), 10'000);
        QCOMPARE(suggestions.suggestions(item()).size(), std::size_t(2)); // 0.3 lies below the threshold
        suggestions.setThreshold(0.2);
        const auto shown = suggestions.suggestions(item());
        QCOMPARE(shown.size(), std::size_t(3));

        QVERIFY(suggestions.accept(item(), std::span(shown).first(2)));
        QCOMPARE(annotations().size(), std::size_t(2));
        const Annotation box = annotations()[0];
        QVERIFY(box.shape == Shape(Box{1, 2, 10, 8}));
        QVERIFY(box.source == AnnotationSource::Model && box.isReviewed);
        QCOMPARE(box.sourceName, std::string("net"));
        QCOMPARE(box.score, std::optional(0.9));
        QVERIFY(m_document->project().classByName("new") != nullptr);
        QCOMPARE(suggestions.suggestions(item()).size(), std::size_t(1));
        QVERIFY((counts(suggestions) == SuggestionCounts{2, 0, 0}));

        Annotation moved = box;
        moved.shape = Box{1, 2, 11, 8};
        QVERIFY(m_document->apply(makeChangeAnnotation(m_document->project(), moved)));
        QVERIFY((counts(suggestions) == SuggestionCounts{1, 1, 0}));
        QVERIFY(m_document->undo());
        QVERIFY((counts(suggestions) == SuggestionCounts{2, 0, 0}));
        QVERIFY(m_document->undo());
        QVERIFY(annotations().empty());
        QVERIFY((counts(suggestions) == SuggestionCounts{0, 0, 0}));
        QCOMPARE(suggestions.suggestions(item()).size(), std::size_t(3));

        suggestions.reject(std::span(shown).first(1));
        QVERIFY((counts(suggestions) == SuggestionCounts{0, 0, 1}));
        QVERIFY(annotations().empty());
        session.reset(); // which waits until everything is kept
        // The next session knows all of it.
        ShapeSuggestions later(*m_document);
        QSignalSpy read(&later, &ShapeSuggestions::changed);
        later.reload();
        QTRY_VERIFY_WITH_TIMEOUT(!read.isEmpty(), 10'000);
        QVERIFY((counts(later) == SuggestionCounts{0, 0, 1}));
        QCOMPARE(later.suggestions(item()).size(), std::size_t(1)); // the new object has its own threshold
    }
};

QTEST_MAIN(ShapeSuggestionsTest)
#include "tst_suggested_shapes.moc"
