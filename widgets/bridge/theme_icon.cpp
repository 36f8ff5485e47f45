// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/theme_icon.h"

#include "core/base/assert.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace trainyard::widgets {

namespace {

constexpr int kSwatchEdge = 2 * kColourIconEdge; ///< sharp on a fine screen

QIcon makeColourIcon(const QColor& colour)
{
    QPixmap pixmap(kSwatchEdge, kSwatchEdge);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(colour);
    painter.setPen(Qt::NoPen);
    painter.drawRoundedRect(pixmap.rect().adjusted(2, 2, -2, -2), 6, 6);
    QIcon icon(pixmap);
    icon.addPixmap(pixmap, QIcon::Selected); // a colour means something, so a selection does not tint it
    return icon;
}

} // namespace

ThemeIcon::ThemeIcon(const Theme& theme, QString name, const char* token)
    : m_theme(&theme), m_name(std::move(name)), m_token(token)
{
    QFile file(QStringLiteral(":/trainyard/icons/%1.svg").arg(m_name));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    TRAINYARD_ASSERT(isOpen);
    m_svg = file.readAll();
}

QByteArray ThemeIcon::coloured(QIcon::Mode mode, QIcon::State state) const
{
    QColor colour(Qt::gray);
    if (m_theme) {
        const bool isChosen = state == QIcon::On;
        colour = m_theme->colour(mode == QIcon::Disabled ? "textDisabled" : isChosen ? "accent" : m_token);
    }
    QByteArray svg = m_svg;
    svg.replace("#000", colour.name().toUtf8());
    return svg;
}

void ThemeIcon::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state)
{
    QSvgRenderer renderer(coloured(mode, state));
    renderer.render(painter, QRectF(rect));
}

QPixmap ThemeIcon::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paint(&painter, QRect(QPoint(0, 0), size), mode, state);
    return pixmap;
}

QIconEngine* ThemeIcon::clone() const
{
    return new ThemeIcon(*this);
}

QIcon colourIcon(const QColor& colour)
{
    static QHash<QRgb, QIcon> icons;
    static const bool isCleared = [] {
        qAddPostRoutine([] { icons.clear(); }); // pixmaps go before the application
        return true;
    }();
    Q_UNUSED(isCleared);
    QIcon& icon = icons[colour.rgba()];
    if (icon.isNull())
        icon = makeColourIcon(colour);
    return icon;
}

} // namespace trainyard::widgets
