// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/views/canvas_scene.h"

#include "core/labels/geometry.h"

#include <QStringList>
#include <algorithm>
#include <cmath>
#include <limits>

namespace trainyard::widgets {

namespace {

QString attributeText(const std::string& name, const AttributeValue& value)
{
    const QString words = QString::fromStdString(name);
    if (const bool* flag = std::get_if<bool>(&value))
        return *flag ? words : QString();
    if (const double* number = std::get_if<double>(&value))
        return QStringLiteral("%1: %2").arg(words, QString::number(*number));
    return QStringLiteral("%1: %2").arg(words, QString::fromStdString(std::get<std::string>(value)));
}

} // namespace

QColor colourOf(const CanvasClasses& classes, ClassId id)
{
    const auto found = classes.find(id);
    return found == classes.end() ? QColor(190, 190, 190) : found->second.colour;
}

QString shapeLabel(const CanvasClasses& classes, const Annotation& annotation)
{
    const auto found = classes.find(annotation.classId);
    QString name =
        found == classes.end() ? QStringLiteral("?") : QString::fromStdString(found->second.itemClass.name);
    if (annotation.score)
        name += QStringLiteral(" %1 %").arg(std::lround(*annotation.score * 100));
    QStringList words{name};
    if (annotation.flags.isOccluded)
        words << QStringLiteral("occluded");
    if (annotation.flags.isTruncated)
        words << QStringLiteral("truncated");
    if (annotation.flags.isCrowd)
        words << QStringLiteral("crowd");
    if (annotation.group > 0)
        words << QStringLiteral("group %1").arg(annotation.group);
    for (const auto& [attribute, value] : annotation.attributes)
        if (const QString text = attributeText(attribute, value); !text.isEmpty())
            words << text;
    return words.join(QStringLiteral(" · "));
}

CanvasScene::CanvasScene(std::vector<Annotation> annotations) : m_shapes(std::move(annotations))
{
    std::stable_sort(m_shapes.begin(), m_shapes.end(), [](const Annotation& a, const Annotation& b) {
        return std::pair(a.zOrder, a.id) < std::pair(b.zOrder, b.id);
    });
    m_bounds.reserve(m_shapes.size());
    m_places.reserve(m_shapes.size());
    for (std::size_t place = 0; place < m_shapes.size(); ++place) {
        const auto box = boundingBox(m_shapes[place].shape);
        // A point has no extent, but a place; a null rectangle would mean that it has none.
        m_bounds.push_back(
            box ? QRectF(box->x, box->y, std::max(box->width, 1e-6), std::max(box->height, 1e-6)) : QRectF());
        m_places.emplace(m_shapes[place].id, place);
    }
    m_index = CanvasIndex(m_bounds);
}

const Annotation* CanvasScene::find(AnnotationId id) const
{
    const auto found = m_places.find(id);
    return found == m_places.end() ? nullptr : &m_shapes[found->second];
}

std::int64_t CanvasScene::highestOrder() const
{
    return m_shapes.empty() ? 0 : m_shapes.back().zOrder;
}

std::optional<AnnotationId> CanvasScene::hit(const QPointF& at, double reach, const Accepts& accepts) const
{
    const std::vector<std::uint32_t> near =
        m_index.touching(QRectF(at - QPointF(reach, reach), QSizeF(2 * reach, 2 * reach)));
    const Vertex place{at.x(), at.y()};
    for (auto found = near.rbegin(); found != near.rend(); ++found) {
        const Annotation& shape = m_shapes[*found];
        if (!accepts(shape) || shape.kind() == ShapeKind::Mask) // a mask is hit by its pixels
            continue;
        if (const auto outline = nearestOnOutline(shape.shape, place); outline && outline->distance <= reach)
            return shape.id;
    }
    const Annotation* best = nullptr;
    double bestExtent = std::numeric_limits<double>::infinity();
    for (auto found = near.rbegin(); found != near.rend(); ++found) {
        const double extent = m_bounds[*found].width() * m_bounds[*found].height();
        if (extent < bestExtent && accepts(m_shapes[*found]) && contains(m_shapes[*found].shape, place)) {
            best = &m_shapes[*found];
            bestExtent = extent;
        }
    }
    return best == nullptr ? std::nullopt : std::optional(best->id);
}

} // namespace trainyard::widgets
