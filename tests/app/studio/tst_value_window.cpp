// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/imaging/own_png.h"
#include "tests/app/studio/label_fixture.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/gray16_files.h"
#include "tests/widgets/bridge/sample_project.h"
#include "widgets/views/display_form.h"

#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>
#include <QToolButton>
#include <cmath>

using namespace trainyard;
using namespace trainyard::widgets;

/// Pictures of 16 bits whose values of interest lie in a narrow band, in the Label workspace: a window over
/// the values shows them, and changes nothing but what is seen.
class ValueWindowTest : public QObject
{
    Q_OBJECT
private:
    static constexpr int kWidth = 48;
    static constexpr int kHeight = 32;
    static constexpr int kDark = 30'000;   ///< the left half
    static constexpr int kBright = 30'100; ///< the right half: the same once it is rounded to 8 bits

    std::unique_ptr<test::TemporaryFolder> m_folder;
    std::unique_ptr<test::LabelFixture> m_hands;

    [[nodiscard]] std::filesystem::path file() const { return *m_folder / "pets/pictures/picture-0000.ppm"; }
    void open(const std::string& bytes)
    {
        m_folder = std::make_unique<test::TemporaryFolder>();
        test::makeUser(m_folder->path());
        test::makeSampleProject(*m_folder / "pets", 2, 0);
        if (!bytes.empty())
            test::writeTestFile(file(), bytes);
        m_hands = std::make_unique<test::LabelFixture>();
        m_hands->openAt(*m_folder / "pets", QSize(1000, 700));
    }
    /// What the canvas shows at a place of the picture.
    [[nodiscard]] QColor seen(double x, double y) const
    {
        const QPointF at = m_hands->canvas().transform().toScreen(x, y);
        return m_hands->canvas().grab().toImage().pixelColor(at.toPoint());
    }
    [[nodiscard]] int contrast() const
    {
        return std::abs(seen(40.5, 16.5).lightness() - seen(8.5, 16.5).lightness());
    }
    void hideCursorCross()
    {
        CanvasDisplay display = m_hands->canvas().display();
        display.hasCrosshair = display.hasPixelGrid = false;
        m_hands->canvas().setDisplay(display);
    }
    static std::vector<std::uint16_t> values()
    {
        std::vector<std::uint16_t> values;
        for (int i = 0; i < kWidth * kHeight; ++i)
            values.push_back(static_cast<std::uint16_t>(i % kWidth < kWidth / 2 ? kDark : kBright));
        values.front() = 0; // strays that would take the whole range
        values.back() = 65535;
        return values;
    }

private slots:
    void cleanup()
    {
        m_hands.reset();
        m_folder.reset();
    }

    void aNarrowBandIsSeenThroughTheWindow_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto png = encodeGray16Png(kWidth, kHeight, values());
        QVERIFY(png.has_value());
        QTest::newRow("PNG") << QByteArray::fromStdString(*png);
        QTest::newRow("TIFF") << QByteArray::fromStdString(test::gray16Tiff(kWidth, kHeight, values()));
    }

    void aNarrowBandIsSeenThroughTheWindow()
    {
        QFETCH(QByteArray, bytes);
        open(bytes.toStdString());
        hideCursorCross();
        QTRY_VERIFY_WITH_TIMEOUT(!m_hands->canvas().levels().isNull(), 20'000);
        QVERIFY(contrast() <= 1); // as it is, there is nothing to see
        const Revision revision = m_hands->project().revision();
        const QImage pixels = m_hands->contents().picturePixels();

        m_hands->key(Qt::Key_L, Qt::ShiftModifier);
        const auto window = m_hands->canvas().display().adjustment.window;
        QVERIFY(window.has_value());
        QCOMPARE(window->low, kDark); // not the strays
        QCOMPARE(window->high, kBright);
        QCOMPARE(seen(8.5, 16.5), QColor(0, 0, 0));
        QCOMPARE(seen(40.5, 16.5), QColor(255, 255, 255));
        m_hands->canvas().setZoom(40); // far in, from the file's own pixels
        m_hands->canvas().showPlace({24, 16});
        QCOMPARE(seen(23.5, 16.5), QColor(0, 0, 0));
        QCOMPARE(seen(24.5, 16.5), QColor(255, 255, 255));
        m_hands->canvas().zoomToFit();

        // Up with Shift and the middle button: brighter; to the right: wider and flatter.
        m_hands->press(24, 16, Qt::ShiftModifier, Qt::MiddleButton);
        m_hands->move(24, 12, Qt::ShiftModifier, Qt::MiddleButton);
        m_hands->release(24, 12, Qt::ShiftModifier, Qt::MiddleButton);
        QVERIFY(seen(8.5, 16.5).lightness() > 20);
        const auto moved = *m_hands->canvas().display().adjustment.window;
        QCOMPARE(moved.high - moved.low, kBright - kDark);
        QVERIFY(moved.low < kDark);
        m_hands->press(10, 16, Qt::ShiftModifier, Qt::MiddleButton);
        m_hands->move(30, 16, Qt::ShiftModifier, Qt::MiddleButton);
        m_hands->release(30, 16, Qt::ShiftModifier, Qt::MiddleButton);
        const auto wide = *m_hands->canvas().display().adjustment.window;
        QVERIFY(wide.high - wide.low > 2 * (kBright - kDark));
        QVERIFY(contrast() > 5 && contrast() < 200);

        // Nothing but what is seen has changed.
        QCOMPARE(m_hands->contents().picturePixels(), pixels);
        QCOMPARE(test::readTestFile(file()), bytes.toStdString());
        QVERIFY(m_hands->project().flush().has_value());
        QCOMPARE(m_hands->project().revision(), revision);
        QVERIFY(m_hands->shapes().empty());
    }

    void theFormHasThePicturesOwnValues()
    {
        open(test::gray16Tiff(kWidth, kHeight, values()));
        hideCursorCross();
        QTRY_VERIFY_WITH_TIMEOUT(!m_hands->canvas().levels().isNull(), 20'000);
        QVERIFY(m_hands->panel().run(QStringLiteral("display")));
        auto* form = m_hands->panel().findChild<DisplayForm*>();
        QTRY_VERIFY(form->isVisible());
        const auto spins = form->findChildren<QSpinBox*>();
        QCOMPARE(spins.size(), 2);
        QVERIFY(spins[0]->isVisible());
        QVERIFY(test::press(*form, QStringLiteral("Auto")));
        QCOMPARE(spins[0]->value(), kDark);
        QCOMPARE(spins[1]->value(), kBright);
        QVERIFY(contrast() > 200);
        spins[1]->setValue(kDark - 50); // white below black is no window
        QVERIFY(spins[0]->value() < spins[1]->value());
        QVERIFY(test::press(*form, QStringLiteral("As the picture is")));
        QVERIFY(!m_hands->canvas().display().adjustment.window.has_value());
        form->hide();
    }

    void eightBitsStayAsTheyAre()
    {
        open({});
        hideCursorCross();
        QTRY_COMPARE_WITH_TIMEOUT(m_hands->contents().picturePixels().width(), kWidth, 20'000);
        const QColor before = seen(8.5, 16.5);
        m_hands->key(Qt::Key_L, Qt::ShiftModifier);
        QVERIFY(m_hands->canvas().levels().isNull());
        QVERIFY(!m_hands->canvas().display().adjustment.window.has_value());
        CanvasDisplay display = m_hands->canvas().display();
        display.adjustment.window = ValueWindow{kDark, kBright}; // left over from another picture
        m_hands->canvas().setDisplay(display);
        QCOMPARE(seen(8.5, 16.5), before);
        const QPointF origin = m_hands->canvas().transform().origin;
        m_hands->canvas().setZoom(60);
        m_hands->press(24, 16, Qt::ShiftModifier, Qt::MiddleButton); // moves the picture, as ever
        m_hands->move(20, 12, Qt::ShiftModifier, Qt::MiddleButton);
        m_hands->release(20, 12, Qt::ShiftModifier, Qt::MiddleButton);
        QVERIFY(m_hands->canvas().transform().origin != origin);
        QCOMPARE(m_hands->canvas().display().adjustment.window->low, kDark);
        QVERIFY(m_hands->panel().run(QStringLiteral("display")));
        auto* form = m_hands->panel().findChild<DisplayForm*>();
        QVERIFY(!form->findChildren<QSpinBox*>().front()->isVisible());
        form->hide();
    }
};

QTEST_MAIN(ValueWindowTest)
#include "tst_value_window.moc"
