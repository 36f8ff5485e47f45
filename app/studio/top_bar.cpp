// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/top_bar.h"

#include "widgets/bridge/project_document.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

namespace trainyard::studio {

using namespace trainyard::widgets;

TopBar::TopBar(ProjectDocument& document, const Theme& theme, QWidget* parent)
    : QFrame(parent), m_document(document), m_theme(theme), m_saved(makeLabel({}, "muted"))
{
    setObjectName(QStringLiteral("topBar"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 6, 8, 6);
    layout->setSpacing(8);
    QLabel* name = makeLabel(document.name(), "heading");
    name->setToolTip(shownPath(document.folder()));
    QLabel* place = makeLabel(shortPath(document.folder().parent_path(), 40), "muted");
    place->setToolTip(shownPath(document.folder()));
    QPushButton* search = makeButton(tr("Find an action"), theme.icon(QStringLiteral("search"), "textMuted"));
    search->setToolTip(tr("Everything that can be done, by name"));
    setActionOf(*search, QStringLiteral("app.palette"));
    layout->addWidget(name);
    layout->addWidget(place);
    layout->addSpacing(12);
    layout->addWidget(m_saved);
    layout->addStretch(1);
    layout->addWidget(search);
    addButton("undo", tr("Undo"), "app.undo");
    addButton("redo", tr("Redo"), "app.redo");
    addButton("jobs", tr("All jobs"), "app.jobs");
    QToolButton* themeButton = addButton(theme.isDark() ? "sun" : "moon", tr("Light or dark"), "app.theme");
    addButton("keys", tr("Keys"), "app.keys");
    m_menu = makeIconButton(theme.icon(QStringLiteral("menu")), tr("Menu"));
    m_menu->setPopupMode(QToolButton::InstantPopup);
    layout->addWidget(m_menu);
    connect(search, &QPushButton::clicked, this,
            [this] { emit actionRequested(QStringLiteral("app.palette")); });
    connect(&theme, &Theme::changed, this, [this, themeButton] {
        themeButton->setIcon(m_theme.icon(m_theme.isDark() ? QStringLiteral("sun") : QStringLiteral("moon")));
    });
    connect(&document, &ProjectDocument::changed, this, &TopBar::updateSaved);
    updateSaved();
}

QToolButton* TopBar::addButton(const char* icon, const QString& name, const char* action)
{
    QToolButton* button = makeIconButton(m_theme.icon(QLatin1String(icon)), name);
    setActionOf(*button, QLatin1String(action));
    layout()->addWidget(button);
    connect(button, &QToolButton::clicked, this,
            [this, action] { emit actionRequested(QLatin1String(action)); });
    return button;
}

void TopBar::setMenu(QMenu* menu)
{
    m_menu->setMenu(menu);
}

QString TopBar::savedText() const
{
    return m_saved->text();
}

void TopBar::updateSaved()
{
    if (m_document.isReadOnly())
        m_saved->setText(tr("read only"));
    else if (m_document.savingFailure())
        m_saved->setText(tr("not saved"));
    else if (m_document.pendingEdits() > 0)
        m_saved->setText(tr("saving…"));
    else if (const Saved& saved = m_document.lastSaved(); saved.revision != 0)
        m_saved->setText(tr("saved %1").arg(timeText(saved.utcMs)));
    m_saved->setToolTip(tr("Revision %1").arg(m_document.project().revision()));
}

} // namespace trainyard::studio
