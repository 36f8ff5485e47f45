// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/shape_commands.h"

#include "core/project/selection_actions.h"
#include "widgets/bridge/text.h"

#include <algorithm>
#include <functional>
#include <map>

namespace trainyard::widgets {

namespace {

constexpr double kZoomStep = 1.25;
constexpr double kBrushStep = 1.2;
constexpr double kPasteOffset = 10; ///< picture pixels

} // namespace

ShapeCommands::ShapeCommands(AnnotationCanvas& canvas, QObject* parent)
    : QObject(parent), m_canvas(canvas), m_contents(canvas.contents())
{
    connect(&m_contents, &CanvasContents::drawn, this, [this](AnnotationId id) {
        if (const Annotation* shape = m_contents.shape(id))
            m_last = *shape;
    });
}

bool ShapeCommands::run(const QString& name)
{
    const std::map<QString, std::function<void()>> actions{
        {QStringLiteral("selectAll"), [this] { m_contents.selectAll(); }},
        {QStringLiteral("hide"), [this] { hideSelected(); }},
        {QStringLiteral("showAll"), [this] { showAll(); }},
        {QStringLiteral("lock"), [this] { lockSelected(); }},
        {QStringLiteral("unlockAll"), [this] { unlockAll(); }},
        {QStringLiteral("repeat"), [this] { repeatLast(); }},
        {QStringLiteral("guideUpright"), [this] { addGuide(true); }},
        {QStringLiteral("guideLevel"), [this] { addGuide(false); }},
        {QStringLiteral("clearGuides"), [this] { m_contents.setGuides({}); }},
        {QStringLiteral("brushLarger"), [this] { changeBrush(kBrushStep); }},
        {QStringLiteral("brushSmaller"), [this] { changeBrush(1 / kBrushStep); }},
        {QStringLiteral("zoomIn"), [this] { m_canvas.zoomBy(kZoomStep); }},
        {QStringLiteral("zoomOut"), [this] { m_canvas.zoomBy(1 / kZoomStep); }},
        {QStringLiteral("zoomFit"), [this] { m_canvas.zoomToFit(); }},
        {QStringLiteral("zoomActual"), [this] { m_canvas.setZoom(1); }},
    };
    if (const auto found = actions.find(name); found != actions.end()) {
        found->second();
        return true;
    }
    if (name.startsWith(QLatin1String("tool."))) {
        m_canvas.setTool(name.mid(5));
        return true;
    }
    return runOnSelection(name);
}

bool ShapeCommands::runOnSelection(const QString& name)
{
    const SelectionAction* action = findSelectionAction(toUtf8(name));
    if (action == nullptr)
        return false;
    SelectedShapes shapes{m_contents.selected(), m_contents.shapes(), m_contents.pictureSize().width(),
                          m_contents.pictureSize().height()};
    if (shapes.chosen.size() < action->least) {
        m_contents.tell(action->least == 1 ? tr("Select a shape first.")
                                           : tr("Select at least two shapes first."));
        return true;
    }
    auto changes = action->make(shapes);
    if (!changes)
        m_contents.tell(shown(changes.error().message));
    else if (changes->added.empty() && changes->changed.empty() && changes->deleted.empty())
        m_contents.tell(tr("Nothing to change here."));
    else
        m_contents.propose(std::move(*changes), std::string(action->verb), std::string(action->text));
    return true;
}

bool ShapeCommands::paste(std::span<const Annotation> annotations, bool isSamePicture)
{
    if (annotations.empty())
        return false;
    const double offset = isSamePicture ? kPasteOffset : 0;
    AnnotationChanges changes{copiesOf(annotations, m_contents.shapes(), offset, offset), {}, {}};
    return m_contents.propose(std::move(changes), "paste", "paste");
}

/// The same shape with its middle at the cursor.
void ShapeCommands::repeatLast()
{
    const auto place = m_canvas.cursorPlace();
    const auto box = m_last ? boundingBox(m_last->shape) : std::nullopt;
    if (!box || !place) {
        m_contents.tell(box ? tr("Move the mouse to where the shape should be.") : tr("Draw a shape first."));
        return;
    }
    const QSize picture = m_contents.pictureSize();
    const auto inside = [](double middle, double size, int room) {
        return std::clamp(middle - size / 2, 0.0, std::max(0.0, room - size));
    };
    const std::vector<Annotation> last{*m_last};
    AnnotationChanges changes{copiesOf(last, m_contents.shapes(),
                                       inside(place->x(), box->width, picture.width()) - box->x,
                                       inside(place->y(), box->height, picture.height()) - box->y),
                              {},
                              {}};
    m_contents.propose(std::move(changes), "repeat", "add");
}

void ShapeCommands::addGuide(bool isUpright)
{
    const auto place = m_canvas.cursorPlace();
    if (!place) {
        m_contents.tell(tr("Move the mouse to where the guide should be."));
        return;
    }
    CanvasGuides guides = m_contents.guides();
    if (isUpright)
        guides.columns.push_back(place->x());
    else
        guides.rows.push_back(place->y());
    m_contents.setGuides(std::move(guides));
}

void ShapeCommands::changeBrush(double factor)
{
    m_contents.setBrushRadius(m_contents.brushRadius() * factor);
}

void ShapeCommands::hideSelected()
{
    m_contents.setHidden(m_contents.selection(), true);
}

void ShapeCommands::showAll()
{
    m_contents.setHidden(std::set<AnnotationId>(m_contents.hidden()), false);
}

void ShapeCommands::lockSelected()
{
    m_contents.setLocked(m_contents.selection(), true);
}

void ShapeCommands::unlockAll()
{
    m_contents.setLocked(std::set<AnnotationId>(m_contents.locked()), false);
}

} // namespace trainyard::widgets
