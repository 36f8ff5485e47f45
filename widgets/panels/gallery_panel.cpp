// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/gallery_panel.h"

#include "core/project/edits.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/text.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/notice.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace trainyard::widgets {

namespace {

constexpr int kFilterDelayMs = 120;
constexpr qlonglong kAny = -1;
constexpr int kBoxLetters = 7;

struct StateWords
{
    ItemFilter::State state;
    const char* text;
};

constexpr StateWords kStates[] = {
    {ItemFilter::State::Included, QT_TRANSLATE_NOOP("filter", "In use")},
    {ItemFilter::State::Labelled, QT_TRANSLATE_NOOP("filter", "Labelled")},
    {ItemFilter::State::Unlabelled, QT_TRANSLATE_NOOP("filter", "Without a class")},
    {ItemFilter::State::Problem, QT_TRANSLATE_NOOP("filter", "File has a problem")},
    {ItemFilter::State::Excluded, QT_TRANSLATE_NOOP("filter", "Left out")},
    {ItemFilter::State::All, QT_TRANSLATE_NOOP("filter", "Everything")},
};

} // namespace

GalleryPanel::GalleryPanel(ProjectDocument& document, ViewState& view, ThumbnailSource& thumbnails,
                           const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_theme(theme), m_cells(document, theme),
      m_notice(new Notice(theme)), m_gallery(new GalleryView), m_stack(new QStackedWidget),
      m_empty(new EmptyState(theme.icon(QStringLiteral("picture"), "textMuted"))), m_delay(new QTimer(this))
{
    m_gallery->setThumbnails(&thumbnails);
    m_gallery->setCellSource([this](ItemId item) { return m_cells.cell(item); });
    m_gallery->setAccessibleName(tr("Pictures of the project"));
    m_gallery->setFrameShape(QFrame::NoFrame);
    m_stack->addWidget(m_gallery);
    m_stack->addWidget(m_empty);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeFilterRow());
    layout->addWidget(m_notice);
    layout->addWidget(m_stack, 1);
    layout->addWidget(makeSelectionRow());
    m_delay->setSingleShot(true);
    m_delay->setInterval(kFilterDelayMs);
    connect(m_delay, &QTimer::timeout, this, &GalleryPanel::showItems);
    connect(&document, &ProjectDocument::changed, this, &GalleryPanel::take);
    connect(&theme, &Theme::changed, this, [this] {
        fillClasses();
        m_gallery->viewport()->update();
    });
    connect(m_gallery, &GalleryView::selectionChanged, this, &GalleryPanel::updateSelection);
    connect(m_gallery, &GalleryView::currentChanged, &view, &ViewState::setCurrentItem);
    connect(m_gallery, &GalleryView::activated, this, [this](ItemId item) {
        m_view.setCurrentItem(item);
        m_view.show(Workspace::Label);
    });
    connect(m_empty, &EmptyState::clicked, this, [this] {
        if (m_document.project().columns().empty())
            emit importRequested();
        else
            setFilter({});
    });
    fillClasses();
    showItems();
    updateSelection();
}

QWidget* GalleryPanel::makeFilterRow()
{
    QFrame* row = makeFrame("toolRow");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 8, 12, 8);
    m_text = new QLineEdit;
    m_text->setPlaceholderText(tr("File name"));
    m_text->setAccessibleName(tr("Search file names"));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(96);
    m_text->setMaximumWidth(240);
    m_class = makeComboBox(tr("Show one class"));
    m_split = makeComboBox(tr("Show one split"));
    m_split->addItem(tr("Any split"), kAny);
    for (const Split split : {Split::Train, Split::Validation, Split::Test})
        m_split->addItem(splitText(split), static_cast<qlonglong>(split));
    m_split->addItem(tr("Without a split"), static_cast<qlonglong>(Split::None));
    m_state = makeComboBox(tr("Show one state"));
    for (const StateWords& words : kStates)
        m_state->addItem(QCoreApplication::translate("filter", words.text),
                         static_cast<qlonglong>(words.state));
    for (QComboBox* box : {m_class, m_split, m_state}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(kBoxLetters);
    }
    m_count = makeLabel({}, "muted");
    auto* size = new QSlider(Qt::Horizontal);
    size->setRange(48, 384);
    size->setValue(m_gallery->pictureEdge());
    size->setFixedWidth(72);
    size->setAccessibleName(tr("Size of the pictures"));
    size->setToolTip(tr("Size of the pictures"));
    QPushButton* split = makeButton(tr("Split…"), m_theme.icon(QStringLiteral("split")));
    split->setToolTip(tr("Divide the pictures into train, val and test"));
    QPushButton* import =
        makePrimaryButton(tr("Import…"), m_theme.icon(QStringLiteral("import"), "accentText"));
    import->setToolTip(tr("Take in a folder of pictures, with their labels"));
    split->setEnabled(!m_document.isReadOnly());
    import->setEnabled(!m_document.isReadOnly());
    layout->addWidget(m_text, 1);
    layout->addWidget(m_class);
    layout->addWidget(m_split);
    layout->addWidget(m_state);
    layout->addWidget(m_count);
    layout->addStretch(1);
    layout->addWidget(size);
    layout->addWidget(split);
    layout->addWidget(import);
    connect(m_text, &QLineEdit::textChanged, this, &GalleryPanel::readFilter);
    for (QComboBox* box : {m_class, m_split, m_state})
        connect(box, &QComboBox::currentIndexChanged, this, &GalleryPanel::readFilter);
    connect(size, &QSlider::valueChanged, m_gallery, &GalleryView::setPictureEdge);
    connect(m_gallery, &GalleryView::pictureEdgeChanged, size, &QSlider::setValue);
    connect(split, &QPushButton::clicked, this, &GalleryPanel::splitRequested);
    connect(import, &QPushButton::clicked, this, &GalleryPanel::importRequested);
    return row;
}

QWidget* GalleryPanel::makeSelectionRow()
{
    m_selectionRow = makeFrame("jobsBar");
    auto* layout = new QHBoxLayout(m_selectionRow);
    layout->setContentsMargins(12, 6, 12, 6);
    m_selectionText = makeLabel({});
    m_giveClass = makeComboBox(tr("Give the selected pictures a class"));
    m_exclude = makeButton(tr("Leave out"));
    m_exclude->setToolTip(tr("Keep the selected pictures out of every dataset; Ctrl+Z brings them back"));
    m_include = makeButton(tr("Use again"));
    QPushButton* look = makeButton(tr("Look closer"), m_theme.icon(QStringLiteral("label")));
    QPushButton* none = makeFlatButton(tr("Select none"));
    layout->addWidget(m_selectionText);
    layout->addSpacing(12);
    layout->addWidget(m_giveClass);
    layout->addWidget(m_exclude);
    layout->addWidget(m_include);
    layout->addWidget(look);
    layout->addStretch(1);
    layout->addWidget(none);
    connect(m_giveClass, &QComboBox::activated, this, &GalleryPanel::giveClass);
    connect(m_exclude, &QPushButton::clicked, this, [this] { setExcluded(true); });
    connect(m_include, &QPushButton::clicked, this, [this] { setExcluded(false); });
    connect(look, &QPushButton::clicked, this, [this] { m_view.show(Workspace::Label); });
    connect(none, &QPushButton::clicked, this, [this] { m_gallery->setSelectedItems({}); });
    return m_selectionRow;
}

void GalleryPanel::focusSearch()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void GalleryPanel::setFilter(const ItemFilter& filter)
{
    m_filter = filter;
    const QSignalBlocker quiet(m_text);
    m_text->setText(filter.text);
    chooseData(*m_class, filter.classId ? static_cast<qlonglong>(*filter.classId) : kAny);
    chooseData(*m_split, filter.split ? static_cast<qlonglong>(*filter.split) : kAny);
    chooseData(*m_state, static_cast<qlonglong>(filter.state));
    showItems();
}

void GalleryPanel::readFilter()
{
    const qlonglong classId = m_class->currentData().toLongLong();
    const qlonglong split = m_split->currentData().toLongLong();
    m_filter.classId = classId == kAny ? std::nullopt : std::optional<ClassId>(classId);
    m_filter.split = split == kAny ? std::nullopt : std::optional<Split>(static_cast<Split>(split));
    m_filter.state = static_cast<ItemFilter::State>(m_state->currentData().toLongLong());
    m_filter.text = m_text->text();
    m_delay->start();
}

void GalleryPanel::take(const Change& change)
{
    if (isChange<RootsChanged>(change))
        m_cells.forget();
    if (isChange<ClassesChanged>(change))
        fillClasses();
    if (changesItems(change)) {
        m_gallery->viewport()->update();
        startOnce(*m_delay);
    }
    if (const auto* lost = std::get_if<NotSaved>(&change)) {
        const ErrorText words = errorText(lost->error);
        m_notice->show(Notice::Kind::Bad,
                       tr("A change is not saved. %1").arg(words.whole()), {},
                       words.details);
    }
}

void GalleryPanel::fillClasses()
{
    const QSignalBlocker quiet(m_class);
    m_class->clear();
    m_giveClass->clear();
    m_class->addItem(tr("Any class"), kAny);
    m_giveClass->addItem(tr("Give a class…"), kAny);
    for (const ItemClass& itemClass : m_document.project().classes()) {
        QPixmap chip(10, 10);
        chip.fill(m_theme.classColour(itemClass));
        m_class->addItem(QIcon(chip), shown(itemClass.name), static_cast<qlonglong>(itemClass.id));
        m_giveClass->addItem(QIcon(chip), shown(itemClass.name), static_cast<qlonglong>(itemClass.id));
    }
    m_class->addItem(tr("Without a class"), qlonglong(0));
    m_giveClass->addItem(tr("Take the class away"), qlonglong(0));
    chooseData(*m_class, m_filter.classId ? static_cast<qlonglong>(*m_filter.classId) : kAny);
}

void GalleryPanel::showItems()
{
    auto items = filteredItems(m_document.project(), m_filter);
    if (!items) {
        const ErrorText words = errorText(items.error());
        m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
        return;
    }
    const auto total = static_cast<std::int64_t>(m_document.project().columns().size());
    const auto count = static_cast<std::int64_t>(items->size());
    m_count->setText(count == total ? tr("%1 pictures").arg(countText(total))
                                    : tr("%1 of %2").arg(countText(count), countText(total)));
    m_gallery->setItems(std::move(*items));
    m_stack->setCurrentWidget(count > 0 ? static_cast<QWidget*>(m_gallery) : m_empty);
    if (total == 0)
        m_empty->setMessage(
            tr("No pictures yet"),
            tr("This is where everything you collect appears. Drop a folder of pictures onto the window: "
               "subfolders become classes, Pascal VOC labels are read."),
            m_document.isReadOnly() ? QString() : tr("Import a folder…"));
    else if (count == 0)
        m_empty->setMessage(tr("Nothing passes the filter"),
                            tr("No picture has everything that the row above asks for."),
                            tr("Show all pictures"));
    updateSelection();
}

void GalleryPanel::updateSelection()
{
    const std::int64_t count = m_gallery->selectedCount();
    m_selectionRow->setVisible(count > 0);
    if (count == 0)
        return;
    m_selectionText->setText(tr("%1 selected").arg(countText(count)));
    bool hasIncluded = false;
    bool hasExcluded = false;
    for (const ItemId item : m_gallery->selectedItems()) {
        const ItemColumns* columns = m_document.project().column(item);
        if (columns != nullptr)
            (columns->isExcluded ? hasExcluded : hasIncluded) = true;
        if (hasIncluded && hasExcluded)
            break;
    }
    const bool isEditable = !m_document.isReadOnly();
    m_giveClass->setEnabled(isEditable);
    m_exclude->setEnabled(isEditable);
    m_include->setEnabled(isEditable);
    m_exclude->setVisible(hasIncluded);
    m_include->setVisible(hasExcluded);
}

void GalleryPanel::giveClass(int index)
{
    const qlonglong classId = m_giveClass->itemData(index).toLongLong();
    m_giveClass->setCurrentIndex(0);
    if (classId == kAny)
        return;
    applied(m_document.apply(makeSetClass(m_document.project(), m_gallery->selectedItems(), classId)));
}

void GalleryPanel::setExcluded(bool on)
{
    const std::vector<ItemId> items = m_gallery->selectedItems();
    applied(m_document.apply(on ? makeExclude(m_document.project(), items, toUtf8(tr("left out by hand")))
                                : makeInclude(m_document.project(), items)));
}

void GalleryPanel::applied(const Result<EditId>& result)
{
    if (result) {
        m_notice->hide();
        return;
    }
    const ErrorText words = errorText(result.error());
    m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
}

} // namespace trainyard::widgets
