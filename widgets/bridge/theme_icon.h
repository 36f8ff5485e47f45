// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/bridge/theme.h"

#include <QByteArray>
#include <QIcon>
#include <QIconEngine>
#include <QPointer>

namespace trainyard::widgets {

/// Draws an SVG of resources/icons in the colour that the theme has now, at any size. The theme may go first.
class ThemeIcon : public QIconEngine
{
public:
    ThemeIcon(const Theme& theme, QString name, const char* token);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    [[nodiscard]] QIconEngine* clone() const override;

private:
    [[nodiscard]] QByteArray coloured(QIcon::Mode mode, QIcon::State state) const;

    QPointer<const Theme> m_theme;
    QString m_name;
    const char* m_token;
    QByteArray m_svg;
};

inline constexpr int kColourIconEdge = 14; ///< at which lists show a class's colour

/// A rounded square of one colour that looks the same in chosen rows. The same icon for the same colour each
/// time: Qt keeps the scaled pictures of every icon that it ever drew. GUI thread.
QIcon colourIcon(const QColor& colour);

} // namespace trainyard::widgets
