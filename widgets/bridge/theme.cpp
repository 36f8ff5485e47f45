// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bridge/theme.h"

#include "core/base/assert.h"
#include "core/project/class_colours.h"
#include "widgets/bridge/theme_icon.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStyle>
#include <QStyleFactory>
#include <algorithm>
#include <cmath>

// Resources of a static library are registered only when somebody asks for them.
static void registerResources()
{
    Q_INIT_RESOURCE(resources);
}

namespace trainyard::widgets {

namespace {

double luminance(const QColor& colour)
{
    const auto linear = [](double v) {
        return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

double contrast(const QColor& a, const QColor& b)
{
    const double bright = std::max(luminance(a), luminance(b));
    const double dark = std::min(luminance(a), luminance(b));
    return (bright + 0.05) / (dark + 0.05);
}

QFont interfaceFont(int pixels)
{
    const QStringList families = QFontDatabase::families();
    QFont font = QApplication::font();
    for (const char* name : {"Inter", "Inter Variable", "Cantarell", "Noto Sans", "DejaVu Sans"}) {
        if (families.contains(QLatin1String(name))) {
            font.setFamily(QLatin1String(name));
            break;
        }
    }
    font.setPixelSize(pixels);
    return font;
}

} // namespace

Theme::Theme(QObject* parent) : QObject(parent)
{
    registerResources();
    // Before any palette of ours: what the desktop says.
    m_systemIsDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    if (QStyle* fusion = QStyleFactory::create(QStringLiteral("Fusion")))
        QApplication::setStyle(fusion);
    load(m_systemIsDark ? QStringLiteral("dark") : QStringLiteral("light"));
}

void Theme::setMode(Mode mode)
{
    m_mode = mode;
    const bool isDark = mode == Mode::Dark || (mode == Mode::System && m_systemIsDark);
    load(isDark ? QStringLiteral("dark") : QStringLiteral("light"));
    QApplication::setFont(interfaceFont(m_fontPixels));
    QApplication::setPalette(palette());
    qApp->setStyleSheet(styleSheet());
    emit changed();
}

Theme::Unstyled::Unstyled(const Theme& theme) : m_theme(theme)
{
    qApp->setStyleSheet({});
}

Theme::Unstyled::~Unstyled()
{
    qApp->setStyleSheet(m_theme.styleSheet());
}

void Theme::load(const QString& name)
{
    QFile file(QStringLiteral(":/trainyard/themes/%1.json").arg(name));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    TRAINYARD_ASSERT(isOpen);
    const QJsonObject tokens = QJsonDocument::fromJson(file.readAll()).object();
    m_isDark = tokens.value(QLatin1String("isDark")).toBool();
    m_radius = tokens.value(QLatin1String("radius")).toInt(m_radius);
    m_spacing = tokens.value(QLatin1String("spacing")).toInt(m_spacing);
    m_fontPixels = tokens.value(QLatin1String("fontPixels")).toInt(m_fontPixels);
    m_colours.clear();
    const QJsonObject colours = tokens.value(QLatin1String("colours")).toObject();
    for (auto it = colours.begin(); it != colours.end(); ++it)
        m_colours.insert(it.key(), QColor(it.value().toString()));
}

QColor Theme::colour(const char* token) const
{
    return m_colours.value(QLatin1String(token), QColor(255, 0, 255));
}

QColor Theme::classColour(const ItemClass& itemClass) const
{
    // Mixed with white or black just as far as it takes to stand out from the surface.
    const QColor own = QColor::fromRgb(itemClass.colour != 0
                                           ? itemClass.colour
                                           : trainyard::classColour(static_cast<std::size_t>(itemClass.id)));
    const QColor surface = this->colour("surface");
    const int target = m_isDark ? 255 : 0;
    QColor colour = own;
    for (int share = 5; share <= 100 && contrast(colour, surface) < 3.0; share += 5) {
        const auto mix = [&](int channel) { return channel + (target - channel) * share / 100; };
        colour = QColor(mix(own.red()), mix(own.green()), mix(own.blue()));
    }
    return colour;
}

QIcon Theme::icon(const QString& name, const char* token) const
{
    return QIcon(new ThemeIcon(*this, name, token));
}

QPalette Theme::palette() const
{
    QPalette palette;
    const struct
    {
        QPalette::ColorRole role;
        const char* token;
    } roles[] = {
        {QPalette::Window, "window"},
        {QPalette::WindowText, "text"},
        {QPalette::Base, "surface"},
        {QPalette::AlternateBase, "raised"},
        {QPalette::Text, "text"},
        {QPalette::Button, "raised"},
        {QPalette::ButtonText, "text"},
        {QPalette::BrightText, "bad"},
        {QPalette::Highlight, "accent"},
        {QPalette::HighlightedText, "accentText"},
        {QPalette::Link, "accent"},
        {QPalette::LinkVisited, "val"},
        {QPalette::ToolTipBase, "raised"},
        {QPalette::ToolTipText, "text"},
        {QPalette::PlaceholderText, "textMuted"},
        {QPalette::Mid, "line"},
        {QPalette::Midlight, "line"},
        {QPalette::Dark, "lineStrong"},
        {QPalette::Light, "surface"},
        {QPalette::Shadow, "sunken"},
    };
    for (const auto& [role, token] : roles)
        palette.setColor(role, colour(token));
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, colour("textDisabled"));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, colour("line"));
    return palette;
}

QString Theme::styleSheet() const
{
    QFile file(QStringLiteral(":/trainyard/themes/studio.qss"));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    TRAINYARD_ASSERT(isOpen);
    QString text = QString::fromUtf8(file.readAll());
    // Longest names first, so that @text does not eat @textMuted.
    QStringList names = m_colours.keys();
    std::sort(names.begin(), names.end(),
              [](const QString& a, const QString& b) { return a.size() > b.size(); });
    for (const QString& name : std::as_const(names))
        text.replace(QLatin1Char('@') + name, m_colours.value(name).name());
    text.replace(QStringLiteral("@name"), m_isDark ? QStringLiteral("dark") : QStringLiteral("light"));
    text.replace(QStringLiteral("@radius"), QString::number(m_radius) + QStringLiteral("px"));
    return text;
}

} // namespace trainyard::widgets
