// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/label_panel.h"

#include "core/project/edits.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/item_filter.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/item_cells.h"
#include "widgets/elements/notice.h"
#include "widgets/views/picture_view.h"
#include "widgets/views/thumbnail_source.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr std::size_t kPrefetch = 2;
constexpr int kChipEdge = 12;

} // namespace

LabelPanel::LabelPanel(ProjectDocument& document, ViewState& view, ThumbnailSource& thumbnails,
                       PictureLoader& pictures, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_thumbnails(thumbnails), m_pictures(pictures),
      m_theme(theme), m_notice(new Notice(theme)), m_stack(new QStackedWidget),
      m_empty(new EmptyState(theme.icon(QStringLiteral("label"), "textMuted"))), m_picture(new PictureView)
{
    m_picture->setAccessibleName(tr("The picture to label"));
    auto* left = new QWidget;
    auto* leftLayout = new QVBoxLayout(left);
    leftLayout->setContentsMargins(0, 0, 0, 0);
    leftLayout->setSpacing(0);
    leftLayout->addWidget(makeToolRow());
    leftLayout->addWidget(m_notice);
    leftLayout->addWidget(m_picture, 1);
    auto* splitter = new QSplitter;
    splitter->setObjectName(QStringLiteral("labelSplitter"));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(left);
    splitter->addWidget(makeSide());
    splitter->setStretchFactor(0, 1);
    splitter->setSizes({900, 280});
    m_stack->addWidget(splitter);
    m_stack->addWidget(m_empty);
    m_empty->setMessage(tr("Nothing to label yet"),
                        tr("Import pictures first. Then each appears here, and one key gives it a "
                           "class."),
                        tr("Go to Data"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(m_empty, &EmptyState::clicked, this, [this] { m_view.show(Workspace::Data); });
    connect(&document, &ProjectDocument::changed, this, &LabelPanel::take);
    connect(&theme, &Theme::changed, this, &LabelPanel::fillClasses);
    connect(&pictures, &PictureLoader::ready, this,
            [this](ItemId item, const QImage& picture, const QString& note) {
                if (item != current())
                    return;
                Q_UNUSED(picture)
                showPicture();
                if (!note.isEmpty())
                    m_notice->show(Notice::Kind::Warning, note);
            });
    connect(&pictures, &PictureLoader::failed, this, [this](ItemId item, const QString& reason) {
        if (item == current())
            m_picture->setPlaceholderText(reason);
    });
    connect(&thumbnails, &ThumbnailSource::ready, this, [this](ItemId item) {
        if (item == current() && isVisible())
            showPicture();
    });
    connect(&view, &ViewState::currentItemChanged, this, [this](ItemId item) {
        const auto found = std::find(m_queue.begin(), m_queue.end(), item);
        if (found == m_queue.end() || item == current())
            return;
        m_position = static_cast<std::size_t>(found - m_queue.begin());
        if (isVisible())
            showItem();
    });
    fillQueue();
    fillClasses();
}

QWidget* LabelPanel::makeToolRow()
{
    QFrame* row = makeFrame("toolRow");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 8, 12, 8);
    QToolButton* previous =
        makeIconButton(m_theme.icon(QStringLiteral("previous")), tr("Previous picture (Left)"));
    QToolButton* next = makeIconButton(m_theme.icon(QStringLiteral("next")), tr("Next picture (Right)"));
    QPushButton* skip = makeButton(tr("Next without a class"), m_theme.icon(QStringLiteral("skip")));
    m_queueKind = makeComboBox(tr("Which pictures to go through"));
    m_queueKind->addItem(tr("All pictures"), static_cast<int>(ItemFilter::State::Included));
    m_queueKind->addItem(tr("Without a class"), static_cast<int>(ItemFilter::State::Unlabelled));
    m_queueKind->addItem(tr("With a class"), static_cast<int>(ItemFilter::State::Labelled));
    m_place = makeLabel({}, "muted");
    m_name = makeLabel({}, "heading");
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    layout->addWidget(previous);
    layout->addWidget(next);
    layout->addWidget(m_place);
    layout->addWidget(m_name, 1);
    layout->addWidget(m_queueKind);
    layout->addWidget(skip);
    connect(previous, &QToolButton::clicked, this, [this] { step(-1); });
    connect(next, &QToolButton::clicked, this, [this] { step(1); });
    connect(skip, &QPushButton::clicked, this, &LabelPanel::stepUnlabelled);
    connect(m_queueKind, &QComboBox::currentIndexChanged, this, [this] {
        fillQueue();
        showItem();
    });
    return row;
}

QWidget* LabelPanel::makeSide()
{
    QFrame* side = makeFrame("side");
    auto* layout = new QVBoxLayout(side);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(8);
    m_classes = new QListWidget;
    m_classes->setAccessibleName(tr("Classes"));
    m_classes->setProperty("bare", true);
    m_newClass = new QLineEdit;
    m_newClass->setPlaceholderText(tr("New class, then Enter"));
    m_newClass->setAccessibleName(tr("Name of a new class"));
    m_newClass->setEnabled(!m_document.isReadOnly());
    m_facts = makeText({}, "muted");
    m_exclude = makeFlatButton(tr("Leave out"));
    m_status = makeLabel({}, "muted");
    m_status->setAccessibleName(tr("Whether the labels are saved"));
    layout->addWidget(makeLabel(tr("Classes"), "heading"));
    layout->addWidget(makeText(tr("A key gives the class and goes on."), "muted"));
    layout->addWidget(m_classes, 1);
    layout->addWidget(m_newClass);
    layout->addSpacing(8);
    layout->addWidget(makeLabel(tr("This picture"), "heading"));
    layout->addWidget(m_facts);
    layout->addWidget(m_exclude, 0, Qt::AlignLeft);
    layout->addSpacing(8);
    layout->addWidget(m_status);
    connect(m_classes, &QListWidget::itemClicked, this, [this](QListWidgetItem* item) {
        giveClass(item->data(Qt::UserRole).toLongLong());
        m_picture->setFocus();
    });
    connect(m_newClass, &QLineEdit::returnPressed, this, &LabelPanel::addClass);
    connect(m_exclude, &QPushButton::clicked, this, &LabelPanel::toggleExcluded);
    return side;
}

void LabelPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    const ItemId wanted = m_view.currentItem();
    const auto found = std::find(m_queue.begin(), m_queue.end(), wanted);
    if (found != m_queue.end())
        m_position = static_cast<std::size_t>(found - m_queue.begin());
    showItem();
    m_picture->setFocus();
}

void LabelPanel::take(const Change& change)
{
    if (isChange<ClassesChanged>(change))
        fillClasses();
    if (isChange<ItemsReset>(change)) {
        fillQueue();
        showItem();
    } else if (const auto* items = std::get_if<ItemsChanged>(&change)) {
        if (std::find(items->items.begin(), items->items.end(), current()) != items->items.end())
            showItem();
    }
    if (const auto* saved = std::get_if<Saved>(&change))
        m_isSaved = m_isSaved || saved->edit == 0 || saved->edit >= m_lastEdit;
    if (const auto* lost = std::get_if<NotSaved>(&change))
        report(fail(lost->error));
    updateStatus();
}

ItemId LabelPanel::current() const
{
    return m_position < m_queue.size() ? m_queue[m_position] : 0;
}

void LabelPanel::fillQueue()
{
    const ItemId kept = current() != 0 ? current() : m_view.currentItem();
    ItemFilter filter;
    filter.state = static_cast<ItemFilter::State>(m_queueKind->currentData().toInt());
    auto items = filteredItems(m_document.project(), filter);
    m_queue = items ? std::move(*items) : std::vector<ItemId>();
    const auto found = std::find(m_queue.begin(), m_queue.end(), kept);
    m_position = found == m_queue.end() ? 0 : static_cast<std::size_t>(found - m_queue.begin());
    m_stack->setCurrentIndex(m_document.project().columns().empty() ? 1 : 0);
}

void LabelPanel::fillClasses()
{
    m_classes->clear();
    for (const ItemClass& itemClass : m_document.project().classes()) {
        QPixmap chip(kChipEdge, kChipEdge);
        chip.fill(m_theme.classColour(itemClass));
        const QString key = shown(itemClass.key);
        auto* item =
            new QListWidgetItem(QIcon(chip), key.isEmpty() ? shown(itemClass.name)
                                                           : tr("%1   %2").arg(key, shown(itemClass.name)));
        item->setData(Qt::UserRole, static_cast<qlonglong>(itemClass.id));
        m_classes->addItem(item);
    }
    showItem();
}

void LabelPanel::showItem()
{
    const ItemId item = current();
    const auto row =
        item != 0 ? m_document.project().item(item) : Result<Item>(fail(ErrorCode::NotFound, {}));
    m_place->setText(m_queue.empty() ? tr("nothing here")
                                     : tr("%1 of %2")
                                           .arg(countText(static_cast<std::int64_t>(m_position) + 1),
                                                countText(static_cast<std::int64_t>(m_queue.size()))));
    m_exclude->setEnabled(row.has_value() && !m_document.isReadOnly());
    if (!row) {
        m_name->clear();
        m_facts->clear();
        m_picture->setPicture({});
        m_picture->setPlaceholderText(tr("No picture passes the choice above."));
        return;
    }
    m_view.setCurrentItem(item);
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
    m_classes->clearSelection();
    for (int i = 0; i < m_classes->count(); ++i) {
        const bool isOwn = m_classes->item(i)->data(Qt::UserRole).toLongLong() == row->classId;
        QFont font = m_classes->font();
        font.setBold(isOwn);
        m_classes->item(i)->setFont(font);
        if (isOwn)
            m_classes->item(i)->setSelected(true);
    }
    m_notice->hide();
    if (isVisible())
        showPicture();
    updateStatus();
}

void LabelPanel::showPicture()
{
    const ItemId item = current();
    const auto row = m_document.project().item(item);
    if (!row)
        return;
    const std::vector<ItemId> ahead = neighbours();
    std::vector<ItemId> wanted = ahead;
    wanted.push_back(item);
    m_pictures.keepOnly(wanted);
    QImage picture = m_pictures.picture(item, m_document.project().itemPath(*row));
    if (picture.isNull()) {
        m_picture->setPlaceholderText(tr("Loading…"));
        if (const QImage* thumbnail = m_thumbnails.thumbnail(item))
            picture = *thumbnail;
    }
    m_picture->setPicture(picture);
    // A thumbnail or a scaled decode is smaller than the picture that the boxes are measured in.
    const double scale =
        row->width > 0 && !picture.isNull() ? picture.width() / static_cast<double>(row->width) : 1;
    std::vector<PictureBox> boxes;
    if (const auto annotations = m_document.project().annotations(item)) {
        for (const Annotation& annotation : *annotations) {
            const ItemClass* itemClass = m_document.project().classById(annotation.classId);
            const auto bounds = boundingBox(annotation.shape);
            if (!bounds || itemClass == nullptr)
                continue;
            const Box& box = *bounds;
            boxes.push_back({{box.x * scale, box.y * scale, box.width * scale, box.height * scale},
                             m_theme.classColour(*itemClass),
                             shown(itemClass->name)});
        }
    }
    m_picture->setBoxes(std::move(boxes));
    for (const ItemId neighbour : ahead)
        if (const auto other = m_document.project().item(neighbour))
            m_pictures.prefetch(neighbour, m_document.project().itemPath(*other));
}

std::vector<ItemId> LabelPanel::neighbours() const
{
    std::vector<ItemId> items;
    for (std::size_t i = m_position + 1; i <= m_position + kPrefetch && i < m_queue.size(); ++i)
        items.push_back(m_queue[i]);
    return items;
}

void LabelPanel::step(int by)
{
    if (m_queue.empty())
        return;
    const auto last = static_cast<std::int64_t>(m_queue.size()) - 1;
    m_position = static_cast<std::size_t>(
        std::clamp<std::int64_t>(static_cast<std::int64_t>(m_position) + by, 0, last));
    showItem();
}

void LabelPanel::stepUnlabelled()
{
    for (std::size_t ahead = 1; ahead <= m_queue.size(); ++ahead) {
        const std::size_t place = (m_position + ahead) % m_queue.size();
        const ItemColumns* columns = m_document.project().column(m_queue[place]);
        if (columns == nullptr || columns->classId != 0 || columns->isExcluded)
            continue;
        m_position = place;
        showItem();
        return;
    }
    m_view.tell(tr("Every picture here has a class."));
}

void LabelPanel::giveClassByKey(const QString& key)
{
    for (const ItemClass& itemClass : m_document.project().classes())
        if (shown(itemClass.key) == key)
            return giveClass(itemClass.id);
}

void LabelPanel::takeClassAway()
{
    const ItemId item = current();
    if (item != 0)
        report(m_document.apply(makeSetClass(m_document.project(), std::span(&item, 1), 0)));
}

void LabelPanel::giveClass(ClassId classId)
{
    const ItemId item = current();
    if (item == 0)
        return;
    const auto result = m_document.apply(makeSetClass(m_document.project(), std::span(&item, 1), classId));
    report(result);
    if (!result)
        return;
    const bool hasMore = std::any_of(m_queue.begin(), m_queue.end(), [this](ItemId other) {
        const ItemColumns* columns = m_document.project().column(other);
        return columns != nullptr && columns->classId == 0 && !columns->isExcluded;
    });
    if (hasMore)
        stepUnlabelled();
    else
        step(1);
}

void LabelPanel::toggleExcluded()
{
    const ItemId item = current();
    const ItemColumns* columns = m_document.project().column(item);
    if (columns == nullptr)
        return;
    const std::span one(&item, 1);
    report(m_document.apply(columns->isExcluded
                                ? makeInclude(m_document.project(), one)
                                : makeExclude(m_document.project(), one, toUtf8(tr("left out by hand")))));
}

void LabelPanel::addClass()
{
    const QString name = m_newClass->text().simplified();
    if (name.isEmpty())
        return;
    const std::size_t count = m_document.project().classes().size();
    const std::string key = count < 9 ? std::to_string(count + 1) : std::string();
    const auto result = m_document.apply(
        makeAddClass(m_document.project(), toUtf8(name), m_theme.freshClassColour(count), key));
    report(result);
    if (result)
        m_newClass->clear();
}

void LabelPanel::focusNewClass()
{
    m_newClass->setFocus(Qt::ShortcutFocusReason);
}

void LabelPanel::report(const Result<EditId>& result)
{
    if (result) {
        if (*result != 0) {
            m_lastEdit = *result;
            m_isSaved = false;
        }
        m_notice->hide();
        updateStatus();
        return;
    }
    const ErrorText words = errorText(result.error());
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
