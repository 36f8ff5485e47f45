// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/gallery_panel.h"

#include "core/project/edits.h"
#include "core/project/project_task.h"
#include "widgets/bridge/error_text.h"
#include "widgets/bridge/suggestions.h"
#include "widgets/bridge/text.h"
#include "widgets/bridge/theme_icon.h"
#include "widgets/elements/controls.h"
#include "widgets/elements/empty_state.h"
#include "widgets/elements/filter_row.h"
#include "widgets/elements/notice.h"
#include "widgets/elements/order_box.h"
#include "widgets/elements/selection_bar.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QStackedWidget>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <unordered_map>
#include <utility>

namespace trainyard::widgets {

namespace {

constexpr int kFilterDelayMs = 120;
constexpr int kDetailsDelayMs = 700; ///< the window and its first pictures come before
constexpr std::size_t kLookedAt = 10'000;
/// An Edit holds old and new values of everything that it changes, so one has an end.
constexpr std::int64_t kMostAtOnce = 100'000;

} // namespace

GalleryPanel::GalleryPanel(ProjectDocument& document, ViewState& view, ThumbnailSource& thumbnails,
                           const Theme& theme, QWidget* parent)
    : QWidget(parent), m_document(document), m_view(view), m_theme(theme), m_cells(document, theme),
      m_details(document), m_filterRow(new FilterRow), m_order(new OrderBox(theme)),
      m_count(makeLabel({}, "muted")), m_notice(new Notice(theme)), m_gallery(new GalleryView),
      m_stack(new QStackedWidget),
      m_empty(new EmptyState(theme.icon(QStringLiteral("picture"), "textMuted"))),
      m_selectionBar(new SelectionBar(theme)), m_delay(new QTimer(this))
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
    layout->addWidget(makeOrderRow());
    layout->addWidget(m_notice);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_selectionBar);
    m_delay->setSingleShot(true);
    m_delay->setInterval(kFilterDelayMs);
    connect(m_delay, &QTimer::timeout, this, [this] {
        m_isStale = !isVisible(); // what nobody sees waits: a filter may ask for all shapes of a class
        if (!m_isStale)
            showItems();
    });
    connect(&document, &ProjectDocument::changed, this, &GalleryPanel::take);
    connect(&m_details, &ItemDetailsSource::changed, this, &GalleryPanel::takeDetails);
    connect(&theme, &Theme::changed, this, [this] {
        fillClasses();
        m_gallery->viewport()->update();
    });
    connect(&view, &ViewState::secondPersonChanged, this, [this](const QString& name) {
        m_cells.setBlind(!name.isEmpty());
        m_gallery->viewport()->update();
    });
    connect(m_gallery, &GalleryView::selectionChanged, this, &GalleryPanel::updateSelection);
    connect(m_gallery, &GalleryView::currentChanged, &view, &ViewState::setCurrentItem);
    connect(m_gallery, &GalleryView::activated, &view, &ViewState::openInLabel);
    connect(m_selectionBar, &SelectionBar::classChosen, this, &GalleryPanel::giveClass);
    connect(m_selectionBar, &SelectionBar::excludeRequested, this, [this] { setExcluded(true); });
    connect(m_selectionBar, &SelectionBar::includeRequested, this, [this] { setExcluded(false); });
    connect(m_selectionBar, &SelectionBar::lookRequested, this, [this] { m_view.show(Workspace::Label); });
    connect(m_selectionBar, &SelectionBar::clearRequested, this, [this] { m_gallery->setSelectedItems({}); });
    connect(m_empty, &EmptyState::clicked, this, [this] {
        if (m_document.project().columns().empty())
            emit importRequested();
        else
            setFilter({});
    });
    takeTask();
    fillClasses();
    showItems();
    updateSelection();
    QTimer::singleShot(kDetailsDelayMs, this, [this] { m_details.want(); });
}

QWidget* GalleryPanel::makeFilterRow()
{
    QFrame* row = makeFrame("toolRow");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 8, 12, 8);
    QPushButton* split = makeButton(tr("Split…"), m_theme.icon(QStringLiteral("split")));
    split->setToolTip(tr("Divide the pictures into train, val and test"));
    QPushButton* import =
        makePrimaryButton(tr("Import…"), m_theme.icon(QStringLiteral("import"), "accentText"));
    import->setToolTip(tr("Take in a folder of pictures, with their labels"));
    setActionOf(*split, QStringLiteral("data.split"));
    setActionOf(*import, QStringLiteral("data.import"));
    split->setEnabled(!m_document.isReadOnly());
    import->setEnabled(!m_document.isReadOnly());
    layout->addWidget(m_filterRow, 1);
    layout->addStretch(0);
    layout->addWidget(split);
    layout->addWidget(import);
    connect(m_filterRow, &FilterRow::changed, this, [this] {
        m_filter = m_filterRow->filter();
        m_delay->start();
    });
    connect(split, &QPushButton::clicked, this, &GalleryPanel::splitRequested);
    connect(import, &QPushButton::clicked, this, &GalleryPanel::importRequested);
    return row;
}

QWidget* GalleryPanel::makeOrderRow()
{
    QFrame* row = makeFrame("toolRow");
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(12, 4, 12, 4);
    auto* size = new QSlider(Qt::Horizontal);
    size->setRange(48, 384);
    size->setValue(m_gallery->pictureEdge());
    size->setFixedWidth(72);
    size->setAccessibleName(tr("Size of the pictures"));
    size->setToolTip(tr("Size of the pictures; + and - in the gallery"));
    QLabel* orderText = makeLabel(tr("Order"), "muted");
    orderText->setBuddy(m_order);
    layout->addWidget(m_count);
    layout->addStretch(1);
    layout->addWidget(orderText);
    layout->addWidget(m_order);
    layout->addSpacing(12);
    layout->addWidget(size);
    connect(m_order, &OrderBox::changed, this, &GalleryPanel::showItems);
    connect(size, &QSlider::valueChanged, m_gallery, &GalleryView::setPictureEdge);
    connect(m_gallery, &GalleryView::pictureEdgeChanged, size, &QSlider::setValue);
    return row;
}

void GalleryPanel::focusSearch()
{
    m_filterRow->focusSearch();
}

void GalleryPanel::setFilter(const ItemFilter& filter)
{
    m_filter = filter;
    m_filterRow->setFilter(filter);
    showItems();
}

void GalleryPanel::take(const Change& change)
{
    if (isChange<RootsChanged>(change))
        m_cells.forget();
    if (isChange<ClassesChanged>(change)) {
        fillClasses();
        if (m_suggestions != nullptr)
            rankSuggestions(); // their classes have names
    }
    if (isChange<SettingsChanged>(change))
        takeTask();
    if (const auto* items = std::get_if<ItemsChanged>(&change))
        m_cells.forgetTags(items->items);
    else if (isChange<ItemsReset>(change))
        m_cells.forgetTags();
    if (isChange<ItemsReset>(change))
        m_gallery->keepSelected([this](ItemId item) { return m_document.project().column(item) != nullptr; });
    if (changesItems(change)) {
        m_gallery->viewport()->update();
        startOnce(*m_delay);
    }
    if (const auto* lost = std::get_if<NotSaved>(&change); lost != nullptr && !lost->isWaiting) {
        const ErrorText words = errorText(lost->error);
        m_notice->show(Notice::Kind::Bad, tr("A change is not saved. %1").arg(words.whole()), {},
                       words.details);
    }
}

void GalleryPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (std::exchange(m_isStale, false))
        showItems();
}

void GalleryPanel::takeDetails()
{
    m_filterRow->setEdges(edgeSteps(*m_details.details()));
    if (m_filter.needsDetails() || m_order->order().needsDetails())
        showItems();
}

void GalleryPanel::takeTask()
{
    const bool areTags = taskOf(m_document.project()) == ProjectTask::Tag;
    if (areTags == m_areTags)
        return;
    m_areTags = areTags;
    m_cells.setShowsTags(areTags);
    fillClasses();
    m_gallery->viewport()->update();
    startOnce(*m_delay); // a filter by class may pass others now
}

void GalleryPanel::fillClasses()
{
    std::vector<FilterRow::ClassEntry> classes;
    for (const ItemClass& itemClass : m_document.project().classes()) {
        classes.push_back({itemClass.id, shown(itemClass.name), colourIcon(m_theme.classColour(itemClass))});
    }
    m_filterRow->setClasses(classes);
    m_selectionBar->setClasses(classes, m_areTags ? tr("Add or take a tag…") : tr("Give a class…"));
}

void GalleryPanel::showItems()
{
    const ItemOrder order = m_order->order();
    std::shared_ptr<const ItemDetails> details;
    if (m_filter.needsDetails() || order.needsDetails()) {
        details = m_details.want();
        if (details == nullptr) {
            m_count->setText(tr("Reading names and sizes…")); // takeDetails() comes back here
            return;
        }
    }
    auto items = filteredItems(m_document.project(), m_filter, details.get());
    if (!items) {
        const ErrorText words = errorText(items.error());
        m_notice->show(Notice::Kind::Bad, words.sentence, {}, words.details);
        return;
    }
    const auto count = static_cast<std::int64_t>(items->size());
    m_gallery->setItems(orderedItems(m_document.project(), std::move(*items), order, details.get()));
    showCount(count);
}

void GalleryPanel::showCount(std::int64_t count)
{
    const auto total = static_cast<std::int64_t>(m_document.project().columns().size());
    m_count->setText(count == total ? tr("%1 pictures").arg(countText(total))
                                    : tr("%1 of %2").arg(countText(count), countText(total)));
    m_stack->setCurrentWidget(count > 0 ? static_cast<QWidget*>(m_gallery) : m_empty);
    if (total == 0)
        m_empty->setMessage(
            tr("No pictures yet"),
            tr("This is where everything you collect appears. Drop a folder of pictures onto the window: "
               "subfolders become classes; labels of COCO, YOLO, Pascal VOC and other formats are read."),
            m_document.isReadOnly() ? QString() : tr("Import a folder…"));
    else if (count == 0)
        m_empty->setMessage(tr("Nothing passes the filter"),
                            tr("No picture has everything that the row above asks for."),
                            tr("Show all pictures"));
    updateSelection();
}

void GalleryPanel::updateSelection()
{
    SelectionBar::Choice choice;
    choice.count = m_gallery->selectedCount();
    choice.notShown = m_gallery->hiddenCount();
    choice.isEditable = !m_document.isReadOnly();
    // Of very many no more is looked at than tells quickly; then both are offered.
    const std::vector<ItemId> items = m_gallery->selectedItems();
    choice.hasIncluded = choice.hasExcluded = items.size() > kLookedAt;
    for (std::size_t i = 0; i < items.size() && !(choice.hasIncluded && choice.hasExcluded); ++i) {
        const ItemColumns* columns = m_document.project().column(items[i]);
        if (columns != nullptr)
            (columns->isExcluded ? choice.hasExcluded : choice.hasIncluded) = true;
    }
    m_selectionBar->setChoice(choice);
}

/// While a second person labels, who does not see the project's labels, they cannot be changed here.
bool GalleryPanel::isBlind()
{
    if (m_view.secondPerson().isEmpty())
        return false;
    m_view.tell(tr("A second person labels; end that in Label first."));
    return true;
}

/// Nothing, and a word about it, where nothing or too much is chosen.
std::vector<ItemId> GalleryPanel::chosenItems()
{
    if (isBlind())
        return {};
    if (m_gallery->selectedCount() == 0) {
        m_view.tell(tr("Nothing is selected."));
        return {};
    }
    if (m_gallery->selectedCount() > kMostAtOnce) {
        m_notice->show(Notice::Kind::Warning,
                       tr("At most %1 pictures can be changed at once; %2 are selected.")
                           .arg(countText(kMostAtOnce), countText(m_gallery->selectedCount())));
        return {};
    }
    std::vector<ItemId> items = m_gallery->selectedItems();
    std::sort(items.begin(), items.end()); // in the order of the database
    return items;
}

void GalleryPanel::giveClassByKey(const QString& key)
{
    for (const ItemClass& itemClass : m_document.project().classes())
        if (shown(itemClass.key) == key)
            return giveClass(itemClass.id);
    m_view.tell(tr("No class has the key %1.").arg(key));
}

void GalleryPanel::giveClass(ClassId classId)
{
    const std::vector<ItemId> items = chosenItems();
    if (items.empty())
        return;
    Project& project = m_document.project();
    applied(m_document.apply(m_areTags && classId != 0 ? makeToggleTag(project, items, classId)
                                                       : makeSetClass(project, items, classId)));
}

void GalleryPanel::setSuggestions(Suggestions& suggestions)
{
    m_suggestions = &suggestions;
    m_cells.setSuggestions(&suggestions);
    connect(&suggestions, &Suggestions::changed, this, [this] { m_gallery->viewport()->update(); });
    connect(&suggestions, &Suggestions::listChanged, this, &GalleryPanel::rankSuggestions);
    connect(&suggestions, &Suggestions::failed, this,
            [this](const QString& sentence, const QString& details) {
                m_notice->show(Notice::Kind::Warning, sentence, {}, details);
            });
}

/// Newer suggestions come with every few labels; an order that is on stays as it is, so that nothing jumps
/// while a person works, until it is chosen again.
void GalleryPanel::rankSuggestions()
{
    if (m_order->order().key == ItemOrder::Key::Ranking)
        return;
    const SuggestionList& list = m_suggestions->list();
    std::vector<ClassId> byName;
    for (const ItemClass& itemClass : m_document.project().classes())
        byName.push_back(itemClass.id);
    std::sort(byName.begin(), byName.end(), [this](ClassId a, ClassId b) {
        return m_document.project().classById(a)->name < m_document.project().classById(b)->name;
    });
    auto groups = std::make_shared<ItemRanking>();
    auto doubts = std::make_shared<ItemRanking>();
    groups->items = doubts->items = list.items;
    doubts->values = list.probabilities;
    groups->values.reserve(list.items.size());
    std::unordered_map<ClassId, float> places;
    for (const ClassId classId : byName)
        places.emplace(classId, static_cast<float>(places.size()));
    for (std::size_t i = 0; i < list.items.size(); ++i) {
        const auto place = places.find(ClassId(list.classes[i]));
        groups->values.push_back((place == places.end() ? static_cast<float>(places.size()) : place->second) +
                                 0.999F * (1 - list.probabilities[i]));
    }
    m_order->setRanking(QStringLiteral("suggested"), tr("Suggested class"),
                        list.items.empty() ? nullptr : groups);
    m_order->setRanking(QStringLiteral("doubt"), tr("Doubt about the suggestion"),
                        list.items.empty() ? nullptr : doubts);
}

void GalleryPanel::acceptSuggestions()
{
    if (m_suggestions == nullptr)
        return;
    if (isBlind())
        return;
    const std::vector<ItemId> items =
        m_gallery->selectedCount() > 1 ? chosenItems() : m_gallery->visibleItems();
    const auto count = std::count_if(items.begin(), items.end(), [this](ItemId item) {
        return m_suggestions->suggestion(item).has_value();
    });
    if (count == 0)
        return m_view.tell(tr("No class is suggested for these pictures."));
    const auto result = m_suggestions->accept(items);
    applied(result);
    if (result)
        m_view.tell(tr("Accepted %1 suggestions.").arg(count));
}

void GalleryPanel::rejectSuggestions()
{
    if (m_suggestions != nullptr)
        m_suggestions->reject(chosenItems());
}

void GalleryPanel::toggleExcluded()
{
    const std::vector<ItemId> items = chosenItems();
    if (items.empty())
        return;
    setExcluded(std::any_of(items.begin(), items.end(), [this](ItemId item) {
        const ItemColumns* columns = m_document.project().column(item);
        return columns != nullptr && !columns->isExcluded;
    }));
}

void GalleryPanel::setExcluded(bool on)
{
    const std::vector<ItemId> items = chosenItems();
    if (items.empty())
        return;
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
