// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/project/item.h"

#include <QColor>
#include <QHash>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <QString>

namespace trainyard::widgets {

/// The tokens of resources/themes/*.json, as colours, palette, style sheet and icons.
///
/// Owned by the application; panels get a reference. Icons follow a change of the theme by themselves,
/// everything else listens to changed(). GUI thread.
class Theme : public QObject
{
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };

    explicit Theme(QObject* parent = nullptr);

    /// Loads the tokens and sets the application's palette, font and style sheet.
    void setMode(Mode mode);
    [[nodiscard]] Mode mode() const { return m_mode; }
    [[nodiscard]] bool isDark() const { return m_isDark; }

    /// A token ("accent", "textMuted"); unknown names are a programmer's error and give magenta.
    [[nodiscard]] QColor colour(const char* token) const;
    /// The colour that the project keeps for a class (else one of class_colours.h), lightened or darkened
    /// until it reads in this theme.
    [[nodiscard]] QColor classColour(const ItemClass& itemClass) const;
    [[nodiscard]] int spacing() const { return m_spacing; }

    /// An icon of resources/icons by name, in the text's colour ("accentText" for icons on filled buttons).
    [[nodiscard]] QIcon icon(const QString& name, const char* token = "text") const;

    /// While it lives no style sheet is set: what is put together meanwhile is styled once at the end and not
    /// again for every parent that it gets.
    class Unstyled
    {
    public:
        explicit Unstyled(const Theme& theme);
        ~Unstyled();
        Unstyled(const Unstyled&) = delete;
        Unstyled& operator=(const Unstyled&) = delete;

    private:
        const Theme& m_theme;
    };

signals:
    void changed();

private:
    void load(const QString& name);
    [[nodiscard]] QPalette palette() const;
    [[nodiscard]] QString styleSheet() const;

    Mode m_mode = Mode::System;
    bool m_isDark = false;
    bool m_systemIsDark = false;
    QHash<QString, QColor> m_colours;
    int m_radius = 6;
    int m_spacing = 8;
    int m_fontPixels = 13;
};

} // namespace trainyard::widgets
