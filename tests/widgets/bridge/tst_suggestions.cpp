// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/decoder_pool.h"
#include "core/labels/facts.h"
#include "core/project/edits.h"
#include "tests/support/test_folders.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/bridge/suggestions.h"

#include <QSignalSpy>
#include <QTest>
#include <csignal>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

constexpr int kPictures = 24;
constexpr int kPatienceMs = 60'000;

} // namespace

/// The whole way with a real worker: labels in the document, suggestions in the window, and back.
class SuggestionsTest : public QObject
{
    Q_OBJECT
private slots:
    void labelsLeadToSuggestionsAndAcceptingToLabels();
    void aDeadWorkerIsReplaced();
    void aMissingProgramIsSaidAndTheWindowGoesOn();
    void theLastSessionsSuggestionsAreThereAtOnce();

private:
    struct Opened
    {
        explicit Opened(const std::filesystem::path& folder, int labelled = 0)
        {
            if (!std::filesystem::exists(folder / "project.trainyard"))
                test::makeSampleProject(folder, kPictures, labelled);
            document = std::move(*ProjectDocument::open(folder));
            for (const ItemColumns& item : document->project().columns())
                items.push_back(item.id);
            for (const ItemClass& itemClass : document->project().classes())
                classes.push_back(itemClass.id);
        }
        void label(std::size_t item, ClassId classId) const
        {
            const std::vector<ItemId> one{items[item]};
            QVERIFY(document->apply(makeSetClass(document->project(), one, classId)).has_value());
        }
        std::unique_ptr<ProjectDocument> document;
        std::vector<ItemId> items;
        std::vector<ClassId> classes;
    };
};

void SuggestionsTest::labelsLeadToSuggestionsAndAcceptingToLabels()
{
    const test::TemporaryFolder folder;
    const Opened opened(folder / "p");
    Suggestions suggestions(*opened.document, helperProgram("trainyard-engine"));
    QSignalSpy changed(&suggestions, &Suggestions::changed);
    QSignalSpy failed(&suggestions, &Suggestions::failed);
    suggestions.start();
    QTRY_COMPARE_WITH_TIMEOUT(suggestions.progress().measured, std::int64_t{kPictures}, kPatienceMs);
    QCOMPARE(suggestions.progress().total, std::int64_t{kPictures});
    for (const std::size_t item : {0U, 2U, 4U})
        opened.label(item, opened.classes[0]);
    opened.label(1, opened.classes[1]);
    opened.label(3, opened.classes[1]);
    QTRY_VERIFY_WITH_TIMEOUT(suggestions.suggestion(opened.items[10]).has_value(), kPatienceMs);
    QVERIFY(!changed.isEmpty());
    QVERIFY(!suggestions.suggestion(opened.items[0])); // has a class
    for (std::size_t i = 5; i < opened.items.size(); ++i) {
        const auto found = suggestions.suggestion(opened.items[i]);
        QVERIFY(found.has_value());
        QVERIFY(found->classId == opened.classes[0] || found->classId == opened.classes[1]);
        QVERIFY(found->probability >= 0.5F && found->probability <= 1.0F);
    }

    const std::string model = suggestions.model();
    const ClassId tenth = suggestions.suggestion(opened.items[10])->classId;
    const std::vector<ItemId> page{opened.items[0], opened.items[10], opened.items[11], opened.items[12]};
    QVERIFY(suggestions.accept(page).has_value());
    const auto tags = opened.document->project().annotations(opened.items[10]);
    QCOMPARE(tags->size(), std::size_t{1});
    QCOMPARE(tags->front().classId, tenth);
    QCOMPARE(tags->front().source, AnnotationSource::Model);
    QCOMPARE(tags->front().sourceName, model);
    QVERIFY(tags->front().isReviewed);
    QCOMPARE(suggestions.counts().at(model), (SuggestionCounts{3, 0, 0}));
    QVERIFY(!suggestions.suggestion(opened.items[10]));

    const auto thirteenth = suggestions.suggestion(opened.items[13]);
    QVERIFY(thirteenth.has_value());
    opened.label(13, thirteenth->classId == opened.classes[0] ? opened.classes[1] : opened.classes[0]);
    suggestions.reject(std::vector{opened.items[14]});
    QVERIFY(!suggestions.suggestion(opened.items[14]));
    QCOMPARE(suggestions.counts().at(model), (SuggestionCounts{3, 1, 1}));
    QVERIFY(opened.document->undo().has_value()); // the label of picture 13
    QCOMPARE(suggestions.counts().at(model), (SuggestionCounts{3, 0, 1}));
    QVERIFY(opened.document->undo().has_value()); // the accepted page
    QCOMPARE(suggestions.counts().at(model), (SuggestionCounts{0, 0, 1}));

    std::optional<Result<Suggestions::Ordered>> ordered;
    suggestions.order(QueueOrder::OfClass, tenth, 5, 0, [&](const auto& answer) { ordered = answer; });
    QTRY_VERIFY_WITH_TIMEOUT(ordered.has_value(), kPatienceMs);
    QVERIFY2(ordered->has_value(), *ordered ? "" : ordered->error().message.c_str());
    QCOMPARE((*ordered)->items.size(), std::size_t{5});
    QVERIFY(std::is_sorted((*ordered)->scores.rbegin(), (*ordered)->scores.rend()));
    QVERIFY(failed.isEmpty());
}

void SuggestionsTest::aDeadWorkerIsReplaced()
{
    const test::TemporaryFolder folder;
    const Opened opened(folder / "p", 8);
    WorkerClient client(helperProgram("trainyard-engine"));
    QSignalSpy died(&client, &WorkerClient::died);
    const auto ask = [&](const char* verb) {
        auto answer = std::make_shared<std::optional<Result<std::shared_ptr<const Json>>>>();
        client.ask(
            [verb, path = (folder / "p").string()] {
                return Json{{"verb", verb}, {"project", path}};
            },
            [answer](const auto& given) { *answer = given; });
        return answer;
    };
    const auto first = ask("doctor");
    QTRY_VERIFY_WITH_TIMEOUT(first->has_value(), kPatienceMs);
    QVERIFY((*first)->has_value());
    const auto second = ask("embed");
    ::kill(static_cast<pid_t>(client.processId()), SIGSTOP); // so that it cannot answer
    const auto third = ask("doctor");
    QTest::qWait(50);
    ::kill(static_cast<pid_t>(client.processId()), SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(!died.isEmpty(), kPatienceMs);
    QCOMPARE((**third).error().code, ErrorCode::Internal);
    QVERIFY(second->has_value());
    QVERIFY(!client.isRunning());
    const auto fourth = ask("doctor");
    QTRY_VERIFY_WITH_TIMEOUT(fourth->has_value(), kPatienceMs);
    QVERIFY((*fourth)->has_value());
    const auto fifth = client.ask(
        [] {
            return Json{{"verb", "doctor"}};
        },
        [&](const auto& answer) { *fourth = answer; });
    client.cancel(fifth);
    QCOMPARE((**fourth).error().code, ErrorCode::Cancelled);

    Suggestions suggestions(*opened.document, helperProgram("trainyard-engine"));
    suggestions.start();
    QTRY_VERIFY_WITH_TIMEOUT(suggestions.suggestion(opened.items[20]).has_value(), kPatienceMs);
    const auto* worker = suggestions.findChild<WorkerClient*>();
    const qint64 before = worker->processId();
    ::kill(static_cast<pid_t>(before), SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(worker->processId() != 0 && worker->processId() != before, kPatienceMs);
    QSignalSpy changed(&suggestions, &Suggestions::changed);
    opened.label(9, opened.classes[0]);
    QTRY_VERIFY_WITH_TIMEOUT(!changed.isEmpty(), kPatienceMs);
    QVERIFY(suggestions.suggestion(opened.items[20]).has_value());
}

void SuggestionsTest::aMissingProgramIsSaidAndTheWindowGoesOn()
{
    const test::TemporaryFolder folder;
    const Opened opened(folder / "p", 8);
    Suggestions suggestions(*opened.document, "/nowhere/trainyard-engine");
    QSignalSpy failed(&suggestions, &Suggestions::failed);
    suggestions.start();
    QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, kPatienceMs);
    QVERIFY(failed[0][1].toString().contains(QStringLiteral("/nowhere/trainyard-engine")));
    QVERIFY(!suggestions.suggestion(opened.items[20]));
    opened.label(10, opened.classes[0]);
    QCOMPARE(opened.document->project().column(opened.items[10])->classId,
             static_cast<std::int32_t>(opened.classes[0]));
}

void SuggestionsTest::theLastSessionsSuggestionsAreThereAtOnce()
{
    const test::TemporaryFolder folder;
    {
        const Opened opened(folder / "p", 8);
        Suggestions suggestions(*opened.document, helperProgram("trainyard-engine"));
        suggestions.start();
        QTRY_VERIFY_WITH_TIMEOUT(suggestions.suggestion(opened.items[20]).has_value(), kPatienceMs);
        const auto facts = suggestionFacts(folder / "p", suggestions.model());
        QTRY_VERIFY_WITH_TIMEOUT(!facts.readAll()->empty(), kPatienceMs);
    }
    const Opened opened(folder / "p");
    Suggestions suggestions(*opened.document, "/nowhere/trainyard-engine");
    suggestions.start();
    QTRY_VERIFY_WITH_TIMEOUT(suggestions.suggestion(opened.items[20]).has_value(), kPatienceMs);
    QVERIFY(!suggestions.suggestion(opened.items[0]));
}

QTEST_GUILESS_MAIN(SuggestionsTest)
#include "tst_suggestions.moc"
