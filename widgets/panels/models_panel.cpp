// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/models_panel.h"

#include "widgets/bridge/background.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/notice.h"
#include "widgets/item_models/versions_model.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpressionValidator>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

const QRegularExpression kNamePattern(QStringLiteral("[a-z0-9._-]{1,64}"));

QString lineageText(const RegistryVersion& version)
{
    QStringList lines;
    const auto add = [&lines](const QString& name, const QString& value) {
        if (!value.isEmpty())
            lines << name + QStringLiteral(": ") + value;
    };
    const Json& lineage = version.lineage;
    add(ModelsPanel::tr("Run"), shown(jsonValue<std::string>(lineage, "run", {})));
    const std::string dataset = jsonValue<std::string>(lineage, "dataset_hash", {});
    add(ModelsPanel::tr("Dataset"), shown(dataset.substr(0, 12)));
    add(ModelsPanel::tr("Test accuracy"), lineageAccuracy(lineage));
    add(ModelsPanel::tr("Built with"), shown(jsonValue<std::string>(lineage, "build", {})));
    add(ModelsPanel::tr("Package"), shown(version.packageDigest.substr(0, 12)));
    add(ModelsPanel::tr("Published"), timeText(version.publishedUtcMs));
    add(ModelsPanel::tr("By"), shown(version.author));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

ModelsPanel::ModelsPanel(ProjectDocument& document, ViewState& view, JobList& jobs, RunList& runs,
                         const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_jobs(jobs), m_runs(runs),
      m_model(new VersionsModel(this)), m_notice(new Notice(theme))
{
    m_table = makeTable(tr("Versions of the registry"));
    m_table->setModel(m_model);
    m_table->setProperty("bare", true);
    m_table->setColumnWidth(VersionsModel::Model, 170);
    m_table->setColumnWidth(VersionsModel::Aliases, 120);
    m_table->setColumnWidth(VersionsModel::Accuracy, 190);
    m_table->setColumnWidth(VersionsModel::Published, 110);
    m_empty = new EmptyState(theme.icon(QStringLiteral("models"), "textMuted"));
    auto* page = new QWidget;
    auto* pageLayout = new QVBoxLayout(page);
    pageLayout->setContentsMargins(0, 0, 0, 0);
    pageLayout->setSpacing(0);
    pageLayout->addWidget(m_table, 1);
    pageLayout->addWidget(makeDetails(theme));
    m_stack = new QStackedWidget;
    m_stack->addWidget(page);
    m_stack->addWidget(m_empty);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeReleaseRow(theme));
    layout->addWidget(m_notice);
    layout->addWidget(m_stack, 1);
    connect(m_empty, &EmptyState::clicked, this, [this] {
        if (m_run->currentData().toString().isEmpty())
            m_view.show(Workspace::Train);
        else
            publishRun();
    });
    connect(&runs, &RunList::changed, this, &ModelsPanel::fillRuns);
    connect(&jobs, &JobList::ended, this, [this](const QString& id) {
        const std::string& verb = m_jobs.job(id)->request.verb;
        if (verb == "publish" || verb == "demo")
            readVersions();
    });
    connect(&jobs, &JobList::changed, this, &ModelsPanel::updateButtons);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &ModelsPanel::showVersion);
    fillRuns();
    readVersions();
}

QWidget* ModelsPanel::makeReleaseRow(const Theme& theme)
{
    QFrame* row = makeFrame("toolRow");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 8, 12, 8);
    m_run = makeComboBox(tr("The run to release"));
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_run->setMinimumContentsLength(24);
    m_name = new QLineEdit;
    m_name->setAccessibleName(tr("Name of the model in the registry"));
    m_name->setPlaceholderText(tr("model name"));
    m_name->setToolTip(tr("Small letters, digits, dots, dashes"));
    m_name->setValidator(new QRegularExpressionValidator(kNamePattern, m_name));
    m_name->setMaximumWidth(180);
    QString name = m_document.name().toLower();
    name.replace(QRegularExpression(QStringLiteral("[^a-z0-9._-]+")), QStringLiteral("-"));
    m_name->setText(name.left(64));
    m_publish = makePrimaryButton(tr("Publish"), theme.icon(QStringLiteral("publish"), "accentText"));
    m_publish->setToolTip(tr("Packages the run and makes it the next version under this name"));
    m_export = makeButton(tr("Export a package…"), theme.icon(QStringLiteral("export")));
    m_export->setToolTip(tr("A folder with ONNX file, weights, card and labels that runs elsewhere"));
    m_verify = makeButton(tr("Verify"), theme.icon(QStringLiteral("check")));
    m_verify->setToolTip(tr("Reads every file of the registry and checks it against its name"));
    layout->addWidget(m_run, 1);
    layout->addWidget(makeLabel(tr("as"), "muted"));
    layout->addWidget(m_name);
    layout->addWidget(m_publish);
    layout->addWidget(m_export);
    layout->addStretch(1);
    layout->addWidget(m_verify);
    connect(m_publish, &QPushButton::clicked, this, &ModelsPanel::publishRun);
    connect(m_export, &QPushButton::clicked, this, &ModelsPanel::exportRun);
    connect(m_verify, &QPushButton::clicked, this, &ModelsPanel::verifyRegistry);
    connect(m_name, &QLineEdit::textChanged, this, &ModelsPanel::updateButtons);
    return row;
}

QWidget* ModelsPanel::makeDetails(const Theme& theme)
{
    QFrame* frame = makeFrame("jobsBar");
    auto* layout = new QHBoxLayout(frame);
    layout->setContentsMargins(16, 12, 16, 12);
    m_details = makeText({}, "muted");
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_alias = new QLineEdit(QStringLiteral("production"));
    m_alias->setAccessibleName(tr("Alias"));
    m_alias->setValidator(new QRegularExpressionValidator(kNamePattern, m_alias));
    m_alias->setMaximumWidth(140);
    m_setAlias = makeButton(tr("Point the alias here"));
    m_rollback = makeButton(tr("Roll the alias back"), theme.icon(QStringLiteral("rollback")));
    m_rollback->setToolTip(tr("The alias points again at what it pointed at before"));
    m_remove = makeFlatButton(tr("Delete this version"), theme.icon(QStringLiteral("trash")));
    m_remove->setToolTip(tr("Its files stay for 30 days"));
    auto* buttons = new QVBoxLayout;
    auto* aliasRow = new QHBoxLayout;
    aliasRow->addWidget(makeLabel(tr("Alias"), "muted"));
    aliasRow->addWidget(m_alias);
    aliasRow->addWidget(m_setAlias);
    aliasRow->addWidget(m_rollback);
    buttons->addLayout(aliasRow);
    buttons->addWidget(m_remove, 0, Qt::AlignRight);
    buttons->addStretch(1);
    layout->addWidget(m_details, 1);
    layout->addLayout(buttons);
    connect(m_setAlias, &QPushButton::clicked, this, &ModelsPanel::setAlias);
    connect(m_rollback, &QPushButton::clicked, this, &ModelsPanel::rollback);
    connect(m_remove, &QPushButton::clicked, this, &ModelsPanel::removeVersion);
    connect(m_alias, &QLineEdit::textChanged, this, &ModelsPanel::updateButtons);
    return frame;
}

std::filesystem::path ModelsPanel::registryFolder() const
{
    return m_document.folder() / "registry";
}

const RegistryVersion* ModelsPanel::chosen() const
{
    return m_model->version(m_table->currentIndex());
}

void ModelsPanel::fillRuns()
{
    const QString kept = m_run->count() > 0 ? m_run->currentData().toString() : m_view.currentRun();
    m_run->clear();
    for (const RunEntry& run : m_runs.runs())
        if (run.hasModel())
            m_run->addItem(run.newest ? tr("%1 · %2").arg(run.name(), percentText(run.newest->accuracy))
                                      : run.name(),
                           run.id());
    if (m_run->count() == 0)
        m_run->addItem(tr("No trained run yet"), QString());
    chooseData(*m_run, kept);
    updateButtons();
}

void ModelsPanel::readVersions()
{
    std::error_code error;
    if (!std::filesystem::exists(registryFolder(), error)) {
        m_model->setVersions({});
        updateButtons();
        return;
    }
    runInBackground(
        this,
        [folder = registryFolder()]() -> Result<std::vector<RegistryVersion>> {
            TRAINYARD_TRY(const Registry registry, Registry::open(folder));
            return registry.list();
        },
        [this](Result<std::vector<RegistryVersion>> versions) {
            if (!versions)
                return showError(versions.error());
            emit versionsRead(*versions);
            const RegistryVersion* kept = chosen();
            const std::string name = kept != nullptr ? kept->name : std::string();
            const std::int64_t number = kept != nullptr ? kept->version : 0;
            m_model->setVersions(std::move(*versions));
            const QModelIndex index = m_model->indexOf(name, number);
            m_table->setCurrentIndex(index.isValid() ? index : m_model->index(0, 0));
            showVersion();
        });
}

void ModelsPanel::showVersion()
{
    const RegistryVersion* version = chosen();
    m_details->setText(version != nullptr ? lineageText(*version) : QString());
    updateButtons();
}

void ModelsPanel::updateButtons()
{
    const bool hasRun = !m_run->currentData().toString().isEmpty();
    const bool isEditable = !m_document.isReadOnly();
    const bool isPublishing = m_jobs.liveJob("publish") != nullptr;
    m_publish->setEnabled(hasRun && isEditable && m_name->hasAcceptableInput() && !isPublishing);
    m_publish->setText(isPublishing ? tr("Publishing…") : tr("Publish"));
    m_export->setEnabled(hasRun && m_jobs.liveJob("package") == nullptr);
    m_run->setEnabled(hasRun);
    const bool hasVersions = m_model->rowCount() > 0;
    m_verify->setEnabled(hasVersions);
    m_stack->setCurrentIndex(hasVersions ? 0 : 1);
    const bool canChange = chosen() != nullptr && isEditable;
    m_setAlias->setEnabled(canChange && m_alias->hasAcceptableInput());
    m_rollback->setEnabled(canChange && m_alias->hasAcceptableInput());
    m_remove->setEnabled(canChange);
    if (!hasRun)
        m_empty->setMessage(
            tr("No model yet"),
            tr("Trained runs become versions here, with an alias such as \"production\" that can be "
               "moved and rolled back."),
            tr("Train a network"));
    else
        m_empty->setMessage(
            tr("Nothing published yet"),
            tr("A published run is a version that never changes: network, weights, labels, card and "
               "where it came from."),
            isEditable ? tr("Publish the newest run") : QString());
}

void ModelsPanel::exportRun()
{
    if (!m_export->isEnabled())
        return;
    const QString run = m_run->currentData().toString();
    const QString parent = QFileDialog::getExistingDirectory(this, tr("Folder to write the package into"));
    if (parent.isEmpty())
        return;
    const auto out =
        toPath(parent) / (toUtf8(m_name->text()) + "-" + toUtf8(run.section(QLatin1Char('-'), -1)));
    if (const auto id = m_jobs.start(packageJob(m_jobs.owner(), toUtf8(run), out)); !id)
        showError(id.error());
}

void ModelsPanel::publishRun()
{
    if (!m_publish->isEnabled())
        return;
    const auto id = m_jobs.start(publishJob(m_jobs.owner(), toUtf8(m_run->currentData().toString()),
                                            toUtf8(m_name->text()), std::string()));
    if (!id)
        showError(id.error());
}

void ModelsPanel::changeRegistry(std::function<Result<QString>(Registry&)> change)
{
    runInBackground(
        this,
        [folder = registryFolder(), change = std::move(change)]() -> Result<QString> {
            TRAINYARD_TRY(Registry registry, Registry::open(folder));
            return change(registry);
        },
        [this](Result<QString> done) {
            if (!done)
                return showError(done.error());
            m_notice->show(Notice::Kind::Good, *done);
            readVersions();
        });
}

void ModelsPanel::setAlias()
{
    const RegistryVersion* version = chosen();
    if (version == nullptr)
        return;
    changeRegistry([name = version->name, number = version->version, alias = toUtf8(m_alias->text()),
                    author = m_jobs.owner().author](Registry& registry) -> Result<QString> {
        TRAINYARD_CHECK(registry.setAlias(name, alias, number, author));
        return ModelsPanel::tr("%1@%2 is now version %3.").arg(shown(name), shown(alias)).arg(number);
    });
}

void ModelsPanel::rollback()
{
    const RegistryVersion* version = chosen();
    if (version == nullptr)
        return;
    changeRegistry([name = version->name, alias = toUtf8(m_alias->text()),
                    author = m_jobs.owner().author](Registry& registry) -> Result<QString> {
        TRAINYARD_TRY(const std::int64_t number, registry.rollback(name, alias, author));
        return ModelsPanel::tr("%1@%2 is version %3 again.").arg(shown(name), shown(alias)).arg(number);
    });
}

void ModelsPanel::removeVersion()
{
    const RegistryVersion* version = chosen();
    if (version == nullptr)
        return;
    changeRegistry([name = version->name, number = version->version,
                    author = m_jobs.owner().author](Registry& registry) -> Result<QString> {
        TRAINYARD_CHECK(registry.remove(name, number, author));
        return ModelsPanel::tr("%1:%2 is deleted; its files stay for 30 days.").arg(shown(name)).arg(number);
    });
}

void ModelsPanel::verifyRegistry()
{
    changeRegistry([](Registry& registry) -> Result<QString> {
        TRAINYARD_TRY(const std::int64_t count, registry.verify());
        return ModelsPanel::tr("Every file is what its name says (%1 checked).").arg(countText(count));
    });
}

void ModelsPanel::showError(const Error& error)
{
    const ErrorText words = errorText(error);
    m_notice->show(Notice::Kind::Bad, words.whole(), {}, words.details);
}

} // namespace trainyard::widgets
