// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/class_panel.h"

#include "core/project/class_colours.h"
#include "core/project/class_edits.h"
#include "core/project/edits.h"
#include "widgets/bridge/background.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/job_commands.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/class_tree.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/notice.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kDelayMs = 250;

} // namespace

ClassPanel::ClassPanel(ProjectDocument& document, ViewState& view, JobList& jobs, ThumbnailSource& thumbnails,
                       ClassForm::Chosen chosen, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_jobs(jobs), m_theme(theme),
      m_tree(new ClassTree(theme)), m_form(new ClassForm(document, thumbnails, theme, std::move(chosen))),
      m_notice(new Notice(theme, Notice::Shape::Narrow)), m_strays(new Notice(theme, Notice::Shape::Narrow)),
      m_delay(new QTimer(this))
{
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(16, 12, 16, 16);
    layout->setSpacing(8);
    auto* titleRow = new QHBoxLayout;
    titleRow->addWidget(makeLabel(tr("Classes"), "heading"), 1);
    QToolButton* add = makeIconButton(theme.icon(QStringLiteral("plus")), tr("New class"));
    QToolButton* close = makeIconButton(theme.icon(QStringLiteral("close")), tr("Close"));
    titleRow->addWidget(add);
    titleRow->addWidget(close);
    layout->addLayout(titleRow);
    layout->addWidget(m_strays);
    layout->addWidget(m_notice);
    m_tree->setMinimumHeight(180);
    m_tree->setReadOnly(document.isReadOnly());
    add->setEnabled(!document.isReadOnly());
    layout->addWidget(m_tree, 1);
    layout->addWidget(makeText(tr("F2 renames; drag a class onto another to merge the two."), "muted"));
    layout->addWidget(m_form);
    layout->addWidget(makeDeleteRow());
    QScrollArea* scroll = makeScrollArea(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    m_delay->setSingleShot(true);
    m_delay->setInterval(kDelayMs);
    connect(m_delay, &QTimer::timeout, this, &ClassPanel::count);
    connect(add, &QToolButton::clicked, this, &ClassPanel::addClass);
    connect(close, &QToolButton::clicked, this, &ClassPanel::closed);
    connect(m_tree, &ClassTree::renamed, this, [this](ClassId classId, const QString& name) {
        apply(makeRenameClass(m_document.project(), classId, toUtf8(name.trimmed())));
    });
    connect(m_tree, &ClassTree::droppedOn, this, &ClassPanel::askMerge);
    connect(m_tree, &ClassTree::currentClassChanged, m_form, &ClassForm::setClass);
    connect(m_tree, &ClassTree::currentClassChanged, this, &ClassPanel::fillRemap);
    connect(m_form, &ClassForm::failed, this, &ClassPanel::report);
    connect(m_notice, &Notice::clicked, this, [this] {
        m_notice->hide();
        if (const auto confirmed = std::exchange(m_confirmed, {}))
            confirmed();
    });
    connect(m_strays, &Notice::clicked, this, [this] {
        const auto stray = std::find_if(m_counts.begin(), m_counts.end(),
                                        [](const ClassCount& known) { return known.isDeleted; });
        if (stray != m_counts.end())
            start(adoptLabelsJob(m_jobs.owner(), stray->classId, stray->successor));
    });
    connect(&theme, &Theme::changed, this, &ClassPanel::fill);
    connect(&document, &ProjectDocument::changed, this, [this](const Change& change) {
        if (isChange<ClassesChanged>(change))
            fill();
        if (isChange<ClassesChanged>(change) || changesItems(change) || isChange<Saved>(change))
            startOnce(*m_delay);
    });
    fill();
}

QWidget* ClassPanel::makeDeleteRow()
{
    auto* row = new QWidget;
    auto* layout = new QVBoxLayout(row);
    layout->setContentsMargins(0, 8, 0, 0);
    m_remap = makeComboBox(tr("What becomes of the labels"));
    m_remap->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_remap->setMinimumContentsLength(8);
    m_delete = makeButton(tr("Delete"), m_theme.icon(QStringLiteral("trash")));
    layout->addWidget(makeLabel(tr("Delete the class"), "heading"));
    layout->addWidget(m_remap);
    layout->addWidget(m_delete);
    connect(m_delete, &QPushButton::clicked, this, &ClassPanel::deleteCurrent);
    return row;
}

void ClassPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    count();
}

void ClassPanel::fill()
{
    m_tree->setClasses(m_document.project().classes(), m_counts);
    m_form->setClass(m_tree->currentClass());
    fillRemap();
}

/// What can become of the labels of the current class; a choice that is still offered stays.
void ClassPanel::fillRemap()
{
    const ClassId current = m_tree->currentClass();
    // Where there was nothing else to choose, nothing was chosen.
    const QVariant chosen = m_remap->count() > 1 ? m_remap->currentData() : QVariant();
    m_remap->clear();
    m_remap->addItem(tr("Delete its labels too"), qlonglong(0));
    for (const ItemClass& other : m_document.project().classes())
        if (other.id != current)
            m_remap->addItem(tr("Its labels become %1").arg(shown(other.name)),
                             static_cast<qlonglong>(other.id));
    const int before = chosen.isValid() ? m_remap->findData(chosen) : -1;
    m_remap->setCurrentIndex(before >= 0 ? before : std::min(1, m_remap->count() - 1));
    m_delete->setEnabled(current != 0 && !m_document.isReadOnly());
}

void ClassPanel::count()
{
    if (m_isCounting || !isVisible())
        return;
    m_isCounting = true;
    runInBackground(
        this, [folder = m_document.folder()] { return countClassLabels(folder); },
        [this](const Result<std::vector<ClassCount>>& counts) {
            m_isCounting = false;
            if (!counts || *counts == m_counts)
                return;
            m_counts = *counts;
            if (!m_tree->isEditing())
                fill();
            showStrays();
        });
}

void ClassPanel::showStrays()
{
    const auto stray = std::find_if(m_counts.begin(), m_counts.end(),
                                    [](const ClassCount& known) { return known.isDeleted; });
    if (stray == m_counts.end())
        return m_strays->hide();
    const QString into = nameOf(stray->successor);
    m_strays->show(Notice::Kind::Warning,
                   tr("%n labels name the deleted class %1.", nullptr, static_cast<int>(stray->all()))
                       .arg(shown(stray->name)),
                   into.isEmpty() ? QString() : tr("Make them %1").arg(into));
}

QString ClassPanel::nameOf(ClassId classId) const
{
    const ItemClass* known = m_document.project().classById(classId);
    return known == nullptr ? QString() : shown(known->name);
}

void ClassPanel::report(const Error& error)
{
    const ErrorText words = errorText(error);
    m_confirmed = {};
    m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
}

void ClassPanel::apply(Result<Edit> edit)
{
    if (const auto applied = m_document.apply(std::move(edit)); !applied) {
        report(applied.error());
        fill();
    } else {
        m_notice->hide();
    }
}

void ClassPanel::addClass()
{
    QString name = tr("New class");
    for (int i = 2; m_document.project().classByName(toUtf8(name)) != nullptr; ++i)
        name = tr("New class %1").arg(i);
    apply(makeAddClass(m_document.project(), toUtf8(name), freshClassColour(m_document.project().classes()),
                       {}));
    if (const ItemClass* made = m_document.project().classByName(toUtf8(name))) {
        m_tree->setCurrentClass(made->id);
        m_tree->editItem(m_tree->currentItem());
    }
}

void ClassPanel::askMerge(ClassId from, ClassId into)
{
    if (into == 0)
        return apply(makeSetClassParent(m_document.project(), from, 0));
    std::int64_t labels = 0;
    for (const ClassCount& known : m_counts)
        if (known.classId == from)
            labels = known.all();
    m_confirmed = [this, from, into] { start(mergeClassesJob(m_jobs.owner(), from, into)); };
    m_notice->show(Notice::Kind::Warning,
                   tr("Merge %1 into %2? %3 labels change; undo takes it back.")
                       .arg(nameOf(from), nameOf(into), countText(labels)),
                   tr("Merge"));
}

void ClassPanel::deleteCurrent()
{
    const ClassId current = m_tree->currentClass();
    const ClassId into = m_remap->currentData().toLongLong();
    if (current == 0)
        return;
    if (into != 0)
        return askMerge(current, into);
    m_confirmed = [this, current] { start(deleteClassJob(m_jobs.owner(), current)); };
    m_notice->show(Notice::Kind::Warning,
                   tr("Delete %1 with its labels? Undo brings them back.").arg(nameOf(current)),
                   tr("Delete"));
}

void ClassPanel::start(const JobRequest& job)
{
    if (const auto started = m_jobs.start(job); !started)
        report(started.error());
    else
        m_view.tell(tr("It runs beside your work; the classes change in a moment."));
}

} // namespace trainyard::widgets
