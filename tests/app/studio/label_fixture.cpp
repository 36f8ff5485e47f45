// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/studio/label_fixture.h"

#include "app/studio/workspaces.h"
#include "core/labels/geometry.h"
#include "core/project/annotation_edits.h"
#include "core/project/edits.h"
#include "core/project/row_changes.h"
#include "tests/app/studio/studio_driver.h"
#include "tests/widgets/bridge/sample_project.h"

#include <QApplication>
#include <QMouseEvent>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace trainyard::test {

namespace {

void need(bool condition, const char* what)
{
    if (condition)
        return;
    std::fprintf(stderr, "label fixture: %s\n", what);
    std::abort();
}

} // namespace

void LabelFixture::open()
{
    m_folder = std::make_unique<TemporaryFolder>();
    makeUser(m_folder->path());
    const auto folder = m_folder->path() / "pets";
    makeSampleProject(folder, 4, 0);
    {
        auto opened = Project::open(folder, Project::OpenMode::ReadWrite, "test@here/setup");
        need(opened.has_value(), "the project does not open");
        Project& project = **opened;
        ItemClass cat = *project.classByName("cat");
        const ItemClass catBefore = cat;
        cat.skeleton = {{"nose", "left ear", "right ear"}, {{0, 1}, {0, 2}}};
        ItemClass dog = *project.classByName("dog");
        const ItemClass dogBefore = dog;
        dog.attributes = {{"name", AttributeKind::Text, {}, {}},
                          {"age", AttributeKind::Number, {}, {}},
                          {"coat", AttributeKind::Choice, {"short", "long"}, {}},
                          {"asleep", AttributeKind::Flag, {}, {}}};
        Edit edit{
            "classes", "classes for a test", {changedClass(catBefore, cat), changedClass(dogBefore, dog)}};
        need(project.applyNow(edit).has_value(), "the classes cannot be changed");
    }
    openAt(folder, QSize(1280, 800));
    need(QTest::qWaitFor([this] { return contents().picturePixels().width() == 48; }, 20'000),
         "the whole picture does not come");
}

void LabelFixture::openAt(const std::filesystem::path& folder, const QSize& size)
{
    if (!m_folder) {
        m_folder = std::make_unique<TemporaryFolder>();
        makeUser(m_folder->path());
    }
    m_application = std::make_unique<studio::Application>(builtPrograms());
    need(openProjectIn(*m_application, folder), "the window does not come");
    need(QTest::qWaitForWindowActive(&window()), "the window is not active");
    window().resize(size);
    window().workspaces().show(widgets::Workspace::Label);
    need(QTest::qWaitFor([this] { return !canvas().isWaiting(); }, 20'000), "the picture does not come");
    canvas().setFocus();
}

void LabelFixture::close()
{
    m_application.reset();
    m_folder.reset();
}

std::vector<Annotation> LabelFixture::shapes() const
{
    auto annotations = project().annotations(item());
    need(annotations.has_value(), "the annotations cannot be read");
    std::erase_if(*annotations, [](const Annotation& annotation) { return annotation.isClassTag(); });
    std::sort(annotations->begin(), annotations->end(), [](const Annotation& a, const Annotation& b) {
        return std::pair(a.zOrder, a.id) < std::pair(b.zOrder, b.id);
    });
    return *annotations;
}

Annotation LabelFixture::only() const
{
    const std::vector<Annotation> all = shapes();
    if (all.size() != 1)
        qWarning("one shape was expected, not %zu", all.size());
    return all.size() == 1 ? all.front() : Annotation();
}

std::vector<AnnotationId> LabelFixture::put(std::vector<Annotation> annotations)
{
    std::vector<AnnotationId> ids;
    for (Annotation& annotation : annotations) {
        annotation.id = *project().newId();
        annotation.item = item();
        ids.push_back(annotation.id);
    }
    auto edit = makeAnnotationsEdit(project(), item(), "put", "put", {std::move(annotations), {}, {}});
    need(edit.has_value(), "the shapes cannot be put");
    need(window().session().document->apply(std::move(edit)).has_value(), "the shapes are refused");
    return ids;
}

Annotation LabelFixture::made(Shape shape, ClassId classId)
{
    Annotation annotation;
    annotation.shape = std::move(shape);
    annotation.classId = classId;
    return annotation;
}

void LabelFixture::tool(const char* key)
{
    canvas().setTool(QLatin1String(key));
    need(canvas().toolKey() == QLatin1String(key), key);
}

void LabelFixture::key(int key, Qt::KeyboardModifiers modifiers)
{
    QTest::keyClick(&canvas(), static_cast<Qt::Key>(key), modifiers);
}

void LabelFixture::mouse(QEvent::Type type, double x, double y, Qt::MouseButton button, Qt::MouseButtons held,
                         Qt::KeyboardModifiers modifiers)
{
    const QPointF place = canvas().transform().toScreen(x, y);
    QMouseEvent event(type, place, canvas().mapToGlobal(place), button, held, modifiers);
    QApplication::sendEvent(&canvas(), &event);
}

void LabelFixture::press(double x, double y, Qt::KeyboardModifiers modifiers, Qt::MouseButton button)
{
    mouse(QEvent::MouseMove, x, y, Qt::NoButton, Qt::NoButton, modifiers);
    mouse(QEvent::MouseButtonPress, x, y, button, button, modifiers);
}

void LabelFixture::move(double x, double y, Qt::KeyboardModifiers modifiers, Qt::MouseButton held)
{
    mouse(QEvent::MouseMove, x, y, Qt::NoButton, held, modifiers);
}

void LabelFixture::release(double x, double y, Qt::KeyboardModifiers modifiers, Qt::MouseButton button)
{
    mouse(QEvent::MouseButtonRelease, x, y, button, Qt::NoButton, modifiers);
}

void LabelFixture::click(double x, double y, Qt::KeyboardModifiers modifiers, Qt::MouseButton button)
{
    press(x, y, modifiers, button);
    release(x, y, modifiers, button);
}

void LabelFixture::doubleClick(double x, double y, Qt::MouseButton button)
{
    click(x, y, {}, button);
    mouse(QEvent::MouseButtonDblClick, x, y, button, button, {});
    release(x, y, {}, button);
}

void LabelFixture::drag(double x, double y, double toX, double toY, Qt::KeyboardModifiers modifiers)
{
    press(x, y, modifiers);
    move((x + toX) / 2, (y + toY) / 2, modifiers);
    move(toX, toY, modifiers);
    release(toX, toY, modifiers);
}

bool isNear(const Shape& left, const Shape& right, double tolerance)
{
    if (left.index() != right.index())
        return false;
    const Ring a = verticesOf(left);
    const Ring b = verticesOf(right);
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [&](const Vertex& p, const Vertex& q) {
               return std::abs(p.x - q.x) <= tolerance && std::abs(p.y - q.y) <= tolerance;
           });
}

} // namespace trainyard::test
