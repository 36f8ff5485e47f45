// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/missing_pictures.h"

#include "core/collection/import.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"

#include <QDir>
#include <QFileDialog>
#include <QTimer>

namespace trainyard::studio {

using namespace trainyard::widgets;

namespace {

constexpr int kDelayMs = 1000;
constexpr int kShownPath = 80; ///< characters

} // namespace

MissingPictures::MissingPictures(ProjectDocument& document, const Theme& theme)
    : Notice(theme), m_document(document), m_timer(new QTimer(this))
{
    m_timer->setSingleShot(true);
    m_timer->setInterval(kDelayMs);
    connect(m_timer, &QTimer::timeout, this, &MissingPictures::look);
    connect(this, &Notice::clicked, this, &MissingPictures::locate);
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (changesItems(change) || isChange<RootsChanged>(change))
            startOnce(*m_timer);
    });
    look();
}

void MissingPictures::lookSoon()
{
    startOnce(*m_timer);
}

void MissingPictures::look()
{
    Project& project = m_document.project();
    m_root = 0;
    for (const SourceRoot& root : project.roots()) {
        std::error_code error;
        if (!std::filesystem::exists(project.rootFolder(root.id), error)) {
            m_root = root.id;
            break;
        }
    }
    if (m_root == 0) {
        hide();
        return;
    }
    show(Kind::Warning,
         tr("The pictures under %1 are not there.").arg(shortPath(project.rootFolder(m_root), kShownPath)),
         m_document.isReadOnly() ? QString() : tr("Locate folder…"));
}

void MissingPictures::locate()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Where are the pictures now?"), QDir::homePath());
    if (folder.isEmpty() || m_root == 0)
        return;
    Project& project = m_document.project();
    const auto result = relocate(project, project.rootFolder(m_root), toPath(folder));
    m_document.refresh();
    look();
    if (!result) {
        const ErrorText words = errorText(result.error());
        show(Kind::Bad, words.sentence, tr("Locate folder…"), words.details);
        return;
    }
    emit told(tr("%1 pictures found there, %2 missing, %3 of another size.")
                  .arg(countText(result->found), countText(result->missing), countText(result->differing)));
}

} // namespace trainyard::studio
