// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/bar_chart.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr int kGap = 8;
constexpr int kBarHeight = 12;
constexpr int kWidestName = 160;

QString valueText(const Bar& bar)
{
    return bar.text.isEmpty() ? QLocale().toString(bar.value, 'f', bar.value == qRound64(bar.value) ? 0 : 2)
                              : bar.text;
}

} // namespace

BarChart::BarChart(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void BarChart::setBars(std::vector<Bar> bars)
{
    m_bars = std::move(bars);
    m_current = std::min(m_current, static_cast<int>(m_bars.size()) - 1);
    QStringList words;
    for (const Bar& bar : m_bars)
        words << bar.name + QStringLiteral(": ") + valueText(bar);
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    updateGeometry();
    update();
}

void BarChart::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

int BarChart::rowHeight() const
{
    return std::max(fontMetrics().height(), kBarHeight) + kGap;
}

QSize BarChart::sizeHint() const
{
    return {280, std::max(1, static_cast<int>(m_bars.size())) * rowHeight()};
}

QSize BarChart::minimumSizeHint() const
{
    return {160, sizeHint().height()};
}

QRect BarChart::barRect(int index) const
{
    return {0, index * rowHeight(), width(), rowHeight()};
}

void BarChart::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor quiet = palette().color(QPalette::PlaceholderText);
    if (m_bars.empty()) {
        painter.setPen(quiet);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const QFontMetrics metrics = fontMetrics();
    int names = 0;
    int values = 0;
    double highest = 0;
    for (const Bar& bar : m_bars) {
        // Widths have fractions, and a name that is a fraction too long is cut.
        names = std::max(names, metrics.horizontalAdvance(bar.name) + 1);
        values = std::max(values, metrics.horizontalAdvance(valueText(bar)));
        highest = std::max(highest, bar.value);
    }
    names = std::min({names, kWidestName, width() / 3});
    const int left = kGap / 2 + names + kGap;
    const int room = std::max(0, width() - left - values - kGap - kGap / 2);
    for (int i = 0; i < static_cast<int>(m_bars.size()); ++i) {
        const Bar& bar = m_bars[static_cast<std::size_t>(i)];
        const QRect row = barRect(i);
        if (i == m_current && hasFocus()) {
            painter.setPen(QPen(palette().color(QPalette::Highlight), 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(row).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        }
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(kGap / 2, row.y(), names, row.height()), Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(bar.name, Qt::ElideRight, names));
        const QRectF track(left, row.center().y() - kBarHeight / 2.0 + 0.5, room, kBarHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette().color(QPalette::Mid));
        painter.setOpacity(0.45);
        painter.drawRoundedRect(track, 3, 3);
        painter.setOpacity(1);
        if (bar.value > 0) {
            const double width = std::max(2.0, track.width() * bar.value / highest);
            painter.setBrush(bar.colour.isValid() ? bar.colour : palette().color(QPalette::Highlight));
            painter.drawRoundedRect(QRectF(track.topLeft(), QSizeF(width, kBarHeight)),
                                    std::min(3.0, width / 2), std::min(3.0, width / 2));
        }
        painter.setPen(quiet);
        painter.drawText(QRect(left + room + kGap, row.y(), values + 1, row.height()),
                         Qt::AlignRight | Qt::AlignVCenter, valueText(bar));
    }
}

void BarChart::keyPressEvent(QKeyEvent* event)
{
    const int last = static_cast<int>(m_bars.size()) - 1;
    switch (event->key()) {
    case Qt::Key_Up:
        m_current = std::max(0, m_current - 1);
        break;
    case Qt::Key_Down:
        m_current = std::min(last, m_current + 1);
        break;
    case Qt::Key_Home:
        m_current = std::min(0, last);
        break;
    case Qt::Key_End:
        m_current = last;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            emit activated(m_current);
        return;
    default:
        event->ignore();
        return;
    }
    m_current = std::min(m_current, last);
    update();
}

void BarChart::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || !rect().contains(event->position().toPoint()))
        return;
    const int index = static_cast<int>(event->position().y()) / rowHeight();
    if (index >= static_cast<int>(m_bars.size()))
        return;
    m_current = index;
    update();
    emit activated(index);
}

bool BarChart::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = help->pos().y() / rowHeight();
        if (index >= 0 && index < static_cast<int>(m_bars.size())) {
            const Bar& bar = m_bars[static_cast<std::size_t>(index)];
            QToolTip::showText(help->globalPos(),
                               (bar.name + QStringLiteral(": ") + valueText(bar)).toHtmlEscaped(), this,
                               barRect(index));
        }
        return true;
    }
    return QWidget::event(event);
}

} // namespace trainyard::widgets
