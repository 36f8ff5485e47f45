// SPDX-License-Identifier: GPL-3.0-or-later
// The annotation canvas with many shapes, beside QGraphicsView in the same process.
// canvas_bench [SHAPES=10000] [ROUNDS=7] [FOLDER]: 12-gons on a picture of 8000 x 6000, a view of 1280 x 800.
// Prints milliseconds as minimum / median / longest of the rounds. Not drawn by QGraphicsView here: fills,
// names and antialiasing.
#include "core/project/edits.h"
#include "widgets/bridge/item_annotations.h"
#include "widgets/views/annotation_canvas.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QGraphicsPixmapItem>
#include <QGraphicsPolygonItem>
#include <QGraphicsScene>
#include <QGraphicsView>
#include <QMouseEvent>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <random>

using namespace trainyard;
using namespace trainyard::widgets;

namespace {

constexpr QSize kPicture(8000, 6000);
constexpr QSize kView(1280, 800);

/// Wall time, and the processor time of all threads: on a machine with other work only the second says
/// anything.
struct Spent
{
    double wall = 0;
    double processor = 0;
};

double now(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

class Stopwatch
{
public:
    [[nodiscard]] Spent spent() const
    {
        return {now(CLOCK_MONOTONIC) - m_wall, now(CLOCK_PROCESS_CPUTIME_ID) - m_processor};
    }

private:
    double m_wall = now(CLOCK_MONOTONIC);
    double m_processor = now(CLOCK_PROCESS_CPUTIME_ID);
};

void heading(const char* text, std::size_t shapes)
{
    std::printf("\n%s, %zu shapes\n%-56s %29s %19s\n%-56s %9s %9s %9s %9s %9s\n", text, shapes, "",
                "processor ms", "wall ms", "", "min", "median", "longest", "min", "median");
}

void print(const char* name, const std::vector<Spent>& rounds)
{
    std::vector<double> wall;
    std::vector<double> processor;
    for (const Spent& spent : rounds) {
        wall.push_back(spent.wall);
        processor.push_back(spent.processor);
    }
    std::sort(wall.begin(), wall.end());
    std::sort(processor.begin(), processor.end());
    std::printf("%-56s %9.3f %9.3f %9.3f %9.3f %9.3f\n", name, processor.front(),
                processor[processor.size() / 2], processor.back(), wall.front(), wall[wall.size() / 2]);
    std::fflush(stdout);
}

void measure(const char* name, int rounds, const std::function<void(int)>& work)
{
    std::vector<Spent> values;
    for (int round = 0; round < rounds; ++round) {
        const Stopwatch watch;
        work(round);
        values.push_back(watch.spent());
    }
    print(name, values);
}

std::vector<Annotation> polygons(int count)
{
    std::mt19937 random(1);
    const auto number = [&](double least, double most) {
        return std::uniform_real_distribution<double>(least, most)(random);
    };
    std::vector<Annotation> shapes;
    for (int i = 0; i < count; ++i) {
        const double x = number(60, kPicture.width() - 60);
        const double y = number(60, kPicture.height() - 60);
        const double radius = number(12, 50);
        Ring ring;
        for (int corner = 0; corner < 12; ++corner) {
            const double angle = corner * 2 * 3.14159265358979 / 12;
            const double here = radius * number(0.75, 1.1);
            ring.push_back({x + std::cos(angle) * here, y + std::sin(angle) * here});
        }
        Annotation shape;
        shape.id = i + 1;
        shape.classId = 1 + i % 3;
        shape.shape = Polygon{{{std::move(ring), {}}}};
        shapes.push_back(std::move(shape));
    }
    return shapes;
}

QImage noise()
{
    QImage picture(kPicture, QImage::Format_RGB888);
    std::mt19937 random(2);
    for (int y = 0; y < picture.height(); ++y) {
        uchar* line = picture.scanLine(y);
        for (int x = 0; x < picture.width() * 3; ++x)
            line[x] = static_cast<uchar>(random());
    }
    return picture;
}

void send(QWidget& widget, QEvent::Type type, const QPointF& place, Qt::MouseButton button,
          Qt::MouseButtons held)
{
    QMouseEvent event(type, place, widget.mapToGlobal(place), button, held, {});
    QApplication::sendEvent(&widget, &event);
}

template <typename Condition>
void waitFor(Condition isDone)
{
    QTimer wake; // what is waited for need not be an event
    wake.start(1);
    while (!isDone())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

void benchCanvas(const QImage& picture, const std::vector<Annotation>& shapes, int rounds)
{
    heading("the canvas", shapes.size());
    AnnotationCanvas canvas;
    canvas.resize(kView);
    CanvasClasses classes;
    for (const ClassId id : {1, 2, 3})
        classes.emplace(id, CanvasClass{{id, "class " + std::to_string(id), 0, ""},
                                        QColor::fromHsv(static_cast<int>(id) * 100, 200, 230)});
    canvas.contents().setClasses(classes);
    canvas.contents().setProposalHandler([&](AnnotationChanges, const std::string&, const std::string&) {
        return std::optional(std::vector<AnnotationId>());
    });
    canvas.setPicture(picture, picture.size());
    canvas.show();
    canvas.setTool(QStringLiteral("select"));
    measure("shapes given (order, bounds, index)", rounds,
            [&](int) { canvas.contents().setAnnotations(1, shapes); });
    waitFor([&] { return canvas.isSettled(); });
    QElapsedTimer levels;
    levels.start();
    waitFor([&] { return levels.elapsed() > 1500; }); // the picture's smaller versions

    std::mt19937 random(4);
    const auto place = [&] { return QPointF(random() % 1280, random() % 800); };
    canvas.repaint();
    const int moves = 200;
    measure("hover: whole mouse-move handler, fit view", moves,
            [&](int) { send(canvas, QEvent::MouseMove, place(), Qt::NoButton, {}); });
    measure("hover: repaint after it", moves, [&](int) {
        send(canvas, QEvent::MouseMove, place(), Qt::NoButton, {});
        canvas.repaint();
    });
    std::vector<Spent> meanwhile;
    std::vector<Spent> whole;
    for (int round = 0; round < rounds; ++round) {
        const Stopwatch watch;
        canvas.setZoom(canvas.transform().zoom * (round % 2 == 0 ? 1.25 : 0.8));
        canvas.repaint();
        meanwhile.push_back(watch.spent());
        waitFor([&] { return canvas.isSettled(); });
        canvas.repaint();
        whole.push_back(watch.spent());
    }
    print("zoom: old shapes stretched, on the screen after", meanwhile);
    print("zoom: all shapes drawn anew, on the screen after", whole);

    canvas.zoomToFit();
    canvas.setZoom(1);
    waitFor([&] { return canvas.isSettled(); });
    for (const char* view : {"zoom 1", "fit view"}) {
        if (std::string_view(view) == "fit view") {
            canvas.zoomToFit();
            waitFor([&] { return canvas.isSettled(); });
        }
        const QRectF seen = canvas.transform().toPicture(QRectF(QPointF(200, 150), QSizeF(880, 500)));
        const std::set<AnnotationId> inside = canvas.contents().shapesIn(seen);
        canvas.contents().select({*inside.begin()});
        waitFor([&] { return canvas.isSettled(); });
        canvas.repaint();
        const Ring ring = std::get<Polygon>(canvas.contents().selected().front().shape).parts[0].outline;
        const QPointF vertex = canvas.transform().toScreen(ring[0].x, ring[0].y);
        send(canvas, QEvent::MouseMove, vertex, Qt::NoButton, {});
        send(canvas, QEvent::MouseButtonPress, vertex, Qt::LeftButton, Qt::LeftButton);
        measure((std::string("edit frame: vertex dragged and repainted, ") + view).c_str(), 100,
                [&](int round) {
                    send(canvas, QEvent::MouseMove, vertex + QPointF(5 + round % 40, round % 30),
                         Qt::NoButton, Qt::LeftButton);
                    canvas.repaint();
                });
        send(canvas, QEvent::MouseButtonRelease, vertex, Qt::LeftButton, {});
    }
}

void benchGraphicsView(const QImage& picture, const std::vector<Annotation>& shapes, int rounds)
{
    heading("QGraphicsView, not antialiased, no fill, no names", shapes.size());
    QGraphicsScene scene;
    QGraphicsView view(&scene);
    view.resize(kView);
    view.show();
    std::vector<QGraphicsPolygonItem*> items;
    measure("shapes given", 1, [&](int) {
        scene.addPixmap(QPixmap::fromImage(picture));
        for (const Annotation& shape : shapes) {
            QPolygonF polygon;
            for (const Vertex& vertex : std::get<Polygon>(shape.shape).parts[0].outline)
                polygon << QPointF(vertex.x, vertex.y);
            items.push_back(scene.addPolygon(polygon, QPen(Qt::red, 0)));
        }
    });
    view.fitInView(scene.sceneRect(), Qt::KeepAspectRatio);
    QElapsedTimer shown;
    shown.start();
    waitFor([&] { return shown.elapsed() > 500; }); // nothing is painted before the window is there
    view.viewport()->repaint();
    std::mt19937 random(4);
    measure("hover: item under the mouse", 200, [&](int) {
        const auto* found = view.itemAt(static_cast<int>(random() % 1280), static_cast<int>(random() % 800));
        if (found == nullptr)
            std::fflush(stdout);
    });
    measure("zoom and repaint", rounds, [&](int round) {
        const double factor = round % 2 == 0 ? 1.25 : 0.8;
        view.scale(factor, factor);
        view.viewport()->repaint();
    });
    measure("edit frame: one item changed and repainted, fit view", 30, [&](int round) {
        items[0]->setPos(round % 5, round % 3);
        view.viewport()->repaint();
    });
}

template <typename T>
T need(Result<T> result)
{
    if (!result) {
        std::fprintf(stderr, "%s (%s)\n", result.error().message.c_str(), result.error().context.c_str());
        std::exit(1);
    }
    return std::move(*result);
}

/// What the end of a gesture costs in a project: one shape of many changed, until the window goes on and
/// until it is on the disk.
void benchProject(const std::filesystem::path& folder, std::vector<Annotation> shapes, int rounds)
{
    heading("the end of a gesture in a project", shapes.size());
    auto project = need(Project::create(folder, {}));
    need(project->applyNow(need(makeAddClass(*project, "cell", 0x2f6fde, "1"))));
    Item item;
    item.id = need(project->newId());
    item.path = "picture.png";
    item.width = kPicture.width();
    item.height = kPicture.height();
    need(project->applyNow(Edit{"import", "a picture", {rowForNewItem(item)}}));
    for (Annotation& shape : shapes) {
        shape.id = 0;
        shape.classId = project->classes().front().id;
    }
    need(project->applyNow(
        need(makeAnnotationsEdit(*project, item.id, "add", "many shapes", {std::move(shapes), {}, {}}))));
    const auto document = ProjectDocument::show(std::move(project), {});
    ItemAnnotations annotations(*document);
    measure("shapes read from the project", rounds, [&](int) {
        annotations.show(0);
        annotations.show(item.id);
    });
    std::vector<Spent> handled;
    std::vector<Spent> saved;
    for (int round = 0; round < rounds * 3; ++round) {
        Annotation moved = annotations.annotations()[static_cast<std::size_t>(round)];
        std::get<Polygon>(moved.shape).parts[0].outline[0].x += 3;
        const Stopwatch watch;
        need(annotations.apply({{}, {moved}, {}}, "reshape", "reshape"));
        handled.push_back(watch.spent());
        waitFor([&] { return document->pendingEdits() == 0; });
        saved.push_back(watch.spent());
    }
    print("until the window goes on", handled);
    print("until it is on the disk", saved);
}

} // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const int count = argc > 1 ? std::atoi(argv[1]) : 10000;
    const int rounds = argc > 2 ? std::max(3, std::atoi(argv[2])) : 7;
    const QImage picture = noise();
    const std::vector<Annotation> shapes = polygons(std::max(1, count));
    benchCanvas(picture, shapes, rounds);
    benchGraphicsView(picture, shapes, rounds);
    if (argc > 3)
        benchProject(std::filesystem::path(argv[3]) / ("canvas-" + std::to_string(count)), shapes, rounds);
    return 0;
}
