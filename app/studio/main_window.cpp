// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/main_window.h"

#include "app/studio/actions.h"
#include "app/studio/data_workspace.h"
#include "app/studio/dataset_export.h"
#include "app/studio/held_input.h"
#include "app/studio/missing_pictures.h"
#include "app/studio/top_bar.h"
#include "app/studio/workspaces.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/dialogs/command_palette.h"
#include "widgets/dialogs/jobs_dialog.h"
#include "widgets/dialogs/keys_dialog.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/notice.h"
#include "widgets/elements/order_box.h"
#include "widgets/elements/saving_notice.h"
#include "widgets/elements/toast.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/panels/jobs_bar.h"

#include <QAction>
#include <QButtonGroup>
#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSplitter>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::studio {

using namespace trainyard::widgets;

namespace {

constexpr QSize kFirstSize(1280, 800);
constexpr int kRailWidth = 84;
constexpr std::int64_t kManyRows = 500; ///< more take longer than a window may stand still
constexpr int kLastWordMs = 1500;       ///< for reading that jobs go on
constexpr Workspace kWorkspaces[] = {Workspace::Data,  Workspace::Clean,    Workspace::Label,
                                     Workspace::Train, Workspace::Evaluate, Workspace::Models};

} // namespace

MainWindow::MainWindow(const std::filesystem::path& project, Preferences& preferences, Theme& theme,
                       QWidget* parent)
    : QMainWindow(parent), m_preferences(preferences), m_theme(theme), m_toast(new Toast(this))
{
    const QString name = shown(project.filename().native());
    setWindowTitle(tr("%1 – Trainyard").arg(name));
    setAcceptDrops(true);
    resize(kFirstSize);
    QLabel* opening = makeLabel(tr("Opening %1…").arg(name), "muted");
    opening->setAlignment(Qt::AlignCenter);
    setCentralWidget(opening);
    restoreState();
}

void MainWindow::showProject(std::unique_ptr<Session> session)
{
    m_session = std::move(session);
    {
        const Theme::Unstyled unstyled(m_theme);
        setCentralWidget(makeContent());
        connectSession();
        m_workspaces->show(Workspace::Data);
        centralWidget()->show(); // now, not with the next round of the event loop
    }
    if (m_session->document->isReadOnly())
        m_notice->show(Notice::Kind::Warning,
                       tr("Open for reading only: %1.").arg(m_session->document->readOnlyReason()));
    m_workspaces->data().gallery()->gallery()->setFocus();
}

QWidget* MainWindow::makeContent()
{
    m_rail = new QButtonGroup(this);
    m_topBar = new TopBar(*m_session->document, m_theme);
    m_notice = new Notice(m_theme);
    m_export = new DatasetExport(*m_session->jobs, m_session->document->folder(), m_theme);
    auto* missing = new MissingPictures(*m_session->document, m_theme);
    m_workspaces = new Workspaces(*m_session, m_theme);
    auto* jobsBar = new JobsBar(*m_session->jobs, m_theme);
    m_toast->keepAbove(jobsBar);
    auto* saving = new SavingNotice(*m_session->document, m_theme);
    m_held = new HeldInput(*this);
    connect(missing, &MissingPictures::told, m_toast, &Toast::say);
    connect(m_session->pictures.get(), &PictureLoader::failed, missing, &MissingPictures::lookSoon);
    connect(saving, &SavingNotice::told, m_toast, &Toast::say);
    auto* centre = new QWidget;
    auto* layout = new QVBoxLayout(centre);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(makeRail());
    auto* page = new QVBoxLayout;
    page->setSpacing(0);
    page->addWidget(m_topBar);
    page->addWidget(m_notice);
    page->addWidget(saving);
    page->addWidget(m_export);
    page->addWidget(missing);
    page->addWidget(m_workspaces, 1);
    middle->addLayout(page, 1);
    layout->addLayout(middle, 1);
    layout->addWidget(jobsBar);
    makeActions();
    m_topBar->setMenu(makeMenu());
    return centre;
}

MainWindow::~MainWindow()
{
    delete takeCentralWidget(); // the panels use the session
}

QWidget* MainWindow::makeRail()
{
    QFrame* rail = makeFrame("rail");
    rail->setFixedWidth(kRailWidth);
    auto* layout = new QVBoxLayout(rail);
    layout->setContentsMargins(0, 8, 1, 8);
    layout->setSpacing(2);
    for (const Workspace workspace : kWorkspaces) {
        auto* button = new QToolButton;
        button->setObjectName(QStringLiteral("railButton"));
        button->setText(workspaceName(workspace));
        button->setIcon(m_theme.icon(workspaceIcon(workspace), "textMuted"));
        button->setIconSize(QSize(24, 24));
        button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
        button->setCheckable(true);
        button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        button->setAccessibleName(workspaceName(workspace));
        button->setToolTip(workspaceName(workspace));
        setActionOf(*button, QStringLiteral("app.") + workspaceIcon(workspace));
        m_rail->addButton(button, static_cast<int>(workspace));
        layout->addWidget(button);
    }
    layout->addStretch(1);
    connect(m_rail, &QButtonGroup::idClicked, this,
            [this](int id) { m_workspaces->show(static_cast<Workspace>(id)); });
    return rail;
}

QMenu* MainWindow::makeMenu()
{
    auto* menu = new QMenu(this);
    const auto add = [&](const char* key) { menu->addAction(m_actions.at(QLatin1String(key))); };
    add("app.new");
    add("app.open");
    QMenu* recent = menu->addMenu(tr("Recent projects"));
    for (const std::filesystem::path& folder : m_preferences.recentProjects()) {
        if (folder == m_session->document->folder())
            continue;
        connect(recent->addAction(shortPath(folder)), &QAction::triggered, this,
                [this, folder] { emit openRequested(folder); });
    }
    recent->setEnabled(!recent->isEmpty());
    menu->addSeparator();
    add("data.import");
    add("data.export");
    add("data.split");
    add("data.classes");
    add("data.task");
    add("label.secondPerson");
    menu->addSeparator();
    add("app.undo");
    add("app.redo");
    menu->addSeparator();
    add("app.palette");
    add("app.keys");
    add("app.jobs");
    add("app.theme");
    menu->addSeparator();
    add("app.close");
    return menu;
}

void MainWindow::makeActions()
{
    for (const ActionSpec& spec : actionTable()) {
        const QString key = QLatin1String(spec.key);
        auto* action = new QAction(actionText(spec), this);
        action->setShortcut(m_preferences.shortcut(key));
        connect(action, &QAction::triggered, this, [this, key] { runAction(key); });
        addAction(action);
        m_actions.emplace(key, action);
    }
}

/// Keys of a workspace work there alone, so that the same key may mean one thing here and another there.
void MainWindow::updateActions()
{
    for (const ActionSpec& spec : actionTable())
        m_actions.at(QLatin1String(spec.key))
            ->setEnabled(!spec.where || *spec.where == m_workspaces->current());
    showKeysOf(*this, [this](const QString& action) { return m_preferences.shortcut(action); });
}

void MainWindow::connectSession()
{
    connect(m_workspaces, &Workspaces::shown, this, [this](Workspace workspace) {
        m_rail->button(static_cast<int>(workspace))->setChecked(true);
        updateActions();
        for (QSplitter* splitter : m_workspaces->built(workspace)->findChildren<QSplitter*>())
            if (const QByteArray state = m_preferences.state(splitter->objectName());
                !state.isEmpty() && !splitter->property("restored").toBool()) {
                splitter->restoreState(state);
                splitter->setProperty("restored", true);
            }
        if (workspace == Workspace::Data && !m_isOrderRestored) {
            m_isOrderRestored = true;
            if (const QByteArray order = m_preferences.state(QStringLiteral("galleryOrder"));
                !order.isEmpty())
                m_workspaces->built(workspace)->findChild<OrderBox*>()->restoreState(order);
        }
    });
    connect(m_topBar, &TopBar::actionRequested, this, &MainWindow::runAction);
    ViewState& view = m_session->view;
    connect(&view, &ViewState::workspaceRequested, m_workspaces, &Workspaces::show);
    connect(&view, &ViewState::actionRequested, this, &MainWindow::runAction);
    connect(&view, &ViewState::secondPersonChanged, this, &MainWindow::secondPersonChanged);
    connect(&view, &ViewState::told, m_toast, &Toast::say);
    connect(&view, &ViewState::itemsRequested, this,
            [this](const ItemFilter& filter) { m_workspaces->data().gallery()->setFilter(filter); });
    connect(m_session->jobs.get(), &JobList::ended, this, &MainWindow::jobEnded);
    connect(m_session->jobs.get(), &JobList::changed, this, [this](const QString& id) {
        // A run appears, changes its state or grows a checkpoint; its steps come by another way.
        const JobView* job = m_session->jobs->job(id);
        const RunEntry* run =
            job == nullptr ? nullptr : m_session->runs->run(QString::fromStdString(job->request.runId));
        if (run != nullptr && run->status.state != jobStateName(job->state))
            m_session->runs->reload();
    });
    connect(m_session->document.get(), &ProjectDocument::changed, this, &MainWindow::take);
}

void MainWindow::take(const Change& change)
{
    if (changesItems(change) || isChange<RootsChanged>(change))
        m_session->thumbnails->refresh();
    if (const auto* begun = std::get_if<StepBegun>(&change)) {
        m_held->hold();
        m_notice->show(Notice::Kind::Good,
                       (begun->isRedo ? tr("Redoing %1 changes… What you do meanwhile is done right after.")
                                      : tr("Undoing %1 changes… What you do meanwhile is done right after."))
                           .arg(countText(begun->rows)));
    } else if (const auto* ended = std::get_if<StepEnded>(&change)) {
        m_notice->hide();
        m_toast->say(ended->error    ? errorText(*ended->error).whole()
                     : ended->isRedo ? tr("Done again.")
                                     : tr("Taken back."));
        m_held->release();
    }
}

void MainWindow::jobEnded(const QString& id)
{
    const JobView* job = m_session->jobs->job(id);
    m_session->document->refresh();
    if (const auto store = m_session->document->thumbnails()) {
        runInBackground(
            m_session->thumbnails.get(), [store] { return store->refresh().has_value(); },
            [this](bool isRefreshed) {
                if (isRefreshed)
                    m_session->thumbnails->refresh();
            });
    }
    const std::string& verb = job->request.verb;
    if (verb == "train" || verb == "evaluate")
        m_session->runs->reload();
}

void MainWindow::runAction(const QString& key)
{
    static const std::map<QString, void (*)(MainWindow&)> kActions{
        {QStringLiteral("app.palette"), [](MainWindow& w) { w.showPalette(); }},
        {QStringLiteral("app.keys"), [](MainWindow& w) { w.showKeys(); }},
        {QStringLiteral("app.undo"), [](MainWindow& w) { w.step(false); }},
        {QStringLiteral("app.redo"), [](MainWindow& w) { w.step(true); }},
        {QStringLiteral("app.jobs"), [](MainWindow& w) { (new JobsDialog(*w.m_session->jobs, &w))->show(); }},
        {QStringLiteral("app.theme"), [](MainWindow& w) { w.switchTheme(); }},
        {QStringLiteral("app.new"), [](MainWindow& w) { emit w.newRequested(); }},
        {QStringLiteral("app.open"), [](MainWindow& w) { w.chooseProject(); }},
        {QStringLiteral("data.export"), [](MainWindow& w) { w.m_export->ask(&w); }},
        {QStringLiteral("app.close"), [](MainWindow& w) { w.close(); }},
    };
    if (m_held->isHolding())
        return m_held->keep([this, key] { runAction(key); });
    for (const Workspace workspace : kWorkspaces)
        if (key == QStringLiteral("app.") + workspaceIcon(workspace))
            return m_workspaces->show(workspace);
    if (const auto found = kActions.find(key); found != kActions.end())
        found->second(*this);
    else
        m_workspaces->run(key);
}

/// What came before a second person began is not that person's to take back.
void MainWindow::secondPersonChanged(const QString& name)
{
    Project& project = m_session->document->project();
    const bool isWritten = project.flush().has_value(); // then what is still queued has its revision
    m_firstStep = name.isEmpty() || !isWritten ? 0 : project.revision() + 1;
}

void MainWindow::step(bool isRedo)
{
    const Revision newest = m_session->document->project().revision();
    if (m_firstStep > 0) {
        const auto next =
            m_session->document->nextStep(isRedo, std::max<Revision>(100, newest - m_firstStep));
        if (!next || next->revision < m_firstStep) {
            m_toast->say(
                isRedo ? tr("Nothing of %1's is left to do again.").arg(m_session->view.secondPerson())
                       : tr("Nothing of %1's is left to take back.").arg(m_session->view.secondPerson()));
            return;
        }
    }
    if (m_session->document->stepRows(isRedo) > kManyRows) {
        if (const auto begun = m_session->document->stepBeside(isRedo); !begun)
            m_toast->say(errorText(begun.error()).whole());
        return;
    }
    const auto items = isRedo ? m_session->document->redo() : m_session->document->undo();
    if (!items) {
        m_toast->say(errorText(items.error()).sentence);
        return;
    }
    if (items->size() == 1)
        m_session->view.setCurrentItem(items->front());
    m_toast->say(isRedo ? tr("Done again.") : tr("Taken back."));
}

void MainWindow::showImport(const std::filesystem::path& source)
{
    m_workspaces->data().showImport(source);
}

void MainWindow::comeForward()
{
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();
    raise();
    activateWindow();
}

void MainWindow::showPalette()
{
    std::vector<Command> commands;
    for (const ActionSpec& spec : actionTable()) {
        const QString key = QLatin1String(spec.key);
        if (key == QLatin1String("app.palette"))
            continue;
        commands.push_back({key, actionText(spec), spec.where ? workspaceName(spec.where) : QString(),
                            m_preferences.shortcut(key).toString(QKeySequence::NativeText)});
    }
    auto* palette = new CommandPalette(std::move(commands), this);
    connect(palette, &CommandPalette::chosen, this, &MainWindow::runAction);
    palette->show();
}

void MainWindow::showKeys()
{
    std::vector<KeyRow> rows;
    const Workspace current = m_workspaces->current();
    const auto take = [&](auto accepts) {
        for (const ActionSpec& spec : actionTable()) {
            const QString key = QLatin1String(spec.key);
            if (accepts(spec))
                rows.push_back({key, actionText(spec), workspaceName(spec.where), m_preferences.shortcut(key),
                                QKeySequence::fromString(QLatin1String(spec.shortcut))});
        }
    };
    take([&](const ActionSpec& spec) { return spec.where == current; });
    take([&](const ActionSpec& spec) { return !spec.where; });
    take([&](const ActionSpec& spec) { return spec.where && spec.where != current; });
    auto* dialog = new KeysDialog(std::move(rows), this);
    connect(dialog, &KeysDialog::keyChanged, this, [this](const QString& key, const QKeySequence& shortcut) {
        m_preferences.setShortcut(key, shortcut);
        m_actions.at(key)->setShortcut(shortcut);
        updateActions(); // tool tips show keys
    });
    dialog->show();
}

void MainWindow::switchTheme()
{
    const auto mode = m_theme.isDark() ? Theme::Mode::Light : Theme::Mode::Dark;
    m_theme.setMode(mode);
    m_preferences.setThemeMode(mode);
}

void MainWindow::chooseProject()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Open a project folder"), QDir::homePath());
    if (!folder.isEmpty())
        emit openRequested(toPath(folder));
}

void MainWindow::restoreState()
{
    restoreGeometry(m_preferences.state(QStringLiteral("geometry")));
}

void MainWindow::rememberState()
{
    m_preferences.setState(QStringLiteral("geometry"), saveGeometry());
    for (QSplitter* splitter : m_workspaces->findChildren<QSplitter*>())
        if (!splitter->objectName().isEmpty())
            m_preferences.setState(splitter->objectName(), splitter->saveState());
    if (const auto* order = m_workspaces->findChild<OrderBox*>())
        m_preferences.setState(QStringLiteral("galleryOrder"), order->state());
    m_preferences.saveState();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!hasProject())
        return event->accept();
    if (m_held->isHolding()) {
        m_held->keep([this] { close(); });
        return event->ignore();
    }
    if (m_session->document->savingFailure() && !m_losesUnsaved) {
        askAboutUnsaved();
        return event->ignore();
    }
    const int live = m_session->jobs->liveCount();
    if (live > 0 && !m_isClosing) {
        // One line, read on the way out; a second click closes at once.
        m_isClosing = true;
        m_notice->show(Notice::Kind::Good,
                       live == 1 ? tr("A job goes on without the window; the next start shows it again.")
                                 : tr("%1 jobs go on without the window; the next start shows them "
                                      "again.")
                                       .arg(live));
        QTimer::singleShot(kLastWordMs, this, &QWidget::close);
        event->ignore();
        return;
    }
    rememberState();
    event->accept();
}

/// Closing would lose what the disk does not take.
void MainWindow::askAboutUnsaved()
{
    if (findChild<QMessageBox*>() != nullptr)
        return;
    const ErrorText words = errorText(*m_session->document->savingFailure());
    auto* question = new QMessageBox(QMessageBox::Warning, tr("Changes are not saved"),
                                     tr("%1.").arg(unsavedText(*m_session->document)), {}, this);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInformativeText(words.whole());
    question->setDetailedText(words.details);
    auto* stay = question->addButton(tr("Stay and try again"), QMessageBox::RejectRole);
    auto* lose = question->addButton(tr("Close and lose them"), QMessageBox::DestructiveRole);
    question->setDefaultButton(stay);
    question->setEscapeButton(stay);
    connect(question, &QMessageBox::buttonClicked, this, [this, lose](const QAbstractButton* clicked) {
        if (clicked != lose)
            return m_session->document->saveNow();
        m_losesUnsaved = true;
        close();
    });
    question->open();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (hasProject() && !m_session->document->isReadOnly() && !droppedFolder(*event->mimeData()).empty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    const auto folder = droppedFolder(*event->mimeData());
    if (folder.empty())
        return;
    event->acceptProposedAction();
    showImport(folder);
}

} // namespace trainyard::studio
