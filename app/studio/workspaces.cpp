// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/workspaces.h"

#include "app/studio/data_workspace.h"
#include "core/project/edits.h"
#include "widgets/bridge/error_text.h"
#include "widgets/dialogs/task_dialog.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/order_box.h"
#include "widgets/elements/task_choice.h"
#include "widgets/panels/agreement_panel.h"
#include "widgets/panels/clean_panel.h"
#include "widgets/panels/evaluate_panel.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/panels/label_panel.h"
#include "widgets/panels/models_panel.h"
#include "widgets/panels/train_panel.h"
#include "widgets/panels/try_panel.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QSplitter>
#include <QTabBar>
#include <QTabWidget>
#include <functional>
#include <map>

namespace trainyard::studio {

using namespace trainyard::widgets;

Workspaces::Workspaces(Session& session, const Theme& theme, QWidget* parent)
    : QStackedWidget(parent), m_session(session), m_theme(theme)
{
}

QWidget* Workspaces::built(Workspace workspace) const
{
    return m_pages[static_cast<std::size_t>(workspace)];
}

void Workspaces::show(Workspace workspace)
{
    QWidget*& page = m_pages[static_cast<std::size_t>(workspace)];
    if (page == nullptr) {
        page = build(workspace);
        addWidget(page);
    }
    m_current = workspace;
    setCurrentWidget(page);
    emit shown(workspace);
}

QWidget* Workspaces::build(Workspace workspace)
{
    Session& s = m_session;
    switch (workspace) {
    case Workspace::Data:
        return new DataWorkspace(s, m_theme);
    case Workspace::Clean:
        return new CleanPanel(*s.document, s.view, *s.jobs, *s.pictures, m_theme);
    case Workspace::Label:
        return new LabelPanel(*s.document, s.view, *s.thumbnails, *s.pictures, *s.suggestions,
                              *s.shapeSuggestions, m_theme);
    case Workspace::Train:
        return new TrainPanel(*s.document, s.view, *s.jobs, *s.runs, m_theme);
    case Workspace::Evaluate:
        return buildEvaluate();
    case Workspace::Models:
        return buildModels();
    }
    return nullptr;
}

QWidget* Workspaces::buildEvaluate()
{
    Session& s = m_session;
    auto* tabs = new QTabWidget;
    tabs->addTab(new EvaluatePanel(*s.document, s.view, *s.jobs, *s.runs, *s.thumbnails, m_theme),
                 tr("Runs"));
    connect(&s.view, &ViewState::currentRunChanged, tabs, [tabs] { tabs->setCurrentIndex(0); });
    tabs->addTab(new AgreementPanel(*s.document, s.view, m_theme), tr("People"));
    tabs->tabBar()->setAccessibleName(tr("What is evaluated"));
    tabs->setDocumentMode(true);
    tabs->tabBar()->setDrawBase(false);
    return tabs;
}

QWidget* Workspaces::buildModels()
{
    Session& s = m_session;
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("modelsSplitter"));
    splitter->setChildrenCollapsible(false);
    QFrame* side = makeFrame("side");
    auto* layout = new QHBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* attempt = new TryPanel(*s.document, *s.jobs, *s.runs, *s.pictures, m_theme);
    auto* models = new ModelsPanel(*s.document, s.view, *s.jobs, *s.runs, m_theme);
    connect(models, &ModelsPanel::versionsRead, attempt, &TryPanel::setVersions);
    layout->addWidget(attempt);
    side->setMinimumWidth(260);
    splitter->addWidget(models);
    splitter->addWidget(side);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({880, 320});
    return splitter;
}

DataWorkspace& Workspaces::data()
{
    return *panel<DataWorkspace>(Workspace::Data);
}

/// The workspace's panel, after going there, and to its tab where it has one.
template <typename Panel>
Panel* Workspaces::panel(Workspace workspace)
{
    show(workspace);
    QWidget* page = built(workspace);
    auto* panel = qobject_cast<Panel*>(page);
    if (panel == nullptr)
        panel = page->findChild<Panel*>();
    if (auto* tabs = qobject_cast<QTabWidget*>(page); tabs != nullptr && panel != nullptr)
        tabs->setCurrentWidget(panel);
    return panel;
}

void Workspaces::changeTask()
{
    auto* dialog = new TaskDialog(taskOf(m_session.document->project()), this);
    connect(dialog, &TaskDialog::chosen, this, [this](ProjectTask task) {
        const auto result = m_session.document->apply(
            makeSetSetting(m_session.document->project(), "task", std::string(projectTaskName(task))));
        m_session.view.tell(result ? tr("The task is now: %1.").arg(taskText(task))
                                   : errorText(result.error()).whole());
    });
    dialog->show();
}

bool Workspaces::run(const QString& action)
{
    if (action.startsWith(QLatin1String("label.")))
        return panel<LabelPanel>(Workspace::Label)->run(action.mid(6));
    const std::map<QString, std::function<void()>> actions{
        {QStringLiteral("data.import"), [this] { data().showImport({}); }},
        {QStringLiteral("data.split"), [this] { data().showSplit(); }},
        {QStringLiteral("data.task"), [this] { changeTask(); }},
        {QStringLiteral("data.classes"), [this] { data().showClasses(); }},
        {QStringLiteral("data.search"), [this] { data().gallery()->focusSearch(); }},
        {QStringLiteral("data.all"), [this] { data().gallery()->setFilter({}); }},
        {QStringLiteral("data.sort"), [this] { data().gallery()->orderBox()->open(); }},
        {QStringLiteral("data.reverse"), [this] { data().gallery()->orderBox()->reverse(); }},
        {QStringLiteral("data.acceptSuggestions"), [this] { data().gallery()->acceptSuggestions(); }},
        {QStringLiteral("data.rejectSuggestions"), [this] { data().gallery()->rejectSuggestions(); }},
        {QStringLiteral("data.suggest"), [this] { m_session.suggestions->start(); }},
        {QStringLiteral("data.none"), [this] { data().gallery()->giveClass(0); }},
        {QStringLiteral("data.exclude"), [this] { data().gallery()->toggleExcluded(); }},
        {QStringLiteral("clean.check"), [this] { panel<CleanPanel>(Workspace::Clean)->checkNow(); }},
        {QStringLiteral("clean.fix"), [this] { panel<CleanPanel>(Workspace::Clean)->fixChosen(); }},
        {QStringLiteral("clean.dismiss"), [this] { panel<CleanPanel>(Workspace::Clean)->dismissChosen(); }},
        {QStringLiteral("clean.fixAll"), [this] { panel<CleanPanel>(Workspace::Clean)->fixAll(); }},
        {QStringLiteral("train.start"), [this] { panel<TrainPanel>(Workspace::Train)->start(); }},
        {QStringLiteral("train.pause"), [this] { panel<TrainPanel>(Workspace::Train)->pauseRun(); }},
        {QStringLiteral("train.stop"), [this] { panel<TrainPanel>(Workspace::Train)->stopRun(); }},
        {QStringLiteral("train.resume"), [this] { panel<TrainPanel>(Workspace::Train)->resumeRun(); }},
        {QStringLiteral("evaluate.run"),
         [this] { panel<EvaluatePanel>(Workspace::Evaluate)->evaluateChosen(); }},
        {QStringLiteral("evaluate.report"),
         [this] { panel<EvaluatePanel>(Workspace::Evaluate)->openReport(); }},
        {QStringLiteral("evaluate.people"), [this] { panel<AgreementPanel>(Workspace::Evaluate)->reload(); }},
        {QStringLiteral("models.publish"), [this] { panel<ModelsPanel>(Workspace::Models)->publishRun(); }},
        {QStringLiteral("models.export"), [this] { panel<ModelsPanel>(Workspace::Models)->exportRun(); }},
        {QStringLiteral("models.verify"),
         [this] { panel<ModelsPanel>(Workspace::Models)->verifyRegistry(); }},
    };
    const auto found = actions.find(action);
    if (found == actions.end() && action.startsWith(QLatin1String("data."))) {
        data().gallery()->giveClassByKey(action.section(QLatin1Char('.'), 1));
        return true;
    }
    if (found == actions.end())
        return false;
    found->second();
    return true;
}

} // namespace trainyard::studio
