// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/gallery_painter.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kPadding = 8;
constexpr int kLineGap = 4;
constexpr int kDot = 8;
constexpr std::size_t kMostChips = 4; ///< the names say the rest
constexpr int kMark = 10;
constexpr double kRadius = 6;

QColor mixed(const QColor& a, const QColor& b, double share)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() + (b.redF() - a.redF()) * share),
                            static_cast<float>(a.greenF() + (b.greenF() - a.greenF()) * share),
                            static_cast<float>(a.blueF() + (b.blueF() - a.blueF()) * share));
}

QFont smaller(QFont font)
{
    if (font.pixelSize() > 0)
        font.setPixelSize(std::max(10, font.pixelSize() - 1));
    else
        font.setPointSizeF(std::max(7.5, font.pointSizeF() - 0.75));
    return font;
}

/// Never enlarged beyond its own pixels times two: small pictures stay honest.
QRect fitted(const QRect& area, const QSize& picture)
{
    const QSize size = picture.scaled(area.size(), Qt::KeepAspectRatio).boundedTo(picture * 4);
    return {area.x() + (area.width() - size.width()) / 2, area.y() + (area.height() - size.height()) / 2,
            size.width(), size.height()};
}

} // namespace

GalleryPainter::GalleryPainter(const QFont& font, const QPalette& palette, int pictureEdge)
    : m_font(font), m_metrics(font), m_smallFont(smaller(font)), m_smallMetrics(m_smallFont),
      m_palette(palette), m_edge(pictureEdge)
{
}

QSize GalleryPainter::cellSize() const
{
    return {m_edge + 2 * kPadding,
            m_edge + m_metrics.height() + m_smallMetrics.height() + 3 * kLineGap + kPadding};
}

void GalleryPainter::paint(QPainter& painter, const QRect& cell, const GalleryCell& content,
                           const QImage* picture, const State& state) const
{
    const QColor base = m_palette.color(QPalette::Base);
    const QColor accent = m_palette.color(QPalette::Highlight);
    const QRect frame = cell.adjusted(2, 2, -2, -2);
    if (state.isSelected || state.isHovered) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(state.isSelected ? mixed(base, accent, 0.16)
                                          : mixed(base, m_palette.color(QPalette::Text), 0.05));
        painter.drawRoundedRect(frame, kRadius, kRadius);
    }
    if (state.isSelected || state.isCurrent) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(accent, state.isCurrent ? 2 : 1));
        painter.drawRoundedRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5), kRadius, kRadius);
    }
    const QRect area(cell.x() + kPadding, cell.y() + kPadding, m_edge, m_edge);
    paintPicture(painter, area, content, picture, state);
    paintLines(painter, QRect(area.x(), area.bottom() + 1 + kLineGap, m_edge, cell.bottom() - area.bottom()),
               content, state);
}

void GalleryPainter::paintPicture(QPainter& painter, const QRect& area, const GalleryCell& content,
                                  const QImage* picture, const State& state) const
{
    if (picture != nullptr) {
        const QRect target = fitted(area, picture->size());
        painter.setRenderHint(QPainter::SmoothPixmapTransform, target.width() < picture->width());
        painter.setOpacity(content.isExcluded ? 0.4 : 1.0);
        painter.drawImage(target, *picture);
        painter.setOpacity(1.0);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mixed(m_palette.color(QPalette::Base), m_palette.color(QPalette::Text), 0.07));
        painter.drawRoundedRect(area, 4, 4);
        if (state.isMissing) {
            painter.setFont(m_smallFont);
            painter.setPen(m_palette.color(QPalette::PlaceholderText));
            painter.drawText(area.adjusted(4, 4, -4, -4), Qt::AlignCenter | Qt::TextWordWrap,
                             QCoreApplication::translate("GalleryView", "no preview"));
        }
    }
    QPoint corner = area.topLeft() + QPoint(4, 4);
    for (const QString& text :
         {content.isExcluded ? QCoreApplication::translate("GalleryView", "excluded") : QString(),
          content.problem}) {
        if (text.isEmpty())
            continue;
        paintPill(painter, corner, text, area.width() - 8);
        corner.ry() += m_smallMetrics.height() + 6;
    }
}

/// Five shapes, so that the colour is never alone.
void GalleryPainter::paintMark(QPainter& painter, const QRectF& area, const GalleryCell& content) const
{
    using Mark = GalleryCell::Mark;
    const QRectF round = area.adjusted(1, 1, -1, -1);
    painter.setPen(QPen(content.markColour, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(content.mark == Mark::Dot ? QBrush(content.markColour) : QBrush(Qt::NoBrush));
    const auto at = [&](double x, double y) {
        return QPointF(area.x() + x * area.width(), area.y() + y * area.height());
    };
    switch (content.mark) {
    case Mark::None:
        break;
    case Mark::Ring:
    case Mark::Dot:
        painter.drawEllipse(round);
        break;
    case Mark::Half:
        painter.drawEllipse(round);
        painter.setBrush(content.markColour);
        painter.drawPie(round, 90 * 16, 180 * 16);
        break;
    case Mark::Check:
        painter.drawPolyline(QPolygonF{at(0.05, 0.55), at(0.38, 0.88), at(0.95, 0.15)});
        break;
    case Mark::Cross:
        painter.drawLine(at(0.12, 0.12), at(0.88, 0.88));
        painter.drawLine(at(0.12, 0.88), at(0.88, 0.12));
        break;
    }
}

/// Dark on any picture in both themes, so that the word reads wherever it lies.
void GalleryPainter::paintPill(QPainter& painter, const QPoint& topLeft, const QString& text,
                               int widest) const
{
    const QString shown = m_smallMetrics.elidedText(text, Qt::ElideRight, widest - 12);
    const QRect pill(topLeft,
                     QSize(m_smallMetrics.horizontalAdvance(shown) + 12, m_smallMetrics.height() + 2));
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(20, 22, 25, 225));
    painter.drawRoundedRect(pill, 4, 4);
    painter.setFont(m_smallFont);
    painter.setPen(QColor(255, 255, 255));
    painter.drawText(pill, Qt::AlignCenter, shown);
}

void GalleryPainter::paintLines(QPainter& painter, const QRect& area, const GalleryCell& content,
                                const State&) const
{
    const QColor text = m_palette.color(QPalette::Text);
    const QColor quiet = m_palette.color(QPalette::PlaceholderText);
    painter.setFont(m_font);
    QRect first(area.x(), area.y(), area.width(), m_metrics.height());
    if (content.mark != GalleryCell::Mark::None) {
        paintMark(painter, QRectF(first.right() - kMark, first.center().y() - kMark / 2 + 1, kMark, kMark),
                  content);
        first.setWidth(std::max(0, first.width() - kMark - 6));
    }
    painter.setPen(content.isExcluded ? quiet : text);
    painter.drawText(first, Qt::AlignLeft | Qt::AlignVCenter,
                     m_metrics.elidedText(content.text, Qt::ElideMiddle, first.width()));
    QRect second(area.x(), first.bottom() + 1 + kLineGap / 2, area.width(), m_smallMetrics.height());
    painter.setFont(m_smallFont);
    painter.setPen(quiet);
    if (!content.split.isEmpty()) {
        const int width = m_smallMetrics.horizontalAdvance(content.split);
        painter.drawText(second, Qt::AlignRight | Qt::AlignVCenter, content.split);
        second.setWidth(std::max(0, second.width() - width - 8));
    }
    if (content.className.isEmpty())
        return;
    std::vector<QColor> chips{content.classColour};
    chips.insert(chips.end(), content.moreColours.begin(), content.moreColours.end());
    chips.resize(std::min(chips.size(), kMostChips));
    painter.setPen(Qt::NoPen);
    for (const QColor& chip : chips) {
        painter.setBrush(chip.isValid() ? chip : quiet);
        painter.drawRoundedRect(QRect(second.x(), second.center().y() - kDot / 2 + 1, kDot, kDot), 2, 2);
        second.setLeft(second.left() + kDot + 2);
    }
    second.setLeft(second.left() + 4);
    painter.setPen(content.isExcluded ? quiet : text);
    painter.drawText(second, Qt::AlignLeft | Qt::AlignVCenter,
                     m_smallMetrics.elidedText(content.className, Qt::ElideRight, second.width()));
}

} // namespace trainyard::widgets
