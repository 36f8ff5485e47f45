// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/split_panel.h"

#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/item_cells.h"
#include "widgets/elements/notice.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr Split kParts[] = {Split::Train, Split::Validation, Split::Test};
constexpr int kPresets[] = {80, 10, 10};

} // namespace

SplitPanel::SplitPanel(ProjectDocument& document, ViewState& view, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_notice(new Notice(theme, Notice::Shape::Narrow)),
      m_stratify(new QCheckBox(tr("Same shares within each class"))),
      m_reassign(new QCheckBox(tr("Also divide anew what has one"))), m_preview(makeText({})),
      m_apply(makePrimaryButton(tr("Split now"), theme.icon(QStringLiteral("split"), "accentText")))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(8);
    auto* titleRow = new QHBoxLayout;
    titleRow->addWidget(makeLabel(tr("Split the pictures"), "heading"), 1);
    QToolButton* close = makeIconButton(theme.icon(QStringLiteral("close")), tr("Close"));
    titleRow->addWidget(close);
    layout->addLayout(titleRow);
    layout->addWidget(
        makeText(tr("Train on one part, choose on the second, measure on the third. Pictures that belong "
                    "together stay together, and a picture never moves once it has a split."),
                 "muted"));
    auto* form = new QFormLayout;
    form->setContentsMargins(0, 8, 0, 0);
    const QString names[] = {tr("Train"), tr("Val (validation)"), tr("Test")};
    for (std::size_t i = 0; i < 3; ++i) {
        m_shares[i] = new QSpinBox;
        m_shares[i]->setRange(0, 100);
        m_shares[i]->setButtonSymbols(QAbstractSpinBox::NoButtons);
        m_shares[i]->setSuffix(QStringLiteral(" %"));
        m_shares[i]->setValue(kPresets[i]);
        m_shares[i]->setAccessibleName(tr("Share of %1").arg(names[i]));
        form->addRow(makeLabel(names[i]), m_shares[i]);
        connect(m_shares[i], &QSpinBox::valueChanged, this, &SplitPanel::refreshPreview);
    }
    layout->addLayout(form);
    m_stratify->setChecked(true);
    for (QCheckBox* box : {m_stratify, m_reassign}) {
        box->setAccessibleName(box->text());
        layout->addWidget(box);
        connect(box, &QCheckBox::toggled, this, &SplitPanel::refreshPreview);
    }
    m_reassign->setToolTip(tr("Runs that were measured on the old test set can no longer be compared"));
    layout->addSpacing(8);
    layout->addWidget(m_preview);
    layout->addWidget(m_notice);
    layout->addWidget(m_apply);
    layout->addStretch(1);
    connect(m_apply, &QPushButton::clicked, this, &SplitPanel::split);
    connect(close, &QToolButton::clicked, this, &SplitPanel::closed);
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (changesItems(change) && isVisible())
            refreshPreview();
    });
}

void SplitPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refreshPreview();
}

SplitRequest SplitPanel::request() const
{
    SplitRequest request;
    request.train = m_shares[0]->value();
    request.validation = m_shares[1]->value();
    request.test = m_shares[2]->value();
    request.stratify = m_stratify->isChecked();
    request.reassign = m_reassign->isChecked();
    return request;
}

void SplitPanel::refreshPreview()
{
    const int sum = m_shares[0]->value() + m_shares[1]->value() + m_shares[2]->value();
    if (sum != 100) {
        m_preview->setText(tr("The shares add up to %1 %; make it 100 %.").arg(sum));
        m_apply->setEnabled(false);
        return;
    }
    const auto plan = planSplit(m_document.project(), request());
    if (!plan) {
        m_preview->setText(errorText(plan.error()).sentence);
        m_apply->setEnabled(false);
        return;
    }
    QStringList parts;
    for (const Split split : kParts)
        parts << tr("%1 %2").arg(splitText(split),
                                 countText(plan->perSplit[static_cast<std::size_t>(split)]));
    const bool hasWork = plan->groups > 0;
    m_preview->setText(hasWork ? tr("Afterwards: %1").arg(parts.join(QStringLiteral(" · ")))
                               : tr("Every picture has a split: %1").arg(parts.join(QStringLiteral(" · "))));
    m_apply->setEnabled(hasWork && !m_document.isReadOnly());
}

void SplitPanel::split()
{
    auto plan = planSplit(m_document.project(), request());
    const auto applied = plan ? m_document.apply(std::move(plan->edit)) : Result<EditId>(fail(plan.error()));
    if (!applied) {
        const ErrorText words = errorText(applied.error());
        m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
        return;
    }
    m_notice->hide();
    m_view.tell(tr("The pictures are split. Undo takes it back."));
    emit closed();
}

} // namespace trainyard::widgets
