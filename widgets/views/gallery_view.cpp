// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/gallery_view.h"

#include "widgets/views/gallery_accessible.h"
#include "widgets/views/gallery_layout.h"
#include "widgets/views/gallery_painter.h"
#include "widgets/views/gallery_selection.h"
#include "widgets/views/thumbnail_source.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QPointer>
#include <QScrollBar>
#include <QToolTip>
#include <algorithm>
#include <limits>

namespace trainyard::widgets {

namespace {

constexpr int kSmallestEdge = 48;
constexpr int kLargestEdge = 384;
constexpr int kEdgeStep = 16;

enum class Move { Alone, Extend, Keep };

Move moveOf(Qt::KeyboardModifiers modifiers)
{
    if (modifiers & Qt::ShiftModifier)
        return Move::Extend;
    return modifiers & Qt::ControlModifier ? Move::Keep : Move::Alone;
}

} // namespace

struct GalleryView::Private
{
    GalleryView* q = nullptr;
    QPointer<ThumbnailSource> thumbnails;
    CellSource cellSource;
    QString emptyText;
    GallerySelection selection;
    GalleryLayout layout;
    int edge = 128;
    std::int64_t hovered = -1;
    std::int64_t wantedFirst = -1; ///< what thumbnails were asked for last
    std::int64_t wantedLast = -1;
    int lastScroll = 0;
    bool scrollsUp = false;
    double wheelRest = 0;

    [[nodiscard]] GalleryPainter painter() const { return {q->font(), q->palette(), edge}; }
    [[nodiscard]] int scroll() const { return q->verticalScrollBar()->value(); }
    [[nodiscard]] QRect rectOf(std::int64_t index) const
    {
        const std::int64_t y = layout.cellY(index) - scroll();
        if (y < -layout.cellHeight || y > q->viewport()->height())
            return {};
        return {layout.cellX(index), static_cast<int>(y), layout.cellWidth, layout.cellHeight};
    }
    [[nodiscard]] std::int64_t indexAt(const QPoint& position) const
    {
        return layout.indexAt(position.x(), static_cast<std::int64_t>(position.y()) + scroll());
    }
    [[nodiscard]] ItemId item(std::int64_t index) const
    {
        return index < 0 ? 0 : selection.items()[static_cast<std::size_t>(index)];
    }

    void relayout();
    void wantThumbnails();
    void ensureVisible(std::int64_t index);
    void act(std::int64_t index, Move move);
    void announce(std::int64_t currentBefore, bool isChoiceChanged);
    void setHovered(std::int64_t index);
    std::int64_t target(int key) const;
};

/// Keeps the first visible item where it is while the width or the cells change.
void GalleryView::Private::relayout()
{
    const std::int64_t top = layout.count == 0 ? 0 : layout.range(scroll(), scroll() + 1).first;
    const bool wasAtTop = scroll() == 0;
    const QSize cell = painter().cellSize();
    layout.count = selection.count();
    layout.viewWidth = q->viewport()->width();
    layout.cellWidth = cell.width();
    layout.cellHeight = cell.height();
    QScrollBar* bar = q->verticalScrollBar();
    const std::int64_t most = std::min<std::int64_t>(layout.height(), std::numeric_limits<int>::max() / 2);
    bar->setRange(0, static_cast<int>(std::max<std::int64_t>(0, most - q->viewport()->height())));
    bar->setPageStep(std::max(1, q->viewport()->height() - cell.height() / 2));
    bar->setSingleStep(std::max(8, cell.height() / 3));
    if (!wasAtTop && top < layout.count)
        bar->setValue(static_cast<int>(layout.cellY(top) - layout.margin));
    wantedFirst = -1;
    q->viewport()->update();
}

/// Visible first, then one page ahead in the direction of the last scroll; what is out of sight is no longer
/// wanted.
void GalleryView::Private::wantThumbnails()
{
    if (!thumbnails)
        return;
    const int height = q->viewport()->height();
    const auto [first, last] = layout.range(scroll(), static_cast<std::int64_t>(scroll()) + height);
    if (first == wantedFirst && last == wantedLast)
        return;
    wantedFirst = first;
    wantedLast = last;
    const std::int64_t page = last - first;
    const std::int64_t aheadFirst = scrollsUp ? std::max<std::int64_t>(0, first - page) : last;
    const std::int64_t aheadLast = scrollsUp ? first : std::min(layout.count, last + page);
    std::vector<ItemId> wanted;
    for (std::int64_t i = first; i < last; ++i)
        wanted.push_back(item(i));
    for (std::int64_t i = aheadFirst; i < aheadLast; ++i)
        wanted.push_back(item(i));
    thumbnails->want(wanted);
}

void GalleryView::Private::ensureVisible(std::int64_t index)
{
    if (index < 0)
        return;
    QScrollBar* bar = q->verticalScrollBar();
    const std::int64_t top = layout.cellY(index);
    const std::int64_t bottom = top + layout.cellHeight;
    const int height = q->viewport()->height();
    if (top - layout.margin < bar->value())
        bar->setValue(static_cast<int>(top - layout.margin));
    else if (bottom + layout.margin > static_cast<std::int64_t>(bar->value()) + height)
        bar->setValue(static_cast<int>(bottom + layout.margin - height));
}

void GalleryView::Private::announce(std::int64_t currentBefore, bool isChoiceChanged)
{
    q->viewport()->update();
    if (isChoiceChanged)
        emit q->selectionChanged();
    if (selection.current() == currentBefore)
        return;
    emit q->currentChanged(item(selection.current()));
    if (QAccessible::isActive()) {
        QAccessibleValueChangeEvent event(q, q->currentText());
        QAccessible::updateAccessibility(&event);
    }
}

void GalleryView::Private::act(std::int64_t index, Move move)
{
    if (index < 0 || index >= layout.count)
        return;
    const std::int64_t before = selection.current();
    bool isChanged = false;
    if (move == Move::Alone)
        isChanged = selection.selectOnly(index);
    else if (move == Move::Extend)
        isChanged = selection.extendTo(index, false);
    else
        selection.moveTo(index);
    ensureVisible(index);
    announce(before, isChanged);
}

void GalleryView::Private::setHovered(std::int64_t index)
{
    if (index == hovered)
        return;
    for (const std::int64_t changed : {hovered, index})
        if (changed >= 0 && changed < layout.count)
            q->viewport()->update(rectOf(changed));
    hovered = index;
}

/// Where a key leads from the current cell; -1 where the key does not move.
std::int64_t GalleryView::Private::target(int key) const
{
    const std::int64_t columns = layout.columns();
    const std::int64_t page =
        std::max<std::int64_t>(1, q->viewport()->height() / layout.cellHeight) * columns;
    const std::int64_t last = layout.count - 1;
    const std::int64_t from = selection.current();
    struct Step
    {
        int key;
        std::int64_t by;
    };
    const Step steps[] = {{Qt::Key_Left, -1},
                          {Qt::Key_Right, 1},
                          {Qt::Key_Up, -columns},
                          {Qt::Key_Down, columns},
                          {Qt::Key_PageUp, -page},
                          {Qt::Key_PageDown, page},
                          {Qt::Key_Home, -layout.count},
                          {Qt::Key_End, layout.count}};
    for (const Step& step : steps) {
        if (step.key != key)
            continue;
        if (from < 0)
            return key == Qt::Key_End ? last : 0;
        const std::int64_t to = from + step.by;
        const bool leavesColumn =
            (key == Qt::Key_Up && to < 0) || (key == Qt::Key_Down && from / columns == last / columns);
        return leavesColumn ? from : std::clamp<std::int64_t>(to, 0, last);
    }
    return -1;
}

GalleryView::GalleryView(QWidget* parent) : QAbstractScrollArea(parent), m_d(std::make_unique<Private>())
{
    m_d->q = this;
    installGalleryAccessibility();
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOn); // its coming and going would move every cell
    setFrameShape(QFrame::NoFrame);
    viewport()->setMouseTracking(true);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setAutoFillBackground(true);
    m_d->relayout();
}

GalleryView::~GalleryView() = default;

void GalleryView::setThumbnails(ThumbnailSource* source)
{
    if (m_d->thumbnails)
        m_d->thumbnails->disconnect(this);
    m_d->thumbnails = source;
    m_d->wantedFirst = -1;
    if (source != nullptr) {
        connect(source, &ThumbnailSource::ready, this, [this](ItemId item) {
            if (const QRect rect = itemRect(item); !rect.isNull())
                viewport()->update(rect);
        });
    }
    viewport()->update();
}

void GalleryView::setCellSource(CellSource source)
{
    m_d->cellSource = std::move(source);
    viewport()->update();
}

void GalleryView::setEmptyText(const QString& text)
{
    m_d->emptyText = text;
    viewport()->update();
}

void GalleryView::setItems(std::vector<ItemId> items)
{
    const ItemId currentBefore = currentItem();
    const bool isChoiceChanged = m_d->selection.setItems(std::move(items));
    m_d->hovered = -1;
    m_d->relayout();
    if (isChoiceChanged)
        emit selectionChanged();
    if (currentItem() != currentBefore)
        emit currentChanged(currentItem());
}

std::span<const ItemId> GalleryView::items() const
{
    return m_d->selection.items();
}

ItemId GalleryView::currentItem() const
{
    return m_d->item(m_d->selection.current());
}

void GalleryView::setCurrentItem(ItemId item)
{
    m_d->act(m_d->selection.indexOf(item), Move::Alone);
}

std::vector<ItemId> GalleryView::selectedItems() const
{
    return m_d->selection.selectedItems();
}

void GalleryView::setSelectedItems(std::span<const ItemId> items)
{
    if (m_d->selection.select(items)) {
        viewport()->update();
        emit selectionChanged();
    }
}

bool GalleryView::isSelected(ItemId item) const
{
    return m_d->selection.isChosen(item);
}

void GalleryView::keepSelected(const std::function<bool(ItemId)>& keeps)
{
    if (m_d->selection.keepOnly(keeps)) {
        viewport()->update();
        emit selectionChanged();
    }
}

std::int64_t GalleryView::hiddenCount() const
{
    return m_d->selection.hiddenCount();
}

std::int64_t GalleryView::selectedCount() const
{
    return m_d->selection.selectedCount();
}

QString GalleryView::currentText() const
{
    const ItemId item = currentItem();
    if (item == 0 || !m_d->cellSource)
        return {};
    const GalleryCell cell = m_d->cellSource(item);
    QStringList parts{cell.text,     cell.className.isEmpty() ? tr("no class") : cell.className,
                      cell.split,    cell.problem,
                      cell.markText, cell.isExcluded ? tr("excluded") : QString()};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(", "));
}

int GalleryView::pictureEdge() const
{
    return m_d->edge;
}

void GalleryView::setPictureEdge(int edge)
{
    edge = std::clamp(edge, kSmallestEdge, kLargestEdge);
    if (edge == m_d->edge)
        return;
    m_d->edge = edge;
    m_d->relayout();
    emit pictureEdgeChanged(edge);
}

ItemId GalleryView::itemAt(const QPoint& viewportPosition) const
{
    return m_d->item(m_d->indexAt(viewportPosition));
}

std::vector<ItemId> GalleryView::visibleItems() const
{
    const std::int64_t top = m_d->scroll();
    const auto [first, last] = m_d->layout.range(top, top + viewport()->height());
    std::vector<ItemId> items;
    for (std::int64_t i = first; i < last; ++i)
        items.push_back(m_d->item(i));
    return items;
}

QRect GalleryView::itemRect(ItemId item) const
{
    // Among what is in sight, because a list in another order than its ids has no quick way to an item.
    const std::int64_t top = m_d->scroll();
    const auto [first, last] = m_d->layout.range(top - m_d->layout.cellHeight, top + viewport()->height());
    for (std::int64_t i = first; i < last; ++i)
        if (m_d->item(i) == item)
            return m_d->rectOf(i);
    return {};
}

void GalleryView::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    if (m_d->layout.count == 0) {
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(viewport()->rect().adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap,
                         m_d->emptyText);
        return;
    }
    m_d->wantThumbnails();
    painter.setRenderHint(QPainter::Antialiasing);
    const GalleryPainter cells = m_d->painter();
    const std::int64_t top = static_cast<std::int64_t>(m_d->scroll()) + event->rect().top();
    const auto [first, last] = m_d->layout.range(top, top + event->rect().height());
    for (std::int64_t i = first; i < last; ++i) {
        const QRect rect = m_d->rectOf(i);
        if (!rect.intersects(event->rect()))
            continue;
        const ItemId item = m_d->item(i);
        const QImage* picture = m_d->thumbnails ? m_d->thumbnails->thumbnail(item) : nullptr;
        const bool isMissing = m_d->thumbnails && m_d->thumbnails->isMissing(item);
        const GalleryCell content = m_d->cellSource ? m_d->cellSource(item) : GalleryCell{};
        cells.paint(painter, rect, content, picture,
                    {m_d->selection.isSelected(i), i == m_d->selection.current() && hasFocus(),
                     i == m_d->hovered, isMissing});
    }
}

void GalleryView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    m_d->relayout();
}

void GalleryView::scrollContentsBy(int dx, int dy)
{
    static_cast<void>(dx);
    const int now = m_d->scroll();
    m_d->scrollsUp = now < m_d->lastScroll;
    m_d->lastScroll = now;
    m_d->hovered = -1;
    viewport()->scroll(0, dy);
}

void GalleryView::keyPressEvent(QKeyEvent* event)
{
    const std::int64_t before = m_d->selection.current();
    if (event->matches(QKeySequence::SelectAll)) {
        m_d->announce(before, m_d->selection.selectAll());
        return;
    }
    if (m_d->layout.count > 0) {
        if (const std::int64_t target = m_d->target(event->key()); target >= 0) {
            m_d->act(target, moveOf(event->modifiers()));
            return;
        }
    }
    switch (event->key()) {
    case Qt::Key_Space:
        if (before >= 0)
            m_d->announce(before, m_d->selection.toggle(before));
        return;
    case Qt::Key_Escape:
        if (m_d->selection.selectedCount() == 0)
            break;
        m_d->announce(before, m_d->selection.clear());
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (before < 0)
            break;
        emit activated(currentItem());
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        setPictureEdge(m_d->edge + kEdgeStep);
        return;
    case Qt::Key_Minus:
        setPictureEdge(m_d->edge - kEdgeStep);
        return;
    default:
        break;
    }
    event->ignore();
}

void GalleryView::mousePressEvent(QMouseEvent* event)
{
    const std::int64_t index = m_d->indexAt(event->position().toPoint());
    const std::int64_t before = m_d->selection.current();
    if (event->button() == Qt::RightButton) {
        // The menu that follows is about what lies under the cursor.
        if (index >= 0 && !m_d->selection.isSelected(index))
            m_d->announce(before, m_d->selection.selectOnly(index));
        return;
    }
    if (event->button() != Qt::LeftButton)
        return;
    const bool isToggling = event->modifiers() & Qt::ControlModifier;
    if (index < 0) {
        if (!isToggling && !(event->modifiers() & Qt::ShiftModifier))
            m_d->announce(before, m_d->selection.clear());
    } else if (event->modifiers() & Qt::ShiftModifier) {
        m_d->announce(before, m_d->selection.extendTo(index, isToggling));
    } else if (isToggling) {
        m_d->announce(before, m_d->selection.toggle(index));
    } else {
        m_d->announce(before, m_d->selection.selectOnly(index));
    }
}

void GalleryView::mouseMoveEvent(QMouseEvent* event)
{
    m_d->setHovered(m_d->indexAt(event->position().toPoint()));
}

void GalleryView::mouseDoubleClickEvent(QMouseEvent* event)
{
    const ItemId item = itemAt(event->position().toPoint());
    if (event->button() == Qt::LeftButton && item != 0 && item == currentItem())
        emit activated(item);
}

void GalleryView::wheelEvent(QWheelEvent* event)
{
    if (!(event->modifiers() & Qt::ControlModifier)) {
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    m_d->wheelRest += event->angleDelta().y() / 120.0;
    const int steps = static_cast<int>(m_d->wheelRest);
    m_d->wheelRest -= steps;
    setPictureEdge(m_d->edge + steps * kEdgeStep);
    event->accept();
}

bool GalleryView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave)
        m_d->setHovered(-1);
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const ItemId item = itemAt(help->pos());
        if (item == 0 || !m_d->cellSource) {
            QToolTip::hideText();
        } else {
            const GalleryCell cell = m_d->cellSource(item);
            QStringList lines{cell.text, cell.className, cell.markText, cell.problem};
            lines.removeAll(QString());
            QToolTip::showText(help->globalPos(),
                               lines.join(QLatin1Char('\n')).toHtmlEscaped().replace('\n', "<br>"),
                               viewport(), itemRect(item));
        }
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void GalleryView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange ||
        event->type() == QEvent::StyleChange)
        m_d->relayout();
}

void GalleryView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void GalleryView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace trainyard::widgets
