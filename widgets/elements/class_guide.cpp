// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elements/class_guide.h"

#include "widgets/bridge/text.h"
#include "widgets/bridge/theme.h"
#include "widgets/elements/controls.h"
#include "widgets/views/thumbnail_source.h"

#include <QLabel>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <functional>

namespace trainyard::widgets {

namespace {

constexpr int kCell = 72;
constexpr int kGap = 4;

} // namespace

/// The example pictures in rows.
class ClassGuide::Pictures : public QWidget
{
public:
    Pictures(ThumbnailSource& thumbnails, const Theme& theme, std::function<void(ItemId)> clicked)
        : m_thumbnails(thumbnails), m_theme(theme), m_clicked(std::move(clicked))
    {
        QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
        policy.setHeightForWidth(true);
        setSizePolicy(policy);
        connect(&thumbnails, &ThumbnailSource::ready, this, [this] { update(); });
    }

    void setItems(std::vector<ItemId> items)
    {
        m_items = std::move(items);
        setVisible(!m_items.empty());
        setAccessibleName(ClassGuide::tr("%n example pictures", nullptr, static_cast<int>(m_items.size())));
        updateGeometry();
        update();
    }
    [[nodiscard]] int heightForWidth(int width) const override
    {
        const int rows = (static_cast<int>(m_items.size()) + columns(width) - 1) / columns(width);
        return rows == 0 ? 0 : rows * (kCell + kGap) - kGap;
    }
    [[nodiscard]] QSize sizeHint() const override
    {
        return {3 * kCell, heightForWidth(3 * kCell + 2 * kGap)};
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        for (std::size_t i = 0; i < m_items.size(); ++i) {
            const QRect cell = cellAt(i);
            painter.fillRect(cell, m_theme.colour("line"));
            if (const QImage* image = m_thumbnails.thumbnail(m_items[i])) {
                QRect place(QPoint(), image->size().scaled(cell.size(), Qt::KeepAspectRatio));
                place.moveCenter(cell.center());
                painter.drawImage(place, *image);
            }
        }
    }
    void mouseReleaseEvent(QMouseEvent* event) override
    {
        for (std::size_t i = 0; i < m_items.size(); ++i)
            if (cellAt(i).contains(event->pos()))
                return m_clicked(m_items[i]);
    }

private:
    [[nodiscard]] static int columns(int width) { return std::max(1, (width + kGap) / (kCell + kGap)); }
    [[nodiscard]] QRect cellAt(std::size_t index) const
    {
        const int place = static_cast<int>(index);
        return {place % columns(width()) * (kCell + kGap), place / columns(width()) * (kCell + kGap), kCell,
                kCell};
    }

    ThumbnailSource& m_thumbnails;
    const Theme& m_theme;
    std::function<void(ItemId)> m_clicked;
    std::vector<ItemId> m_items;
};

ClassGuide::ClassGuide(ThumbnailSource& thumbnails, const Theme& theme, QWidget* parent)
    : QWidget(parent), m_name(makeLabel({}, "heading")), m_text(makeText({})),
      m_pictures(new Pictures(thumbnails, theme, [this](ItemId item) { emit exampleClicked(item); }))
{
    m_name->setTextFormat(Qt::PlainText);
    m_text->setTextFormat(Qt::PlainText);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(6);
    layout->addWidget(m_name);
    layout->addWidget(m_text);
    layout->addWidget(m_pictures);
    setClass(nullptr);
}

void ClassGuide::setClass(const ItemClass* itemClass)
{
    const bool hasGuide = itemClass != nullptr && (!itemClass->guide.empty() || !itemClass->examples.empty());
    setVisible(hasGuide);
    if (!hasGuide)
        return;
    m_name->setText(shown(itemClass->name));
    m_name->setVisible(!itemClass->name.empty());
    m_text->setText(QString::fromUtf8(itemClass->guide.c_str()));
    m_text->setVisible(!itemClass->guide.empty());
    m_pictures->setItems(itemClass->examples);
}

} // namespace trainyard::widgets
