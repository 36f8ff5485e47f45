// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/saving_notice.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"

#include <QCoreApplication>
#include <QVBoxLayout>

namespace trainyard::widgets {

SavingNotice::SavingNotice(ProjectDocument& document, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_notice(new Notice(theme))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_notice);
    hide();
    connect(&document, &ProjectDocument::changed, this, &SavingNotice::take);
    connect(m_notice, &Notice::clicked, &document, &ProjectDocument::saveNow);
    connect(m_notice, &Notice::closed, this, &QWidget::hide);
}

void SavingNotice::take(const Change& change)
{
    const auto& failure = m_document.savingFailure();
    if (!failure) {
        if (m_isFailing && isChange<Saved>(change) && m_document.pendingEdits() == 0) {
            m_isFailing = false;
            hide();
            emit told(tr("The disk takes changes again; all are saved."));
        }
        return;
    }
    m_isFailing = true;
    const ErrorText words = errorText(*failure);
    const QString sentence = tr("%1. %2").arg(unsavedText(m_document), words.whole());
    const bool saysSo = failure->code == ErrorCode::NoSpace; // what becomes of them
    m_notice->show(Notice::Kind::Bad,
                   saysSo ? sentence
                          : tr("%1 They stay here and are tried again every second.").arg(sentence),
                   tr("Try again"), words.details);
    show();
}

QString unsavedText(const ProjectDocument& document)
{
    const std::int64_t count = document.pendingEdits();
    return count == 1
               ? QCoreApplication::translate("saving", "One change is not saved")
               : QCoreApplication::translate("saving", "%1 changes are not saved").arg(countText(count));
}

} // namespace trainyard::widgets
