// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/try_panel.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/notice.h"
#include "widgets/elements/probability_bars.h"
#include "widgets/plots/bar_chart.h"
#include "widgets/views/picture_view.h"

#include <QComboBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QLabel>
#include <QMimeData>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr int kShownClasses = 5;

/// The file of a drop, where it is one picture; empty otherwise.
std::filesystem::path droppedFile(const QMimeData& mime)
{
    const QList<QUrl> urls = mime.urls();
    if (urls.size() != 1 || !urls.first().isLocalFile())
        return {};
    const auto path = toPath(urls.first().toLocalFile());
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) ? path : std::filesystem::path();
}

} // namespace

TryPanel::TryPanel(ProjectDocument& document, JobList& jobs, RunList& runs, PictureLoader& pictures,
                   const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_jobs(jobs), m_runs(runs), m_pictures(pictures), m_theme(theme),
      m_model(makeComboBox(tr("The model to ask"))),
      m_choose(makeButton(tr("Choose a picture…"), theme.icon(QStringLiteral("picture")))),
      m_picture(new PictureView), m_answer(makeText({}, "title")), m_bars(new BarChart),
      m_busy(new QProgressBar), m_notice(new Notice(theme, Notice::Shape::Narrow))
{
    setAcceptDrops(true);
    m_model->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_model->setMinimumContentsLength(16);
    m_picture->setMinimumHeight(160);
    m_picture->setAccessibleName(tr("The picture to try"));
    m_picture->setPlaceholderText(tr("Drop a picture here"));
    m_bars->setAccessibleName(tr("Probability of each class"));
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setAccessibleName(tr("The model is being asked"));
    m_busy->hide();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(makeLabel(tr("Try a picture"), "heading"));
    layout->addWidget(m_model);
    layout->addWidget(m_choose);
    layout->addWidget(m_notice);
    layout->addWidget(m_picture, 1);
    layout->addWidget(m_busy);
    layout->addWidget(m_answer);
    layout->addWidget(m_bars);
    connect(m_choose, &QPushButton::clicked, this, &TryPanel::choosePicture);
    connect(m_model, &QComboBox::activated, this, &TryPanel::ask);
    connect(&runs, &RunList::changed, this, &TryPanel::fillModels);
    connect(&jobs, &JobList::ended, this, &TryPanel::jobEnded);
    connect(&pictures, &PictureLoader::ready, this,
            [this](ItemId item, const QImage& picture, const QString&) {
                if (item == m_token && m_token != 0)
                    m_picture->setPicture(picture);
            });
    connect(&pictures, &PictureLoader::failed, this, [this](ItemId item, const QString& reason) {
        if (item == m_token && m_token != 0)
            m_picture->setPlaceholderText(reason);
    });
    fillModels();
}

void TryPanel::setVersions(const std::vector<RegistryVersion>& versions)
{
    m_versions = versions;
    fillModels();
}

/// What "predict" takes: name:version of the registry, or a run's id.
void TryPanel::fillModels()
{
    const QVariant kept = m_model->currentData();
    m_model->clear();
    for (auto version = m_versions.rbegin(); version != m_versions.rend(); ++version) {
        if (version->isDeleted)
            continue;
        const std::string reference = version->name + ":" + std::to_string(version->version);
        QStringList aliases;
        for (const std::string& alias : version->aliases)
            aliases << shown(alias);
        m_model->addItem(aliases.isEmpty()
                             ? shown(reference)
                             : tr("%1 (%2)").arg(shown(reference), aliases.join(QStringLiteral(", "))),
                         shown(reference));
    }
    for (const RunEntry& run : m_runs.runs())
        if (run.hasModel())
            m_model->addItem(run.name(), run.id());
    if (m_model->count() == 0)
        m_model->addItem(tr("No trained run yet"), QString());
    chooseData(*m_model, kept);
    m_choose->setEnabled(!m_model->currentData().toString().isEmpty());
    m_model->setEnabled(m_choose->isEnabled());
}

void TryPanel::choosePicture()
{
    const QString file = QFileDialog::getOpenFileName(
        this, tr("Picture to try"), {},
        tr("Pictures (*.jpg *.jpeg *.png *.bmp *.gif *.tif *.tiff *.webp *.ppm *.pgm)"));
    if (!file.isEmpty())
        tryPicture(toPath(file));
}

void TryPanel::tryPicture(const std::filesystem::path& picture)
{
    m_path = picture;
    --m_token;
    m_answer->clear();
    m_bars->setBars({});
    m_picture->setPlaceholderText(tr("Loading…"));
    m_picture->setPicture(m_pictures.picture(m_token, picture));
    ask();
}

void TryPanel::ask()
{
    const QString run = m_model->currentData().toString();
    if (m_path.empty() || run.isEmpty())
        return;
    const auto id = m_jobs.start(predictJob(m_jobs.owner(), toUtf8(run), {m_path}));
    if (!id) {
        const ErrorText words = errorText(id.error());
        showError(words.sentence, words.details);
        return;
    }
    m_job = *id;
    m_notice->hide();
    m_busy->show();
}

void TryPanel::jobEnded(const QString& id)
{
    if (id != m_job)
        return;
    m_job.clear();
    m_busy->hide();
    const JobView* job = m_jobs.job(id);
    if (job->state != JobState::Done || !job->outcome) {
        showError(jobResultText(*job), jobCommand(job->request) + QLatin1Char('\n') + jobResultText(*job));
        return;
    }
    showAnswer(jsonValue<Json>(*job->outcome, "result", Json::object()));
}

void TryPanel::showAnswer(const Json& result)
{
    const Json answers = jsonValue<Json>(result, "predictions", Json::array());
    const Json rejected = jsonValue<Json>(result, "rejected", Json::array());
    if (answers.empty()) {
        const QString reason = rejected.empty() ? tr("The model gave no answer for this picture.")
                                                : shown(jsonValue<std::string>(rejected[0], "reason", {}));
        showError(reason, QString::fromStdString(jsonText(result)));
        return;
    }
    QStringList labels;
    std::vector<double> shares;
    std::vector<QColor> colours;
    const Json probabilities = jsonValue<Json>(answers[0], "probabilities", Json::object());
    for (const auto& [name, share] : probabilities.items()) {
        labels << shown(name);
        shares.push_back(share.is_number() ? share.get<double>() : 0.0);
        const ItemClass* itemClass = m_document.project().classByName(name);
        colours.push_back(itemClass != nullptr ? m_theme.classColour(*itemClass) : QColor());
    }
    std::vector<Bar> bars = probabilityBars(labels, shares, colours, kShownClasses);
    m_answer->setText(bars.empty() ? QString() : bars.front().name);
    m_bars->setBars(std::move(bars));
}

void TryPanel::showError(const QString& sentence, const QString& details)
{
    m_busy->hide();
    m_notice->show(Notice::Kind::Bad, sentence, {}, details);
}

void TryPanel::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFile(*event->mimeData()).empty() && m_choose->isEnabled())
        event->acceptProposedAction();
}

void TryPanel::dropEvent(QDropEvent* event)
{
    const auto file = droppedFile(*event->mimeData());
    if (file.empty())
        return;
    event->acceptProposedAction();
    tryPicture(file);
}

} // namespace trainyard::widgets
