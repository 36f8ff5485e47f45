// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/rejects_panel.h"

#include "core/base/log.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/item_models/rejects_model.h"

#include <QHeaderView>
#include <QLabel>
#include <QTreeView>
#include <QVBoxLayout>

namespace trainyard::widgets {

RejectsPanel::RejectsPanel(ProjectDocument& document, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_model(new RejectsModel(this)),
      m_table(makeTable(tr("Files that could not be taken in"))),
      m_empty(makeText(
          tr("Everything that was read could be taken in. What an import has to reject is listed here "
             "with the reason and what you can do."),
          "muted")),
      m_details(makeText({}))
{
    Q_UNUSED(theme)
    m_table->setModel(m_model);
    m_table->setProperty("bare", true);
    m_table->header()->setSectionResizeMode(RejectsModel::File, QHeaderView::Interactive);
    m_table->header()->setStretchLastSection(true);
    m_table->hideColumn(RejectsModel::Remedy);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_details->setContentsMargins(16, 8, 16, 12);
    m_empty->setContentsMargins(16, 12, 16, 12);
    m_empty->setAlignment(Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_empty, 1);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_details);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &RejectsPanel::showChosen);
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (isChange<RejectsChanged>(change) || isChange<ItemsReset>(change))
            read();
    });
    read();
}

int RejectsPanel::count() const
{
    return m_model->rowCount();
}

void RejectsPanel::read()
{
    auto rejects = m_document.project().rejects();
    if (!rejects) {
        logLine(LogLevel::Warning, rejects.error().message);
        return;
    }
    m_model->setRejects(std::move(*rejects));
    const bool isEmpty = m_model->rowCount() == 0;
    m_empty->setVisible(isEmpty);
    m_table->setVisible(!isEmpty);
    showChosen();
    emit countChanged(m_model->rowCount());
}

void RejectsPanel::showChosen()
{
    const QModelIndex index = m_table->currentIndex();
    m_details->setVisible(index.isValid());
    if (!index.isValid())
        return;
    const RejectRow& row = m_model->rejects()[static_cast<std::size_t>(index.row())];
    QStringList lines{shown(row.source) +
                          (row.place.empty() ? QString() : QStringLiteral(", ") + shown(row.place)),
                      shown(row.reason)};
    if (!row.remedy.empty())
        lines << shown(row.remedy);
    m_details->setText(lines.join(QLatin1Char('\n')));
}

} // namespace trainyard::widgets
