// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/dialogs/person_dialog.h"

#include "widgets/elements/controls.h"

#include <QCompleter>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr int kWidth = 440;
constexpr int kMostCharacters = 100;

} // namespace

PersonDialog::PersonDialog(QWidget* parent)
    : QDialog(parent), m_name(new QLineEdit), m_known(makeText({}, "muted")),
      m_start(makePrimaryButton(tr("Start")))
{
    setWindowTitle(tr("Label as a second person"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMinimumWidth(kWidth);
    m_name->setAccessibleName(tr("Name of the second person"));
    m_name->setPlaceholderText(tr("Name"));
    m_name->setMaxLength(kMostCharacters);
    m_start->setDefault(true);
    m_start->setEnabled(false);
    m_known->hide();
    QPushButton* cancel = makeButton(tr("Cancel"));
    auto* foot = new QHBoxLayout;
    foot->addStretch(1);
    foot->addWidget(cancel);
    foot->addWidget(m_start);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(makeText(tr("Until you end it, the labels of others are hidden, and what you draw or "
                                  "key is kept beside them as this person's. The project's own labels stay "
                                  "as they are; Evaluate compares the two.")));
    layout->addWidget(m_name);
    layout->addWidget(m_known);
    layout->addLayout(foot);
    connect(m_name, &QLineEdit::textChanged, this, [this] { m_start->setEnabled(!name().isEmpty()); });
    connect(m_start, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    m_name->setFocus();
}

void PersonDialog::setPeople(const QStringList& names)
{
    m_name->setCompleter(new QCompleter(names, m_name));
    m_known->setText(tr("So far: %1").arg(names.join(QStringLiteral(", "))));
    m_known->setVisible(!names.isEmpty());
}

QString PersonDialog::name() const
{
    return m_name->text().simplified();
}

void PersonDialog::done(int result)
{
    if (result == QDialog::Accepted && !name().isEmpty())
        emit chosen(name());
    QDialog::done(result);
}

} // namespace trainyard::widgets
