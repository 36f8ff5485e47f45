// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/data_workspace.h"

#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"
#include "widgets/panels/class_panel.h"
#include "widgets/panels/gallery_panel.h"
#include "widgets/panels/import_panel.h"
#include "widgets/panels/rejects_panel.h"
#include "widgets/panels/split_panel.h"
#include "widgets/panels/statistics_panel.h"

#include <QDir>
#include <QFileDialog>
#include <QFrame>
#include <QHBoxLayout>
#include <QSplitter>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>

namespace trainyard::studio {

using namespace trainyard::widgets;

namespace {

constexpr int kSideWidth = 300;

} // namespace

DataWorkspace::DataWorkspace(Session& session, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_session(session),
      m_gallery(new GalleryPanel(*session.document, session.view, *session.thumbnails, theme)),
      m_tabs(new QTabWidget), m_rejects(new RejectsPanel(*session.document, theme)),
      m_side(new QStackedWidget), m_theme(theme)
{
    m_gallery->setSuggestions(*session.suggestions);
    m_tabs->addTab(new StatisticsPanel(*session.document, session.view, theme), tr("Statistics"));
    m_tabs->addTab(m_rejects, tr("Rejects"));
    m_tabs->tabBar()->setAccessibleName(tr("What the side shows"));
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setDrawBase(false);
    m_side->addWidget(m_tabs);
    QFrame* frame = makeFrame("side");
    auto* frameLayout = new QHBoxLayout(frame);
    frameLayout->setContentsMargins(1, 0, 0, 0);
    frameLayout->addWidget(m_side);
    frame->setMinimumWidth(280);
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("dataSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_gallery);
    splitter->addWidget(frame);
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({1000, kSideWidth});
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
    connect(m_gallery, &GalleryPanel::importRequested, this, &DataWorkspace::chooseSource);
    connect(m_gallery, &GalleryPanel::splitRequested, this, &DataWorkspace::showSplit);
    const auto nameRejects = [this](int count) {
        m_tabs->setTabText(1, count == 0 ? tr("Rejects") : tr("Rejects (%1)").arg(countText(count)));
    };
    connect(m_rejects, &RejectsPanel::countChanged, this, nameRejects);
    nameRejects(m_rejects->count());
}

/// A panel of the side is made when it is first wanted: most windows open without it.
template <typename Panel, typename... Parts>
void DataWorkspace::showSide(Panel*& panel, Parts&... parts)
{
    if (panel == nullptr) {
        panel = new Panel(parts..., m_theme);
        m_side->addWidget(panel);
        connect(panel, &Panel::closed, this, [this] { m_side->setCurrentWidget(m_tabs); });
    }
    m_side->setCurrentWidget(panel);
}

void DataWorkspace::showImport(const std::filesystem::path& source)
{
    if (source.empty()) {
        chooseSource();
        return;
    }
    showSide(m_import, *m_session.document, *m_session.jobs);
    m_import->setSource(source);
}

void DataWorkspace::chooseSource()
{
    if (m_session.document->isReadOnly())
        return;
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder of pictures to import"), QDir::homePath());
    if (!folder.isEmpty())
        showImport(toPath(folder));
}

void DataWorkspace::showSplit()
{
    showSide(m_split, *m_session.document, m_session.view);
}

void DataWorkspace::showClasses()
{
    const ClassForm::Chosen chosen = [this] { return m_gallery->gallery()->selectedItems(); };
    showSide(m_classes, *m_session.document, m_session.view, *m_session.jobs, *m_session.thumbnails, chosen);
}

} // namespace trainyard::studio
