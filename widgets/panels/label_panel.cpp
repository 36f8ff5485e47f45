// SPDX-License-Identifier: GPL-3.0-or-later
// What the panel does; how it is put together stands in label_panel_layout.cpp.
#include "widgets/panels/label_panel.h"

#include "core/project/class_colours.h"
#include "core/project/class_edits.h"
#include "core/project/edits.h"
#include "core/project/selection_actions.h"
#include "core/project/sequence_edits.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/item_filter.h"
#include "widgets/bridge/shape_clipboard.h"
#include "widgets/bridge/text.h"
#include "widgets/dialogs/class_picker.h"
#include "widgets/elements/item_cells.h"
#include "widgets/elements/notice.h"
#include "widgets/forms/attribute_editor.h"
#include "widgets/views/annotation_canvas.h"
#include "widgets/views/class_list.h"
#include "widgets/views/label_assist.h"
#include "widgets/views/shape_commands.h"
#include "widgets/views/thumbnail_source.h"

#include <QComboBox>
#include <QCursor>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <algorithm>
#include <functional>
#include <map>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kPrefetch = 2;
constexpr std::int64_t kMostOrdered = 10'000; ///< pictures of a queue that the worker orders

} // namespace

bool LabelPanel::run(const QString& name)
{
    const std::map<QString, std::function<void()>> actions{
        {QStringLiteral("none"), [this] { takeClassAway(); }},
        {QStringLiteral("previous"), [this] { step(-1); }},
        {QStringLiteral("next"), [this] { step(1); }},
        {QStringLiteral("unlabelled"), [this] { stepUnlabelled(); }},
        {QStringLiteral("exclude"), [this] { toggleExcluded(); }},
        {QStringLiteral("newClass"), [this] { m_classes->focusField(); }},
        {QStringLiteral("secondPerson"), [this] { askForSecondPerson(); }},
        {QStringLiteral("pickClass"), [this] { pickClass(); }},
        {QStringLiteral("nextShape"), [this] { selectNeighbour(1); }},
        {QStringLiteral("previousShape"), [this] { selectNeighbour(-1); }},
        {QStringLiteral("copy"), [this] { copySelected(); }},
        {QStringLiteral("paste"), [this] { paste(false); }},
        {QStringLiteral("pasteNext"), [this] { paste(true); }},
        {QStringLiteral("interpolate"), [this] { interpolate(); }},
        {QStringLiteral("display"), [this] { m_displayButton->click(); }},
        {QStringLiteral("autoWindow"),
         [this] {
             if (!m_canvas->setAutomaticWindow())
                 m_view.tell(tr("This picture has no gray values of 16 bits."));
         }},
        {QStringLiteral("autoAdvance"), [this] { m_advanceButton->click(); }},
    };
    if (const auto found = actions.find(name); found != actions.end())
        found->second();
    else if (name.size() == 1 && name.at(0).isDigit())
        giveClassByKey(name);
    else
        return m_assist->run(name) || m_commands->run(name);
    return true;
}

void LabelPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_assist->start();
    m_queue.goTo(m_view.currentItem());
    showItem();
    m_canvas->setFocus();
}

void LabelPanel::take(const Change& change)
{
    if (isChange<ClassesChanged>(change))
        fillClasses();
    if (isChange<SettingsChanged>(change))
        takeTask();
    if (isChange<ItemsReset>(change)) {
        refillQueue();
        showItem();
    } else if (const auto* items = std::get_if<ItemsChanged>(&change)) {
        if (std::find(items->items.begin(), items->items.end(), m_queue.current()) != items->items.end())
            showItem();
    }
    if (const auto* saved = std::get_if<Saved>(&change))
        m_isSaved = m_isSaved || saved->edit == 0 || saved->edit >= m_lastEdit;
    if (const auto* lost = std::get_if<NotSaved>(&change); lost != nullptr && !lost->isWaiting)
        reportError(lost->error); // what waits to be saved, the window says
    updateStatus();
}

/// Somebody, here or elsewhere, may have chosen another task.
void LabelPanel::takeTask()
{
    const ProjectTask task = taskOf(m_document.project());
    if (task == m_task)
        return;
    m_task = task;
    m_queue.setCountsShapes(labelsShapes(task));
    showTask();
    showItem();
}

/// A queue that the worker orders comes a little later.
void LabelPanel::fillQueueByOrder()
{
    const auto order = static_cast<QueueOrder>(m_queueKind->currentData().toInt() - kFirstOrder);
    const ClassId classId =
        m_canvas->contents().currentClass() != 0 ? m_canvas->contents().currentClass() : m_classes->marked();
    if (order == QueueOrder::OfClass && classId == 0)
        return m_view.tell(tr("Choose the class in the list first, then the order."));
    const auto seed = static_cast<std::uint64_t>(m_document.project().revision());
    m_suggestions.order(order, classId, kMostOrdered, seed,
                        [this, choice = m_queueChoice](const auto& ordered) {
                            if (choice != m_queueChoice)
                                return; // another queue was chosen since
                            if (!ordered)
                                return reportError(ordered.error());
                            if (ordered->items.empty())
                                return m_view.tell(tr("No picture was measured for this order yet."));
                            std::vector<ItemId> items = ordered->items;
                            if (m_canvas->tool()->isDrafting()) { // its picture comes first
                                std::erase(items, m_queue.current());
                                items.insert(items.begin(), m_queue.current());
                            }
                            m_queue.fill(std::move(items));
                            showItem();
                        });
}

bool LabelPanel::isQueueOrdered() const
{
    return m_queueKind->currentData().toInt() >= kFirstOrder;
}

ItemFilter LabelPanel::queueFilter() const
{
    ItemFilter filter;
    filter.state = static_cast<ItemFilter::State>(m_queueKind->currentData().toInt());
    return filter;
}

/// Another program changed the project: the queue stays as it is, but for what is gone or new.
void LabelPanel::refillQueue()
{
    if (isQueueOrdered())
        m_queue.dropGone();
    else
        m_queue.refill(queueFilter());
    m_stack->setCurrentIndex(m_document.project().columns().empty() ? 1 : 0);
}

void LabelPanel::fillQueue()
{
    ++m_queueChoice;
    if (isQueueOrdered())
        return fillQueueByOrder();
    m_queue.fill(queueFilter(), m_view.currentItem());
    m_stack->setCurrentIndex(m_document.project().columns().empty() ? 1 : 0);
}

void LabelPanel::fillClasses()
{
    CanvasClasses classes;
    for (const ItemClass& itemClass : m_document.project().classes())
        classes.emplace(itemClass.id, CanvasClass{itemClass, m_theme.classColour(itemClass)});
    m_canvas->contents().setClasses(std::move(classes));
    showItem();
}

void LabelPanel::showItem()
{
    const ItemId item = m_queue.current();
    const auto row =
        item != 0 ? m_document.project().item(item) : Result<Item>(fail(ErrorCode::NotFound, {}));
    m_place->setText(m_queue.isEmpty()
                         ? tr("nothing here")
                         : tr("%1 of %2")
                               .arg(countText(static_cast<std::int64_t>(m_queue.position()) + 1),
                                    countText(static_cast<std::int64_t>(m_queue.size()))));
    m_exclude->setEnabled(row.has_value() && !m_document.isReadOnly());
    if (!row) {
        m_name->clear();
        m_facts->clear();
        m_annotations.show(0);
        m_assist->showItem(0);
        m_canvas->clearPicture(tr("No picture passes the choice above."));
        return;
    }
    m_view.setCurrentItem(item);
    if (m_annotations.item() != item) {
        m_notice->hide();
        m_canvas->waitForPicture(); // before its shapes change: they are not this picture's
        m_annotations.show(item);
    }
    m_name->setText(shown(row->path));
    m_name->setToolTip(shownPath(m_document.project().itemPath(*row)));
    QStringList facts;
    if (row->width > 0)
        facts << tr("%1 × %2 pixels").arg(row->width).arg(row->height);
    facts << tr("split: %1").arg(row->split == Split::None ? tr("none") : splitText(row->split));
    if (row->fileState != FileState::Ok)
        facts << fileStateText(row->fileState) +
                     (row->damage.empty() ? QString() : QStringLiteral(": ") + shown(row->damage));
    if (row->isExcluded)
        facts << tr("left out: %1").arg(shown(row->excludedReason));
    m_facts->setText(facts.join(QLatin1Char('\n')));
    m_exclude->setText(row->isExcluded ? tr("Use again") : tr("Leave out"));
    const std::vector<ClassId> classes = pictureClasses(*row);
    if (labelsPictures())
        m_classes->markAll(classes);
    else
        m_classes->mark(m_canvas->contents().currentClass());
    m_assist->showItem(item);
    m_assist->showClass(!labelsPictures() ? m_canvas->contents().currentClass()
                        : classes.empty() ? 0
                                          : classes.front());
    if (isVisible())
        showPicture();
    updateStatus();
}

void LabelPanel::showPicture()
{
    const ItemId item = m_queue.current();
    const auto row = m_document.project().item(item);
    if (!row)
        return;
    const std::vector<ItemId> ahead = m_queue.neighbours(kPrefetch);
    std::vector<ItemId> wanted = ahead;
    wanted.push_back(item);
    m_pictures.keepOnly(wanted);
    const QImage* thumbnail = nullptr;
    if (const PicturePyramid picture = m_pictures.pyramid(item, m_document.project().itemPath(*row));
        !picture.isNull()) {
        m_canvas->setPicture(picture);
        m_canvas->setLevels(m_pictures.levels(item));
    } else if ((thumbnail = m_thumbnails.thumbnail(item)) != nullptr) {
        m_canvas->setPicture(*thumbnail, QSize(row->width, row->height));
    }
    // Else the picture before stays to be seen.
    for (const ItemId neighbour : ahead)
        if (const auto other = m_document.project().item(neighbour))
            m_pictures.prefetch(neighbour, m_document.project().itemPath(*other));
}

/// A sentence where the picture's file is another one than the project knows; else empty.
QString LabelPanel::fileChange() const
{
    const auto row = m_document.project().item(m_queue.current());
    const auto file = m_pictures.file(m_queue.current());
    if (!row || !file)
        return {};
    const bool isTouched = row->timeNs != 0 && file->timeNs != row->timeNs;
    if (file->bytes == row->size && !(isTouched && file->contentHash != row->contentHash))
        return {};
    return tr("%1 was changed on the disk since it was imported. Its labels are kept as they are: look "
              "whether "
              "they still fit, and import its folder again to take the file over.")
        .arg(shownPath(m_document.project().itemPath(*row)));
}

void LabelPanel::showAnnotations()
{
    m_canvas->contents().setAnnotations(m_annotations.item(), m_annotations.annotations());
    m_queue.note(m_annotations.item(), !m_annotations.annotations().empty());
    showSelection();
}

void LabelPanel::showSelection()
{
    const std::vector<Annotation> chosen = m_canvas->contents().selected();
    const bool isOneClass = std::all_of(chosen.begin(), chosen.end(), [&](const Annotation& annotation) {
        return annotation.classId == chosen.front().classId;
    });
    m_attributes->showShapes(
        chosen,
        chosen.empty() || !isOneClass ? nullptr : m_document.project().classById(chosen.front().classId),
        m_document.isReadOnly());
}

/// Also a picture that the present queue does not have.
void LabelPanel::open(ItemId item)
{
    if (m_document.project().column(item) == nullptr)
        return;
    if (!m_queue.goTo(item)) {
        const QSignalBlocker quiet(m_queueKind); // it shows another picture first
        m_queueKind->setCurrentIndex(0);         // all pictures
        fillQueue();
        m_queue.insert(item); // also one that is left out
    }
    showItem();
}

void LabelPanel::step(int by)
{
    if (m_queue.isEmpty())
        return;
    m_queue.step(by);
    showItem();
}

void LabelPanel::stepUnlabelled()
{
    if (m_queue.stepUnlabelled())
        showItem();
    else
        m_view.tell(tr("Every picture here is labelled."));
}

void LabelPanel::advance()
{
    if (m_advances)
        step(1);
}

bool LabelPanel::labelsPictures() const
{
    const bool isOfPictures = m_task == ProjectTask::Classify || m_task == ProjectTask::Tag;
    return isOfPictures && m_canvas->toolKey() == QLatin1String("select");
}

void LabelPanel::giveClassByKey(const QString& key)
{
    for (const ItemClass& itemClass : m_document.project().classes())
        if (shown(itemClass.key) == key)
            return giveClass(itemClass.id);
}

void LabelPanel::giveClass(ClassId classId)
{
    CanvasContents& contents = m_canvas->contents();
    if (m_canvas->tool()->isDrawing()) {
        contents.setCurrentClass(classId); // of what is being drawn, not of what was drawn before
    } else if (!contents.selection().empty()) {
        contents.setCurrentClass(classId);
        contents.propose(withClass(contents.selected(), classId), "set-class", "set the class:");
    } else if (labelsPictures()) {
        givePictureClass(classId);
    } else {
        contents.setCurrentClass(classId);
    }
}

void LabelPanel::takeClassAway()
{
    CanvasContents& contents = m_canvas->contents();
    if (!contents.selection().empty())
        contents.propose(withClass(contents.selected(), 0), "set-class", "take away the class of");
    else if (m_canvas->toolKey() == QLatin1String("select"))
        givePictureClass(0);
    else
        m_view.tell(tr("Select the shapes whose class should go. The picture's own class goes with the tool "
                       "Select."));
}

std::vector<ClassId> LabelPanel::pictureClasses(const Item& item) const
{
    if (isBlind())
        return m_annotations.tagClasses();
    if (m_task == ProjectTask::Tag)
        return tagsOf(m_document.project(), item.id).value_or(std::vector<ClassId>());
    return item.classId == 0 ? std::vector<ClassId>() : std::vector{item.classId};
}

void LabelPanel::toggleTag(ClassId classId)
{
    if (isBlind())
        return toggleOpinionTag(classId);
    const ItemId item = m_queue.current();
    const auto before = tagsOf(m_document.project(), item);
    const auto result = m_document.apply(makeToggleTag(m_document.project(), std::span(&item, 1), classId));
    report(result);
    const bool isAdded = before && std::find(before->begin(), before->end(), classId) == before->end();
    if (result && isAdded)
        m_assist->labelled(QStringLiteral("tag"));
}

void LabelPanel::givePictureClass(ClassId classId)
{
    const ItemId item = m_queue.current();
    if (item == 0)
        return;
    if (m_task == ProjectTask::Tag && classId != 0)
        return toggleTag(classId);
    const auto result =
        m_document.apply(makeSetClass(m_document.project(), std::span(&item, 1), classId,
                                      AnnotationSource::Person, toUtf8(m_view.secondPerson())));
    report(result);
    if (!result || classId == 0)
        return;
    m_assist->labelled(QStringLiteral("class"));
    if (!m_queue.stepUnlabelled())
        m_queue.step(1);
    showItem();
}

void LabelPanel::toggleExcluded()
{
    const ItemId item = m_queue.current();
    const ItemColumns* columns = m_document.project().column(item);
    if (columns == nullptr)
        return;
    if (isBlind())
        return m_view.tell(tr("Pictures are left out by who labels first."));
    const std::span one(&item, 1);
    report(m_document.apply(columns->isExcluded
                                ? makeInclude(m_document.project(), one)
                                : makeExclude(m_document.project(), one, toUtf8(tr("left out by hand")))));
}

/// 0 where that failed; a notice says why.
ClassId LabelPanel::addClass(const QString& name)
{
    const auto& classes = m_document.project().classes();
    const auto result = m_document.apply(
        makeAddClass(m_document.project(), toUtf8(name), freshClassColour(classes), freeClassKey(classes)));
    report(result);
    const ItemClass* made = result ? m_document.project().classByName(toUtf8(name)) : nullptr;
    return made == nullptr ? 0 : made->id;
}

void LabelPanel::pickClass()
{
    std::vector<PickableClass> classes;
    for (const ItemClass& itemClass : m_document.project().classes())
        classes.push_back({itemClass.id, shown(itemClass.name), m_theme.classColour(itemClass)});
    auto* picker = new ClassPicker(std::move(classes), this);
    connect(picker, &ClassPicker::chosen, this, &LabelPanel::giveClass);
    connect(picker, &ClassPicker::named, this, [this](const QString& name) {
        if (const ClassId id = addClass(name); id != 0)
            giveClass(id);
    });
    connect(picker, &QDialog::finished, this, [this] {
        window()->activateWindow();
        m_canvas->setFocus();
    });
    const QPoint place =
        m_canvas->underMouse() ? QCursor::pos() : m_canvas->mapToGlobal(m_canvas->rect().center());
    picker->move(place - QPoint(picker->width() / 2, 20));
    picker->show();
}

/// The key for it goes on through the window beyond the last shape, and everywhere but on the canvas.
void LabelPanel::selectNeighbour(int by)
{
    if (m_canvas->hasFocus() && m_canvas->contents().selectNeighbour(by))
        return;
    if (m_canvas->hasFocus())
        m_canvas->contents().select({});
    focusNextPrevChild(by > 0);
}

void LabelPanel::copySelected()
{
    const std::vector<Annotation> chosen = m_canvas->contents().selected();
    if (chosen.empty())
        return m_view.tell(tr("Select a shape first."));
    copyShapes(chosen, m_document.project());
    m_view.tell(chosen.size() == 1 ? tr("Copied the shape.") : tr("Copied %1 shapes.").arg(chosen.size()));
}

void LabelPanel::paste(bool toNextPicture)
{
    if (toNextPicture && !m_canvas->contents().selection().empty())
        copySelected();
    const std::vector<Annotation> copied = copiedShapes(m_document.project());
    if (copied.empty())
        return m_view.tell(tr("No shape was copied."));
    if (!toNextPicture) {
        if (m_canvas->isWaiting())
            return m_view.tell(tr("The picture is not there yet."));
        m_commands->paste(copied, copied.front().item == m_queue.current());
        return;
    }
    const ItemId before = m_queue.current();
    m_queue.step(1);
    if (m_queue.current() == before)
        return m_view.tell(tr("This is the last picture."));
    showItem();
    m_commands->paste(copied, false); // which needs no pixels
}

/// Fills the pictures since the last one that had the selected shape.
void LabelPanel::interpolate()
{
    const std::vector<Annotation> chosen = m_canvas->contents().selected();
    if (chosen.size() != 1)
        return m_view.tell(tr("Select the one shape that moves through the pictures."));
    report(m_document.apply(
        makeInterpolation(m_document.project(), m_queue.items(), m_queue.position(), chosen.front())));
}

void LabelPanel::report(const Result<EditId>& result)
{
    if (!result)
        return reportError(result.error());
    if (*result != 0) {
        m_lastEdit = *result;
        m_isSaved = false;
    }
    m_notice->hide();
    updateStatus();
}

void LabelPanel::reportError(const Error& error)
{
    const ErrorText words = errorText(error);
    m_notice->show(Notice::Kind::Bad, words.whole(), {}, words.details);
}

QString LabelPanel::statusText() const
{
    return m_status->text();
}

void LabelPanel::updateStatus()
{
    if (m_document.isReadOnly())
        m_status->setText(tr("Read only"));
    else if (m_document.savingFailure())
        m_status->setText(tr("%1 changes not saved").arg(m_document.pendingEdits()));
    else if (m_lastEdit != 0 && !m_isSaved)
        m_status->setText(tr("Saving…"));
    else if (m_document.lastSaved().revision != 0)
        m_status->setText(tr("Saved · revision %1 · %2")
                              .arg(m_document.lastSaved().revision)
                              .arg(timeText(m_document.lastSaved().utcMs)));
    else
        m_status->setText(tr("Every change is saved at once"));
}

} // namespace trainyard::widgets
