// SPDX-License-Identifier: GPL-3.0-or-later
// A person labels real pictures with boxes from nothing, by mouse and keys as the window system gives them.
// Counts actions and times every box. TRAINYARD_LABEL_PICTURES: how many pictures, 6 without it;
// tests/bench/labelme_boxes.py draws the same boxes with labelme.
#include "app/studio/application.h"
#include "app/studio/main_window.h"
#include "app/studio/start_window.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/support/test_folders.h"
#include "widgets/panels/label_panel.h"
#include "widgets/panels/start_panel.h"
#include "widgets/views/annotation_canvas.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QProcess>
#include <QTest>
#include <QWindow>
#include <QXmlStreamReader>
#include <algorithm>
#include <cmath>
#include <map>

using namespace trainyard;
using namespace trainyard::studio;
using namespace trainyard::widgets;
using namespace trainyard::test;

namespace {

struct TrueBox
{
    std::string className;
    QRectF place;
};

/// Boxes by picture, those of one class one after the other, as a person would draw them.
using Truth = std::map<std::string, std::vector<TrueBox>>;

std::vector<TrueBox> readBoxes(const std::filesystem::path& file)
{
    QFile xml(QString::fromStdString(file.string()));
    std::vector<TrueBox> boxes;
    if (!xml.open(QIODevice::ReadOnly))
        return boxes;
    QXmlStreamReader reader(&xml);
    TrueBox box;
    while (!reader.atEnd()) {
        if (!reader.readNextStartElement())
            continue;
        const QString name = reader.name().toString();
        if (name == QLatin1String("name"))
            box.className = reader.readElementText().toStdString();
        else if (name == QLatin1String("xmin"))
            box.place.setLeft(reader.readElementText().toDouble());
        else if (name == QLatin1String("ymin"))
            box.place.setTop(reader.readElementText().toDouble());
        else if (name == QLatin1String("xmax"))
            box.place.setRight(reader.readElementText().toDouble());
        else if (name == QLatin1String("ymax")) {
            box.place.setBottom(reader.readElementText().toDouble());
            boxes.push_back(box);
        }
    }
    std::stable_sort(boxes.begin(), boxes.end(),
                     [](const TrueBox& a, const TrueBox& b) { return a.className < b.className; });
    return boxes;
}

/// The first pictures by name are copied to `to`; empty where the data is not there.
Truth unpack(const std::filesystem::path& to, std::size_t pictures)
{
    Truth truth;
    const auto data = testDataFolder() / "bccd-voc.tar.xz";
    const auto all = to.parent_path() / "bccd";
    std::filesystem::create_directories(all);
    std::filesystem::create_directories(to);
    if (QProcess::execute(QStringLiteral("tar"),
                          {QStringLiteral("-xJf"), QString::fromStdString(data.string()),
                           QStringLiteral("-C"), QString::fromStdString(all.string())}) != 0)
        return truth;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(all / "BCCD" / "Annotations"))
        files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        if (truth.size() == pictures)
            break;
        const std::string picture = file.stem().string() + ".jpg";
        std::vector<TrueBox> boxes = readBoxes(file);
        if (boxes.empty())
            continue;
        std::filesystem::copy_file(all / "BCCD" / "JPEGImages" / picture, to / picture);
        truth[picture] = std::move(boxes);
    }
    return truth;
}

/// Those that lie over the place.
std::string described(const std::vector<Annotation>& annotations, const QRectF& place)
{
    std::string text = "; made:";
    for (const Annotation& annotation : annotations)
        if (const auto* box = std::get_if<Box>(&annotation.shape);
            box != nullptr && QRectF(box->x, box->y, box->width, box->height).intersects(place))
            text += " [" + std::to_string(box->x) + " " + std::to_string(box->y) + " " +
                    std::to_string(box->width) + " " + std::to_string(box->height) + "]";
    return text;
}

void print(const char* what, std::vector<double> ms)
{
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double share) { return ms[static_cast<std::size_t>(share * double(ms.size() - 1))]; };
    qInfo("%-34s median %7.1f ms   p95 %7.1f   longest %7.1f", what, at(0.5), at(0.95), at(1));
}

} // namespace

class LabelBoxesTest : public QObject
{
    Q_OBJECT
private:
    TemporaryFolder m_folder;
    Truth m_truth;
    std::unique_ptr<Application> m_application;
    int m_drags = 0;
    int m_keys = 0;

    [[nodiscard]] MainWindow& window() const { return *m_application->mainWindow(); }
    [[nodiscard]] Project& project() const { return window().session().document->project(); }
    [[nodiscard]] LabelPanel& panel() const { return *window().findChild<LabelPanel*>(); }
    [[nodiscard]] AnnotationCanvas& canvas() const { return *panel().canvas(); }

    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(window().windowHandle(), key, modifiers);
        ++m_keys;
    }
    void type(const QString& text)
    {
        for (const QChar letter : text) {
            QTest::keyClick(window().windowHandle(), letter.toLatin1());
            ++m_keys;
        }
    }
    void drag(const QRectF& box)
    {
        QWindow* handle = window().windowHandle();
        const auto place = [&](const QPointF& inPicture) {
            return canvas()
                .mapTo(&window(), canvas().transform().toScreen(inPicture.x(), inPicture.y()))
                .toPoint();
        };
        const QPoint from = place(box.topLeft());
        const QPoint to = place(box.bottomRight());
        QTest::mouseMove(handle, from);
        QTest::mousePress(handle, Qt::LeftButton, {}, from);
        for (int step = 1; step <= 4; ++step)
            QTest::mouseMove(handle, from + (to - from) * step / 4);
        QTest::mouseRelease(handle, Qt::LeftButton, {}, to);
        ++m_drags;
    }
    template <typename Ready>
    static bool waitFor(const Ready& ready, int patienceMs = 20'000)
    {
        QElapsedTimer timer;
        timer.start();
        while (!ready() && timer.elapsed() < patienceMs)
            QCoreApplication::processEvents(QEventLoop::AllEvents);
        return ready();
    }
    [[nodiscard]] std::vector<Annotation> shapes(ItemId item) const
    {
        auto all = project().annotations(item);
        if (!all)
            return {};
        std::erase_if(*all, [](const Annotation& annotation) { return annotation.isClassTag(); });
        return *all;
    }

private slots:
    void initTestCase()
    {
        if (testDataFolder().empty() || !std::filesystem::exists(testDataFolder() / "bccd-voc.tar.xz"))
            QSKIP("no bccd-voc.tar.xz in TRAINYARD_TEST_DATA");
        const int pictures = qEnvironmentVariableIntValue("TRAINYARD_LABEL_PICTURES");
        makeUser(m_folder.path());
        m_truth = unpack(m_folder / "pictures", pictures > 0 ? static_cast<std::size_t>(pictures) : 6);
        QVERIFY(!m_truth.empty());
    }

    void projectFromNothing()
    {
        m_application = std::make_unique<Application>(builtPrograms());
        QVERIFY(m_application->start({}));
        QVERIFY(QTest::qWaitForWindowActive(m_application->startWindow()));
        StartPanel& start = m_application->startWindow()->panel();
        for (QLineEdit* field : start.findChildren<QLineEdit*>())
            fill(*field, field->accessibleName().startsWith(QLatin1String("Name"))
                             ? QStringLiteral("cells")
                             : QString::fromStdString(m_folder.path().native()));
        QVERIFY(press(start, QStringLiteral("Create the project")));
        QTRY_VERIFY(m_application->mainWindow() != nullptr && window().hasProject());
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        window().resize(1280, 800);
        QVERIFY(drop(window(), m_folder / "pictures"));
        QVERIFY(press(window(), QStringLiteral("Import %1").arg(m_truth.size()), kJobMs));
        QTRY_COMPARE_WITH_TIMEOUT(project().columns().size(), m_truth.size(), kJobMs);
        QTRY_COMPARE_WITH_TIMEOUT(window().session().jobs->liveCount(), 0, kJobMs);
    }

    void boxesByMouseAndKeys()
    {
        std::vector<std::string> classes;
        for (const auto& [picture, boxes] : m_truth)
            for (const TrueBox& box : boxes)
                if (std::find(classes.begin(), classes.end(), box.className) == classes.end())
                    classes.push_back(box.className);
        key(Qt::Key_3, Qt::ControlModifier);
        QVERIFY(QTest::qWaitFor([&] { return panel().isVisible() && !canvas().isWaiting(); }));
        key(Qt::Key_E, Qt::ControlModifier);
        for (const std::string& name : classes) {
            type(QString::fromStdString(name));
            key(Qt::Key_Return);
        }
        key(Qt::Key_Escape);
        QCOMPARE(project().classes().size(), classes.size());
        QTRY_VERIFY(canvas().hasFocus());
        key(Qt::Key_B);
        QCOMPARE(canvas().toolKey(), QStringLiteral("box"));

        std::vector<double> shown;
        std::vector<double> saved;
        std::vector<double> next;
        std::string current;
        QElapsedTimer whole;
        whole.start();
        for (std::size_t number = 0; number < m_truth.size(); ++number) {
            const ItemId item = window().session().view.currentItem();
            const auto row = project().item(item);
            QVERIFY(row.has_value());
            const auto truth = m_truth.find(std::filesystem::path(row->path).filename().string());
            QVERIFY(truth != m_truth.end());
            for (const TrueBox& box : truth->second) {
                QElapsedTimer timer;
                timer.start();
                const std::size_t before = canvas().contents().shapes().size();
                drag(box.place);
                QVERIFY(waitFor([&] { return canvas().contents().shapes().size() == before + 1; }));
                if (box.className !=
                    current) { // it changes the box that was just drawn, and those that follow
                    const auto place = std::find(classes.begin(), classes.end(), box.className);
                    key(static_cast<Qt::Key>(Qt::Key_1 + (place - classes.begin())));
                    current = box.className;
                }
                canvas().repaint();
                shown.push_back(double(timer.nsecsElapsed()) / 1e6);
                QVERIFY(waitFor([&] { return window().session().document->pendingEdits() == 0; }));
                saved.push_back(double(timer.nsecsElapsed()) / 1e6);
            }
            if (number + 1 == m_truth.size())
                break;
            QElapsedTimer timer;
            timer.start();
            key(Qt::Key_Right);
            QVERIFY(waitFor([&] {
                return window().session().view.currentItem() != item && !canvas().isWaiting() &&
                       canvas().contents().picturePixels().width() == 640;
            }));
            next.push_back(double(timer.nsecsElapsed()) / 1e6);
        }
        QTRY_VERIFY(panel().statusText().startsWith(QLatin1String("Saved")));
        qInfo("%zu pictures, %zu boxes in %.1f s: %d drags and %d keys, %.2f actions a box", m_truth.size(),
              shown.size(), double(whole.elapsed()) / 1000, m_drags, m_keys,
              double(m_drags + m_keys) / double(shown.size()));
        print("a box, until it is shown", shown);
        print("a box, until it is saved", saved);
        if (!next.empty())
            print("the next picture, until it is shown", next);
    }

    void theProjectHasThem()
    {
        const double tolerance = 1 / canvas().transform().zoom;
        const double atBorder = 3.5 / canvas().transform().zoom;
        for (const ItemColumns& columns : project().columns()) {
            const auto row = project().item(columns.id);
            QVERIFY(row.has_value());
            const auto& truth = m_truth.at(std::filesystem::path(row->path).filename().string());
            const std::vector<Annotation> made = shapes(columns.id);
            QCOMPARE(made.size(), truth.size());
            for (const TrueBox& wanted : truth) {
                const auto isWanted = [&](const Annotation& annotation) {
                    const auto* box = std::get_if<Box>(&annotation.shape);
                    const ItemClass* itemClass = project().classById(annotation.classId);
                    if (box == nullptr || itemClass == nullptr || itemClass->name != wanted.className)
                        return false;
                    const auto near = [&](double is, double should, double end) {
                        const bool isAtBorder = should < atBorder || should > end - atBorder;
                        return std::abs(is - should) <= (isAtBorder ? atBorder : tolerance);
                    };
                    return near(box->x, wanted.place.left(), row->width) &&
                           near(box->y, wanted.place.top(), row->height) &&
                           near(box->x + box->width, wanted.place.right(), row->width) &&
                           near(box->y + box->height, wanted.place.bottom(), row->height);
                };
                QVERIFY2(std::any_of(made.begin(), made.end(), isWanted),
                         (row->path + ": " + wanted.className + " at " + std::to_string(wanted.place.x()) +
                          ", " + std::to_string(wanted.place.y()) + described(made, wanted.place))
                             .c_str());
            }
        }
        m_application.reset();
    }
};

QTEST_MAIN(LabelBoxesTest)
#include "tst_label_boxes.moc"
