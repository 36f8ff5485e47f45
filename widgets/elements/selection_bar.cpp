// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/selection_bar.h"

#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace trainyard::widgets {

namespace {

constexpr qlonglong kNothing = -1;

} // namespace

SelectionBar::SelectionBar(const Theme& theme, QWidget* parent)
    : QFrame(parent), m_text(makeLabel({})), m_class(makeComboBox(tr("Give the selected pictures a class"))),
      m_exclude(makeButton(tr("Leave out"))), m_include(makeButton(tr("Use again")))
{
    setObjectName(QStringLiteral("jobsBar"));
    m_exclude->setToolTip(tr("Keep the selected pictures out of every dataset; undo brings them back"));
    QPushButton* look = makeButton(tr("Look closer"), theme.icon(QStringLiteral("label")));
    QPushButton* none = makeFlatButton(tr("Select none"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 6, 12, 6);
    layout->addWidget(m_text);
    layout->addSpacing(12);
    layout->addWidget(m_class);
    layout->addWidget(m_exclude);
    layout->addWidget(m_include);
    layout->addWidget(look);
    layout->addStretch(1);
    layout->addWidget(none);
    setClasses({}, {});
    connect(m_class, &QComboBox::activated, this, [this](int index) {
        const qlonglong classId = m_class->itemData(index).toLongLong();
        m_class->setCurrentIndex(0);
        if (classId != kNothing)
            emit classChosen(classId);
    });
    connect(m_exclude, &QPushButton::clicked, this, &SelectionBar::excludeRequested);
    connect(m_include, &QPushButton::clicked, this, &SelectionBar::includeRequested);
    connect(look, &QPushButton::clicked, this, &SelectionBar::lookRequested);
    connect(none, &QPushButton::clicked, this, &SelectionBar::clearRequested);
}

void SelectionBar::setChoice(const Choice& choice)
{
    setVisible(choice.count > 0);
    m_text->setText(
        choice.notShown == 0
            ? tr("%1 selected").arg(countText(choice.count))
            : tr("%1 selected, %2 not shown").arg(countText(choice.count), countText(choice.notShown)));
    m_text->setToolTip(choice.notShown == 0
                           ? QString()
                           : tr("What is done here is done with those too that the filter hides"));
    m_class->setEnabled(choice.isEditable);
    m_exclude->setEnabled(choice.isEditable);
    m_include->setEnabled(choice.isEditable);
    m_exclude->setVisible(choice.hasIncluded);
    m_include->setVisible(choice.hasExcluded);
}

void SelectionBar::setClasses(std::span<const FilterRow::ClassEntry> classes, const QString& prompt)
{
    m_class->clear();
    m_class->addItem(prompt, kNothing);
    for (const FilterRow::ClassEntry& entry : classes)
        m_class->addItem(entry.chip, entry.name, static_cast<qlonglong>(entry.id));
    m_class->addItem(tr("Take the class away"), qlonglong(0));
}

} // namespace trainyard::widgets
