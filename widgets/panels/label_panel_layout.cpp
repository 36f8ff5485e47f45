// SPDX-License-Identifier: GPL-3.0-or-later
// How the label panel is put together; what it does stands in label_panel.cpp.
#include "core/project/selection_actions.h"
#include "widgets/bridge/item_filter.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/class_guide.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/elided_label.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/notice.h"
#include "widgets/elements/opinion_bar.h"
#include "widgets/elements/review_bar.h"
#include "widgets/elements/suggestion_bar.h"
#include "widgets/forms/attribute_editor.h"
#include "widgets/panels/label_panel.h"
#include "widgets/views/annotation_canvas.h"
#include "widgets/views/class_list.h"
#include "widgets/views/display_form.h"
#include "widgets/views/label_assist.h"
#include "widgets/views/shape_commands.h"
#include "widgets/views/shape_list.h"
#include "widgets/views/thumbnail_source.h"
#include "widgets/views/tool_strip.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace trainyard::widgets {

namespace {

constexpr int kHintHeight = 60; ///< three lines

/// The tool that a task begins with, and what a class key does there.
struct TaskWay
{
    ProjectTask task;
    const char* tool;
    const char* keyText;
};

constexpr const char* kDrawingKey =
    QT_TRANSLATE_NOOP("tasks", "A key chooses what is drawn next, or changes what is selected.");

constexpr TaskWay kTaskWays[] = {
    {ProjectTask::Classify, "select", QT_TRANSLATE_NOOP("tasks", "A key gives the class and goes on.")},
    {ProjectTask::Tag, "select", QT_TRANSLATE_NOOP("tasks", "A key adds the tag, or takes it away.")},
    {ProjectTask::Detect, "box", kDrawingKey},
    {ProjectTask::Segment, "polygon", kDrawingKey},
};

/// What each order brings is said as it was measured: the uncertain ones first gave no gain over a random
/// order on a balanced set.
std::vector<std::pair<QueueOrder, QString>> queueOrderTexts()
{
    return {{QueueOrder::Uncertain, LabelPanel::tr("Most uncertain first")},
            {QueueOrder::Different, LabelPanel::tr("Most different first")},
            {QueueOrder::OfClass, LabelPanel::tr("Most likely of a class first")},
            {QueueOrder::Wrong, LabelPanel::tr("Most likely wrong labels first")},
            {QueueOrder::Random, LabelPanel::tr("Random order")},
            {QueueOrder::File, LabelPanel::tr("By file name")}};
}

} // namespace

LabelPanel::LabelPanel(ProjectDocument& document, ViewState& view, ThumbnailSource& thumbnails,
                       PictureLoader& pictures, Suggestions& suggestions, ShapeSuggestions& shapeSuggestions,
                       const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_thumbnails(thumbnails), m_pictures(pictures),
      m_suggestions(suggestions), m_theme(theme), m_task(taskOf(document.project())),
      m_queue(document, labelsShapes(m_task)), m_annotations(document), m_notice(new Notice(theme)),
      m_opinionBar(new OpinionBar), m_stack(new QStackedWidget),
      m_empty(new EmptyState(theme.icon(QStringLiteral("label"), "textMuted"))),
      m_canvas(new AnnotationCanvas),
      m_assist(new LabelAssist(document, suggestions, shapeSuggestions, *m_canvas, thumbnails, theme, this)),
      m_commands(new ShapeCommands(*m_canvas, this))
{
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("labelSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(makeWork());
    splitter->addWidget(makeSide());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({880, 320});
    m_stack->addWidget(splitter);
    m_stack->addWidget(m_empty);
    m_empty->setMessage(tr("Nothing to label yet"),
                        tr("Import pictures first. Then they appear here, one after the other."),
                        tr("Go to Data"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_empty, &EmptyState::clicked, this, [this] { m_view.show(Workspace::Data); });
    connect(&document, &ProjectDocument::changed, this, &LabelPanel::take);
    connect(&theme, &Theme::changed, this, &LabelPanel::fillClasses);
    connect(&pictures, &PictureLoader::ready, this,
            [this](ItemId item, const QImage& picture, const QString& note) {
                if (item != m_queue.current())
                    return;
                Q_UNUSED(picture)
                showPicture();
                if (const QString change = fileChange(); !change.isEmpty())
                    m_notice->show(Notice::Kind::Warning, change);
                else if (!note.isEmpty())
                    m_notice->show(Notice::Kind::Warning, note);
                else
                    m_notice->hide(); // that it could not be shown is over
            });
    connect(&pictures, &PictureLoader::failed, this, [this](ItemId item, const QString& reason) {
        if (item != m_queue.current())
            return;
        m_canvas->clearPicture(reason);
        m_notice->show(Notice::Kind::Bad, reason, tr("Try again"));
    });
    connect(m_notice, &Notice::clicked, this, [this] {
        m_notice->hide();
        showPicture();
    });
    connect(&pictures, &PictureLoader::levelsReady, this, [this](ItemId item) {
        if (item == m_queue.current())
            m_canvas->setLevels(m_pictures.levels(item));
    });
    connect(&thumbnails, &ThumbnailSource::ready, this, [this](ItemId item) {
        if (item == m_queue.current() && isVisible() && m_canvas->isWaiting())
            showPicture();
    });
    connect(&view, &ViewState::currentItemChanged, this, [this](ItemId item) {
        if (item != m_queue.current() && m_queue.goTo(item) && isVisible())
            showItem();
    });
    connect(&view, &ViewState::itemOpened, this, &LabelPanel::open);
    connect(&view, &ViewState::secondPersonChanged, this, &LabelPanel::setSecondPerson);
    connect(m_opinionBar, &OpinionBar::ended, this, [this] { m_view.setSecondPerson({}); });
    connectCanvas();
    connectAssist();
    showTask();
    fillQueue();
    fillClasses();
    showTime();
}

void LabelPanel::showTask()
{
    const TaskWay& way = *std::find_if(std::begin(kTaskWays), std::end(kTaskWays),
                                       [this](const TaskWay& each) { return each.task == m_task; });
    m_keyText->setText(QCoreApplication::translate("tasks", way.keyText));
    m_canvas->setTool(QLatin1String(way.tool));
    m_tools->showTool(m_canvas->toolKey());
}

QWidget* LabelPanel::makeToolRow()
{
    QFrame* row = makeFrame("toolRow");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 8, 12, 8);
    QToolButton* previous = makeIconButton(m_theme.icon(QStringLiteral("previous")), tr("Previous picture"));
    QToolButton* next = makeIconButton(m_theme.icon(QStringLiteral("next")), tr("Next picture"));
    QPushButton* skip = makeButton(tr("Next unlabelled"), m_theme.icon(QStringLiteral("skip")));
    m_queueKind = makeComboBox(tr("Which pictures to go through"));
    m_queueKind->addItem(tr("All pictures"), static_cast<int>(ItemFilter::State::Included));
    m_queueKind->addItem(tr("Not labelled"), static_cast<int>(ItemFilter::State::Unlabelled));
    m_queueKind->addItem(tr("Labelled"), static_cast<int>(ItemFilter::State::Labelled));
    m_queueKind->insertSeparator(m_queueKind->count());
    for (const auto& [order, text] : queueOrderTexts())
        m_queueKind->addItem(text, kFirstOrder + static_cast<int>(order));
    m_place = makeLabel({}, "muted");
    m_name = new ElidedLabel("heading");
    m_displayButton = makeIconButton(m_theme.icon(QStringLiteral("sliders")), tr("How the picture is shown"));
    m_advanceButton = makeIconButton(m_theme.icon(QStringLiteral("play")),
                                     tr("After each shape, go on to the next picture"));
    m_advanceButton->setCheckable(true);
    m_display = new DisplayForm(this);
    setActionOf(*previous, QStringLiteral("label.previous"));
    setActionOf(*next, QStringLiteral("label.next"));
    setActionOf(*skip, QStringLiteral("label.unlabelled"));
    setActionOf(*m_advanceButton, QStringLiteral("label.autoAdvance"));
    setActionOf(*m_displayButton, QStringLiteral("label.display"));
    for (QWidget* widget : std::initializer_list<QWidget*>{previous, next, m_place})
        layout->addWidget(widget);
    layout->addWidget(m_name, 1);
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_advanceButton, m_displayButton, m_queueKind, skip})
        layout->addWidget(widget);
    connect(previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(next, &QToolButton::clicked, this, [this] { step(1); });
    connect(skip, &QPushButton::clicked, this, &LabelPanel::stepUnlabelled);
    connect(m_advanceButton, &QToolButton::clicked, this, [this](bool isOn) {
        m_advances = isOn;
        m_view.tell(isOn ? tr("Each shape goes on to the next picture.")
                         : tr("The picture stays after a shape."));
    });
    connect(m_displayButton, &QToolButton::clicked, this, [this] {
        m_display->setLevels(m_canvas->levels());
        m_display->showDisplay(m_canvas->display());
        m_display->adjustSize();
        const QPoint corner = m_displayButton->mapToGlobal(m_displayButton->rect().bottomRight());
        m_display->move(corner - QPoint(m_display->width(), 0));
        m_display->show();
    });
    connect(m_display, &DisplayForm::edited, m_canvas, &AnnotationCanvas::setDisplay);
    connect(m_queueKind, &QComboBox::currentIndexChanged, this, [this] {
        fillQueue();
        showItem();
    });
    return row;
}

/// Tools, canvas, and the line below that says what the tool does next.
QWidget* LabelPanel::makeWork()
{
    auto* work = new QWidget;
    auto* layout = new QVBoxLayout(work);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeToolRow());
    layout->addWidget(m_opinionBar);
    layout->addWidget(m_notice);
    m_tools = new ToolStrip(m_theme);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_tools);
    middle->addWidget(m_canvas, 1);
    layout->addLayout(middle, 1);
    layout->addWidget(m_assist->suggestionBar());
    QFrame* below = makeFrame("jobsBar");
    below->setMinimumHeight(kHintHeight); // the canvas keeps its size when the hint becomes longer
    auto* line = new QHBoxLayout(below);
    line->setContentsMargins(12, 4, 12, 4);
    m_hint = makeText({}, "muted"); // two lines where the window is narrow
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_time = makeLabel({}, "muted");
    m_time->setAccessibleName(tr("Time that a label takes"));
    m_time->hide();
    m_zoom = makeLabel({}, "muted");
    m_zoom->setAccessibleName(tr("Zoom"));
    line->addWidget(m_hint, 1);
    line->addWidget(m_assist->reviewBar());
    auto* figures = new QVBoxLayout; // one above the other: the hint needs the width
    figures->setSpacing(0);
    figures->addWidget(m_time, 0, Qt::AlignRight);
    figures->addWidget(m_zoom, 0, Qt::AlignRight);
    line->addLayout(figures);
    layout->addWidget(below);
    return work;
}

QWidget* LabelPanel::makeSide()
{
    QFrame* side = makeFrame("side");
    side->setMinimumWidth(240);
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    m_classes = new ClassList(m_document, m_theme);
    m_shapes = new ShapeList(m_canvas->contents(), m_theme);
    m_attributes = new AttributeEditor;
    m_facts = makeText({}, "muted");
    m_exclude = makeFlatButton(tr("Leave out"));
    m_exclude->setToolTip(tr("Leave the picture out, or use it again"));
    setActionOf(*m_exclude, QStringLiteral("label.exclude"));
    m_status = makeLabel({}, "muted");
    m_status->setAccessibleName(tr("Whether the labels are saved"));
    layout->addWidget(makeLabel(tr("Classes"), "heading"));
    m_keyText = makeText({}, "muted");
    layout->addWidget(m_keyText);
    layout->addWidget(m_classes, 2);
    layout->addWidget(m_assist->guide());
    layout->addSpacing(4);
    layout->addWidget(makeLabel(tr("Shapes"), "heading"));
    layout->addWidget(m_shapes, 3);
    layout->addWidget(m_attributes);
    layout->addSpacing(4);
    layout->addWidget(makeLabel(tr("This picture"), "heading"));
    layout->addWidget(m_facts);
    layout->addWidget(m_exclude, 0, Qt::AlignLeft);
    layout->addWidget(m_status);
    connect(m_classes, &ClassList::chosen, this, [this](ClassId id) {
        giveClass(id);
        m_canvas->setFocus();
    });
    connect(m_classes, &ClassList::named, this, [this](const QString& name) {
        if (addClass(name) != 0)
            m_classes->clearField();
    });
    connect(m_classes, &ClassList::left, m_canvas, qOverload<>(&QWidget::setFocus));
    connect(m_exclude, &QPushButton::clicked, this, &LabelPanel::toggleExcluded);
    return side;
}

void LabelPanel::connectAssist()
{
    connect(m_assist, &LabelAssist::applied, this, &LabelPanel::report);
    connect(m_assist, &LabelAssist::timeChanged, this, &LabelPanel::showTime);
    connect(m_assist, &LabelAssist::told, &m_view, &ViewState::tell);
    connect(m_assist, &LabelAssist::classAccepted, this, [this] {
        if (m_queue.stepUnlabelled())
            showItem();
    });
    connect(m_assist, &LabelAssist::itemWanted, this, &LabelPanel::open);
}

void LabelPanel::connectCanvas()
{
    CanvasContents& contents = m_canvas->contents();
    contents.setReadOnly(m_document.isReadOnly());
    contents.setProposalHandler([this](AnnotationChanges changes, const std::string& verb,
                                       const std::string& text) -> std::optional<std::vector<AnnotationId>> {
        auto added = m_annotations.apply(std::move(changes), verb, text);
        if (!added) {
            reportError(added.error());
            return std::nullopt;
        }
        return std::move(*added);
    });
    connect(&m_annotations, &ItemAnnotations::changed, this, &LabelPanel::showAnnotations);
    connect(&m_annotations, &ItemAnnotations::applied, this, [this](EditId edit) { report(edit); });
    connect(&contents, &CanvasContents::selectionChanged, this, &LabelPanel::showSelection);
    connect(&contents, &CanvasContents::told, &m_view, &ViewState::tell);
    connect(&contents, &CanvasContents::currentClassChanged, this, [this] {
        if (!labelsPictures())
            m_classes->mark(m_canvas->contents().currentClass());
    });
    connect(&contents, &CanvasContents::drawn, this, [this](AnnotationId id) {
        const Annotation* made = m_canvas->contents().shape(id);
        if (made == nullptr)
            return;
        m_assist->labelled(shown(shapeKindName(made->kind())));
        if (m_canvas->contents().currentClass() == 0)
            pickClass();
        else if (!m_canvas->tool()->takesManyGestures())
            advance();
    });
    connect(m_tools, &ToolStrip::chosen, this, [this](const QString& key) {
        m_canvas->setTool(key);
        m_canvas->setFocus();
    });
    connect(m_canvas, &AnnotationCanvas::toolChanged, this, [this](const QString& key) {
        m_tools->showTool(key);
        showItem(); // which class is marked depends on the tool
    });
    connect(m_canvas, &AnnotationCanvas::hintChanged, m_hint, &QLabel::setText);
    connect(m_canvas, &AnnotationCanvas::viewChanged, this, &LabelPanel::updateView);
    connect(m_canvas, &AnnotationCanvas::displayChanged, this, &LabelPanel::updateView);
    const std::map<QString, bool ShapeFlags::*> flags{{QStringLiteral("occluded"), &ShapeFlags::isOccluded},
                                                      {QStringLiteral("truncated"), &ShapeFlags::isTruncated},
                                                      {QStringLiteral("crowd"), &ShapeFlags::isCrowd}};
    connect(m_attributes, &AttributeEditor::flagEdited, this, [this, flags](const QString& flag, bool isOn) {
        CanvasContents& canvas = m_canvas->contents();
        canvas.propose(withFlag(canvas.selected(), flags.at(flag), isOn), "flag",
                       toUtf8(flag) + (isOn ? ":" : " no longer:"));
    });
    connect(m_attributes, &AttributeEditor::attributeEdited, this,
            [this](const QString& name, const std::optional<AttributeValue>& value) {
                CanvasContents& canvas = m_canvas->contents();
                canvas.propose(withAttribute(canvas.selected(), toUtf8(name), value), "set-attribute",
                               "set " + toUtf8(name) + " of");
            });
}

/// For the person at this window alone: what the timer counted today.
void LabelPanel::showTime()
{
    m_time->setText(m_assist->timeLine());
    m_time->setVisible(!m_time->text().isEmpty());
    m_time->setToolTip(m_assist->timeDetails());
}

void LabelPanel::updateView()
{
    const QString zoom = tr("%1 %").arg(std::lround(m_canvas->transform().zoom * 100));
    const auto& window = m_canvas->display().adjustment.window;
    m_zoom->setText(m_canvas->levels().isNull() || !window
                        ? zoom
                        : tr("%1–%2 · %3").arg(window->low).arg(window->high).arg(zoom));
}

} // namespace trainyard::widgets
