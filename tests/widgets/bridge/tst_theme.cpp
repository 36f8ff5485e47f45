// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/project/class_colours.h"
#include "widgets/bridge/theme.h"

#include <QApplication>
#include <QTest>
#include <cmath>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

/// WCAG 2.1 contrast, written down anew from its definition.
double contrast(const QColor& a, const QColor& b)
{
    const auto luminance = [](const QColor& c) {
        double sum = 0;
        const double weights[] = {0.2126, 0.7152, 0.0722};
        const double values[] = {c.redF(), c.greenF(), c.blueF()};
        for (int i = 0; i < 3; ++i)
            sum += weights[i] *
                   (values[i] <= 0.03928 ? values[i] / 12.92 : std::pow((values[i] + 0.055) / 1.055, 2.4));
        return sum;
    };
    const double x = luminance(a) + 0.05;
    const double y = luminance(b) + 0.05;
    return x > y ? x / y : y / x;
}

} // namespace

/// The tokens keep their promises in both themes.
class ThemeTest : public QObject
{
    Q_OBJECT
private slots:
    void textCanBeRead_data()
    {
        QTest::addColumn<bool>("isDark");
        QTest::addColumn<QByteArray>("ink");
        QTest::addColumn<QByteArray>("paper");
        for (const bool isDark : {false, true}) {
            const char* theme = isDark ? "dark" : "light";
            for (const char* ink :
                 {"text", "textMuted", "accent", "good", "warning", "bad", "train", "val", "test"})
                for (const char* paper : {"window", "surface", "raised"})
                    QTest::addRow("%s: %s on %s", theme, ink, paper)
                        << isDark << QByteArray(ink) << QByteArray(paper);
            QTest::addRow("%s: accentText on accent", theme)
                << isDark << QByteArray("accentText") << QByteArray("accent");
            QTest::addRow("%s: text on accentSoft", theme)
                << isDark << QByteArray("text") << QByteArray("accentSoft");
            for (const char* paper : {"goodSoft", "warningSoft", "badSoft"})
                QTest::addRow("%s: text on %s", theme, paper)
                    << isDark << QByteArray("text") << QByteArray(paper);
            QTest::addRow("%s: textMuted on sunken", theme)
                << isDark << QByteArray("textMuted") << QByteArray("sunken");
        }
    }
    void textCanBeRead()
    {
        QFETCH(bool, isDark);
        QFETCH(QByteArray, ink);
        QFETCH(QByteArray, paper);
        Theme theme;
        theme.setMode(isDark ? Theme::Mode::Dark : Theme::Mode::Light);
        const double ratio = contrast(theme.colour(ink.constData()), theme.colour(paper.constData()));
        QVERIFY2(ratio >= 4.5, QByteArray::number(ratio));
    }

    void classColoursStandOutInBothThemes()
    {
        for (const auto mode : {Theme::Mode::Light, Theme::Mode::Dark}) {
            Theme theme;
            theme.setMode(mode);
            for (const std::uint32_t rgb : {0xffff00u, 0x000001u, 0x2f6fdeu, 0xffffffu, 0x111111u}) {
                const QColor colour = theme.classColour(ItemClass{1, "x", rgb, ""});
                QVERIFY2(contrast(colour, theme.colour("surface")) >= 2.9, colour.name().toUtf8());
            }
        }
    }

    void aClassWithoutAColourHasOneOfTheTable()
    {
        Theme theme;
        theme.setMode(Theme::Mode::Light);
        for (const ClassId id : {1, 7, 40})
            QCOMPARE(theme.classColour(ItemClass{id, "x", 0, ""}),
                     theme.classColour(ItemClass{id, "x", classColour(static_cast<std::size_t>(id)), ""}));
    }

    void everyTokenOfTheStyleSheetIsKnown()
    {
        Theme theme;
        theme.setMode(Theme::Mode::Light);
        QVERIFY2(!qApp->styleSheet().contains(QLatin1Char('@')),
                 "an unknown token is left in the style sheet");
        QVERIFY(qApp->styleSheet().contains(QStringLiteral("QPushButton")));
    }

    void iconsFollowTheTheme()
    {
        Theme theme;
        theme.setMode(Theme::Mode::Light);
        const QIcon icon = theme.icon(QStringLiteral("data"));
        const auto darkest = [&] {
            const QImage image = icon.pixmap(24, 24).toImage();
            int value = -1;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (image.pixelColor(x, y).alpha() > 200)
                        value = image.pixelColor(x, y).lightness();
            return value;
        };
        const int light = darkest();
        theme.setMode(Theme::Mode::Dark);
        const int dark = darkest();
        QVERIFY2(light >= 0 && light < 80, QByteArray::number(light));
        QVERIFY2(dark > 180, QByteArray::number(dark));
    }
};

QTEST_MAIN(ThemeTest)
#include "tst_theme.moc"
