// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_contents.h"

#include <algorithm>

namespace trainyard::widgets {

namespace {

constexpr double kReach = 7;       ///< screen pixels
constexpr double kBorderReach = 3; ///< screen pixels; things often end just before the picture does
constexpr double kSmallestBrush = 0.5;
constexpr double kLargestBrush = 2000;

} // namespace

CanvasContents::CanvasContents(const CanvasPicture& picture, QObject* parent)
    : QObject(parent), m_picture(picture)
{
}

void CanvasContents::setAnnotations(ItemId item, std::vector<Annotation> annotations)
{
    if (item != m_item) {
        m_item = item;
        m_hidden.clear();
        m_locked.clear();
        m_suggested = CanvasScene();
    }
    m_preview.clear();
    m_scene = std::make_shared<CanvasScene>(std::move(annotations));
    const auto isGone = [this](AnnotationId id) { return m_scene->find(id) == nullptr; };
    const bool losesSome = std::erase_if(m_selection, isGone) > 0;
    emit shapesChanged();
    if (losesSome)
        emit selectionChanged();
}

void CanvasContents::setClasses(CanvasClasses classes)
{
    m_classes = std::make_shared<CanvasClasses>(std::move(classes));
    if (!m_classes->contains(m_currentClass))
        setCurrentClass(m_classes->empty() ? 0 : m_classes->begin()->first);
    emit shapesChanged();
}

void CanvasContents::setCurrentClass(ClassId id)
{
    if (id == m_currentClass)
        return;
    m_currentClass = id;
    emit currentClassChanged();
    emit overlayChanged();
}

void CanvasContents::setHidden(const std::set<AnnotationId>& ids, bool isHidden)
{
    for (const AnnotationId id : ids)
        isHidden ? (void)m_hidden.insert(id) : (void)m_hidden.erase(id);
    if (isHidden)
        select(m_selection);
    emit shapesChanged();
}

void CanvasContents::setLocked(const std::set<AnnotationId>& ids, bool isLocked)
{
    for (const AnnotationId id : ids)
        isLocked ? (void)m_locked.insert(id) : (void)m_locked.erase(id);
    if (isLocked)
        select(m_selection);
    emit shapesChanged();
}

bool CanvasContents::isShown(const Annotation& annotation) const
{
    return !annotation.isClassTag() && !m_hidden.contains(annotation.id);
}

bool CanvasContents::isSelectable(const Annotation& annotation) const
{
    return isShown(annotation) && !m_locked.contains(annotation.id);
}

void CanvasContents::select(std::set<AnnotationId> ids)
{
    std::erase_if(ids, [this](AnnotationId id) {
        const Annotation* annotation = m_scene->find(id);
        return annotation == nullptr || !isSelectable(*annotation);
    });
    if (ids == m_selection)
        return;
    m_selection = std::move(ids);
    emit shapesChanged();
    emit selectionChanged();
}

bool CanvasContents::selectNeighbour(int by)
{
    const auto shapes = m_scene->shapes();
    const auto count = static_cast<std::int64_t>(shapes.size());
    std::int64_t place = by > 0 ? -1 : count;
    for (std::int64_t i = 0; i < count; ++i)
        if (m_selection.contains(shapes[static_cast<std::size_t>(i)].id)) {
            place = i;
            if (by < 0)
                break;
        }
    for (place += by; place >= 0 && place < count; place += by)
        if (const Annotation& annotation = shapes[static_cast<std::size_t>(place)];
            isSelectable(annotation)) {
            select({annotation.id});
            return true;
        }
    return false;
}

void CanvasContents::selectAll()
{
    std::set<AnnotationId> all;
    for (const Annotation& annotation : m_scene->shapes())
        all.insert(annotation.id);
    select(std::move(all));
}

std::vector<Annotation> CanvasContents::selected() const
{
    std::vector<Annotation> chosen;
    for (const Annotation& annotation : m_scene->shapes())
        if (m_selection.contains(annotation.id))
            chosen.push_back(annotation);
    return chosen;
}

void CanvasContents::setSuggested(std::vector<Annotation> suggested)
{
    AnnotationId place = 0;
    for (Annotation& annotation : suggested) {
        annotation.id = ++place;
        annotation.source = AnnotationSource::Model;
        annotation.isReviewed = false;
    }
    m_suggested = CanvasScene(std::move(suggested));
    emit shapesChanged();
}

std::optional<std::size_t> CanvasContents::suggestedAt(const QPointF& at) const
{
    const auto found = m_suggested.hit(at, reach(), [](const Annotation&) { return true; });
    return found ? std::optional(static_cast<std::size_t>(*found - 1)) : std::nullopt;
}

void CanvasContents::setGuides(CanvasGuides guides)
{
    m_guides = std::move(guides);
    emit overlayChanged();
}

std::optional<AnnotationId> CanvasContents::shapeAt(const QPointF& at) const
{
    return m_scene->hit(at, reach(), [this](const Annotation& shape) { return isSelectable(shape); });
}

std::optional<AnnotationId> CanvasContents::anyShapeAt(const QPointF& at) const
{
    return m_scene->hit(at, reach(), [this](const Annotation& shape) { return isShown(shape); });
}

std::set<AnnotationId> CanvasContents::shapesIn(const QRectF& area) const
{
    std::set<AnnotationId> found;
    for (const std::uint32_t place : m_scene->index().touching(area))
        if (const Annotation& shape = m_scene->shapes()[place];
            isSelectable(shape) && area.contains(m_scene->bounds(place)))
            found.insert(shape.id);
    return found;
}

double CanvasContents::reach() const
{
    return kReach / m_transform.zoom;
}

QPointF CanvasContents::snapped(const QPointF& at, SnapTo to, const std::set<AnnotationId>& except) const
{
    if (to == SnapTo::LinesAndShapes)
        if (const auto place = snappedToShape(at, reach(), *m_scene, [&](const Annotation& shape) {
                return isShown(shape) && !except.contains(shape.id);
            }))
            return *place;
    return snappedToLines(at, reach(), kBorderReach / m_transform.zoom, m_guides, pictureSize());
}

const ItemClass* CanvasContents::classOf(ClassId id) const
{
    const auto found = m_classes->find(id);
    return found == m_classes->end() ? nullptr : &found->second.itemClass;
}

QColor CanvasContents::colourOf(ClassId id) const
{
    return widgets::colourOf(*m_classes, id);
}

void CanvasContents::setBrushRadius(double radius)
{
    m_brushRadius = std::clamp(radius, kSmallestBrush, kLargestBrush);
    emit overlayChanged();
}

void CanvasContents::preview(std::vector<Annotation> shapes)
{
    m_preview.clear();
    for (Annotation& shape : shapes)
        m_preview.emplace(shape.id, std::move(shape));
    emit overlayChanged();
}

void CanvasContents::clearPreview()
{
    if (m_preview.empty())
        return;
    m_preview.clear();
    emit overlayChanged();
}

bool CanvasContents::propose(AnnotationChanges changes, const std::string& verb, const std::string& text,
                             bool selectsNew)
{
    if (changes.added.empty() && changes.changed.empty() && changes.deleted.empty()) {
        clearPreview();
        return true;
    }
    const std::int64_t order = m_scene->highestOrder();
    for (Annotation& annotation : changes.added) {
        annotation.item = m_item;
        if (const ItemClass* itemClass = classOf(annotation.classId);
            itemClass != nullptr && verb.starts_with("add-"))
            for (const AttributeSpec& spec : itemClass->attributes)
                if (spec.preset)
                    annotation.attributes.try_emplace(spec.name, *spec.preset);
        if (annotation.zOrder == 0)
            annotation.zOrder = std::max<std::int64_t>(0, order); // in front of all
    }
    const auto added = m_handler ? m_handler(std::move(changes), verb, text) : std::nullopt;
    clearPreview();
    if (!added)
        return false;
    if (selectsNew && !added->empty())
        select({added->begin(), added->end()});
    if (added->size() == 1 && verb.starts_with("add-"))
        emit drawn(added->front());
    return true;
}

} // namespace trainyard::widgets
