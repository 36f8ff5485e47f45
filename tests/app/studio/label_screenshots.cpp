// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the Label workspace with every tool in use, to be looked at.
// label_screenshots PROJECT OUT [WIDTH HEIGHT]: opens the project (it is changed), writes OUT/THEME-TOOL.png
// in both themes. With QT_SCALE_FACTOR=1.5 at 150 %.
#include "core/project/edits.h"
#include "core/project/row_changes.h"
#include "tests/app/studio/label_fixture.h"
#include "widgets/views/shape_list.h"

#include <QApplication>
#include <QTest>
#include <QToolButton>
#include <cstdio>
#include <functional>

using namespace trainyard;

namespace {

struct Scene
{
    const char* name;
    std::function<void(test::LabelFixture&)> act;
};

const Scene kScenes[] = {
    {"select",
     [](test::LabelFixture& hands) {
         hands.tool("select");
         const auto shapes = hands.shapes();
         hands.contents().select({shapes[0].id, shapes[1].id});
         const Box box = *boundingBox(shapes[2].shape);
         hands.move(box.x + box.width / 2, box.y + box.height / 2, {}, Qt::NoButton);
     }},
    {"box",
     [](test::LabelFixture& hands) {
         hands.tool("box");
         hands.press(300, 60);
         hands.move(430, 180);
     }},
    {"rotated-box",
     [](test::LabelFixture& hands) {
         hands.tool("rotated-box");
         hands.click(180, 330, Qt::AltModifier);
         hands.click(330, 380, Qt::AltModifier);
         hands.move(270, 440, Qt::AltModifier, Qt::NoButton);
     }},
    {"polygon",
     [](test::LabelFixture& hands) {
         hands.tool("polygon");
         for (const auto& [x, y] : {std::pair{320, 200}, {380, 190}, {420, 240}, {390, 300}})
             hands.click(x, y, Qt::AltModifier);
         hands.move(330, 290, Qt::AltModifier, Qt::NoButton);
     }},
    {"polyline",
     [](test::LabelFixture& hands) {
         hands.tool("polyline");
         for (const auto& [x, y] : {std::pair{60, 60}, {180, 90}, {260, 40}})
             hands.click(x, y, Qt::AltModifier);
         hands.move(330, 90, Qt::AltModifier, Qt::NoButton);
     }},
    {"point",
     [](test::LabelFixture& hands) {
         hands.tool("point");
         hands.click(420, 330, Qt::AltModifier);
         hands.click(470, 360, Qt::AltModifier);
     }},
    {"keypoints",
     [](test::LabelFixture& hands) {
         hands.tool("keypoints");
         hands.click(420, 200, Qt::AltModifier);
         hands.click(460, 160, Qt::AltModifier);
         hands.move(490, 220, Qt::AltModifier, Qt::NoButton);
     }},
    {"brush",
     [](test::LabelFixture& hands) {
         hands.tool("brush");
         hands.contents().select({});
         hands.contents().setBrushRadius(18);
         hands.drag(80, 380, 200, 420);
         hands.move(220, 400, {}, Qt::NoButton);
     }},
    {"eraser",
     [](test::LabelFixture& hands) {
         hands.tool("eraser");
         hands.contents().setBrushRadius(10);
         hands.drag(140, 360, 140, 440);
     }},
    {"smart-box",
     [](test::LabelFixture& hands) {
         hands.tool("smart-box");
         hands.contents().select({});
         hands.drag(100, 175, 305, 375);
         QTest::qWait(3000); // the mask is there
     }},
    {"magnetic",
     [](test::LabelFixture& hands) {
         hands.tool("magnetic");
         hands.click(420, 200);
         QTest::qWait(1000); // the edges around the first place
         hands.move(500, 280, {}, Qt::NoButton);
     }},
    {"wand",
     [](test::LabelFixture& hands) {
         hands.tool("wand");
         hands.contents().select({});
         hands.press(200, 280);
         hands.move(212, 280);
         QTest::qWait(1000);
     }},
    {"superpixels",
     [](test::LabelFixture& hands) {
         hands.tool("superpixels");
         hands.contents().setBrushRadius(12);
         hands.move(460, 300, {}, Qt::NoButton);
         QTest::qWait(1500);
         hands.move(461, 300, {}, Qt::NoButton);
     }},
    {"cut",
     [](test::LabelFixture& hands) {
         hands.tool("cut");
         hands.click(60, 240, Qt::AltModifier);
         hands.move(560, 260, Qt::AltModifier, Qt::NoButton);
     }},
    {"subtract",
     [](test::LabelFixture& hands) {
         hands.tool("subtract");
         for (const auto& [x, y] : {std::pair{200, 180}, {260, 180}, {260, 230}})
             hands.click(x, y, Qt::AltModifier);
         hands.move(200, 230, Qt::AltModifier, Qt::NoButton);
     }},
    {"zoomed",
     [](test::LabelFixture& hands) {
         hands.tool("select");
         hands.canvas().setZoom(14);
         hands.contents().setGuides({{330}, {240}});
     }},
};

bool isSaved(const QPixmap& shot, const std::string& path)
{
    return shot.save(QString::fromStdString(path));
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 3)
        return 2;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    const QSize size = argc > 4 ? QSize(std::atoi(argv[3]), std::atoi(argv[4])) : QSize(1280, 800);
    test::LabelFixture hands;
    hands.openAt(argv[1], size);
    Project& project = hands.project();
    if (!project.classes().empty() && project.classes().front().skeleton.names.empty()) {
        ItemClass with = project.classes().front();
        with.skeleton = {{"nucleus", "left edge", "right edge"}, {{0, 1}, {0, 2}}};
        with.attributes = {{"stain", AttributeKind::Choice, {"pale", "dark"}, {}},
                           {"folded", AttributeKind::Flag, {}, {}}};
        const Edit edit{"classes", "a skeleton", {changedClass(project.classes().front(), with)}};
        if (!hands.window().session().document->apply(edit))
            return 1;
    }
    QTest::qWait(1500); // the whole picture, thumbnails
    for (int theme = 0; theme < 2; ++theme) {
        const char* themeName =
            hands.window().palette().color(QPalette::Window).lightness() < 128 ? "dark" : "light";
        for (const Scene& scene : kScenes) {
            hands.canvas().zoomToFit();
            scene.act(hands);
            QTest::qWait(200);
            if (!isSaved(hands.window().grab(),
                         std::string(argv[2]) + "/" + themeName + "-" + scene.name + ".png"))
                return 1;
            hands.key(Qt::Key_Escape);
            hands.contents().setGuides({});
        }
        hands.window().runAction(QStringLiteral("app.theme"));
        QTest::qWait(200);
    }
    return 0;
}
