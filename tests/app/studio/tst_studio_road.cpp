// SPDX-License-Identifier: GPL-3.0-or-later
// The whole road through the window with mouse and keys, the real programs behind it, and a window that is
// killed while a network learns.
#include "app/studio/application.h"
#include "app/studio/main_window.h"
#include "app/studio/start_window.h"
#include "app/studio/workspaces.h"
#include "core/jobs/job.h"
#include "core/release/registry.h"
#include "core/training/run_folder.h"
#include "tests/app/studio/event_loop_watchdog.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "widgets/elements/notice.h"
#include "widgets/panels/evaluate_panel.h"
#include "widgets/panels/label_panel.h"
#include "widgets/panels/models_panel.h"
#include "widgets/panels/start_panel.h"
#include "widgets/panels/train_panel.h"
#include "widgets/panels/try_panel.h"
#include "widgets/plots/bar_chart.h"
#include "widgets/plots/curve_plot.h"
#include "widgets/views/confusion_view.h"
#include "widgets/views/gallery_view.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QTreeView>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::widgets;
using namespace trainyard::test;

namespace {

constexpr int kPictures = 48;
constexpr double kLongestBlockMs = 250; ///< a slow machine took 120

const CurvePlot* lossPlot(const MainWindow& window)
{
    for (const CurvePlot* plot : window.findChild<TrainPanel*>()->findChildren<CurvePlot*>())
        if (plot->accessibleName().startsWith(QLatin1String("Loss")))
            return plot;
    return nullptr;
}

std::int64_t shownPoints(const MainWindow& window)
{
    constexpr int kMostCurves = 32; // numbers are not used again after a restart of the series
    std::int64_t points = 0;
    for (int curve = 0; curve < kMostCurves; ++curve)
        points += lossPlot(window)->pointCount(curve);
    return points;
}

/// Chooses the recipe for small pictures and makes it a run of some ten seconds, as a person would in the
/// form.
bool fillRecipe(const TrainPanel& train, const char* epochs = "150")
{
    for (QComboBox* box : train.findChildren<QComboBox*>()) {
        if (box->accessibleName() != QLatin1String("Start from"))
            continue;
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < box->count() && box->currentData() != QVariant(QStringLiteral("cifar-quick"));
             ++i)
            QTest::keyClick(box, Qt::Key_Down);
        if (box->currentData() != QVariant(QStringLiteral("cifar-quick")))
            return false;
    }
    for (const auto& [key, value] : {std::pair("epochs", epochs), std::pair("batch-size", "8"),
                                     std::pair("checkpoint-epochs", "50"), std::pair("threads", "1")}) {
        auto* field = train.findChild<QLineEdit*>(QLatin1String(key));
        if (field == nullptr)
            return false;
        fill(*field, QLatin1String(value));
    }
    return true;
}

/// Opens the project, starts a run, sees points arrive and is killed. Ends with a number where something did
/// not come.
int trainAndDie(const std::filesystem::path& folder)
{
    Application application(builtPrograms());
    if (!openProjectIn(application, folder))
        return 2;
    const MainWindow& window = *application.mainWindow();
    if (!QTest::qWaitForWindowActive(application.mainWindow()))
        return 3;
    QTest::keyClick(application.mainWindow(), Qt::Key_4, Qt::ControlModifier);
    if (!fillRecipe(*window.findChild<TrainPanel*>()))
        return 4;
    if (!press(*window.findChild<TrainPanel*>(), QStringLiteral("Start training")))
        return 5;
    if (!QTest::qWaitFor([&] { return shownPoints(window) >= 5; }, kJobMs))
        return 6;
    kill(getpid(), SIGKILL);
    return 7;
}

} // namespace

class StudioRoadTest : public QObject
{
    Q_OBJECT
private:
    TemporaryFolder m_folder;
    std::unique_ptr<EventLoopWatchdog> m_watchdog;
    std::unique_ptr<Application> m_application;

    [[nodiscard]] std::filesystem::path projectFolder() const { return m_folder / "red-or-blue"; }
    [[nodiscard]] MainWindow& window() const { return *m_application->mainWindow(); }
    [[nodiscard]] Project& project() const { return window().session().document->project(); }
    template <typename Panel>
    Panel& go(int number)
    {
        QTest::keyClick(&window(), static_cast<Qt::Key>(Qt::Key_0 + number), Qt::ControlModifier);
        return *window().findChild<Panel*>();
    }
    void open()
    {
        m_watchdog->begin(QStringLiteral("start"));
        m_application = std::make_unique<Application>(builtPrograms());
        QVERIFY(openProjectIn(*m_application, projectFolder()));
        m_watchdog->settle();
        QVERIFY(m_application->mainWindow() != nullptr);
        QVERIFY(QTest::qWaitForWindowActive(&window()));
    }
    [[nodiscard]] std::vector<RunStatus> runs() const { return listRuns(projectFolder()); }
    /// Truth by the colour that the file's name tells.
    [[nodiscard]] int wrongLabels() const
    {
        int wrong = 0;
        for (const ItemColumns& columns : project().columns()) {
            const auto item = project().item(columns.id);
            const ItemClass* itemClass = project().classById(columns.classId);
            if (!item || itemClass == nullptr || item->path.find(itemClass->name) == std::string::npos)
                ++wrong;
        }
        return wrong;
    }

private slots:
    void initTestCase()
    {
        makeUser(m_folder.path());
        for (int i = 0; i < kPictures; ++i) {
            const bool isRed = i % 2 == 0;
            char name[32];
            std::snprintf(name, sizeof name, "%03d-%s.ppm", i, isRed ? "red" : "blue");
            writePicture(m_folder / "pictures" / name, isRed ? 170 : 80, 90, isRed ? 80 : 170,
                         static_cast<unsigned>(i));
        }
        m_watchdog = std::make_unique<EventLoopWatchdog>();
    }
    void cleanup() { m_application.reset(); }

    void projectFromTheStartPage()
    {
        m_watchdog->begin(QStringLiteral("start page"));
        m_application = std::make_unique<Application>(builtPrograms());
        QVERIFY(m_application->start({}));
        QVERIFY(m_application->startWindow() != nullptr);
        QVERIFY(QTest::qWaitForWindowActive(m_application->startWindow()));
        StartPanel& panel = m_application->startWindow()->panel();
        for (QLineEdit* field : panel.findChildren<QLineEdit*>())
            fill(*field, field->accessibleName().startsWith(QLatin1String("Name"))
                             ? QStringLiteral("red-or-blue")
                             : QString::fromStdString(m_folder.path().native()));
        QVERIFY(press(panel, QStringLiteral("Create the project")));
        QTRY_VERIFY(m_application->mainWindow() != nullptr && window().hasProject());
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        QVERIFY(m_application->startWindow() == nullptr || !m_application->startWindow()->isVisible());
        QVERIFY(project().columns().empty());

        m_watchdog->begin(QStringLiteral("import"));
        QVERIFY(drop(window(), m_folder / "pictures"));
        QVERIFY(press(window(), QStringLiteral("Import 48"), kJobMs));
        QTRY_COMPARE_WITH_TIMEOUT(project().columns().size(), std::size_t(kPictures), kJobMs);
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
    }

    void labelByKeys()
    {
        open();
        m_watchdog->begin(QStringLiteral("label"));
        auto& label = go<LabelPanel>(3);
        for (QLineEdit* field : label.findChildren<QLineEdit*>()) {
            if (field->accessibleName() != QLatin1String("Name of a new class"))
                continue;
            for (const char* name : {"red", "blue"}) {
                fill(*field, QLatin1String(name));
                QTest::keyClick(field, Qt::Key_Return);
            }
        }
        QCOMPARE(project().classes().size(), std::size_t(2));
        QTest::keyClick(&window(), Qt::Key_3, Qt::ControlModifier);
        label.setFocus();
        const auto current = [&] { return window().session().view.currentItem(); };
        for (int i = 0; i < kPictures; ++i) {
            const auto item = project().item(current());
            QVERIFY(item.has_value());
            QTest::keyClick(&window(), item->path.find("red") != std::string::npos ? Qt::Key_1 : Qt::Key_2);
        }
        QTRY_VERIFY(label.statusText().startsWith(QLatin1String("Saved")));
        QCOMPARE(wrongLabels(), 0);
        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(wrongLabels(), 1);
        QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(wrongLabels(), 0);
        QTRY_COMPARE(window().session().document->pendingEdits(), 0);
    }

    void splitFromWhereTrainingAsksForIt()
    {
        open();
        auto& train = go<TrainPanel>(4);
        QVERIFY(!button(train, QStringLiteral("Start training"))->isEnabled());
        Notice* needs = nullptr;
        for (Notice* notice : train.findChildren<Notice*>())
            needs = notice->isVisible() ? notice : needs;
        QVERIFY(needs != nullptr);
        QTest::mouseClick(needs->button(), Qt::LeftButton);
        for (QSpinBox* share : window().findChildren<QSpinBox*>()) {
            const QString name = share->accessibleName();
            const char* value = name.contains(QLatin1String("Train"))  ? "60"
                                : name.contains(QLatin1String("Test")) ? "30"
                                                                       : nullptr;
            if (value == nullptr || !share->isVisible())
                continue;
            share->setFocus();
            share->selectAll();
            QTest::keyClicks(share, QLatin1String(value));
            QTest::keyClick(share, Qt::Key_Tab);
        }
        QVERIFY(press(window(), QStringLiteral("Split now")));
        int test = 0;
        for (const ItemColumns& item : project().columns())
            test += item.split == Split::Test ? 1 : 0;
        QVERIFY2(test >= 12 && test <= 16, QByteArray::number(test));
        QTRY_COMPARE(window().session().document->pendingEdits(), 0);
    }

    void trainingOutlivesTheWindow()
    {
        const std::string folder = projectFolder().string();
        const pid_t child = fork();
        if (child == 0) {
            execl("/proc/self/exe", "child", "--train-and-die", folder.c_str(), nullptr);
            _exit(1);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY2(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, QByteArray::number(WEXITSTATUS(status)));

        open();
        auto& train = go<TrainPanel>(4);
        m_watchdog->begin(QStringLiteral("attach"));
        QTRY_COMPARE(window().session().jobs->liveCount(), 1);
        QTRY_VERIFY(shownPoints(window()) >= 5); // those that the dead window saw
        QVERIFY(button(train, QStringLiteral("Pause")) != nullptr);
        const std::int64_t before = shownPoints(window());
        QTRY_VERIFY_WITH_TIMEOUT(shownPoints(window()) > before + 10, kJobMs);
        QVERIFY(press(train, QStringLiteral("Pause")));
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
        QTRY_COMPARE_WITH_TIMEOUT(runs().front().state, std::string("paused"), kJobMs);
        const std::int64_t pausedAt = runs().front().step;
        QVERIFY2(pausedAt > 0 && pausedAt < runs().front().resolved->totalSteps,
                 QByteArray::number(pausedAt));
        QVERIFY(press(train, QStringLiteral("Go on")));
        QTRY_COMPARE_WITH_TIMEOUT(runs().front().state, std::string("done"), kJobMs);
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
    }

    void undisturbedRunHasTheSameWeights()
    {
        open();
        auto& train = go<TrainPanel>(4);
        m_watchdog->begin(QStringLiteral("train"));
        QVERIFY(fillRecipe(train));
        QVERIFY(press(train, QStringLiteral("Start training")));
        QTRY_VERIFY_WITH_TIMEOUT(runs().size() == 2 && runs().front().state == "done", kJobMs);
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
        const auto all = runs();
        QCOMPARE(all[0].step, all[0].resolved->totalSteps);
        QCOMPARE(all[1].step, all[0].step);
        const auto weights = [](const RunStatus& run) {
            return readTestFile(run.folder / "checkpoints" / std::to_string(run.step) / "model.safetensors");
        };
        QVERIFY(weights(all[0]) == weights(all[1]));
        QVERIFY(weights(all[0]).size() > 1'000'000);
    }

    void evaluateAndCompare()
    {
        open();
        auto& evaluate = go<EvaluatePanel>(5);
        auto* table = evaluate.findChild<QTreeView*>();
        QTRY_COMPARE(table->model()->rowCount(), 2);
        m_watchdog->begin(QStringLiteral("evaluate"));
        for (int row = 0; row < 2; ++row) {
            const QRect place = table->visualRect(table->model()->index(row, 0));
            QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place.center());
            QVERIFY(press(evaluate, QStringLiteral("Evaluate on the test set")));
            QTRY_VERIFY(window().session().jobs->liveJob("evaluate") != nullptr);
            QTRY_VERIFY_WITH_TIMEOUT(window().session().jobs->liveCount() == 0, kJobMs);
            const QString run = window().session().view.currentRun();
            QTRY_VERIFY_WITH_TIMEOUT(window().session().runs->run(run)->newest.has_value(), kJobMs);
        }
        auto* confusion = evaluate.findChild<ConfusionView*>();
        auto* pictures = evaluate.findChild<GalleryView*>();
        QTRY_VERIFY(confusion->count(0, 0) > 0); // the report of the run that is chosen has come
        const QModelIndex cell = confusion->table()->model()->index(0, 0);
        QTest::mouseClick(confusion->table()->viewport(), Qt::LeftButton, {},
                          confusion->table()->visualRect(cell).center());
        QCOMPARE(static_cast<std::int64_t>(pictures->items().size()), confusion->count(0, 0));
        for (const ItemId item : pictures->items())
            QCOMPARE(project().column(item)->split, Split::Test);

        QVERIFY(!button(evaluate, QStringLiteral("Compare"))->isEnabled());
        for (int row = 0; row < 2; ++row) {
            table->setFocus();
            QTest::keyClick(table, row == 0 ? Qt::Key_Home : Qt::Key_Down);
            QTest::keyClick(table, Qt::Key_Space);
        }
        QVERIFY(press(evaluate, QStringLiteral("Compare")));
        const auto verdict = [&] {
            for (const QLabel* text : evaluate.findChildren<QLabel*>())
                if (text->isVisible() && text->text().contains(QLatin1String("told apart")))
                    return text->text();
            return QString();
        };
        QTRY_VERIFY(!verdict().isEmpty()); // equal weights answer equally
    }

    void publishAndExport()
    {
        open();
        auto& models = go<ModelsPanel>(6);
        m_watchdog->begin(QStringLiteral("publish"));
        const auto versions = [this] {
            std::error_code error;
            if (!std::filesystem::exists(projectFolder() / "registry", error))
                return std::vector<RegistryVersion>();
            const auto registry = Registry::open(projectFolder() / "registry");
            const auto list =
                registry ? registry->list() : Result<std::vector<RegistryVersion>>(fail(registry.error()));
            return list ? *list : std::vector<RegistryVersion>();
        };
        auto* runs = models.findChild<QComboBox*>();
        auto* table = models.findChild<QTreeView*>();
        QTRY_COMPARE(runs->count(), 2);
        for (std::size_t run = 0; run < 2; ++run) {
            QTest::keyClick(runs, run == 0 ? Qt::Key_Home : Qt::Key_End);
            QVERIFY(press(models, QStringLiteral("Publish")));
            QTRY_COMPARE_WITH_TIMEOUT(versions().size(), run + 1, kJobMs);
            QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
            QTRY_COMPARE(table->model()->rowCount(), static_cast<int>(run) + 1);
        }
        const auto production = [&]() -> std::int64_t {
            for (const RegistryVersion& version : versions())
                for (const std::string& alias : version.aliases)
                    if (alias == "production")
                        return version.version;
            return 0;
        };
        const auto choose = [&](int number) {
            for (int row = 0; row < 2; ++row) {
                const QModelIndex index = table->model()->index(row, 0);
                if (!index.data().toString().endsWith(QString::number(number)))
                    continue;
                QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(index).center());
            }
        };
        for (const int number : {1, 2}) {
            choose(number);
            QVERIFY(press(models, QStringLiteral("Point the alias here")));
            QTRY_COMPARE(production(), std::int64_t(number));
        }
        QVERIFY(press(models, QStringLiteral("Roll the alias back")));
        QTRY_COMPARE(production(), std::int64_t(1));
        QVERIFY(press(models, QStringLiteral("Verify")));
        QTRY_VERIFY(models.findChild<Notice*>()->isVisible());
        QTRY_VERIFY2(models.findChild<Notice*>()->sentence().startsWith(QLatin1String("Every file")),
                     models.findChild<Notice*>()->sentence().toUtf8());

        m_watchdog->begin(QStringLiteral("export"));
        std::filesystem::create_directory(m_folder / "exported");
        answerFolderDialog(m_folder / "exported");
        QVERIFY(press(models, QStringLiteral("Export a package")));
        const auto exported = [this] {
            for (const auto& entry : std::filesystem::directory_iterator(m_folder / "exported"))
                if (std::filesystem::exists(entry.path() / "manifest.json") &&
                    entry.path().filename().string()[0] != '.')
                    return entry.path();
            return std::filesystem::path();
        };
        QTRY_VERIFY_WITH_TIMEOUT(!exported().empty(), kJobMs);
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
        QVERIFY(std::filesystem::exists(exported() / "model.onnx"));
    }

    void dropAPictureToTry()
    {
        open();
        go<ModelsPanel>(6);
        auto* attempt = window().findChild<TryPanel*>();
        QVERIFY(attempt != nullptr);
        m_watchdog->begin(QStringLiteral("try"));
        writePicture(m_folder / "unseen.ppm", 170, 90, 80, 4711);
        auto* model = attempt->findChild<QComboBox*>();
        QTRY_COMPARE(model->count(), 4); // two versions, two runs
        QCOMPARE(model->itemText(1), QStringLiteral("red-or-blue:1 (production)"));
        QTest::keyClick(model, Qt::Key_Home);
        QVERIFY(drop(*attempt, m_folder / "unseen.ppm"));
        const auto answer = [&] {
            for (const QLabel* text : attempt->findChildren<QLabel*>())
                if (text->isVisible() && text->text() == QLatin1String("red"))
                    return true;
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(answer(), kJobMs);
        QVERIFY(attempt->findChild<BarChart*>()->isVisible());
    }

    /// One device, two trainings: the second waits without a process, and can be taken out again.
    void aSecondTrainingWaitsInTheQueue()
    {
        open();
        auto& train = go<TrainPanel>(4);
        m_watchdog->begin(QStringLiteral("queue"));
        const auto job = [this](const QString& run) {
            return window().session().jobs->liveJob("train", run.toStdString());
        };
        QVERIFY(fillRecipe(train, "2000")); // so that it goes on until it is stopped
        QVERIFY(press(train, QStringLiteral("Start training")));
        QTRY_COMPARE(runs().size(), std::size_t(3));
        const auto first = QString::fromStdString(runs().front().id);
        QTRY_VERIFY_WITH_TIMEOUT(job(first) != nullptr && job(first)->state == JobState::Running, kJobMs);
        QVERIFY(press(train, QStringLiteral("Start training")));
        QTRY_COMPARE(runs().size(), std::size_t(4));
        const auto all = runs();
        const auto second = QString::fromStdString(all[0].id == first.toStdString() ? all[1].id : all[0].id);
        QTRY_VERIFY(job(second) != nullptr && job(second)->state == JobState::Queued);
        QVERIFY(
            !std::filesystem::exists(job(second)->folder / "log.txt")); // no process was ever started for it
        QTRY_COMPARE(window().session().view.currentRun(), second);
        QVERIFY(press(train, QStringLiteral("Stop")));
        QTRY_VERIFY_WITH_TIMEOUT(job(second) == nullptr, kJobMs);
        QVERIFY(job(first) != nullptr);
        window().session().view.setCurrentRun(first);
        QVERIFY(press(train, QStringLiteral("Stop")));
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
    }

    void eventLoopWasNeverHeldUp()
    {
        qInfo("longest time without the event loop: %s", qPrintable(m_watchdog->text()));
        QVERIFY2(m_watchdog->longest() <= kLongestBlockMs, qPrintable(m_watchdog->text()));
    }
};

int main(int argc, char* argv[])
{
    QApplication application(argc, argv);
    if (argc == 3 && std::string_view(argv[1]) == "--train-and-die")
        return trainAndDie(argv[2]);
    StudioRoadTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_studio_road.moc"
